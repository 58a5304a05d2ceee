// Package speaker is how a member takes part in fabric control: it keeps a BGP
// session to every reflector, announces the member's own routes and presents the
// best copy of everybody else's.
//
// One goroutine (Run) owns what was learned; what is to be announced is guarded
// by a lock, because members announce from their own goroutine. Sessions start
// goroutines of their own, and Run waits for them.
//
// Invariants: a route that any live reflector still announces is never reported
// removed; a route learned from a reflector that was lost is kept until that
// reflector is back and complete, or until a live one withdraws it (RFC 4724,
// RFC 9494; kept for ever when all are lost); a consumer that is slow gets fewer
// and larger updates, and costs no memory beyond the table.
//
// It must never decide what to forward: it reports winners, and the member's
// engine compares them with what is attached locally.
package speaker
