// Package memory is the forwarding plane in Go: the oracle of package fib, over
// cables that are function calls or datagram sockets. It needs no privilege and no
// particular kernel; tests, simulations and labs of a user without root run on it.
//
// A Plane may be used by many goroutines: one mutex guards its tables and counters,
// and no lock is held while a frame leaves, so planes may be wired to each other
// directly. It starts no goroutine. Cables, which connects a plane to sockets, has
// one reader per port and one watcher, all ended and awaited by Run.
//
// Invariants: a frame that Receive got has left by all its ports when Receive
// returns; whatever has no room (events, punts, a far end's queue) is dropped, never
// waited for.
//
// It must never forward anything else than fib.Tables.Lookup says. Unlike the plane
// in the kernel it ends with its process.
package memory
