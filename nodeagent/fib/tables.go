package fib

import (
	"iter"
	"maps"
	"math/bits"
	"slices"

	"oneswitch/inventory"
)

// Slot is the small number of a port inside one member, 1..255. It indexes the
// tables of the data plane and gives the port its label. Zero is no port.
type Slot uint8

// Label returns the port label that names the slot on the egress node.
func (s Slot) Label() inventory.Label { return inventory.PortLabelFlood + inventory.Label(s) }

// SlotOf returns the slot behind a port label, and whether l is one.
func SlotOf(l inventory.Label) (Slot, bool) {
	n := l - inventory.PortLabelFlood
	return Slot(n), l > inventory.PortLabelFlood && n <= MaxSlot
}

// MaxSlot is the highest slot: a member has at most 255 ports.
const MaxSlot = 255

// PortSet is a set of slots, comparable and of one fixed size so that the data
// path may read it with one index.
type PortSet [4]uint64

// NewPortSet returns the set of the slots given.
func NewPortSet(slots ...Slot) PortSet {
	var s PortSet
	for _, p := range slots {
		s = s.With(p)
	}
	return s
}

// With returns the set and p.
func (s PortSet) With(p Slot) PortSet {
	s[p/64] |= 1 << (p % 64)
	return s
}

// Without returns the set less p.
func (s PortSet) Without(p Slot) PortSet {
	s[p/64] &^= 1 << (p % 64)
	return s
}

// Has reports whether p is in the set.
func (s PortSet) Has(p Slot) bool { return s[p/64]>>(p%64)&1 == 1 }

// Empty reports whether no slot is in the set.
func (s PortSet) Empty() bool { return s == PortSet{} }

// Union returns the slots that are in s, in o or in both.
func (s PortSet) Union(o PortSet) PortSet {
	for i := range s {
		s[i] |= o[i]
	}
	return s
}

// Slots iterates over the set in ascending order.
func (s PortSet) Slots() iter.Seq[Slot] {
	return func(yield func(Slot) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(Slot(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// Self is what a data plane must know about the member it runs on.
type Self struct {
	Device  inventory.DeviceID // own device id; 0 while not enrolled
	Transit bool               // interconnect: forwards on the top label alone
}

// Port is one port as the data plane sees it.
type Port struct {
	Name  inventory.Port
	Index int                // kernel interface index; 0 on planes without a kernel
	MAC   inventory.MAC      // own address, outer source on a fabric link
	Far   inventory.MAC      // address of the far end, outer destination on a fabric link
	Peer  inventory.DeviceID // device at the far end of a fabric link; 0 = not known
	Up    bool               // may carry frames out
	// Trunk says that a domain leaves here with a tag. Departed says that stations have
	// left for another member lately: what the fabric sends to them here is sent on.
	Trunk, Departed bool
}

// VLANKey names what a frame carries when it comes in: the port and the 802.1Q
// identifier, 0 for untagged and priority-tagged frames (802.1Q clause 6.9).
type VLANKey struct {
	Port Slot
	VLAN inventory.VLANID
}

// Domain says where frames of one L2 domain may leave on this member, and how.
type Domain struct {
	Tag      inventory.VLANID // the tag on the ports in Tagged
	Untagged PortSet
	Tagged   PortSet
}

// Buckets is the number of flow buckets per destination. Frames of one flow stay
// in one bucket and therefore in order.
const Buckets = 16

// Path is the way out for one flow bucket: Backup is taken while the link of
// Primary is down. Zero means none.
type Path struct {
	Primary, Backup Slot
}

// Paths are the ways to one destination, one per flow bucket.
type Paths [Buckets]Path

// Tree is the distribution of flooded frames of one domain.
type Tree struct {
	Up   Paths   // node: the one link that takes the copy for the fabric
	Down PortSet // interconnect: the links that take a copy each
}

// MACKey names a MAC address in a domain.
type MACKey struct {
	Domain inventory.DomainID
	MAC    inventory.MAC
}

// Entry says where a MAC address lives: at the port with a label of a device.
type Entry struct {
	Device inventory.DeviceID // 0 = this member
	Label  inventory.Label    // port label, allocated by that device
	Static bool               // must not age and is never reported as idle
}

// LocalEntry returns the entry of an address behind one of the member's own ports.
func LocalEntry(p Slot) Entry { return Entry{Label: p.Label()} }

// Local returns the port of an entry on this member, and whether it is one.
func (e Entry) Local() (Slot, bool) {
	if e.Device != 0 {
		return 0, false
	}
	return SlotOf(e.Label)
}

// Tables is everything that a data plane needs to forward. Tables are compared
// and stored by value; the zero value forwards nothing. In VLANs, Trees, Nodes and
// FDB a zero value means the same as none, and none is stored.
type Tables struct {
	Self    Self
	Ports   map[Slot]Port
	VLANs   map[VLANKey]inventory.DomainID
	Domains map[inventory.DomainID]Domain
	Trees   map[inventory.DomainID]Tree
	Nodes   map[inventory.DeviceID]Paths
	FDB     map[MACKey]Entry
}

// NewTables returns empty tables that can be written to.
func NewTables() Tables {
	return Tables{
		Ports:   map[Slot]Port{},
		VLANs:   map[VLANKey]inventory.DomainID{},
		Domains: map[inventory.DomainID]Domain{},
		Trees:   map[inventory.DomainID]Tree{},
		Nodes:   map[inventory.DeviceID]Paths{},
		FDB:     map[MACKey]Entry{},
	}
}

// Clone returns a copy that shares nothing with t.
func (t Tables) Clone() Tables {
	c := NewTables()
	c.Patch(Diff(c, t))
	return c
}

// Slots returns the slot of every port, as Assign takes it.
func (t Tables) Slots() Slots {
	s := make(Slots, len(t.Ports))
	for slot, p := range t.Ports {
		s[p.Name] = slot
	}
	return s
}

// Slots gives every port of a member its slot.
type Slots map[inventory.Port]Slot

// Assign returns the slots for the ports named: a port keeps the slot it has, a
// new one gets the lowest that is free, in the order of their names. Ports beyond
// MaxSlot get none.
func Assign(have Slots, ports []inventory.Port) Slots {
	out := make(Slots, len(ports))
	taken := NewPortSet(0)
	sorted := slices.SortedFunc(slices.Values(ports), inventory.Port.Compare)
	for _, p := range sorted {
		if s := have[p]; s != 0 && !taken.Has(s) {
			out[p] = s
			taken = taken.With(s)
		}
	}
	next := 1
	for _, p := range sorted {
		if out[p] != 0 {
			continue
		}
		for next <= MaxSlot && taken.Has(Slot(next)) {
			next++
		}
		if next > MaxSlot {
			break
		}
		out[p] = Slot(next)
		taken = taken.With(Slot(next))
	}
	maps.DeleteFunc(out, func(_ inventory.Port, s Slot) bool { return s == 0 })
	return out
}
