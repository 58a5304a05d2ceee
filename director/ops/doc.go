// Package ops carries out the operational commands of the fabric as a whole: those
// that a director answers from what it knows (inventory, director group, commits,
// users) and those that it answers by asking its members at once and joining what
// they say (interfaces, VLANs, MAC table, neighbours, routes).
//
// An Operations holds no state but its configuration; its methods run on the
// goroutine of the session that asks, so what it is given must bring its own order.
//
// Invariants: a member that does not answer within the deadline costs a line that
// names it, never the command; names of interfaces carry their owner (QF-REF 2.1);
// text, XML and JSON come from the same value.
//
// It must never change the configuration and never speak a protocol: asking is the
// Fabric's business.
package ops
