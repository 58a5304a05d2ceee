// Package nodeagent is the role of a member: a node device or an interconnect device.
// Run puts it together: the engine that decides, and around it the journal, the ports,
// the forwarding plane, the BGP speaker and the management face.
//
//	ports, plane, speaker, journal, RPCs --events--> loop (one goroutine) --> engine.Step
//	ports, plane, speaker, journal, RPCs <--effects-- loop <-------------------'
//
// The loop's goroutine owns the engine and the plane. Everything else runs on
// goroutines of its own, is started and awaited by Run, and talks to the loop by
// channels. What may block (the disk) runs beside the loop and reports back.
//
// Invariants: effects are carried out in the engine's order; the plane is never
// cleared, neither at the start (its tables are adopted) nor at the end (they stay in
// force), so that an agent may be killed at any moment and no frame is lost.
//
// It must never decide anything itself: what to do is the engine's.
package nodeagent
