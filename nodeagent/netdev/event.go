package netdev

import "oneswitch/inventory"

// Kind says what an Event tells.
type Kind uint8

// The kinds of event.
const (
	Changed  Kind = iota + 1 // the port is there, in this state
	Gone                     // the port has left
	Listed                   // all ports of the start have been told
	Received                 // Frame came in at Port
)

// State is the state of a port.
type State struct {
	Port    inventory.Port
	Index   int // kernel interface index
	MAC     inventory.MAC
	Admin   bool // administratively up
	Carrier bool // a live peer at the other end
	MTU     int  // octets behind the Ethernet header
}

// Event is one report.
type Event struct {
	Kind  Kind
	State        // of Changed; Port alone of the others
	Frame []byte // of Received: the whole frame
}

// Counters are the counters that the kernel keeps of a port.
type Counters struct {
	InFrames, InOctets, InErrors, InDrops     uint64
	OutFrames, OutOctets, OutErrors, OutDrops uint64
}
