package schema

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/openconfig/goyang/pkg/yang"
)

func load(t testing.TB) *Schema {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOrder makes sure that children stand as the YANG statements do, through uses
// and groupings of other modules.
func TestOrder(t *testing.T) {
	t.Parallel()
	s := load(t)
	names := func(n *Node) (out []string) {
		for i, c := range n.Children() {
			if c.Index() != i {
				t.Errorf("%s has index %d at place %d", c.Name(), c.Index(), i)
			}
			if !c.Everywhere() {
				out = append(out, c.Name())
			}
		}
		return out
	}
	want := []string{"version", "groups", "system", "fabric", "chassis", "security", "interfaces", "snmp", "multi-chassis", "event-options", "forwarding-options", "routing-options",
		"protocols", "policy-options", "class-of-service", "firewall", "routing-instances", "access", "applications",
		"ethernet-switching-options", "switch-options", "poe", "vlans"}
	if got := names(s.Config()); !slices.Equal(got, want) {
		t.Errorf("top level %q, want %q", got, want)
	}
	at := -1 << 10
	for _, c := range s.Config().Child("groups").Children() {
		if c.Index() <= at {
			t.Errorf("below groups %s stands at %d, behind %d", c.Name(), c.Index(), at)
		}
		at = c.Index()
	}
	want = []string{"port-mode", "interface-mode", "vlan", "native-vlan-id", "filter", "storm-control", "recovery-timeout", "inter-switch-link", "reflective-relay"}
	if got := names(s.Config().Find("interfaces", "interface", "unit", "family", "ethernet-switching")); !slices.Equal(got, want) {
		t.Errorf("family ethernet-switching %q, want %q", got, want)
	}
}

// TestStatements checks what holds for every statement and input.
func TestStatements(t *testing.T) {
	t.Parallel()
	s := load(t)
	var walk func(path string, n *Node)
	walk = func(path string, n *Node) {
		path += " " + n.Name()
		if n.Help() == "" && n != s.Config() {
			t.Errorf("%s has no help", path)
		}
		if n.HasValue() && n.ValueHelp() == "" && len(n.Choices()) == 0 {
			t.Errorf("%s has no value-help", path)
		}
		for _, k := range n.Keys() {
			if k.ValueHelp() == "" && len(k.Choices()) == 0 {
				t.Errorf("%s: key %s has no value-help", path, k.Name())
			}
		}
		if len(n.Keys()) > 1 {
			n = n.Keys()[0]
		}
		for _, c := range n.Choices() {
			if c.Help == "" {
				t.Errorf("%s: %s has no help", path, c.Word)
			}
			if err := n.Check(c.Word); err != nil {
				t.Errorf("%s: %s: %v", path, c.Word, err)
			}
		}
		if n.Inline() && (n.Kind() == List || n.HasValue()) || n.Grouped() && n.Kind() != List {
			t.Errorf("%s: extension does not fit a %s", path, n.Kind())
		}
		for _, c := range n.Children() {
			walk(path, c)
		}
	}
	walk("", s.Config())
	for _, r := range s.RPCs() {
		for _, n := range r.Input {
			walk(r.Name, n)
		}
	}
}

// TestCommands checks what holds for every command: somebody answers it, it can be
// typed, every word has help, every input can be given.
func TestCommands(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, r := range s.RPCs() {
		if len(r.ServedBy) == 0 || r.Grammar == nil || r.Help == "" || r.Class == "" {
			t.Errorf("%s: served by %q, class %q, help %q", r.Name, r.ServedBy, r.Class, r.Help)
			continue
		}
		var words []string
		for _, g := range r.Grammar.Items {
			if g.Kind == Word {
				words = append(words, g.Word)
				if g.Help == "" && s.WordHelp(strings.Join(words, " ")) == "" && !begins(s, words) {
					t.Errorf("%s: no help for %q", r.Name, words)
				}
			}
		}
		used := map[*Node]bool{}
		var walk func(g *Grammar)
		walk = func(g *Grammar) {
			used[g.Arg] = true
			for _, i := range g.Items {
				walk(i)
			}
		}
		walk(r.Grammar)
		for _, n := range r.Input {
			if !used[n] && !n.Hidden() {
				t.Errorf("%s: input %s has no place in the command", r.Name, n.Name())
			}
		}
	}
}

// begins reports whether another command is exactly these words, and so has the help.
func begins(s *Schema, words []string) bool {
	return slices.ContainsFunc(s.RPCs(), func(r *RPC) bool {
		if len(r.Grammar.Items) < len(words) {
			return false
		}
		for i, w := range words {
			if g := r.Grammar.Items[i]; g.Kind != Word || g.Word != w {
				return false
			}
		}
		return r.Grammar.Items[len(words)-1].Help != ""
	})
}

func TestValues(t *testing.T) {
	t.Parallel()
	s := load(t)
	tests := []struct{ path, value, want, err string }{
		{"vlans vlan vlan-id", "0010", "10", ""},
		{"vlans vlan vlan-id", "0", "", "Value 0 is not within range (1..4094)"},
		{"vlans vlan vlan-id", "-1", "", "Value -1 is not within range (1..4094)"},
		{"vlans vlan vlan-id", "4095", "", "Value 4095 is not within range (1..4094)"},
		{"vlans vlan vlan-id", "99999999999999999999999", "", "Value 99999999999999999999999 is not within range (1..4094)"},
		{"vlans vlan vlan-id", "", "", "invalid numeric value: ''"},
		{"vlans vlan vlan-id", "+5", "", "invalid numeric value: '+5'"},
		{"vlans vlan", "v-1.x_y", "v-1.x_y", ""},
		{"vlans vlan", "10-20", "", "invalid vlan name: '10-20'"},
		{"interfaces interface", "Node0:xe-0/0/7", "Node0:xe-0/0/7", ""},
		{"interfaces interface", "NW-NG-0:ae3", "NW-NG-0:ae3", ""},
		{"interfaces interface", "vlan", "vlan", ""},
		{"interfaces interface", "xe-0/0/7", "", "invalid interface name (expecting node-device:xe-0/0/7): 'xe-0/0/7'"},
		{"interfaces interface unit", "16386", "", "Value 16386 is not within range (0..16385)"},
		{"interfaces interface description", strings.Repeat("x", 901), "", "'" + strings.Repeat("x", 64) + "...': length 901 is not within range (0..900)"},
		{"interfaces interface description", "\x01", "", `invalid value: '\x01'`},
		{"interfaces interface description", "\xff", "", `invalid value: '\xff'`},
		{"interfaces interface unit family inet address", "10.0.0.1/24", "10.0.0.1/24", ""},
		{"interfaces interface unit family inet address", "10.0.0.1/33", "", "invalid ip address or prefix length: '10.0.0.1/33'"},
		{"interfaces interface unit family ethernet-switching port-mode", "hybrid", "", "invalid value: 'hybrid', expecting access, tagged-access or trunk"},
		{"ethernet-switching-options mac-table-aging-time", "unlimited", "unlimited", ""},
		{"ethernet-switching-options mac-table-aging-time", "59", "", "Value 59 is not within range (60..1000000)"},
		{"protocols lldp interface", "all", "all", ""},
	}
	for _, tt := range tests {
		n := s.Config().Find(strings.Fields(tt.path)...)
		if n == nil {
			t.Errorf("%s does not exist", tt.path)
			continue
		}
		got, err := n.Canonical(tt.value)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got != tt.want || text != tt.err {
			t.Errorf("%s %q = %q, %q; want %q, %q", tt.path, tt.value, got, text, tt.want, tt.err)
		}
	}
}

func TestSpell(t *testing.T) {
	t.Parallel()
	tests := []struct{ format, value, want string }{
		{"ip-address", "2001:DB8::0:1", "2001:db8::1"},
		{"ipv6-address", "10.0.0.1", ""},
		{"ipv4-address", "10.0.0.1", "10.0.0.1"},
		{"ip-address", "fe80::1%eth0", ""},
		{"ipv6-interface", "2001:db8::1/64", "2001:db8::1/64"},
		{"ip-prefix", "10/8", "10.0.0.0/8"},
		{"ip-prefix", "0/0", "0.0.0.0/0"},
		{"ip-prefix", "172.16/12", "172.16.0.0/12"},
		{"ip-prefix", "10.1.1.1", "10.1.1.1/32"},
		{"ip-prefix", "2001:db8::1", "2001:db8::1/128"},
		{"ip-prefix", "::/0", "::/0"},
		{"ip-prefix", "10/33", ""},
		{"ip-prefix", "/8", ""},
		{"ip-prefix", "10", ""},
		{"ipv4-interface", "10.1.1.1", "10.1.1.1/32"},
		{"ipv4-interface", "2001:db8::1", ""},
		{"prefix-length", "/024", "/24"},
		{"prefix-length", "24", ""},
		{"prefix-length-range", "/8-/24", "/8-/24"},
		{"prefix-length-range", "/8", ""},
		{"mac-address", "02:AA:bb:00:05:01", "02:aa:bb:00:05:01"},
		{"mac-address", "02:aa", ""},
	}
	for _, tt := range tests {
		got, ok := spell(tt.format, tt.value)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%s %q = %q, %t", tt.format, tt.value, got, ok)
		}
	}
}

// TestGrammar shows how the notation compiles.
func TestGrammar(t *testing.T) {
	t.Parallel()
	s := load(t)
	var text func(g *Grammar) string
	list := func(g *Grammar, sep string) string {
		var parts []string
		for _, i := range g.Items {
			parts = append(parts, text(i))
		}
		return strings.Join(parts, sep)
	}
	text = func(g *Grammar) string {
		switch g.Kind {
		case Value:
			return "<" + g.Arg.Name() + ":" + g.Source + ">"
		case Flag:
			return "<" + g.Word + "/>"
		case Sequence:
			return list(g, " ")
		case OneOf:
			return "(" + list(g, "|") + ")"
		case Maybe:
			return "[" + list(g, "|") + "]"
		case AnyOrder:
			return "{" + list(g, "|") + "}"
		default:
			return g.Word
		}
	}
	tests := []struct{ rpc, want string }{
		{"get-vlan-information", "show vlans {(<brief/>|<detail/>|<extensive/>|<summary/>)|<vlan-name:vlans>}"},
		{"get-bgp-summary-information", "show bgp (summary [<fabric/>]|<fabric/> summary)"},
		{"get-configuration", "show configuration [<path:configuration>]"},
		{"get-fabric-administration-inventory", "show fabric administration inventory [<terse/>|<node-devices/> [<name:nodes>]|<node-groups/> [<name:node-groups>]|<interconnect-devices/> [<name:interconnects>]|<infrastructure/> [<name:infrastructure>]|<director-group/> status]"},
	}
	for _, tt := range tests {
		if got := text(s.RPC(tt.rpc).Grammar); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.rpc, got, tt.want)
		}
	}
	for _, bad := range []string{"", "show (", "show ( a | )", "show ]", "show <nothing>", "show <brief>", "show <vlan-name/>", "show $"} {
		if _, err := parseGrammar(bad, s.RPC("get-vlan-information")); err == nil {
			t.Errorf("grammar %q is taken", bad)
		}
	}
}

// TestBadModules makes sure that mistakes in the modules are named.
func TestBadModules(t *testing.T) {
	t.Parallel()
	const ext = `module oneswitch-extensions { namespace "x"; prefix osw;
		extension flat; extension served-by { argument s; } extension cli-command { argument s; } extension format { argument s; } }`
	tests := []struct{ body, want string }{
		{"container configuration { list l { key \"a b\"; leaf a { type string; } } }", "no leaf of the list"},
		{"container configuration { leaf a { type string; osw:flat; } leaf b { type string; osw:flat; } }", "both flat"},
		{"container configuration { leaf a { type decimal64 { fraction-digits 2; } } }", "is not taken"},
		{"container configuration { leaf a { type string { pattern '('; } } }", "pattern"},
		{"container configuration { list l { key a; leaf a { type string; } leaf c { type string; must \"../b = 1\" { error-message \"x\"; } } } }", "there is no b"},
		{"container configuration { container a { must \"../../b\" { error-message \"x\"; } leaf b { type string; } } }", "leads above"},
		{"container configuration { container a { must \"count(b\" { error-message \"x\"; } leaf b { type string; } } }", "is missing"},
		{"container configuration { container a { must \"b\"; leaf b { type string; } } }", "no error-message"},
		{"container configuration { uses g; }", "unknown group"},
		{"container configuration { uses g; } grouping g { container c { uses g; } }", "uses itself"},
		{"container configuration { uses g { refine a { mandatory true; } } } grouping g { leaf a { type string; } }", "nothing is taken below uses"},
		{"container configuration { leaf a { type t; } } typedef t { type t; }", "made of itself"},
		{"container configuration { leaf a { type string; } choice c { leaf a { type string; } } }", "stands twice"},
		{"container configuration { leaf a { type string; osw:word b; } leaf b { type string; } }", "the word b stands twice"},
		{"container configuration { anyxml a; }", "anyxml is not taken"},
		{"container configuration { leaf a { type t; } } typedef t { type string; osw:format \"x\"; }", "format"},
		{"container configuration { } rpc r { osw:served-by \"nobody\"; }", "served by"},
		{"container configuration { } rpc r { osw:cli-command \"a <b>\"; }", "not an input"},
		{"container other { }", "no container configuration"},
		{"nonsense", "parse"},
	}
	for _, tt := range tests {
		text := `module oneswitch-configuration { namespace "y"; prefix c; import oneswitch-extensions { prefix osw; } ` + tt.body + " }"
		_, err := compile([]Module{{Name: "oneswitch-extensions", Text: ext}, {Name: "oneswitch-configuration", Text: text}})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", tt.body, err, tt.want)
		}
	}
}

func TestModules(t *testing.T) {
	t.Parallel()
	for _, m := range load(t).Modules() {
		if m.Revision == "" || !strings.HasPrefix(m.Text, "module "+m.Name+" {") {
			t.Errorf("module %s, revision %q", m.Name, m.Revision)
		}
	}
}

// TestModulesAreYANG: clients of get-schema read the modules with tools of their own,
// so a whole YANG compiler takes them and finds the same statements.
func TestModulesAreYANG(t *testing.T) {
	t.Parallel()
	s := load(t)
	ms := yang.NewModules()
	for _, m := range s.Modules() {
		if err := ms.Parse(m.Text, m.Name+".yang"); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range ms.Process() {
		t.Error(err)
	}
	var compare func(n *Node, e *yang.Entry)
	compare = func(n *Node, e *yang.Entry) {
		want := dataNames(e)
		got := make(map[string]bool)
		for _, k := range slices.Concat(n.Keys(), n.Children()) {
			if k.Everywhere() && !want[k.Name()] || n.Groups() && k.Holds() && !want[k.Name()] {
				continue // spread over the graph by osw:everywhere and osw:whole-configuration
			}
			got[k.Name()] = true
			if sub := find(e, k.Name()); sub != nil && k.Holds() {
				compare(k, sub)
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v, the YANG compiler finds %v", e.Path(), slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
	root := yang.ToEntry(ms.Modules["oneswitch-configuration"]).Dir["configuration"]
	compare(s.Config(), root)
}

// dataNames returns the data nodes below an entry, through choices and cases.
func dataNames(e *yang.Entry) map[string]bool {
	out := make(map[string]bool)
	for name, k := range e.Dir {
		if k.IsChoice() || k.IsCase() {
			maps.Copy(out, dataNames(k))
		} else {
			out[name] = true
		}
	}
	return out
}

// find returns the data node with the name below an entry.
func find(e *yang.Entry, name string) *yang.Entry {
	if k := e.Dir[name]; k != nil && !k.IsChoice() && !k.IsCase() {
		return k
	}
	for _, k := range e.Dir {
		if k.IsChoice() || k.IsCase() {
			if found := find(k, name); found != nil {
				return found
			}
		}
	}
	return nil
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}
