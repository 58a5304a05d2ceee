// Package dataplane says what a forwarding plane is: it takes table deltas, gives
// its tables back, reports what it learnt and counts what it did.
//
// There are two planes: ebpf, which forwards in the kernel and goes on without its
// owner, and memory, which runs the oracle of package fib in Go over cables. Both
// pass the suite of package conformance.
//
// A plane is owned by one goroutine, which calls Apply, Dump, Counters and Idle;
// Events may be read by another. A plane owns the tables in force; the owner of
// the plane owns the wish.
//
// Invariants: after Apply(d) returned nil, Dump gives the tables before d patched
// with d. Apply installs what is new before it removes what is old, so that a frame
// in flight finds one of the two. Dropping a plane never stops forwarding if the
// plane can forward alone.
//
// It must never decide what the tables should be.
package dataplane
