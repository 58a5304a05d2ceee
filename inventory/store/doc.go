// Package store keeps what the directors must not forget in an SQL database: the
// leader's lease, revisions with their configuration, transactions and their
// decisions, what each member was last decided to run and whether it owes, the
// members with their pinned keys, the numbers of VLANs, and the event log.
//
// One schema and one set of statements run on embedded SQLite and on MariaDB or
// MySQL (dependencies.md 2.2); one contract test suite runs on both. A DB has no
// goroutine of its own and may be used from any number of them; the database is
// the owner of the state.
//
// Invariants: every write of a leader is one transaction whose first statement
// updates the lease row of its epoch, so that a director that was replaced writes
// nothing, not even late (dependencies.md 2.5). Every compare-and-set looks at the
// number of rows it changed. Every revision carries a hash over itself and its
// predecessor, and every configuration is kept under its own hash: a damaged row is
// named when it is read, never handed out. Times are nanoseconds that the caller
// gave; keys and numbers are made here and never by the database.
//
// It must never decide anything, and no other package imports an SQL driver.
package store
