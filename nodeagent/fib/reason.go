package fib

import "fmt"

// Reason says why a frame was dropped. The values are those of enum drop_reason in
// the BPF sources; a test of the eBPF plane compares them.
type Reason uint8

// The reasons. Kept is the zero value: the frame was not dropped.
const (
	Kept         Reason = iota
	UnknownPort         // came in on a port that is in no table
	Runt                // shorter than its own headers
	BadSource           // source address zero or multicast
	Reserved            // to 01-80-C2-00-00-0x, which no bridge forwards (802.1Q clause 8.6.3)
	Labelled            // MPLS from a host: only the fabric may push labels
	NoDomain            // the port takes no frame with this tag, or without one
	DoubleTag           // would leave a trunk with its inner tag alone, as a frame of that VLAN
	SamePort            // the destination is where the frame came from
	PortDown            // the port that it should leave by is down
	NoPath              // no live link to the destination
	NotLabelled         // no MPLS frame on a fabric link
	BadStack            // not exactly three labels with the right bottom bits
	UnknownLabel        // a label that names nothing here
	Expired             // TTL ran out: a loop
	Isolated            // the port that the stack names is not in the domain that it names
	NoReceiver          // flooded, and nobody is there to get it
	Refused             // the kernel refused to change the frame
	Astray              // its station has left the port that the stack names, and it was sent on once already
	reasons
)

// Reasons is the number of reasons, Kept included.
const Reasons = int(reasons)

func reasonWords() [Reasons]string {
	return [Reasons]string{
		"kept", "unknown-port", "runt", "bad-source", "reserved-address", "labelled", "no-domain", "double-tag",
		"same-port", "port-down", "no-path", "not-labelled", "bad-stack", "unknown-label", "ttl-expired",
		"isolated", "no-receiver", "refused", "astray",
	}
}

// String returns the name of the reason as counters and commands show it.
func (r Reason) String() string {
	if int(r) < Reasons {
		return reasonWords()[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}
