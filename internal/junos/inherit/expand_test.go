package inherit_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/schema"
)

// loaded is the schema, which takes longer to make than any test here.
var loaded = sync.OnceValues(schema.Load)

func load(t testing.TB, text string) conf.Tree {
	t.Helper()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadReplace, Format: conf.Text, Source: []byte(text)})
	if len(problems) > 0 {
		t.Fatalf("load: %+v", problems)
	}
	return tree
}

func printed(t testing.TB, tree conf.Tree, style conf.Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := tree.Print(&b, nil, style); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lines returns what stands outside of groups as set commands without the verb.
func lines(t testing.TB, tree conf.Tree) string {
	return strings.ReplaceAll(printed(t, tree, conf.Style{Format: conf.Lines}), "set ", "")
}

func TestExpand(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing to do", `system { host-name a; }`, "system host-name a\n"},
		{"unused group", `groups { g { system { host-name g; } } }`, ""},
		{"whole branch", `groups { g { system { login { message hi; } } } } apply-groups g;`, "system login message hi\n"},
		{"own wins", `groups { g { system { host-name g; login { message hi; } } } } apply-groups g; system { host-name a; }`,
			"system host-name a\nsystem login message hi\n"},
		{"first group wins", `groups { a { system { host-name a; } } b { system { host-name b; login { message b; } } } } apply-groups [ a b ];`,
			"system host-name a\nsystem login message b\n"},
		{"nearest wins", `groups { a { system { login { message a; } } } b { system { login { message b; } } } }
			apply-groups a; system { apply-groups b; login { announcement x; } }`,
			"system login announcement x\nsystem login message b\n"},
		{"pattern fills what exists", `groups { g { interfaces { <*> { mtu 9000; } } } } apply-groups g;
			interfaces { Node0:xe-0/0/1 { description a; } Node0:xe-0/0/2 { mtu 1500; } }`,
			"interfaces Node0:xe-0/0/1 description a\ninterfaces Node0:xe-0/0/1 mtu 9000\ninterfaces Node0:xe-0/0/2 mtu 1500\n"},
		{"pattern fits some", `groups { g { interfaces { "<Node0:xe-0/0/[1-2]>" { unit 0 { family ethernet-switching { port-mode trunk; } } } } } }
			interfaces { apply-groups g; Node0:xe-0/0/1 { disable; } Node0:xe-0/0/3 { disable; } }`,
			"interfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode trunk\n" +
				"interfaces Node0:xe-0/0/3 disable\n"},
		{"pattern fills what another group makes", `groups { a { interfaces { <*> { mtu 9000; } } } b { interfaces { Node0:xe-0/0/1 { disable; } } } }
			apply-groups [ a b ];`, "interfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/1 mtu 9000\n"},
		{"exact before pattern", `groups { a { interfaces { <*> { mtu 9000; } Node0:xe-0/0/1 { mtu 1500; } } } } apply-groups a;
			interfaces { Node0:xe-0/0/1 { disable; } Node0:xe-0/0/2 { disable; } }`,
			"interfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/1 mtu 1500\n" +
				"interfaces Node0:xe-0/0/2 disable\ninterfaces Node0:xe-0/0/2 mtu 9000\n"},
		{"except", `groups { g { interfaces { <*> { mtu 9000; } } } } apply-groups g;
			interfaces { Node0:xe-0/0/1 { apply-groups-except g; disable; } Node0:xe-0/0/2 { disable; } }`,
			"interfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/2 disable\ninterfaces Node0:xe-0/0/2 mtu 9000\n"},
		{"values are joined", `groups { g { interfaces { <*> { unit 0 { family ethernet-switching { vlan { members [ b c ]; } } } } } } }
			apply-groups g; interfaces { Node0:xe-0/0/1 { unit 0 { family ethernet-switching { vlan { members [ a b ]; } } } } }`,
			"interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members a\n" +
				"interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members b\n" +
				"interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members c\n"},
		{"group in group", `groups { a { system { apply-groups b; login { message a; } } } b { system { host-name b; login { message b; } } } }
			apply-groups a;`, "system host-name b\nsystem login message a\n"},
		{"macros", `groups { g { interfaces { <*> { apply-macro rack { row b; place 4; } } } } } apply-groups g;
			interfaces { Node0:xe-0/0/1 { apply-macro rack { place 9; } } }`,
			"interfaces Node0:xe-0/0/1 apply-macro rack place 9\ninterfaces Node0:xe-0/0/1 apply-macro rack row b\n"},
		{"inactive group", `groups { inactive: a { system { host-name a; } } } apply-groups a;`, ""},
		{"inactive part", `groups { a { system { host-name a; inactive: login { message x; } } } } apply-groups a;`, "system host-name a\n"},
		{"apply-groups alone leaves nothing", `groups { a { vlans { v { vlan-id 1; } } } } system { apply-groups a; }`, ""},
		{"ports by their names on the member", `groups { a { interfaces { <xe-*> { mtu 9000; } <ae*> { mtu 9100; } } } } apply-groups a;
			interfaces { Node0:xe-0/0/1 { disable; } NW-NG-0:ae1 { disable; } }`,
			"interfaces NW-NG-0:ae1 disable\ninterfaces NW-NG-0:ae1 mtu 9100\ninterfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/1 mtu 9000\n"},
		{"one member's ports", `groups { a { interfaces { <Node0:*> { mtu 9000; } "<Node[2-3]:xe-*>" { mtu 9100; } } } } apply-groups a;
			interfaces { Node0:xe-0/0/1 { disable; } Node1:xe-0/0/1 { disable; } Node3:xe-0/0/1 { disable; } }`,
			"interfaces Node0:xe-0/0/1 disable\ninterfaces Node0:xe-0/0/1 mtu 9000\ninterfaces Node1:xe-0/0/1 disable\n" +
				"interfaces Node3:xe-0/0/1 disable\ninterfaces Node3:xe-0/0/1 mtu 9100\n"},
		{"none of a class", `groups { a { vlans { "<v[!1-2]*>" { description x; } } } } apply-groups a;
			vlans { v1 { vlan-id 1; } v3 { vlan-id 3; } v30 { vlan-id 30; } }`,
			"vlans v1 vlan-id 1\nvlans v3 description x\nvlans v3 vlan-id 3\nvlans v30 description x\nvlans v30 vlan-id 30\n"},
		{"patterns at several levels", `groups { a { protocols { bgp { group <*> { neighbor <10.*> { hold-time 30; } } } } } } apply-groups a;
			protocols { bgp { group g { neighbor 10.0.0.1; neighbor 192.0.2.1; } } }`,
			"protocols bgp group g neighbor 10.0.0.1 hold-time 30\nprotocols bgp group g neighbor 192.0.2.1\n"},
		{"pattern in an entry of the group", `groups { a { interfaces { Node0:xe-0/0/1 { unit <*> { description d; } unit 0 { disable; } } } } } apply-groups a;
			interfaces { Node0:xe-0/0/1 { unit 5 { vlan-id 5; } } }`,
			"interfaces Node0:xe-0/0/1 unit 0 description d\ninterfaces Node0:xe-0/0/1 unit 0 disable\n" +
				"interfaces Node0:xe-0/0/1 unit 5 description d\ninterfaces Node0:xe-0/0/1 unit 5 vlan-id 5\n"},
		{"applied below a list", `groups { a { interfaces { <*> { unit <*> { description d; } } } } }
			interfaces { Node0:xe-0/0/1 { unit 0 { apply-groups a; } } Node0:xe-0/0/2 { unit 0; } }`,
			"interfaces Node0:xe-0/0/1 unit 0 description d\ninterfaces Node0:xe-0/0/2 unit 0\n"},
		{"inactive use", `groups { a { system { host-name a; } } b { system { host-name b; } } } inactive: apply-groups a; system { apply-groups b; }`,
			"system host-name b\n"},
		{"except at a container", `groups { a { system { login { message a; } services { ssh; } } } } apply-groups a;
			system { host-name h; services { apply-groups-except a; } }`,
			"system host-name h\nsystem login message a\n"},
		{"except from the middle", `groups { a { interfaces { <*> { unit 0 { description a; } mtu 9000; } } } } apply-groups a;
			interfaces { Node0:xe-0/0/1 { unit 0 { apply-groups-except a; disable; } } }`,
			"interfaces Node0:xe-0/0/1 mtu 9000\ninterfaces Node0:xe-0/0/1 unit 0 disable\n"},
		{"inactive except", `groups { a { system { host-name a; } } } apply-groups a; system { inactive: apply-groups-except a; }`, "system host-name a\n"},
		{"an inactive statement inherits nothing", `groups { a { interfaces { <*> { mtu 9000; } } } } apply-groups a; interfaces { inactive: Node0:xe-0/0/1 { disable; } }`,
			"interfaces Node0:xe-0/0/1 disable\ndeactivate interfaces Node0:xe-0/0/1\n"},
		{"a range is stronger than a group", `groups { a { interfaces { <*> { mtu 9000; hold-time { up 1; } } } } } apply-groups a;
			interfaces { interface-range r { member Node0:xe-0/0/1; mtu 2000; } }`,
			"interfaces interface-range r member Node0:xe-0/0/1\ninterfaces interface-range r mtu 2000\n" +
				"interfaces Node0:xe-0/0/1 mtu 2000\ninterfaces Node0:xe-0/0/1 hold-time up 1\n"},
		{"what a range applies its members apply", `groups { a { interfaces { <*> { mtu 9000; } } } }
			interfaces { interface-range r { apply-groups a; member Node0:xe-0/0/1; } }`,
			"interfaces interface-range r member Node0:xe-0/0/1\ninterfaces Node0:xe-0/0/1 mtu 9000\n"},
		{"a range inherits", `groups { a { interfaces { interface-range <*> { mtu 9000; } } } } apply-groups a;
			interfaces { interface-range r { member Node0:xe-0/0/1; } }`,
			"interfaces interface-range r member Node0:xe-0/0/1\ninterfaces interface-range r mtu 9000\ninterfaces Node0:xe-0/0/1 mtu 9000\n"},
		{"a range in a group", `groups { a { interfaces { interface-range r { member Node0:xe-0/0/1; disable; } } } } apply-groups a;`,
			"interfaces interface-range r member Node0:xe-0/0/1\ninterfaces interface-range r disable\ninterfaces Node0:xe-0/0/1 disable\n"},
		{"key order", `groups { a { vlans { v2 { vlan-id 2; } } } } apply-groups a; vlans { v1 { vlan-id 1; } v10 { vlan-id 10; } }`,
			"vlans v1 vlan-id 1\nvlans v2 vlan-id 2\nvlans v10 vlan-id 10\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := load(t, tt.text)
			got, problems := inherit.Expand(tree)
			if d := cmp.Diff(tt.want, lines(t, got)); d != "" || len(problems) > 0 {
				t.Errorf("problems %v (-want +got):\n%s", problems, d)
			}
		})
	}
}

func TestInterfaceRange(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"members", `interface-range r { member Node0:xe-0/0/1; member-range Node0:xe-0/0/9 to Node0:xe-0/0/10; mtu 9000; }`,
			"Node0:xe-0/0/1 mtu 9000\nNode0:xe-0/0/9 mtu 9000\nNode0:xe-0/0/10 mtu 9000\n"},
		{"brackets", `interface-range r { member "Node[0-1]:xe-0/0/[2,4]"; disable; }`,
			"Node0:xe-0/0/2 disable\nNode0:xe-0/0/4 disable\nNode1:xe-0/0/2 disable\nNode1:xe-0/0/4 disable\n"},
		{"own wins", `interface-range r { member Node0:xe-0/0/1; mtu 9000; disable; } Node0:xe-0/0/1 { mtu 1500; }`,
			"Node0:xe-0/0/1 disable\nNode0:xe-0/0/1 mtu 1500\n"},
		{"first range wins", `interface-range b { member Node0:xe-0/0/1; mtu 2000; } interface-range a { member Node0:xe-0/0/1; mtu 1000; }`,
			"Node0:xe-0/0/1 mtu 2000\n"},
		{"any member of a name", `interface-range r { member "Node*:xe-0/0/[1-2]"; disable; } Node0:xe-0/0/1 { mtu 1500; } Node1:xe-0/0/9 { mtu 1500; }`,
			"Node0:xe-0/0/1 disable\nNode0:xe-0/0/1 mtu 1500\nNode0:xe-0/0/2 disable\n" +
				"Node1:xe-0/0/1 disable\nNode1:xe-0/0/2 disable\nNode1:xe-0/0/9 mtu 1500\n"},
		{"inactive member", `interface-range r { member Node0:xe-0/0/1; inactive: member Node0:xe-0/0/2; disable; }`, "Node0:xe-0/0/1 disable\n"},
		{"inactive interface", `interface-range r { member Node0:xe-0/0/1; disable; } inactive: Node0:xe-0/0/1 { mtu 1500; }`, ""},
		{"values are joined", `interface-range r { member Node0:xe-0/0/1; unit 0 { family ethernet-switching { vlan { members b; } } } }
			Node0:xe-0/0/1 { unit 0 { family ethernet-switching { vlan { members a; } } } }`,
			"Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members a\nNode0:xe-0/0/1 unit 0 family ethernet-switching vlan members b\n"},
		{"unit", `interface-range r { member Node0:xe-0/0/1; unit 0 { family ethernet-switching { vlan { members v10; } } } }`,
			"Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members v10\n"},
		{"inactive", `inactive: interface-range r { member Node0:xe-0/0/1; mtu 9000; }`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problems := inherit.Expand(load(t, "interfaces { "+tt.text+" }"))
			var ports strings.Builder
			for line := range strings.Lines(lines(t, got.Active())) {
				if line = strings.TrimPrefix(line, "interfaces "); !strings.HasPrefix(line, "interface-range") {
					ports.WriteString(line)
				}
			}
			if d := cmp.Diff(tt.want, ports.String()); d != "" || len(problems) > 0 {
				t.Errorf("problems %v (-want +got):\n%s", problems, d)
			}
		})
	}
	got, _ := inherit.Expand(load(t, `interfaces { interface-range all { member "Node0:xe-0/0/*"; disable; } }`))
	if n := strings.Count(lines(t, got), "interfaces Node0:xe-0/0/"); n != 48 {
		t.Errorf("a star stands for %d ports, want 48", n)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"undefined", `system { apply-groups g; }`, "[edit system] group 'g' is not defined"},
		{"itself", `groups { a { system { apply-groups a; } } } apply-groups a;`,
			"[edit groups a system] group 'a' inherits itself: a -> a"},
		{"ring", `groups { a { apply-groups b; } b { system { apply-groups a; } } }`,
			"[edit groups a] group 'a' inherits itself: a -> b -> a\n[edit groups b system] group 'b' inherits itself: b -> a -> b"},
		{"except of nothing", `system { apply-groups-except g; }`, "[edit system] group 'g' is not defined"},
		{"used in a group", `groups { a { system { apply-groups b; } } }`, "[edit groups a system] group 'b' is not defined"},
		{"conditions", `groups { a { when { time 9:00 to 17:00; } system { host-name a; } } } apply-groups a;`,
			"[edit groups a] conditional groups are not supported; apply the group at the statements that shall inherit from it"},
		{"empty range", `interfaces { interface-range r { disable; } }`, "[edit interfaces interface-range r] interface-range 'r' has no members"},
		{"range", `interfaces { interface-range r { member-range Node0:xe-0/0/5 to Node1:xe-0/0/9; } }`,
			"[edit interfaces interface-range r] 'Node0:xe-0/0/5' to 'Node1:xe-0/0/9' is not a range of interfaces"},
		{"too many", `interfaces { interface-range r { member "Node[0-9999]:xe-0/0/1"; } }`,
			"[edit interfaces interface-range r] 'Node[0-9999]:xe-0/0/1' names no interfaces"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := load(t, tt.text)
			_, problems := inherit.Expand(tree)
			var got []string
			for _, p := range problems {
				got = append(got, p.Banner()+" "+p.Text)
			}
			if d := cmp.Diff(tt.want, strings.Join(got, "\n")); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

const displayed = `groups {
    ports {
        interfaces {
            <*> {
                mtu 9000;
                unit 0 {
                    family ethernet-switching {
                        vlan {
                            members [ a b ];
                        }
                    }
                }
            }
        }
    }
}
apply-groups ports;
interfaces {
    interface-range r {
        member Node0:xe-0/0/2;
        disable;
    }
    Node0:xe-0/0/1 {
        description own;
        unit 0 {
            family ethernet-switching {
                vlan {
                    members a;
                }
            }
        }
    }
}
`

func TestDisplayInheritance(t *testing.T) {
	t.Parallel()
	tree, problems := inherit.Expand(load(t, displayed))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	want := `interfaces {
    interface-range r {
        member Node0:xe-0/0/2;
        disable;
    }
    Node0:xe-0/0/1 {
        description own;
        mtu 9000; ## '9000' was inherited from group 'ports'
        unit 0 {
            family ethernet-switching {
                vlan {
                    members [ a b ]; ## 'b' was inherited from group 'ports'
                }
            }
        }
    }
    Node0:xe-0/0/2 { ## 'Node0:xe-0/0/2' was expanded from interface-range 'r'
        disable; ## 'disable' was expanded from interface-range 'r'
        mtu 9000; ## '9000' was inherited from group 'ports'
        unit 0 { ## '0' was inherited from group 'ports'
            family ethernet-switching { ## 'ethernet-switching' was inherited from group 'ports'
                vlan { ## 'vlan' was inherited from group 'ports'
                    members [ a b ]; ## 'a' was inherited from group 'ports' ## 'b' was inherited from group 'ports'
                }
            }
        }
    }
}
`
	if d := cmp.Diff(want, printed(t, tree, conf.Style{Origins: conf.BriefOrigins})); d != "" {
		t.Errorf("brief (-want +got):\n%s", d)
	}
	full := printed(t, tree, conf.Style{Origins: conf.FullOrigins})
	if part := "        ##\n        ## '9000' was inherited from group 'ports'\n        ##\n        mtu 9000;\n"; !strings.Contains(full, part) {
		t.Errorf("full form lacks\n%s in\n%s", part, full)
	}
	if back := load(t, full); back.Hash() != tree.Hash() {
		t.Errorf("the form with comments is not read back")
	}
	xml := printed(t, tree, conf.Style{Format: conf.XML, Origins: conf.FullOrigins})
	if !strings.Contains(xml, `<mtu junos:group="ports">9000</mtu>`) {
		t.Errorf("xml:\n%s", xml)
	}
}

// TestBounded says that groups cannot be made to fill the memory.
func TestBounded(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("groups { g { interfaces { <*> { unit 0 { apply-groups g; } ")
	for i := range 2000 {
		b.WriteString("unit " + string('1'+rune(i%9)) + strings.Repeat("0", i%4) + "; ")
	}
	b.WriteString("} } } } apply-groups g; interfaces { interface-range r { member \"N[0-999]:xe-0/0/[0-7]\"; mtu 9000; } interface-range s { member \"M[0-999]:xe-0/0/[0-7]\"; disable; } }")
	tree, _ := inherit.Expand(load(t, b.String()))
	if n := len(tree.Root().Child("interfaces").Children()); n < 16000 {
		t.Errorf("%d interfaces", n)
	}
}
