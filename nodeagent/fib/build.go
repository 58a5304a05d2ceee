package fib

import (
	"maps"
	"slices"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

// DefaultDomain is the domain of every access port that the configuration does
// not mention: the VLAN default, as shipped.
const DefaultDomain inventory.DomainID = 1

// Local is what the member knows of one of its own ports at this moment.
type Local struct {
	Port  inventory.Port
	Index int           // kernel interface index; 0 on planes without a kernel
	MAC   inventory.MAC // own address
	Up    bool          // carrier is there and the port is administratively up
	Far   Far           // fabric links: the far end, as its hellos tell
	// Departed: stations have left for another member lately; see Port.
	Departed bool
}

// Far is the far end of a fabric link. The zero value is a neighbour not heard of.
type Far struct {
	Device inventory.DeviceID
	MAC    inventory.MAC
	Reach  []inventory.DeviceID // devices reachable through it, itself not needed
}

// Inputs is all that the tables of a member depend on, MAC addresses left out:
// those come one by one and are put into Delta.FDB by the caller.
type Inputs struct {
	Intent intent.Intent
	Locals []Local
	Slots  Slots // from Assign; a local without a slot is left out
	// Flood holds, per domain, the devices that take part in its tree (EVPN
	// type 3), this member included or not.
	Flood map[inventory.DomainID][]inventory.DeviceID
}

// Build returns the tables for the inputs, with an empty FDB.
func Build(in Inputs) Tables {
	t := NewTables()
	t.Self = Self{Device: in.Intent.Device, Transit: in.Intent.Role == inventory.RoleInterconnect}
	t.Ports = Ports(in.Locals, in.Slots)
	t.VLANs, t.Domains = Membership(in.Intent, t.Ports)
	for _, d := range t.Domains {
		for slot := range d.Tagged.Slots() {
			p := t.Ports[slot]
			p.Trunk = true
			t.Ports[slot] = p
		}
	}
	reach := reachability(in)
	t.Nodes = NextHops(t.Ports, reach, t.Self.Device)
	if t.Self.Transit {
		t.Trees = Transit(t.Ports, reach, in.Flood)
	} else {
		t.Trees = Trees(t, reach, in.Flood)
	}
	return t
}

// Ports returns the port table for the local ports that have a slot.
func Ports(locals []Local, slots Slots) map[Slot]Port {
	out := make(map[Slot]Port, len(locals))
	for _, l := range locals {
		if s := slots[l.Port]; s != 0 {
			out[s] = Port{Name: l.Port, Index: l.Index, MAC: l.MAC, Far: l.Far.MAC, Peer: l.Far.Device, Up: l.Up, Departed: l.Departed}
		}
	}
	return out
}

// Membership returns which domain a frame that comes in belongs to, and where and
// how the frames of a domain leave. Access ports that the intent does not list are
// access ports of DefaultDomain. Disabled ports are in no domain.
func Membership(in intent.Intent, ports map[Slot]Port) (map[VLANKey]inventory.DomainID, map[inventory.DomainID]Domain) {
	vlans := map[VLANKey]inventory.DomainID{}
	domains := make(map[inventory.DomainID]Domain, len(in.Domains))
	if in.Role == inventory.RoleInterconnect {
		return vlans, domains
	}
	for _, d := range in.Domains {
		domains[d.ID] = Domain{Tag: d.Tag}
	}
	configured := make(map[inventory.Port]intent.Port, len(in.Ports))
	for _, p := range in.Ports {
		configured[p.Port] = p
	}
	for slot, port := range ports {
		if port.Name.IsFabric() {
			continue
		}
		p, ok := configured[port.Name]
		if !ok {
			p = intent.Port{Mode: intent.Access, Domains: []inventory.DomainID{DefaultDomain}}
		}
		join(p, slot, vlans, domains)
	}
	return vlans, domains
}

// join puts one port into its domains. A domain that the intent does not define
// and, on a trunk, one without a tag are left out: their frames have no form.
func join(p intent.Port, slot Slot, vlans map[VLANKey]inventory.DomainID, domains map[inventory.DomainID]Domain) {
	if p.Disable || p.Mode == intent.NoMode {
		return
	}
	untagged, tagged := p.Native, p.Domains
	if p.Mode == intent.Access {
		untagged, tagged = p.Domains[0], nil
	}
	if d, ok := domains[untagged]; ok {
		d.Untagged = d.Untagged.With(slot)
		domains[untagged] = d
		vlans[VLANKey{slot, 0}] = untagged
		// A frame tagged with the port's own VLAN is taken as if it were untagged.
		if d.Tag != 0 {
			vlans[VLANKey{slot, d.Tag}] = untagged
		}
	}
	for _, id := range tagged {
		d, ok := domains[id]
		if !ok || d.Tag == 0 || id == untagged {
			continue
		}
		d.Tagged = d.Tagged.With(slot)
		domains[id] = d
		vlans[VLANKey{slot, d.Tag}] = id
	}
}

// Reach says which devices can be reached through which fabric port.
type Reach map[Slot]map[inventory.DeviceID]bool

// reachability keeps the ports that may carry frames now: up, and with a far end
// whose address is known.
func reachability(in Inputs) Reach {
	r := Reach{}
	for _, l := range in.Locals {
		slot := in.Slots[l.Port]
		if slot == 0 || !l.Up || !l.Port.IsFabric() || l.Far.Device == 0 {
			continue
		}
		r[slot] = map[inventory.DeviceID]bool{l.Far.Device: true}
		for _, d := range l.Far.Reach {
			r[slot][d] = true
		}
	}
	return r
}

// NextHops returns the paths to every device that is reachable. An interconnect
// sends to its neighbours alone: two interconnects never forward to each other.
func NextHops(ports map[Slot]Port, reach Reach, self inventory.DeviceID) map[inventory.DeviceID]Paths {
	ways := map[inventory.DeviceID]PortSet{}
	for slot, devices := range reach {
		for d := range devices {
			if d != self && d != 0 {
				ways[d] = ways[d].With(slot)
			}
		}
	}
	out := make(map[inventory.DeviceID]Paths, len(ways))
	for d, set := range ways {
		out[d] = spread(direct(ports, set, d))
	}
	return out
}

// direct prefers links that end at d itself to links that lead there.
func direct(ports map[Slot]Port, set PortSet, d inventory.DeviceID) PortSet {
	var own PortSet
	for s := range set.Slots() {
		if ports[s].Peer == d {
			own = own.With(s)
		}
	}
	if !own.Empty() {
		return own
	}
	return set
}

// spread deals the flow buckets out over the links, with the next link as backup.
func spread(set PortSet) Paths {
	links := slices.Collect(set.Slots())
	var p Paths
	for i := range p {
		switch len(links) {
		case 0:
		case 1:
			p[i].Primary = links[0]
		default:
			p[i] = Path{links[i%len(links)], links[(i+1)%len(links)]}
		}
	}
	return p
}

// Trees returns, for every domain of a node, the uplinks that may take its flooded
// frames: those whose far end reaches the most members of the domain's tree.
func Trees(t Tables, reach Reach, flood map[inventory.DomainID][]inventory.DeviceID) map[inventory.DomainID]Tree {
	out := make(map[inventory.DomainID]Tree, len(t.Domains))
	for id := range t.Domains {
		var best PortSet
		most := 0
		for _, slot := range slices.Sorted(maps.Keys(reach)) {
			n := 0
			for _, d := range flood[id] {
				if d != t.Self.Device && reach[slot][d] {
					n++
				}
			}
			switch {
			case n == 0 || n < most:
			case n > most:
				best, most = NewPortSet(slot), n
			default:
				best = best.With(slot)
			}
		}
		if most > 0 {
			out[id] = Tree{Up: spread(best)}
		}
	}
	return out
}

// Transit returns, for every domain, the links on which an interconnect sends a
// copy: one link to each neighbour that takes part in the tree.
func Transit(ports map[Slot]Port, reach Reach, flood map[inventory.DomainID][]inventory.DeviceID) map[inventory.DomainID]Tree {
	link := map[inventory.DeviceID]Slot{}
	for _, slot := range slices.Backward(slices.Sorted(maps.Keys(reach))) {
		link[ports[slot].Peer] = slot
	}
	out := make(map[inventory.DomainID]Tree, len(flood))
	for id, devices := range flood {
		var t Tree
		for _, d := range devices {
			if slot := link[d]; slot != 0 {
				t.Down = t.Down.With(slot)
			}
		}
		if !t.Down.Empty() {
			out[id] = t
		}
	}
	return out
}
