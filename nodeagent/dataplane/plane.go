package dataplane

import (
	"time"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Plane forwards frames by tables.
type Plane interface {
	// Apply carries the delta out. After an error the tables are somewhere between
	// the old and the new ones: Dump tells where.
	Apply(fib.Delta) error
	// Dump returns the tables in force, in a copy that the caller owns.
	Dump() (fib.Tables, error)
	// Events returns the channel of what the plane learnt. Events are hints: they
	// may be lost or repeated, and a source that goes on sending repeats its own.
	Events() <-chan Event
	// Counters returns all counters since the plane was first set up.
	Counters() (Counters, error)
	// Idle returns every address behind an own port that may age, with the time
	// since it was last heard.
	Idle() ([]IdleMAC, error)
}

// Echoes is what a plane notes of probes beside its forwarding. Every plane does.
type Echoes interface {
	// Echoes returns the last echo of every port that ever had one. It costs next to
	// nothing: owners ask forty times a second.
	Echoes() map[fib.Slot]fib.Echo
}

// Event is something that the plane saw and that its owner must decide about.
type Event struct {
	fib.Learn
}

// Counters are the counters of a plane.
type Counters struct {
	Ports   map[fib.Slot]PortCounters
	Drops   [fib.Reasons]uint64 // by fib.Reason
	Detours uint64              // frames that were sent on to where their station has moved
}

// PortCounters are the counters of one port. Octets are those of the whole frame
// without FCS. A frame that the sender left for the hardware to cut (TSO) counts
// once.
type PortCounters struct {
	InFrames, InOctets   uint64
	OutFrames, OutOctets uint64
	Dropped              uint64 // frames that came in here and were dropped
}

// IdleMAC is an address behind an own port and its silence.
type IdleMAC struct {
	Key  fib.MACKey
	Port fib.Slot
	Idle time.Duration
}

// Ethertypes that a plane hands up to its owner and never forwards.
const (
	EtherLLDP  uint16 = 0x88cc // IEEE 802.1AB
	EtherSlow  uint16 = 0x8809 // LACP and marker (802.3 annex 57A)
	EtherHello uint16 = 0x88b5 // fabric hello, local experimental ethertype 1 (IEEE 802)
)

// Punt is a frame that a plane handed up, or that its owner sends by a port.
type Punt struct {
	Port  inventory.Port
	Frame []byte
}
