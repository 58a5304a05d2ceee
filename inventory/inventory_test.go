package inventory

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestPortNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"xe-0/0/7": true, "fte-0/1/3": true, "ge-255/255/65535": true, "et-0/0/0": true, "xle-0/1/0": true,
		"": false, "xe": false, "xe-0/0": false, "xe-0/0/": false, "xe-0/0/07": false, "xe-0/0/-1": false,
		"xe-256/0/0": false, "xe-0/0/65536": false, "ae-0/0/0": false, "xe-0/0/1.0": false, "xe-0/0/0/0": false, "XE-0/0/0": false,
	} {
		p, err := ParsePort(name)
		if (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
		if ok && p.String() != name {
			t.Errorf("%q prints as %q", name, p)
		}
	}
}

func TestPortRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := Port{
			Kind: rapid.SampledFrom([]PortKind{KindGE, KindXE, KindXLE, KindET, KindFTE}).Draw(t, "kind"),
			FPC:  rapid.Uint8().Draw(t, "fpc"), PIC: rapid.Uint8().Draw(t, "pic"), Num: rapid.Uint16().Draw(t, "port"),
		}
		for name, parse := range map[string]func(string) (Port, error){p.String(): ParsePort, p.Netdev(): ParseNetdev} {
			if got, err := parse(name); err != nil || got != p {
				t.Fatalf("%s: %v, %v", name, got, err)
			}
		}
		if len(p.Netdev()) > 17 {
			t.Fatalf("%s is too long", p.Netdev())
		}
	})
}

func TestPortsSortNaturally(t *testing.T) {
	t.Parallel()
	var ports []Port
	for _, name := range []string{"xe-0/0/10", "xe-0/0/2", "fte-0/1/0", "xe-0/1/0", "xe-0/0/1"} {
		p, err := ParsePort(name)
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, p)
	}
	slices.SortFunc(ports, Port.Compare)
	var got []string
	for _, p := range ports {
		got = append(got, p.String())
	}
	if want := []string{"fte-0/1/0", "xe-0/0/1", "xe-0/0/2", "xe-0/0/10", "xe-0/1/0"}; !slices.Equal(got, want) {
		t.Errorf("sorted as %v, want %v", got, want)
	}
}

func TestInterfaceNames(t *testing.T) {
	t.Parallel()
	i, err := ParseInterface("Node0:xe-0/0/7")
	if err != nil || i.Owner != "Node0" || i.Port.Num != 7 || i.String() != "Node0:xe-0/0/7" {
		t.Errorf("%v, %v", i, err)
	}
	for _, bad := range []string{"", "xe-0/0/7", ":xe-0/0/7", "Node0:", "Node0:xe"} {
		if _, err := ParseInterface(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	for name, want := range map[string]struct {
		physical string
		unit     uint32
		ok       bool
	}{
		"Node0:xe-0/0/7.0": {"Node0:xe-0/0/7", 0, true}, "vlan.501": {"vlan", 501, true},
		"Node0:xe-0/0/7": {"Node0:xe-0/0/7", 0, false}, "a.b": {"a.b", 0, false}, "": {"", 0, false},
	} {
		if p, u, ok := CutUnit(name); p != want.physical || u != want.unit || ok != want.ok {
			t.Errorf("%q: %q %d %v", name, p, u, ok)
		}
	}
}

// The ranges of labels must not meet, and each label must lead back to what it was
// made of.
func TestLabels(t *testing.T) {
	t.Parallel()
	for _, d := range []DeviceID{1, 2, MaxDeviceID} {
		if got, ok := NodeLabel(d).Device(); !ok || got != d {
			t.Errorf("device %d: %d, %v", d, got, ok)
		}
	}
	for _, d := range []DomainID{1, uint32Max(MaxVLANID), FirstUntaggedDomain, MaxDomainID} {
		if got, ok := TreeLabel(d).TreeDomain(); !ok || got != d {
			t.Errorf("tree of %d: %d, %v", d, got, ok)
		}
		if got, ok := DomainLabel(d).Domain(); !ok || got != d {
			t.Errorf("domain %d: %d, %v", d, got, ok)
		}
		if _, ok := TreeLabel(d).Domain(); ok {
			t.Errorf("tree label of %d is taken for a domain label", d)
		}
		if _, ok := DomainLabel(d).Device(); ok {
			t.Errorf("domain label of %d is taken for a node label", d)
		}
	}
	for _, l := range []Label{0, PortLabelFlood, PortLabelLast, NodeLabelBase} {
		if _, ok := l.Device(); ok {
			t.Errorf("label %d is taken for a node", l)
		}
	}
	if top := DomainLabel(MaxDomainID); top >= 1<<20 {
		t.Errorf("label %d has more than 20 bits", top)
	}
}

func uint32Max(v VLANID) DomainID { return DomainID(v) }

func TestWords(t *testing.T) {
	t.Parallel()
	for _, r := range []Role{RoleNode, RoleInterconnect, RoleFabricControl, RoleDirector} {
		if got, err := ParseRole(r.String()); err != nil || got != r {
			t.Errorf("%v: %v, %v", r, got, err)
		}
	}
	for _, bad := range []string{"", "unknown", "node", "Node-device"} {
		if _, err := ParseRole(bad); err == nil {
			t.Errorf("role %q was taken", bad)
		}
	}
	for word, ok := range map[string]bool{"1": true, "4094": true, "0": false, "4095": false, "-1": false, "x": false, "": false} {
		if _, err := ParseVLANID(word); (err == nil) != ok {
			t.Errorf("vlan-id %q: %v", word, err)
		}
	}
	for word, ok := range map[string]bool{"00:13:dc:00:72:01": true, "0013.dc00.7201": true, "00:13:dc:00:72": false, "": false, "00:00:00:00:00:00:00:01": false} {
		m, err := ParseMAC(word)
		if (err == nil) != ok {
			t.Errorf("MAC %q: %v", word, err)
		}
		if ok && m.String() != "00:13:dc:00:72:01" {
			t.Errorf("MAC %q prints as %v", word, m)
		}
	}
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	given := []Member{
		{ID: "B2", Role: RoleNode, Device: 2, Address: netip.MustParseAddr("192.0.2.2")},
		{ID: "B1", Alias: "Node0", Role: RoleNode, Device: 1, Address: netip.MustParseAddr("192.0.2.1")},
		{ID: "F1", Alias: "IC-Left", Role: RoleInterconnect, Device: 3},
	}
	numbers := map[string]DomainID{"plain": 4096}
	s := NewSnapshot(given, numbers)
	given[0].Alias, numbers["plain"] = "changed", 1 // a snapshot must not notice
	var names []string
	for _, m := range s.Members() {
		names = append(names, m.Name())
	}
	if want := []string{"B2", "Node0", "IC-Left"}; !slices.Equal(names, want) {
		t.Errorf("members %v, want %v", names, want)
	}
	for name, want := range map[string]MemberID{"Node0": "B1", "B1": "B1", "B2": "B2", "IC-Left": "F1"} {
		if m, ok := s.Named(name); !ok || m.ID != want {
			t.Errorf("%s is %v, %v", name, m.ID, ok)
		}
	}
	if _, ok := s.Named("nobody"); ok {
		t.Error("an unknown name was found")
	}
	if m, ok := s.At(netip.MustParseAddr("192.0.2.1")); !ok || m.ID != "B1" {
		t.Errorf("at 192.0.2.1: %v, %v", m.ID, ok)
	}
	if d, ok := s.Domain("plain"); !ok || d != 4096 {
		t.Errorf("domain %d, %v", d, ok)
	}
	if _, ok := (Snapshot{}).Member("B1"); ok {
		t.Error("the empty snapshot has a member")
	}
}
