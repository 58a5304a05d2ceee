// Package bgp speaks the Border Gateway Protocol (RFC 4271) to one neighbour at
// a time: messages, OPEN with its capabilities, the state machine, and the timers
// that end a session. What the routes mean, which are kept and what is sent, is
// up to a Plugin; the package carries UPDATE messages as bytes.
//
// A Peer or an accepted connection is driven by the goroutine that calls Run or
// Accept; an established session adds a reader and a writer, and both have ended
// when Plugin.Closed is called. The Session's counters may be read from anywhere.
//
// Invariants: every state is a method that returns the next state, so a
// transition has one place (fsm.go); an error that the neighbour must hear about
// is the NOTIFICATION itself; a neighbour that sends nothing for the hold time, or
// takes nothing for the send-hold time (RFC 9687), is cut off; no input makes a
// decoder panic.
//
// It must never keep a route, and never answer malformed attributes: RFC 7606 is
// the guard's business.
package bgp
