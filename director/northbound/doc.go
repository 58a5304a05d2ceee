// Package northbound is the NETCONF face of the fabric: it answers the Junos
// configuration RPCs, the standard ones of RFC 6241, `<command>`, the operational
// RPCs and the relay to components, for the shell and for automation alike
// (northbound.md 2-3).
//
// A Face is shared by all sessions and holds nothing that changes, except a shelf with
// what login classes are not offered, which is found out once for each; each NETCONF
// session has a dispatcher of its own with one session.Session behind it, and the
// dispatcher runs on the goroutine of that session.
//
// Invariants: every operation goes through one table, where the permission that it
// needs stands beside it; an rpc-error never stands beside an ok; a comparison
// without difference is exactly one line feed (trap 4); losing the session frees
// its lock.
//
// It must never decide what a configuration means, and it must never reach a
// member but through the Fabric that it is given.
package northbound
