package northbound_test

import (
	"context"
	"strings"
	"testing"

	"oneswitch/director/permission"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
)

const everything = `set vlans v10 vlan-id 10
set vlans v10 l3-interface vlan.10
set vlans v2 description "the second"
set interfaces vlan unit 10 family inet address 10.0.0.1/24
set interfaces Node0:xe-0/0/10 description uplink
set interfaces Node0:xe-0/0/10 unit 0 family ethernet-switching vlan members v10
set interfaces Node0:xe-0/0/2 unit 0 family ethernet-switching
set interfaces RSNG01:ae3 unit 0 family ethernet-switching
set groups g1 vlans v10 vlan-id 11
set groups g1 interfaces <*> mtu 9000
set policy-options policy-statement p1 term t1 then accept
set policy-options policy-statement p1 term t1 from route-filter 10.0.0.0/8 upto /24
set policy-options policy-statement p1 term t1 from route-filter 10.0.0.0/8 exact
set policy-options policy-statement p1 term t1 from route-filter 10.1.0.0/16 upto /28
set protocols ospf area 0.0.0.0 virtual-link neighbor-id 10.0.0.1 transit-area 0.0.0.2
set protocols ospf area 0.0.0.0 virtual-link neighbor-id 10.0.0.3 transit-area 0.0.0.4
set firewall family inet filter f1 term second then accept
set firewall family inet filter f1 term first then accept
set firewall filter f2 term x then accept
set system login user a class operator
`

// TestComplete: names of the candidate and of what is committed, those that a value
// may refer to, and what the fabric knows, each as far as the operator may see it.
func TestComplete(t *testing.T) {
	t.Parallel()
	f := &fake{classes: map[string]permission.Class{}}
	server := newServer(t, f)
	ask := func(class string, r rpc.Complete) string {
		peer := admin()
		peer.Class = class
		client := netconftest.Dial(t, server, peer)
		c := rpc.Component{Caller: client}
		set := everything
		if class == "super-user" {
			if _, err := rpc.Call(context.Background(), client, rpc.LoadConfiguration{Action: "set", Format: "text", Set: &set}); err != nil {
				t.Fatal(err)
			}
		}
		names, err := c.Entries(context.Background(), r.Source, r.Path, r.Prefix)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, n := range names {
			if n.Help != "" {
				n.Name += " (" + n.Help + ")"
			}
			out = append(out, n.Name)
		}
		return strings.Join(out, ", ")
	}
	for _, tc := range []struct{ class, source, path, prefix, want string }{
		{"super-user", rpc.SourceCandidate, "vlans", "", "default (vlan-id 1), v2 (the second), v10 (vlan-id 10)"},
		{"super-user", rpc.SourceCandidate, "vlans", "v1", "v10 (vlan-id 10)"},
		{"super-user", rpc.SourceCandidate, "groups g1 vlans", "", "v10 (vlan-id 11)"},
		{"super-user", rpc.SourceCandidate, "groups g1 interfaces", "", "<*>"},
		{"super-user", rpc.SourceCandidate, "groups", "", "g1"},
		{"super-user", rpc.SourceCandidate, "interfaces", "Node0", "Node0:xe-0/0/2, Node0:xe-0/0/10 (uplink)"},
		{"super-user", rpc.SourceCandidate, "interfaces vlan unit", "", "10"},
		{"super-user", rpc.SourceCandidate, "interfaces Node0:xe-0/0/10 unit 0 family ethernet-switching vlan members", "", "v10"},
		{"super-user", rpc.SourceCandidate, "firewall family inet filter f1 term", "", "second, first"},
		{"super-user", rpc.SourceCandidate, "policy-options policy-statement p1 term t1 from route-filter", "", "10.0.0.0/8, 10.1.0.0/16"},
		{"super-user", rpc.SourceCandidate, "policy-options policy-statement p1 term t1 from route-filter 10.0.0.0/8", "", "upto, exact"},
		{"super-user", rpc.SourceCandidate, "policy-options policy-statement p1 term t1 from route-filter 10.0.0.0/8 upto", "", "/24"},
		{"super-user", rpc.SourceCandidate, "policy-options policy-statement p1 term t1 from route-filter 10.0.0.0/8 exact", "", ""},
		{"super-user", rpc.SourceCandidate, "protocols ospf area 0.0.0.0 virtual-link", "10.0.0.1", "10.0.0.1"},
		{"super-user", rpc.SourceCandidate, "protocols ospf area 0.0.0.0 virtual-link neighbor-id 10.0.0.3", "", "0.0.0.4"},
		{"super-user", rpc.SourceCandidate, "nonsense", "", ""},
		{"super-user", rpc.SourceCandidate, "system", "", ""},
		{"super-user", rpc.SourceCommitted, "vlans", "", "default (vlan-id 1)"},
		{"super-user", "vlans", "", "", "default (vlan-id 1), v2 (the second), v10 (vlan-id 10)"},
		{"super-user", "groups", "", "", "g1"},
		{"super-user", "policy-options policy-statement", "", "", "p1"},
		{"super-user", "firewall family inet filter", "", "", "f1"},
		{"super-user", "firewall filter", "", "", "f2"},
		{"super-user", "routed-units", "", "", "vlan.10"},
		{"super-user", "lags", "", "", "RSNG01:ae3"},
		{"super-user", "units", "", "Node0:xe-0/0/1", "Node0:xe-0/0/1x (units), Node0:xe-0/0/10.0 (uplink)"},
		{"super-user", "units", "", "vlan", "vlan.10, vlanx (units)"},
		{"super-user", "ports", "", "RSNG", "RSNG01:ae3, RSNGx (ports)"},
		{"super-user", "members", "", "N", "Nx (members)"},
		{"read-only", rpc.SourceCandidate, "vlans", "", ""},
		{"read-only", "policy-options policy-statement", "", "", ""},
	} {
		got := ask(tc.class, rpc.Complete{Source: tc.source, Path: tc.path, Prefix: tc.prefix})
		if got != tc.want {
			t.Errorf("%s: %s %s %s: %s, want %s", tc.class, tc.source, tc.path, tc.prefix, got, tc.want)
		}
	}
}
