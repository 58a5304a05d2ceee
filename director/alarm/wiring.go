package alarm

import (
	"fmt"
	"maps"
	"slices"

	"oneswitch/inventory"
	"oneswitch/inventory/topology"
)

// Port is a fabric port as its member tells it.
type Port struct {
	End topology.End
	Up  bool         // carrier, and the far end hears us
	Far topology.End // as its hellos say; the zero End: none was heard
}

// Wiring compares the fabric links with what they should be: every node device has
// a link to every interconnect device, no cable joins two of a kind, and a cable
// that was seen once is there still. It remembers which cables were seen; the zero
// value has seen none. Its owner is the goroutine that calls Look.
//
// Weak: what was seen is forgotten at a restart of the director, so a cable that is
// dead by then is missed only where it was the last between its two members.
type Wiring struct {
	ports map[inventory.MemberID][]Port
	seen  map[topology.End]topology.End
	moved []string // cables that lead elsewhere since the last look
}

// Look takes what members told of their fabric ports and returns what is wrong, and
// a line for each cable that leads elsewhere than before. A member that is connected and told nothing this time has the ports that it told
// before; of one that is not connected nothing is said.
func (w *Wiring) Look(members []Member, told map[inventory.MemberID][]Port) (wrong []Condition, moved []string) {
	known := w.ports
	w.ports = make(map[inventory.MemberID][]Port, len(members))
	here := make(map[inventory.MemberID]Member, len(members))
	for _, m := range members {
		if !m.Connected || m.Role != inventory.RoleNode && m.Role != inventory.RoleInterconnect {
			continue
		}
		here[m.ID] = m
		w.ports[m.ID] = known[m.ID]
		if ports, ok := told[m.ID]; ok {
			w.ports[m.ID] = ports
		}
	}
	if w.seen == nil {
		w.seen = map[topology.End]topology.End{}
	}
	w.moved = nil
	found, dead := w.found(here), w.dead(here)
	slices.Sort(w.moved)
	return append(down(here, dead), differs(here, found, dead)...), w.moved
}

// found returns the cables that work, and remembers them.
func (w *Wiring) found(here map[inventory.MemberID]Member) topology.Graph {
	var links []topology.Link
	for _, id := range slices.Sorted(maps.Keys(w.ports)) {
		for _, p := range w.ports[id] {
			if _, ok := here[p.Far.Member]; !p.Up || !ok {
				continue
			}
			links = append(links, topology.Between(p.End, p.Far))
			if old, known := w.seen[p.End]; known && old != p.Far {
				w.moved = append(w.moved, fmt.Sprintf("Fabric port %s leads to %s now and led to %s before", end(here, p.End), end(here, p.Far), end(here, old)))
				if w.seen[old] == p.End {
					delete(w.seen, old) // that end is free until it is heard again
				}
			}
			w.seen[p.End], w.seen[p.Far] = p.Far, p.End
		}
	}
	return topology.New(links)
}

// dead returns the cables that were seen and do not work.
func (w *Wiring) dead(here map[inventory.MemberID]Member) topology.Graph {
	var links []topology.Link
	for _, ports := range w.ports {
		for _, p := range ports {
			far, ok := w.seen[p.End]
			if _, present := here[far.Member]; !p.Up && ok && present {
				links = append(links, topology.Between(p.End, far))
			}
		}
	}
	return topology.New(links)
}

// down says that cables are dead.
func down(here map[inventory.MemberID]Member, dead topology.Graph) []Condition {
	var out []Condition
	for _, l := range dead.Links() {
		out = append(out, Condition{Key: fmt.Sprintf("link %s %s", l.A, l.B), Area: Fabric, Class: Major, Member: l.A.Member,
			Text: fmt.Sprintf("Fabric link %s to %s is down", end(here, l.A), end(here, l.B))})
	}
	return out
}

// differs names the pairs without a cable, unless a dead one explains it, and the
// cables that should not be.
func differs(here map[inventory.MemberID]Member, found, dead topology.Graph) []Condition {
	var all []inventory.Member
	for _, m := range here {
		all = append(all, m.Member)
	}
	var out []Condition
	for _, f := range topology.Compare(topology.Expected(inventory.NewSnapshot(all, nil)), found) {
		c := Condition{Area: Fabric, Class: Major, Hold: delivery}
		if f.Fault == topology.Missing {
			a, b := here[f.Want.A.Member], here[f.Want.B.Member]
			if joins(dead, a.ID, b.ID) {
				continue
			}
			c.Key, c.Member = fmt.Sprintf("pair %s %s", a.ID, b.ID), a.ID
			c.Text = fmt.Sprintf("No fabric link between %s and %s", a.Name(), b.Name())
		} else {
			c.Key, c.Member = fmt.Sprintf("cable %s %s", f.Found.A, f.Found.B), f.Found.A.Member
			c.Text = fmt.Sprintf("Fabric link %s leads to %s: a fabric link joins a node device and an interconnect device", end(here, f.Found.A), end(here, f.Found.B))
		}
		out = append(out, c)
	}
	return out
}

// joins reports whether a graph has a link between two members.
func joins(g topology.Graph, a, b inventory.MemberID) bool {
	return slices.ContainsFunc(g.Of(a), func(l topology.Link) bool { return l.B.Member == b })
}

// end prints one end under the name that the operator knows.
func end(here map[inventory.MemberID]Member, e topology.End) string {
	return fmt.Sprintf("%s:%s", here[e.Member].Name(), e.Port)
}
