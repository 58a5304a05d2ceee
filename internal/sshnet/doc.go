// Package sshnet is SSH (RFC 4251-4254) for the whole product: a server for
// listeners and for single connections that we dialled ourselves (call home, RFC
// 8071), a client over a connection that already exists, host and user keys, and
// the running of a shell process on a pty.
//
// A Server owns its connections; each is served by goroutines that Serve and
// ServeConn wait for before they return.
//
// Invariants: rights come only from the key or password that was verified; what
// an unauthenticated peer can make us hold is bounded in time (login grace) and
// number (connections in all and per source); forwarding of ports and agents is
// refused; only modern algorithms are offered.
//
// It must never know NETCONF, and it is the only package that imports an SSH
// library.
package sshnet
