// Package commit decides: the leader's half of the two-phase commit as one pure
// function, Step(state, event) -> (state, effects), by rules D1-D5, D7 and D8 of
// reliability.md 3.2. The member's half is internal/txn.
//
// One goroutine owns the State: the loop of director/fleet's Driver. It feeds
// events, carries out the effects and feeds what became of them back as events.
// Nothing here does I/O, reads a clock, starts a goroutine or logs.
//
// Ordering contract of the effects: they are carried out in the order in which
// they stand. An effect whose result is an event (Recover, Begin, Decide, Learn)
// is durable before that event is fed, and no effect that depends on it is
// returned earlier. So no Prepare leaves before the transaction's row is durable,
// and no Commit leaves before the decision row was won (D2).
//
// Invariants: at most one transaction is open; a member is sent Commit only for a
// revision whose decision row says commit; it is sent Abort only for one that can
// no longer be committed; what a member was last decided to run (Member.Want)
// only grows in revision; a member that does not run it owes, is listed, and is
// paid when it is seen, before anything else is asked of it.
//
// A member that was absent when a transaction began never blocks it. A member
// that is lost while it prepares aborts it.
package commit
