package fib

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

func xe(n uint16) inventory.Port { return inventory.Port{Kind: inventory.KindXE, Num: n} }
func fte(n uint16) inventory.Port {
	return inventory.Port{Kind: inventory.KindFTE, PIC: 1, Num: n}
}

func TestPortSet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.SliceOf(rapid.Uint8()).Draw(t, "slots")
		want := map[Slot]bool{}
		var s PortSet
		for _, n := range slots {
			s, want[Slot(n)] = s.With(Slot(n)), true
		}
		if got := slices.Collect(s.Slots()); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("slots %v, want %v", got, want)
		}
		for slot := range want {
			s = s.Without(slot)
			if s.Has(slot) {
				t.Fatalf("slot %d is still there", slot)
			}
		}
		if !s.Empty() {
			t.Fatal("not empty at the end")
		}
	})
}

func TestSlotLabels(t *testing.T) {
	t.Parallel()
	for s := Slot(1); s != 0; s++ {
		if got, ok := SlotOf(s.Label()); !ok || got != s || s.Label() < inventory.PortLabelFirst || s.Label() > inventory.PortLabelLast {
			t.Errorf("slot %d has the label %d, which is slot %d, %v", s, s.Label(), got, ok)
		}
	}
	for _, l := range []inventory.Label{0, 16, 272, 999, 1001, 1 << 19} {
		if s, ok := SlotOf(l); ok {
			t.Errorf("label %d is slot %d, want none", l, s)
		}
	}
}

// TestAssign: a port keeps its slot, no two ports share one.
func TestAssign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		slots := Slots{}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			var ports []inventory.Port
			for _, n := range rapid.SliceOfDistinct(rapid.Uint16Range(0, 300), rapid.ID[uint16]).Draw(t, "ports") {
				ports = append(ports, xe(n))
			}
			next := Assign(slots, ports)
			if len(next) != min(len(ports), MaxSlot) {
				t.Fatalf("%d of %d ports have a slot", len(next), len(ports))
			}
			taken := map[Slot]inventory.Port{}
			for p, s := range next {
				if other, twice := taken[s]; twice || s == 0 {
					t.Fatalf("slot %d given to %s and %s", s, p, other)
				}
				taken[s] = p
				if old := slots[p]; old != 0 && old != s {
					t.Fatalf("port %s moved from slot %d to %d", p, old, s)
				}
			}
			slots = next
		}
	})
}

// TestDiff: a patched with Diff(a, b) is b, and the delta is no larger than need be.
func TestDiff(t *testing.T) {
	t.Parallel()
	tables := rapid.Custom(func(t *rapid.T) Tables {
		out := NewTables()
		out.Self.Device = inventory.DeviceID(rapid.IntRange(0, 3).Draw(t, "device"))
		for range rapid.IntRange(0, 5).Draw(t, "n") {
			k, v := rapid.Uint8Range(1, 4).Draw(t, "key"), rapid.Uint8Range(1, 4).Draw(t, "value")
			out.Ports[Slot(k)] = Port{Name: xe(uint16(v))}
			out.VLANs[VLANKey{Slot(k), inventory.VLANID(v)}] = inventory.DomainID(v)
			out.Domains[inventory.DomainID(k)] = Domain{Untagged: NewPortSet(Slot(v))}
			out.Trees[inventory.DomainID(k)] = Tree{Down: NewPortSet(Slot(v))}
			out.Nodes[inventory.DeviceID(k)] = spread(NewPortSet(Slot(v)))
			out.FDB[MACKey{Domain: inventory.DomainID(k)}] = LocalEntry(Slot(v))
		}
		return out
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := tables.Draw(t, "a"), tables.Draw(t, "b")
		got := a.Clone()
		got.Patch(Diff(a, b))
		if d := Diff(got, b); !d.Empty() {
			t.Fatalf("still different: %+v", d)
		}
		if d := Diff(a, a.Clone()); !d.Empty() {
			t.Fatalf("a clone differs: %+v", d)
		}
		d := Diff(a, b)
		for k, v := range d.FDB.Set {
			if a.FDB[k] == v {
				t.Fatalf("entry %v is set to what it was", k)
			}
		}
	})
}

func inputs() Inputs {
	in := Inputs{
		Intent: intent.Intent{
			Role: inventory.RoleNode, Device: 1,
			Domains: []intent.Domain{{ID: 1, Tag: 1}, {ID: 10, Tag: 10}, {ID: 5000}},
			Ports: []intent.Port{
				{Port: xe(1), Mode: intent.Trunk, Domains: []inventory.DomainID{10, 5000, 1}, Native: 1},
				{Port: xe(2), Mode: intent.Access, Domains: []inventory.DomainID{10}, Disable: true},
			},
		},
		Locals: []Local{
			{Port: xe(0), Up: true}, {Port: xe(1), Up: true}, {Port: xe(2), Up: true},
			{Port: fte(0), Up: true, Far: Far{Device: 101, Reach: []inventory.DeviceID{1, 2, 3}}},
			{Port: fte(1), Up: true, Far: Far{Device: 102, Reach: []inventory.DeviceID{1, 3, 4}}},
		},
		Flood: map[inventory.DomainID][]inventory.DeviceID{1: {1, 2, 3}, 10: {3}},
	}
	var ports []inventory.Port
	for _, l := range in.Locals {
		ports = append(ports, l.Port)
	}
	in.Slots = Assign(nil, ports) // fte first: 1, 2; then xe: 3, 4, 5
	return in
}

func TestBuildMembership(t *testing.T) {
	t.Parallel()
	got := Build(inputs())
	wantVLANs := map[VLANKey]inventory.DomainID{
		{3, 0}: 1, {3, 1}: 1, // as shipped: access port of the default domain
		{4, 0}: 1, {4, 1}: 1, {4, 10}: 10, // native, and no tag for the domain without one
	}
	wantDomains := map[inventory.DomainID]Domain{
		1:    {Tag: 1, Untagged: NewPortSet(3, 4)},
		10:   {Tag: 10, Tagged: NewPortSet(4)},
		5000: {},
	}
	if !maps.Equal(got.VLANs, wantVLANs) {
		t.Errorf("VLANs %v, want %v", got.VLANs, wantVLANs)
	}
	if !maps.Equal(got.Domains, wantDomains) {
		t.Errorf("domains %v, want %v", got.Domains, wantDomains)
	}
}

func TestBuildPaths(t *testing.T) {
	t.Parallel()
	left, right := spread(NewPortSet(1)), spread(NewPortSet(2))
	got := Build(inputs())
	for device, want := range map[inventory.DeviceID]Paths{
		2: left, 3: spread(NewPortSet(1, 2)), 4: right, 101: left, 102: right,
	} {
		if got.Nodes[device] != want {
			t.Errorf("paths to device %d are %v, want %v", device, got.Nodes[device], want)
		}
	}
	if _, self := got.Nodes[1]; self || len(got.Nodes) != 5 {
		t.Errorf("paths to %d devices, or to itself", len(got.Nodes))
	}
	// The left interconnect reaches one more member of domain 1 than the right one.
	if got.Trees[1].Up != left || got.Trees[10].Up != spread(NewPortSet(1, 2)) || len(got.Trees) != 2 {
		t.Errorf("trees %v", got.Trees)
	}

	in := inputs()
	in.Locals[3].Up = false
	if got := Build(in); got.Nodes[3] != right || got.Trees[1].Up != right || len(got.Nodes) != 3 {
		t.Errorf("left uplink down: paths %v, trees %v", got.Nodes, got.Trees)
	}
}

func TestBuildInterconnect(t *testing.T) {
	t.Parallel()
	in := Inputs{
		Intent: intent.Intent{Role: inventory.RoleInterconnect, Device: 101},
		Locals: []Local{
			{Port: fte(0), Up: true, Far: Far{Device: 1}}, {Port: fte(1), Up: true, Far: Far{Device: 2}},
			{Port: fte(2), Up: true, Far: Far{Device: 2}}, {Port: fte(3), Far: Far{Device: 3}},
		},
		Flood: map[inventory.DomainID][]inventory.DeviceID{1: {1, 2, 3}, 7: {3}},
		Slots: Assign(nil, []inventory.Port{fte(0), fte(1), fte(2), fte(3)}),
	}
	got := Build(in)
	if !got.Self.Transit || len(got.Domains) != 0 || len(got.VLANs) != 0 {
		t.Errorf("an interconnect has domains %v, VLANs %v", got.Domains, got.VLANs)
	}
	want := map[inventory.DeviceID]Paths{1: spread(NewPortSet(1)), 2: spread(NewPortSet(2, 3))}
	if !maps.Equal(got.Nodes, want) {
		t.Errorf("paths %v, want %v", got.Nodes, want)
	}
	// One copy for a neighbour with two links, none for the one that is down.
	if trees := map[inventory.DomainID]Tree{1: {Down: NewPortSet(1, 2)}}; !maps.Equal(got.Trees, trees) {
		t.Errorf("trees %v, want %v", got.Trees, trees)
	}
}

func TestReasonsHaveNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for r := range Reason(Reasons) {
		if name := r.String(); name == "" || seen[name] {
			t.Errorf("reason %d has the name %q", r, name)
		} else {
			seen[name] = true
		}
	}
}
