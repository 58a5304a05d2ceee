package settings_test

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
)

// TestPropertyMemory says that what a Reader has read before shows in nothing but the
// time that it takes.
func TestPropertyMemory(t *testing.T) {
	t.Parallel()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	statements := []string{
		"vlans v10 vlan-id 10", "vlans v20 vlan-id 20", "vlans v20 vlan-id 10", "vlans v10 l3-interface vlan.10", "vlans v20 interface Node0:xe-0/0/1.0",
		"vlans v10 interface S0:xe-0/0/1.0", "interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members v10",
		"interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members 20", "interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode trunk",
		"interfaces Node0:xe-0/0/1 native-vlan-id 20", "interfaces Node0:xe-0/0/1 ether-options 802.3ad ae1", "interfaces Node0:ae1 description x",
		"chassis aggregated-devices ethernet device-count 4", "interfaces vlan unit 10 family inet address 10.0.0.1/24",
		"interfaces vlan unit 20 family inet address 10.0.0.2/16", "interfaces irb unit 1 family inet address 10.0.0.1/24",
		"routing-instances red interface vlan.20", "routing-instances blue interface vlan.20", "fabric aliases node-device S0 Node0", "fabric aliases node-device S0 Leaf0",
		"fabric resources node-group R node-device Node0", "groups g interfaces <*> unit 0 family ethernet-switching vlan members v99", "interfaces apply-groups g",
		"interfaces interface-range r member Node0:xe-0/0/[1-3]", "interfaces interface-range r unit 0 family ethernet-switching vlan members v20",
		"interfaces S0:xe-0/0/1 disable", "interfaces Node9:xe-0/0/60 speed 10g", "interfaces Node0:xe-0/0/60 speed 10g",
		"policy-options prefix-list l apply-path \"interfaces <*> unit <*> family inet address <*>\"", "protocols ospf area 0 interface vlan.10",
	}
	rapid.Check(t, func(t *rapid.T) {
		tree := conf.New(s)
		var reader settings.Reader
		for range rapid.IntRange(1, 25).Draw(t, "edits") {
			line := rapid.SampledFrom([]string{"set ", "set ", "set ", "delete "}).Draw(t, "verb") + rapid.SampledFrom(statements).Draw(t, "statement") + "\n"
			if next, problems := tree.Load(conf.Request{Action: conf.LoadSet, Source: []byte(line)}); !conf.Failed(problems) {
				tree = next
			}
			want, told := settings.Read(tree, modelled())
			got, problems := reader.Read(tree, modelled())
			if d := cmp.Diff(want, got, cmpopts.EquateComparable(netip.Prefix{})) + cmp.Diff(told, problems); d != "" {
				t.Fatalf("after %s%s", line, d)
			}
			seen := make(map[conf.Problem]bool)
			for _, p := range problems {
				if seen[p] {
					t.Fatalf("after %stold twice: %+v", line, p)
				}
				seen[p] = true
			}
		}
	})
}
