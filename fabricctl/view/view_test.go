package view

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

func TestTable(t *testing.T) {
	t.Parallel()
	now := time.Date(2012, 4, 1, 0, 1, 5, 0, time.UTC)
	hop := netip.MustParseAddr("128.0.130.8")
	fc := netip.MustParseAddr("128.0.128.6")
	mac := route.MAC{Domain: 5, MAC: inventory.MAC{0, 0x13, 0xdc, 0, 0x72, 1}, NextHop: hop, PortLabel: 24}
	flood := route.Flood{Domain: 5, NextHop: hop, TreeLabel: inventory.TreeLabel(5)}
	at := route.Attrs{LocalPref: 100, Originator: hop, Extended: []uint64{uint64(route.DomainTarget(5)), 0x0600_0000_00000001}}
	got := Table(route.EVPN, []route.Entry{
		{Prefix: mac.String(), Paths: []route.Path{
			{Route: mac, Peer: fc, Attrs: at, Received: now.Add(-65 * time.Second), Active: true},
			{Route: mac, Attrs: at, Received: now, Stale: true},
		}},
		{Prefix: flood.String(), Paths: []route.Path{{Route: flood, Received: now}}},
		{Prefix: "5:00/8", Paths: []route.Path{{Received: now}}},
	}, now)
	hops := func(selected bool, label string) []screen.Hop {
		return []screen.Hop{{Selected: selected, To: "128.0.130.8", Via: "dcfabric.0", Label: label}}
	}
	path := screen.Path{Protocol: "BGP", Preference: 170, ASPath: "I", Validation: "unverified", Age: report.Quantity{Text: "00:00:00"}}
	active, stale, tree, plain := path, path, path, path
	active.Active, active.From, active.Age = "*", "128.0.128.6", report.Quantity{Seconds: 65, Text: "00:01:05"}
	active.Hop, stale.Hop = hops(true, "Push 200005, Push 24"), hops(false, "Push 200005, Push 24")
	stale.Stale = true
	for _, p := range []*screen.Path{&active, &stale} {
		p.Preference2, p.LocalPref, p.Originator, p.Targets = 101, 100, "128.0.130.8", []string{"target:65534:33554437(L2:5)"}
	}
	tree.Preference2, plain.Preference2 = 1, 1
	tree.Hop = hops(false, "Push 200005, Push 16, Push 100005(top)")
	want := screen.RouteTable{Name: "bgp.bridgevpn.0", Destinations: 3, Total: 4, Active: 1, Route: []screen.Route{
		{Destination: "128.0.130.8:1:5.00:13:dc:00:72:01", Length: 144, Path: []screen.Path{active, stale}},
		{Destination: "128.0.130.8:1:5.flood.128.0.130.8", Path: []screen.Path{tree}},
		{Destination: "5:00", Length: 8, Path: []screen.Path{plain}},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
