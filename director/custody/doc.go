// Package custody decides which director answers at the fabric's virtual address, and
// keeps the address there (ADR 0012). While a director leads that is the leader. When
// the datastore is gone nobody can lead, and the last leader keeps the address, so that
// operators find a shell that they can read in (reliability.md F17).
//
// Next is pure. A Keeper owns the address and its State on the goroutine of Run; it
// asks the others and the datastore only when the answer is not clear by itself.
//
// Invariants: a director that hears another one lead, or reads in the datastore that
// another one does, lets go; nobody takes the address while somebody who can be heard
// has it; connections to the address are reset before it leaves, so that clients know
// at once. Holding the address gives no right to write: every write is fenced by the
// epoch of the lease, which a custodian does not have.
//
// It must never take, keep or judge the lease.
package custody
