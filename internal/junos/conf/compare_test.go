package conf_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
)

// change loads a base and a set of commands on top of it.
func change(t *testing.T, base, commands string) (before, after conf.Tree) {
	t.Helper()
	s := loadSchema(t)
	before = parse(t, s, conf.Text, base)
	after, problems := before.Load(conf.Request{Action: conf.LoadSet, Source: []byte(commands)})
	if len(problems) > 0 {
		t.Fatalf("commands: %v", problems)
	}
	return before, after
}

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, commands, at, want string }{
		{"nothing", "set vlans v10 vlan-id 10", "", ""},
		{"leaf", "set system host-name new", "", `[edit system]
-  host-name lab;
+  host-name new;
`},
		{"new entry", "set vlans v30 vlan-id 30 description x", "", `[edit vlans]
+   v30 {
+       description x;
+       vlan-id 30;
+   }
`},
		{"several levels", "delete interfaces Node0:xe-0/0/2 mtu\nset interfaces Node0:xe-0/0/2 unit 0 description u\ndelete vlans v20", "", `[edit interfaces Node0:xe-0/0/2]
-  mtu 9192;
[edit interfaces Node0:xe-0/0/2 unit 0]
+  description u;
[edit vlans]
-   v20 {
-       description 'plain';
-       vlan-id 20;
-   }
`},
		{"at a level", "set system host-name new\nset vlans v10 vlan-id 11", "vlans", `[edit vlans v10]
-  vlan-id 10;
+  vlan-id 11;
`},
		{"leaf-list whole", "set interfaces Node0:xe-0/0/2 unit 0 family ethernet-switching vlan members v20", "", `[edit interfaces Node0:xe-0/0/2 unit 0 family ethernet-switching vlan]
-  members v10;
+  members [ v10 v20 ];
`},
		{"inline container", "delete interfaces Node0:xe-0/0/10 unit 0 family inet", "", `[edit interfaces Node0:xe-0/0/10 unit 0]
-   family inet {
-       address 10.0.0.1/24;
-   }
`},
		{"marks", "deactivate vlans v10\nactivate interfaces Node1:xe-0/0/0\nunprotect vlans v10 interface Node0:xe-0/0/11.0\nannotate interfaces Node0:xe-0/0/10 \"new\"", "", `[edit interfaces]
-   /* the uplink */
+   /* new */
    Node0:xe-0/0/10 { ... }
!   active: Node1:xe-0/0/0 { ... }
[edit vlans]
!   inactive: v10 { ... }
[edit vlans v10 interface]
!   unprotect: Node0:xe-0/0/11.0;
`},
		{"grouped list", "set vlans v10 interface Node1:xe-0/0/9.0\nset vlans v20 interface Node1:xe-0/0/8.0", "", `[edit vlans v10 interface]
+  Node1:xe-0/0/9.0;
[edit vlans v20]
+   interface {
+       Node1:xe-0/0/8.0;
+   }
`},
		{"order", "insert fabric resources node-group RSNG01 node-device Node2 before node-device Node3", "", `[edit fabric resources node-group RSNG01]
!   node-device Node2;
    node-device Node3;
`},
	}
	base := strings.ReplaceAll(sample, "'plain'", `"'plain'"`)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, after := change(t, base, tt.commands)
			var at conf.Path
			if tt.at != "" {
				at = path(t, before.Schema(), tt.at)
			}
			want := strings.ReplaceAll(tt.want, "description 'plain'", `description "'plain'"`)
			if d := cmp.Diff(want, conf.Compare(before, after, at)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestPrintAtLevel(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Text, sample)
	tests := []struct {
		at    string
		style conf.Style
		want  string
	}{
		{"vlans v20", conf.Style{}, "description \"'plain'\";\nvlan-id 20;\n"},
		{"system host-name", conf.Style{}, "host-name lab;\n"},
		{"vlans v10 interface", conf.Style{}, "interface {\n    Node0:xe-0/0/3.0;\n    protect: Node0:xe-0/0/11.0;\n}\n"},
		{"interfaces Node0:xe-0/0/2 unit 0 family ethernet-switching vlan members", conf.Style{}, "members v10;\n"},
		{"vlans v99", conf.Style{}, ""},
		{"vlans v20", conf.Style{Format: conf.Lines}, "set vlans v20 description \"'plain'\"\nset vlans v20 vlan-id 20\n"},
		{"vlans v20", conf.Style{Format: conf.Lines, Relative: true}, "set description \"'plain'\"\nset vlan-id 20\n"},
		{"system host-name", conf.Style{Format: conf.Lines}, "set system host-name lab\n"},
		{"interfaces Node1:xe-0/0/0", conf.Style{Format: conf.Lines}, "set interfaces Node1:xe-0/0/0 disable\n"},
		{"vlans v20", conf.Style{Format: conf.XML}, `<configuration>
    <vlans>
        <vlan>
            <name>v20</name>
            <description>'plain'</description>
            <vlan-id>20</vlan-id>
        </vlan>
    </vlans>
</configuration>
`},
		{"protocols", conf.Style{Format: conf.JSON}, `{
    "configuration" : {
        "protocols" : {
            "l2-learning" : {
                "global-mac-table-aging-time" : 300
            },
            "lldp" : {
                "interface" : [
                    {
                        "name" : "Node0:xe-0/0/2.0",
                        "disable" : [null]
                    },
                    {
                        "name" : "all"
                    }
                ]
            }
        }
    }
}
`},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, printed(t, tree, path(t, s, tt.at), tt.style)); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.at, d)
		}
	}
}
