package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/check"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/conf/conftest"
)

func TestConstraints(t *testing.T) {
	t.Parallel()
	empty := conftest.Tree(t, "")
	const bgp, area = "protocols { bgp { group g { ", "protocols { ospf { area "
	tests := []struct {
		text string
		want []string
	}{
		{"system { login { user bob { class operator; } } }", nil},
		{`system { login { user bob { full-name "B"; } user eve { uid 2000; } } }`, []string{
			"[edit system login] 'user bob' Missing mandatory statement: 'class'",
			"[edit system login] 'user eve' Missing mandatory statement: 'class'"}},
		{"groups { g { system { login { user <*> { uid 2000; } } } } }", nil}, // checked where it is applied
		{"system { radius-server { 10.0.0.1 port 1812; } }", []string{"[edit system] 'radius-server 10.0.0.1' Missing mandatory statement: 'secret'"}},
		{"vlans { v10 { vlan-id 10; } v20 { vlan-range 20-30; } v30 { vlan-id-list [ 30 31 ]; } }", nil},
		{"vlans { v10 { vlan-id 10; vlan-range 20-30; l3-interface vlan.10; } }", []string{
			"[edit vlans] 'v10' vlan-id and vlan-range are mutually exclusive",
			"[edit vlans] 'v10' l3-interface needs one vlan-id"}},
		{"interfaces { NW-NG-0:ae1 { aggregated-ether-options { minimum-links 1; } } interface-range r { member Node0:xe-0/0/1; aggregated-ether-options { minimum-links 1; } } }", nil},
		{"interfaces { Node0:xe-0/0/1 { aggregated-ether-options { minimum-links 1; } } }", []string{
			"[edit interfaces Node0:xe-0/0/1] 'aggregated-ether-options' aggregated-ether-options can be configured on aggregated Ethernet interfaces (ae) only"}},
		{"interfaces { Node0:xe-0/0/1 { vlan-tagging; unit 5 { vlan-id 5; } } }", nil},
		{"interfaces { Node0:xe-0/0/1 { vlan-tagging; unit 5; } Node0:xe-0/0/2 { unit 6 { vlan-id 6; } } }", []string{
			"[edit interfaces Node0:xe-0/0/1] 'unit 5' VLAN-ID must be specified on tagged ethernet interfaces",
			"[edit interfaces Node0:xe-0/0/2 unit 6] 'vlan-id' VLAN-ID can only be specified on tagged ethernet interfaces"}},
		{"interfaces { vlan { unit 1 { family inet { address 10.0.0.2/24 { vrrp-group 1 { priority 5; } arp 10.0.0.9 publish; } } } } }", []string{
			"[edit interfaces vlan unit 1 family inet address 10.0.0.2/24] 'arp 10.0.0.9' Missing mandatory statement: 'mac' or 'multicast-mac'",
			"[edit interfaces vlan unit 1 family inet address 10.0.0.2/24] 'vrrp-group 1' Missing mandatory statement: 'virtual-address'"}},
		{bgp + "type internal; neighbor 10.0.0.1; } group h { peer-as 1; neighbor 10.0.0.2; } group i { neighbor 10.0.0.3 { peer-as 2; } } } }", nil},
		{bgp + "type external; neighbor 10.0.0.1; neighbor 10.0.0.2 { peer-as 1; } } } }", []string{
			"[edit protocols bgp group g] 'neighbor 10.0.0.1' peer AS number must be configured for an external peer"}},
		{area + "0.0.0.1 { stub; } area 0.0.0.0 { interface vlan.1; } } }", nil},
		{area + "0 { stub; } } }", []string{"[edit protocols ospf] 'area 0' the backbone area cannot be a stub or not-so-stubby area"}},
		{"protocols { rstp { interface all; } vstp { vlan all; } }", nil},
		{"protocols { rstp; mstp; }", []string{
			"[edit] 'protocols' only one of stp, rstp, mstp and vstp can be configured, but for rstp together with vstp"}},
		{"routing-options { static { route 10.0.0.0/8 next-hop 10.0.0.1; route 11.0.0.0/8 { qualified-next-hop 10.0.0.1; } route 12.0.0.0/8 { tag 1; } } }", []string{
			"[edit routing-options static] 'route 12.0.0.0/8' static route must have a next hop, or discard, reject, receive or next-table"}},
		{"routing-instances { red { instance-type vrf; } blue { instance-type virtual-router; } }", []string{
			"[edit routing-instances] 'red' route-distinguisher must be configured for a vrf instance",
			"[edit routing-instances] 'red' vrf-target, or vrf-import and vrf-export, must be configured for a vrf instance"}},
		{"routing-instances { red { instance-type vrf; route-distinguisher 1.1.1.1:1; vrf-import a; vrf-export b; } }", nil},
		{"policy-options { community c { invert-match; } }", []string{"[edit policy-options] 'community c' Missing mandatory statement: 'members'"}},
		{"firewall { policer p { if-exceeding { bandwidth-limit 1m; } } }", []string{
			"[edit firewall] 'policer p' Missing mandatory statement: 'then'",
			"[edit firewall policer p] 'if-exceeding' Missing mandatory statement: 'burst-size-limit'"}},
		{"class-of-service { drop-profiles { d { interpolate { fill-level [ 10 20 ]; drop-probability 5; } } } }", []string{
			"[edit class-of-service drop-profiles d] 'interpolate' fill-level and drop-probability must have the same number of values"}},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range check.Constraints(conftest.Load(t, empty, tt.text)) {
			got = append(got, p.Banner()+" '"+p.Token+"' "+p.Text)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, d)
		}
	}
}

// TestAfterAnEdit says that what was found right once does not hide what an edit breaks.
func TestAfterAnEdit(t *testing.T) {
	t.Parallel()
	tree := conftest.Tree(t, `interfaces { Node0:xe-0/0/1 { vlan-tagging; unit 5 { vlan-id 5; } } }
vlans { v10 { vlan-id 10; } } protocols { bgp { group g { peer-as 1; neighbor 10.0.0.1; } } }`)
	if got := check.Constraints(tree); len(got) > 0 {
		t.Fatal(got)
	}
	for line, want := range map[string]string{
		"delete interfaces Node0:xe-0/0/1 vlan-tagging":     "VLAN-ID can only be specified on tagged ethernet interfaces",
		"set interfaces Node0:xe-0/0/1 unit 6":              "VLAN-ID must be specified on tagged ethernet interfaces",
		"set vlans v10 vlan-range 20-30":                    "vlan-id and vlan-range are mutually exclusive",
		"delete protocols bgp group g peer-as":              "peer AS number must be configured for an external peer",
		"set protocols bgp group g neighbor 10.0.0.1 ttl 1": "",
	} {
		edits, problems := conf.ParseLine(tree.Schema().Config(), nil, line)
		next, more := tree.Apply(edits)
		if len(problems)+len(more) > 0 {
			t.Fatal(problems, more)
		}
		got := check.Constraints(next)
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || got[0].Text != want) {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// BenchmarkConstraints is what they add to a commit check of the largest fabric: the
// first one, and one after an edit.
func BenchmarkConstraints(b *testing.B) {
	source := string(conftest.Large())
	b.Run("first", func(b *testing.B) {
		empty := conftest.Tree(b, "")
		for b.Loop() {
			b.StopTimer()
			tree := conftest.Load(b, empty, source)
			b.StartTimer()
			if got := check.Constraints(tree); len(got) > 0 {
				b.Fatal(got[0])
			}
		}
	})
	b.Run("edit", func(b *testing.B) {
		tree := conftest.Tree(b, source)
		check.Constraints(tree)
		edits, _ := conf.ParseLine(tree.Schema().Config(), nil, "set interfaces Node77:xe-0/0/20 mtu 1500")
		for b.Loop() {
			next, _ := tree.Apply(edits)
			if got := check.Constraints(next); len(got) > 0 {
				b.Fatal(got[0])
			}
		}
	})
}
