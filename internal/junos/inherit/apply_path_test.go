package inherit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
)

const addressed = `groups { dns { system { name-server { 192.0.2.53; 2001:db8::53; } } } ports { interfaces { <*> { unit 0 { family inet { address 10.9.9.1/24; } } } } } }
system { apply-groups dns; name-server { 198.51.100.53; inactive: 198.51.100.54; } }
interfaces {
    interface-range r { member Node1:xe-0/0/1; apply-groups ports; }
    Node0:xe-0/0/1 { unit 0 { family inet { address 10.0.1.1/24; address 10.0.0.9/24; } } }
    Node0:xe-0/0/2 { unit 7 { family inet { address 10.0.1.2/24; } family inet6 { address 2001:db8:1::1/64; } } }
    vlan { unit 5 { family inet { address 10.0.5.1/25; } } }
}
protocols { bgp { group a { neighbor 192.0.2.1; } group b { neighbor 2001:db8::2; local-address 192.0.2.9; } } }
snmp { community public { clients { 10.8.0.0/16; } } }
`

func TestApplyPath(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, want string }{
		{"system name-server <*>", "192.0.2.53/32 198.51.100.53/32 2001:db8::53/128"},
		{"system name-server <198.*>", "198.51.100.53/32"},
		{"interfaces <*> unit <*> family inet address <*>", "10.0.0.0/24 10.0.1.0/24 10.0.5.0/25 10.9.9.0/24"},
		{"interfaces <Node0:*> unit 0 family inet address <*>", "10.0.0.0/24 10.0.1.0/24"},
		{"interfaces <xe-*> unit <*> family inet address <*>", "10.0.0.0/24 10.0.1.0/24 10.9.9.0/24"},
		{"interfaces vlan unit <*> family inet address <*>", "10.0.5.0/25"},
		{"interfaces <*> unit <*> family inet6 address <*>", "2001:db8:1::/64"},
		{"protocols bgp group <*> neighbor <*>", "192.0.2.1/32 2001:db8::2/128"},
		{"protocols bgp group b local-address <*>", "192.0.2.9/32"},
		{"protocols bgp group <c*> neighbor <*>", ""},
		{"snmp community <*> clients <*>", "10.8.0.0/16"},
		{"vlans <*> description <*>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			tree, problems := inherit.Expand(load(t, addressed+`policy-options { prefix-list l { 203.0.113.0/24; apply-path "`+tt.path+`"; } }`))
			leaf := tree.Root().Child("policy-options").Entry("prefix-list", "l").Child("apply-path")
			got, ok := leaf.Expansion()
			if strings.Join(got, " ") != tt.want || !ok || len(problems) > 0 {
				t.Errorf("got %v, want %s; problems %v", got, tt.want, problems)
			}
		})
	}
}

func TestApplyPathProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ path, want string }{
		{"systm name-server <*>", "path 'systm name-server <*>' matches no statement: 'systm' is not one at [edit]"},
		{"interfaces <*> unt <*>", "path 'interfaces <*> unt <*>' matches no statement: 'unt' is not one at [edit interfaces <*>]"},
		{"system name-server", "path 'system name-server' ends without a pattern for the value of 'name-server'; expecting <*>"},
		{"system services", "path 'system services' leads to 'services', which has no addresses"},
		{"system name-server <*> <*>", "path 'system name-server <*> <*>' matches no statement: '<*>' is not one at [edit system name-server <*>]"},
		{" ", "path is empty; expecting a statement such as \"system name-server <*>\""},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			tree, problems := inherit.Expand(load(t, `policy-options { prefix-list l { apply-path "`+tt.path+`"; } }`))
			if len(problems) != 1 || problems[0].Text != tt.want || problems[0].Path != "policy-options prefix-list l" {
				t.Errorf("problems %+v, want %s", problems, tt.want)
			}
			if _, ok := tree.Root().Child("policy-options").Entry("prefix-list", "l").Child("apply-path").Expansion(); ok {
				t.Error("a path that leads nowhere was expanded")
			}
		})
	}
}

func TestDisplayApplyPath(t *testing.T) {
	t.Parallel()
	text := addressed + "policy-options {\n    prefix-list dns {\n        203.0.113.0/24;\n        apply-path \"system name-server <*>\";\n    }\n" +
		"    inactive: prefix-list off {\n        apply-path \"system name-server <*>\";\n    }\n}\n"
	tree, _ := inherit.Expand(load(t, text))
	want := `policy-options {
    prefix-list dns {
        203.0.113.0/24;
        ##
        ## apply-path was expanded to:
        ##     192.0.2.53/32;
        ##     198.51.100.53/32;
        ##     2001:db8::53/128;
        ##
        apply-path "system name-server <*>";
    }
    inactive: prefix-list off {
        apply-path "system name-server <*>";
    }
}
`
	full := printed(t, tree, conf.Style{Origins: conf.FullOrigins})
	if _, got, _ := strings.Cut(full, "\npolicy-options"); !strings.HasPrefix("policy-options"+got, want) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want, "policy-options"+got))
	}
	if back := load(t, full); back.Hash() != tree.Hash() {
		t.Error("the form with comments is not read back")
	}
	if plain := printed(t, tree, conf.Style{}); strings.Contains(plain, "##") {
		t.Errorf("comments without being asked for:\n%s", plain)
	}
}
