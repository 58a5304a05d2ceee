package engine

import (
	"net/netip"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Event is something that happened. It is one of the types of this file.
type Event interface{ event() }

// Record is what the member keeps on disk.
type Record struct {
	State   txn.State
	Running *intent.Intent // nil before the first commit
	Held    *intent.Intent // nil when State.Held is zero
	Back    *intent.Intent // of State.Ticket; nil when there is none
}

// Start is the first event: what the journal holds and what the plane forwards by.
type Start struct {
	Record Record
	Tables fib.Tables
}

// PortChange tells the present state of a port, new or known.
type PortChange struct {
	Port    inventory.Port
	Index   int           // kernel interface index
	MAC     inventory.MAC // own address
	Admin   bool          // administratively up
	Carrier bool          // a live peer at the other end
	MTU     int           // octets behind the Ethernet header
}

// PortGone tells that a port is not there any more.
type PortGone struct{ Port inventory.Port }

// PortsListed tells that every port that was there at the start has been told.
type PortsListed struct{}

// Frame is a frame that the plane handed up at a port.
type Frame struct {
	Port  inventory.Port
	Frame []byte
}

// Learned is a source address that the plane does not know at this place.
type Learned struct{ fib.Learn }

// Idle tells how long addresses behind own ports have been silent.
type Idle struct{ MACs []Silence }

// Silence is one address of Idle.
type Silence struct {
	Key fib.MACKey
	For time.Duration
}

// Clear asks to forget local addresses, as an operator does; they are learned anew.
type Clear struct{ Keys []fib.MACKey }

// Routes is a change of the fabric's best routes. Removed is applied first.
type Routes struct{ Removed, Changed []route.Route }

// Synced tells that a reflector has sent everything that it has.
type Synced struct{ Peer netip.Addr }

// RequestID ties a Reply to its Request. It is not 0.
type RequestID uint64

// Request is a leader's RPC. The intent, when there is one, was validated and its
// hash compared before.
type Request struct {
	ID     RequestID
	Txn    txn.Request
	Intent *intent.Intent
	Within time.Duration // that a commit must be confirmed in; 0: it is for good
}

// Journaled is the outcome of a WriteJournal.
type Journaled struct {
	Seq uint64
	Err error
}

// PlaneFailed tells that a delta was not carried out, and what the plane holds now.
type PlaneFailed struct {
	Err    error
	Tables fib.Tables
}

// Echoed tells of every port which probe came back last. It comes before each Tick, and
// behind whatever sent a probe: where planes are close to each other that is already
// answered.
type Echoed struct{ Echoes map[fib.Slot]fib.Echo }

// Tick comes forty times a second. It is the pace of probes; all else goes by the time.
type Tick struct{}

func (Start) event()       {}
func (PortChange) event()  {}
func (PortGone) event()    {}
func (PortsListed) event() {}
func (Frame) event()       {}
func (Learned) event()     {}
func (Idle) event()        {}
func (Clear) event()       {}
func (Routes) event()      {}
func (Synced) event()      {}
func (Request) event()     {}
func (Journaled) event()   {}
func (PlaneFailed) event() {}
func (Echoed) event()      {}
func (Tick) event()        {}
