package fib

import (
	"maps"

	"oneswitch/inventory"
)

// Change is what happens to one table: Set adds or overwrites, Delete removes.
// No key stands in both.
type Change[K, V comparable] struct {
	Set    map[K]V
	Delete []K
}

// Empty reports whether the change does nothing.
func (c Change[K, V]) Empty() bool { return len(c.Set)+len(c.Delete) == 0 }

func (c Change[K, V]) patch(m map[K]V) {
	maps.Copy(m, c.Set)
	for _, k := range c.Delete {
		delete(m, k)
	}
}

// Delta is the difference between two Tables.
type Delta struct {
	Self    *Self // nil = unchanged
	Ports   Change[Slot, Port]
	VLANs   Change[VLANKey, inventory.DomainID]
	Domains Change[inventory.DomainID, Domain]
	Trees   Change[inventory.DomainID, Tree]
	Nodes   Change[inventory.DeviceID, Paths]
	FDB     Change[MACKey, Entry]
}

// Empty reports whether the delta changes nothing.
func (d Delta) Empty() bool {
	return d.Self == nil && d.Ports.Empty() && d.VLANs.Empty() && d.Domains.Empty() &&
		d.Trees.Empty() && d.Nodes.Empty() && d.FDB.Empty()
}

// Diff returns the delta that turns a into b.
func Diff(a, b Tables) Delta {
	d := Delta{
		Ports:   diff(a.Ports, b.Ports),
		VLANs:   diff(a.VLANs, b.VLANs),
		Domains: diff(a.Domains, b.Domains),
		Trees:   diff(a.Trees, b.Trees),
		Nodes:   diff(a.Nodes, b.Nodes),
		FDB:     diff(a.FDB, b.FDB),
	}
	if a.Self != b.Self {
		d.Self = &b.Self
	}
	return d
}

func diff[K, V comparable](a, b map[K]V) Change[K, V] {
	c := Change[K, V]{Set: map[K]V{}}
	for k, v := range b {
		if old, ok := a[k]; !ok || old != v {
			c.Set[k] = v
		}
	}
	for k := range a {
		if _, ok := b[k]; !ok {
			c.Delete = append(c.Delete, k)
		}
	}
	return c
}

// Patch carries the delta out on t, whose maps must not be nil.
func (t *Tables) Patch(d Delta) {
	if d.Self != nil {
		t.Self = *d.Self
	}
	d.Ports.patch(t.Ports)
	d.VLANs.patch(t.VLANs)
	d.Domains.patch(t.Domains)
	d.Trees.patch(t.Trees)
	d.Nodes.patch(t.Nodes)
	d.FDB.patch(t.FDB)
}
