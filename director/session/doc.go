// Package session is the configuration database as operators meet it: the active
// configuration, the shared candidate, private candidates, the exclusive lock, and
// one Session for each operator who edits, whatever face he came in by.
//
// A Database owns all of that behind one lock, which is never held across I/O or a
// call-back; trees are immutable, so what a Session hands out stays valid. Sessions
// are used by one goroutine each, the dispatcher of their connection.
//
// Invariants: a load changes a candidate whole or not at all; while one session
// holds the exclusive lock nobody else changes the shared candidate or commits;
// closing a session frees its lock and drops its uncommitted exclusive or private
// changes (northbound.md 2); at most one commit runs at a time.
//
// It must never speak a protocol, print a screen or decide a transaction: what a
// commit does to the fabric is the Committer's business.
package session
