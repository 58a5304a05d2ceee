// Package netconf is NETCONF (RFC 6241) with both framings of RFC 6242 over any
// byte stream: a Server, of which directors and members each run one, and a Client
// on Juniper's go-netconf with a transport of our own.
//
// A Server owns its table of sessions; each session is read by one goroutine and
// answered by another, in the order of the requests, by the session's Dispatcher.
// A Client may be used from any goroutine: one call is on the wire at a time.
//
// Invariants: a message is checked for size, depth, attributes, DOCTYPE and
// processing instructions before anything parses it; what leaves the server is
// ASCII (a client that decodes reads one by one would break on split characters);
// an rpc-reply with an error carries no <ok/>; every write has a deadline; a
// stream that breaks the framing is closed, never resynchronised.
//
// It must never know ssh, the Junos configuration or any RPC beyond
// close-session and kill-session.
package netconf
