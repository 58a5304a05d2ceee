// Package reflector is the table of a fabric control and its sessions: it takes
// in every member's routes, chooses the best copy of each, and reflects it to all
// who want it (RFC 4456).
//
// One goroutine, Run, owns the table, the peers and the filters. Each session's
// reader parses and checks what it read (guard) and hands it over as one batch;
// it waits until the batch is in the table, so a fast sender is slowed down by TCP
// and never by memory. Each session's writer follows the journal on its own.
//
// How it is fast: NLRIs stay bytes in an arena, routes and paths are flat
// pointer-free records addressed by number, and an index finds them by the NLRI's
// key. Attributes are interned by their raw bytes, decoded once and encoded once as
// reflected. What changed in one step is packed by attribute set into segments that
// all sessions share; a session is a cursor in the journal and skips segments whose
// audience it is not in.
//
// Invariants: at the end of the journal every ready session has exactly the best
// routes whose audience it is in (checked against a plain model in model_test.go).
// Routes of a lost member are kept, unchanged on the wire, until it is back and has
// sent End-of-RIB, or until its restart and long-lived stale times have passed
// (RFC 4724, RFC 9494).
//
// It must never let one session's failure touch another's, and never block on a
// socket in Run.
package reflector
