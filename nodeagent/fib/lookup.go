package fib

import "oneswitch/inventory"

// Action is what happens to a frame.
type Action uint8

// The actions.
const (
	Drop    Action = iota // nowhere, see Verdict.Reason
	Forward               // to Verdict.Out
	Pass                  // up to the member's own software: LLDP, LACP, hello
)

// Out is one frame that leaves.
type Out struct {
	Port  Slot
	Frame []byte // as on the wire, tag in the frame, without FCS
}

// Learn says that a source address was seen where the tables do not have it.
type Learn struct {
	Port   Slot
	Domain inventory.DomainID
	MAC    inventory.MAC
	Moved  bool // the address is in the table, at another place
}

// Verdict is the outcome for one frame.
type Verdict struct {
	Action Action
	Reason Reason // why, if Action is Drop
	Learn  *Learn // what the frame taught, if anything
	Out    []Out  // what leaves, if Action is Forward; in no particular order
}

// Lookup decides about one frame that came in at a port. The frame is not changed.
func (t Tables) Lookup(in Slot, frame []byte) Verdict {
	panic("not written yet")
}
