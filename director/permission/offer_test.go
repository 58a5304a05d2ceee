package permission_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/withheld"
)

// own is a class of the configuration.
func own(t *testing.T, statements ...string) permission.Class {
	t.Helper()
	lines := []string{"set system login class own idle-timeout 5"}
	for _, s := range statements {
		lines = append(lines, "set system login class own "+s)
	}
	return permission.Read(tree(t, lines...), "own")
}

// TestWithheldCommands: a command is withheld if the class may not give it in any form.
func TestWithheldCommands(t *testing.T) {
	t.Parallel()
	s := words(t)
	all := []string{"terse", "brief", "detail", "extensive", "media", "statistics", "descriptions"}
	without := func(word string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(w string) bool { return w == word })
	}
	const interfaces = "get-interface-information"
	whole := &withheld.Command{RPC: interfaces}
	for _, c := range []struct {
		rules []string
		want  *withheld.Command
	}{
		{[]string{"permissions view"}, nil},
		{[]string{"permissions clear"}, whole},
		{[]string{"permissions view", `deny-commands "show interfaces"`}, whole},
		{[]string{"permissions view", `deny-commands "show"`, `allow-commands "show vlans"`}, whole},
		{[]string{"permissions view", `deny-commands "show interfaces extensive"`},
			&withheld.Command{RPC: interfaces, Options: []string{"extensive"}}},
		{[]string{"permissions view", `deny-commands "show interfaces$"`}, &withheld.Command{RPC: interfaces, Bare: true}},
		{[]string{`allow-commands "show interfaces terse"`},
			&withheld.Command{RPC: interfaces, Bare: true, Values: true, Options: without("terse")}},
		{[]string{`allow-commands "show interfaces Node0.* extensive"`},
			&withheld.Command{RPC: interfaces, Bare: true, Options: all}},
		{[]string{`allow-commands "show interfaces$"`},
			&withheld.Command{RPC: interfaces, Values: true, Options: all}},
		{[]string{`allow-commands "(show|clear) i"`}, nil},
	} {
		o := permission.NewOffer(own(t, c.rules...))
		got, less := o.Withheld(s.RPC(interfaces), permission.View)
		if less != (c.want != nil) {
			t.Errorf("%v: withheld %t: %+v", c.rules, less, got)
		} else if less {
			slices.Sort(got.Options)
			slices.Sort(c.want.Options)
			if diff := cmp.Diff(*c.want, got); diff != "" {
				t.Errorf("%v (-want +got):\n%s", c.rules, diff)
			}
		}
	}
}

// TestNothingAllowedIsWithheld: what the class may give is offered, each command with its
// fixed words alone and with one word behind them.
func TestNothingAllowedIsWithheld(t *testing.T) {
	t.Parallel()
	s := words(t)
	for _, class := range []permission.Class{
		own(t, "permissions [ view clear ]", `deny-commands "show (system|chassis) .*|clear log"`),
		own(t, `allow-commands "show (vlans (brief|detail)|chassis alarms|route table)"`),
		own(t, "permissions all", `deny-commands "request|show fabric administration inventory terse"`),
	} {
		o := permission.NewOffer(class)
		for _, r := range s.RPCs() {
			less, some := o.Withheld(r, r.Class)
			fixed := strings.Join(r.Grammar.Begins(), " ")
			options, _ := withheld.Options(r.Grammar)
			gone := func(word string) bool { return some && (less.Whole() || slices.Contains(less.Options, word)) }
			if class.Command(fixed, r.Class) && some && (less.Whole() || less.Bare) {
				t.Errorf("%s is allowed and withheld", fixed)
			}
			for _, word := range options {
				if class.Command(fixed+" "+word, r.Class) && gone(word) {
					t.Errorf("%s %s is allowed and withheld", fixed, word)
				}
			}
		}
	}
}

// TestWithheldStatements: what the class neither sees nor changes, nor anything below.
func TestWithheldStatements(t *testing.T) {
	t.Parallel()
	root := words(t).Config()
	for _, c := range []struct {
		rules             []string
		withheld, offered string // by their keys
	}{
		{[]string{"permissions [ configure interface-control ]"},
			"system, fabric, protocols, apply-groups, snmp", "interfaces, vlans, vlans vlan description, groups"},
		{[]string{"permissions [ configure admin-control ]"},
			"system host-name, system services, interfaces", "system, system login, system login user"},
		{[]string{"permissions [ configure system-control ]"}, "system login, vlans", "system, system services"},
		{[]string{"permissions [ configure view-configuration ]"}, "", "system, system login, interfaces, apply-groups"},
		{[]string{"permissions all", `deny-configuration "system login"`}, "system login", "system, system services, interfaces"},
		{[]string{"permissions all", `deny-configuration "system$"`}, "", "system, system login"},
		{[]string{"permissions all", `deny-configuration "system login"`, `allow-configuration "system login user"`},
			"system login class, system login message", "system login, system login user"},
		{[]string{"permissions all", `deny-configuration "system login"`, `allow-configuration "system login user bob"`},
			"system login class", "system login, system login user"},
		{[]string{"permissions all", `deny-configuration "interfaces .* unit"`},
			"interfaces interface unit", "interfaces, interfaces interface mtu"},
		{[]string{"permissions all", `deny-configuration "interfaces [^x].*"`}, "interfaces apply-groups", "interfaces, interfaces interface mtu"},
		{[]string{"permissions all", `deny-configuration "interfaces Node0.* mtu"`}, "", "interfaces, interfaces interface mtu"},
		{[]string{"permissions configure", `allow-configuration "interfaces Node0:xe-0/0/1 unit 0"`},
			"system, vlans, interfaces interface mtu, interfaces interface description", "interfaces, interfaces interface unit"},
		{[]string{"permissions all", `deny-configuration-regexps [ "vlans v10" "protocols bgp" ]`}, "protocols bgp", "vlans, protocols, protocols lldp"},
		{[]string{"permissions all", `deny-configuration-regexps system`, `allow-configuration-regexps "system login"`}, "system", "vlans"},
		{nil, "system, vlans, groups, interfaces", ""},
	} {
		hidden := permission.NewOffer(own(t, c.rules...)).Statements(root)
		gone := func(key string) bool {
			return slices.ContainsFunc(hidden, func(h string) bool { return h == key || strings.HasPrefix(key, h+" ") })
		}
		for _, key := range split(c.withheld) {
			if !gone(key) {
				t.Errorf("%v: %s is offered", c.rules, key)
			}
		}
		for _, key := range split(c.offered) {
			if gone(key) {
				t.Errorf("%v: %s is withheld", c.rules, key)
			}
		}
		if c.withheld == "" && len(hidden) > 0 {
			t.Errorf("%v: withheld %v", c.rules, hidden)
		}
	}
}

func split(list string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(list, ", ", ","), func(r rune) bool { return r == ',' })
}

// TestWithheldMayNotBeChanged: whatever of a whole configuration the class may change
// has no part that is withheld.
func TestWithheldMayNotBeChanged(t *testing.T) {
	t.Parallel()
	whole := classed(t)
	root := whole.Schema().Config()
	for _, name := range []string{"noc", "ports", "almost", "lists", permission.ReadOnly, permission.SuperUser} {
		class := permission.Read(whole, name)
		hidden := withheld.NewStatements(permission.NewOffer(class).Statements(root))
		var b strings.Builder
		if err := class.Visible(whole).Print(&b, nil, conf.Style{Format: conf.Lines}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			split, err := conf.Split(strings.TrimPrefix(strings.TrimSpace(line), "set "))
			if err != nil {
				t.Fatal(err)
			}
			at := conf.At(root, nil)
			for _, w := range split {
				if at, err = at.Step(w); err != nil {
					t.Fatal(line, err)
				}
			}
			if hidden.Has(at.Path()) {
				t.Errorf("%s sees %q, which is withheld", name, line)
			}
		}
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	super, _ := permission.Predefined(permission.SuperUser)
	if got := super.Stamp(); got != "" {
		t.Errorf("a super-user has the stamp %q", got)
	}
	seen := map[string]string{}
	for _, rules := range [][]string{
		{"permissions view"}, {"permissions [ view clear ]"}, {"permissions view", "allow-commands x"}, {"permissions view", "deny-commands x"},
		{"permissions view", "deny-configuration x"}, {"permissions view", "deny-configuration-regexps x"}, {"permissions all", "deny-commands x"},
	} {
		stamp := own(t, rules...).Stamp()
		if other, known := seen[stamp]; known || stamp == "" {
			t.Errorf("%v has the stamp %q of %s", rules, stamp, other)
		}
		if again := own(t, rules...).Stamp(); again != stamp {
			t.Errorf("%v has the stamps %q and %q", rules, stamp, again)
		}
		seen[stamp] = fmt.Sprint(rules)
	}
}

// BenchmarkOffer is what a new class costs, once for each session that has it.
func BenchmarkOffer(b *testing.B) {
	t := &testing.T{}
	s := words(t)
	for name, rules := range map[string][]string{
		"bits": {"permissions [ view configure interface-control ]"}, "deny": {"permissions all", `deny-configuration "system login"`},
		"wild": {"permissions all", `deny-configuration ".* description"`, `allow-configuration "interfaces .* unit .* description"`},
	} {
		class := own(t, rules...)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				o := permission.NewOffer(class)
				for _, r := range s.RPCs() {
					o.Withheld(r, r.Class)
				}
				o.Statements(s.Config())
			}
		})
	}
}
