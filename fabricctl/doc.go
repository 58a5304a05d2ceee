// Package fabricctl is the fabric control role: a BGP route reflector for the
// fabric (package reflector) with the management that every component has.
//
// Run is the composition root: it starts the reflector and the component's
// management, each with its own goroutines, and waits for both. It owns no state
// but the list of clients of its former life, a file in the state directory.
//
// Invariants: End-of-RIB is held back until those clients are complete again, so
// that a restart makes nobody drop a route; a shutdown leaves every route with the
// neighbours (RFC 8538).
//
// It must never touch forwarding: no packet passes here.
package fabricctl
