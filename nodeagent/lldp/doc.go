// Package lldp implements the Link Layer Discovery Protocol, IEEE 802.1AB-2016: the
// codec of an LLDPDU and the state of one port.
//
// A Port is owned by the goroutine that calls it and does no I/O: it is told the
// time with every call and answers with the frame to send. The package is pure.
//
// Invariants: at most MaxNeighbors are kept per port, so that no host can fill the
// memory (further ones are ignored and counted until one leaves); a malformed
// LLDPDU changes nothing but a counter; Parse(Marshal(p)) == p. What a neighbour
// says about itself is shown and never trusted: no port changes its role by LLDP.
//
// It must never import anything of ours.
package lldp
