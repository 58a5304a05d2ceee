// Package director is the director role: one process of a director group that
// owns the one configuration and the inventory of the fabric, serves shell and
// NETCONF, compiles the configuration into one intent per member and commits it
// on all of them as one fact.
//
// It owns no decision itself: it wires director/session (what operators edit),
// director/compile (what members shall do), director/commit (what is decided),
// inventory/store (what is durable), director/lease (who leads) and
// director/fleet (who is connected), and it runs the one loop that feeds them.
//
// Invariants: only the holder of the lease writes; every write carries its epoch;
// a decision row is durable before any member hears of it (rule D2); a new leader
// reads all members that it can reach before it writes (rule D5).
//
// It must never touch the data plane: losing every director loses no frame.
package director
