package subtree_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/conf/conftest"
	"oneswitch/internal/junos/subtree"
)

const sample = `system { host-name lab; }
protocols { l2-learning { global-mac-table-aging-time 300; } }
policy-options {
    policy-statement p {
        from { route-filter 10.0.0.0/8 exact; route-filter 10.0.0.0/8 upto /24; route-filter 0.0.0.0/0 exact; }
        then accept;
    }
}
vlans { v10 { vlan-id 10; } v20 { description "'plain'"; vlan-id 20; } }`

// commands returns a configuration in set form.
func commands(t testing.TB, tree conf.Tree) string {
	t.Helper()
	return conftest.Print(t, tree, conf.Lines)
}

func TestSelect(t *testing.T) {
	t.Parallel()
	tree := conftest.Tree(t, sample)
	tests := []struct{ filter, want string }{
		{"<configuration/>", commands(t, tree)},
		{"<configuration><system><domain-name/></system></configuration>", ""},
		{"<configuration><system><host-name/></system></configuration>", "set system host-name lab\n"},
		{"<vlans><vlan><name>v20</name></vlan></vlans>", "set vlans v20 description \"'plain'\"\nset vlans v20 vlan-id 20\n"},
		{"<configuration><vlans><vlan><vlan-id>20</vlan-id></vlan></vlans></configuration>", "set vlans v20 description \"'plain'\"\nset vlans v20 vlan-id 20\n"},
		{"<configuration><vlans><vlan><name/></vlan></vlans></configuration>", "set vlans v10\nset vlans v20\n"},
		{"<configuration><vlans><vlan recurse='false'/></vlans></configuration>", "set vlans v10\nset vlans v20\n"},
		{"<configuration><vlans><vlan><name>v10</name><vlan-id/></vlan><vlan><name>v20</name><vlan-id/></vlan></vlans></configuration>",
			"set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\n"},
		{"<policy-options><policy-statement><from><route-filter><address>10.0.0.0/8</address></route-filter></from></policy-statement></policy-options>",
			"set policy-options policy-statement p from route-filter 10.0.0.0/8 exact\nset policy-options policy-statement p from route-filter 10.0.0.0/8 upto /24\n"},
		{"<policy-options><policy-statement><from><route-filter><choice-ident>upto</choice-ident></route-filter></from></policy-statement></policy-options>",
			"set policy-options policy-statement p from route-filter 10.0.0.0/8 upto /24\n"},
		{"<system><host-name/></system><protocols><l2-learning/></protocols>",
			"set system host-name lab\nset protocols l2-learning global-mac-table-aging-time 300\n"},
	}
	for _, tt := range tests {
		got, problems := subtree.Select(tree, []byte(tt.filter))
		if d := cmp.Diff(tt.want, commands(t, got)); d != "" || len(problems) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", tt.filter, problems, d)
		}
	}
}

// FuzzSelect feeds filters: what is selected is a part of the configuration, and
// selecting it again selects the same.
func FuzzSelect(f *testing.F) {
	for _, seed := range []string{"<configuration/>", "<vlans><vlan><name>v10</name></vlan></vlans>", "<vlans recurse='false'/>",
		"<policy-options><policy-statement><from><route-filter><choice-ident/></route-filter></from></policy-statement></policy-options>"} {
		f.Add([]byte(seed))
	}
	tree := conftest.Tree(f, sample)
	f.Fuzz(func(t *testing.T, filter []byte) {
		got, problems := subtree.Select(tree, filter)
		if len(problems) > 0 {
			return
		}
		joined, problems := tree.Load(conf.Request{Format: conf.XML, Source: []byte(conftest.Print(t, got, conf.XML))})
		if len(problems) > 0 || joined.Hash() != tree.Hash() {
			t.Errorf("selected what is not there: %v\n%s", problems, commands(t, got))
		}
		again, _ := subtree.Select(got, filter)
		if again.Hash() != got.Hash() {
			t.Errorf("selected again:\n%s\nbefore:\n%s", commands(t, again), commands(t, got))
		}
	})
}
