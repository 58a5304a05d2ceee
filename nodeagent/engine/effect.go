package engine

import (
	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Effect is something to do. It is one of the types of this file; effects of one
// Step are carried out in their order.
type Effect interface{ effect() }

// WriteJournal asks for the record to be made durable and for Journaled with the
// same Seq afterwards. Only one is under way at a time.
type WriteJournal struct {
	Seq    uint64
	Record Record
}

// SetPort asks for the administrative state and the MTU of a port.
type SetPort struct {
	Port inventory.Port
	Up   bool
	MTU  int // octets behind the Ethernet header
}

// Apply asks the plane to carry out a delta. If it fails, PlaneFailed must follow.
type Apply struct{ Delta fib.Delta }

// Announce asks for routes of our own to be announced; Withdraw for taking them back.
type Announce struct{ Routes []route.Route }

// Withdraw asks for routes of our own to be taken back.
type Withdraw struct{ Routes []route.Route }

// Subscribe replaces the route targets that we want.
type Subscribe struct{ Targets []route.Target }

// EndOfRIB asks to tell the reflectors that all we had to announce is announced.
type EndOfRIB struct{}

// Send asks for a frame to be sent by a port.
type Send struct {
	Port  inventory.Port
	Frame []byte
}

// ScanIdle asks for an Idle event.
type ScanIdle struct{}

// Reply answers a Request. Err nil means done, durable and in force.
type Reply struct {
	ID  RequestID
	Err error
}

// Log is a line for the operator. Args are keys and values as slog takes them.
type Log struct {
	Warn bool
	Text string
	Args []any
}

func (WriteJournal) effect() {}
func (SetPort) effect()      {}
func (Apply) effect()        {}
func (Announce) effect()     {}
func (Withdraw) effect()     {}
func (Subscribe) effect()    {}
func (EndOfRIB) effect()     {}
func (Send) effect()         {}
func (ScanIdle) effect()     {}
func (Reply) effect()        {}
func (Log) effect()          {}
