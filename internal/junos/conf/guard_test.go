package conf_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
)

// guarded is what the loads of TestProtectedStatementsAreKept meet: a protected entry, and
// a container that holds a protected leaf.
const guarded = "set system host-name a\nset system domain-name b.example\nprotect system host-name\n" +
	"set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\nprotect vlans v10\n"

// TestProtectedStatementsAreKept: no way of loading changes, takes away or opens what is
// protected; what leaves it as it is goes through.
func TestProtectedStatementsAreKept(t *testing.T) {
	t.Parallel()
	const same = "system { protect: host-name a; domain-name b.example; } vlans { protect: v10 { vlan-id 10; } v20 { vlan-id 20; } }"
	text := func(a conf.Action, source string) conf.Request {
		return conf.Request{Action: a, Source: []byte(source)}
	}
	in := func(a conf.Action, f conf.Format, source string) conf.Request {
		return conf.Request{Action: a, Format: f, Source: []byte(source)}
	}
	tests := []struct {
		name string
		load conf.Request
		ok   bool
	}{
		{"override without them", text(conf.LoadOverride, "vlans { v20 { vlan-id 20; } }"), false},
		{"override with another value", text(conf.LoadOverride, strings.Replace(same, "host-name a", "host-name x", 1)), false},
		{"override with more inside", text(conf.LoadOverride, strings.Replace(same, "vlan-id 10;", "vlan-id 10; description x;", 1)), false},
		{"override that opens one", text(conf.LoadOverride, strings.Replace(same, "protect: v10", "v10", 1)), false},
		{"override with nothing", text(conf.LoadOverride, ""), false},
		{"override by set commands", in(conf.LoadOverride, conf.Lines, "set vlans v20 vlan-id 21\n"), false},
		{"override by XML", in(conf.LoadOverride, conf.XML, "<configuration><vlans><vlan><name>v20</name></vlan></vlans></configuration>"), false},
		{"override by JSON", in(conf.LoadOverride, conf.JSON, `{"configuration": {"vlans": {"vlan": [{"name": "v20"}]}}}`), false},
		{"override around them", text(conf.LoadOverride, strings.Replace(same, "vlan-id 20", "vlan-id 21", 1)), true},
		{"update without them", text(conf.LoadUpdate, "vlans { v20 { vlan-id 20; } }"), false},
		{"update with another value", text(conf.LoadUpdate, strings.Replace(same, "vlan-id 10", "vlan-id 11", 1)), false},
		{"update around them", text(conf.LoadUpdate, strings.Replace(same, "vlan-id 20", "vlan-id 21", 1)), true},
		{"replace one", text(conf.LoadReplace, "vlans { replace: v10 { vlan-id 11; } }"), false},
		{"replace what holds one", text(conf.LoadReplace, "replace: vlans { v20 { vlan-id 20; } }"), false},
		{"replace everything", in(conf.LoadReplace, conf.XML, `<configuration operation="replace"><vlans/></configuration>`), false},
		{"replace beside them", text(conf.LoadReplace, "vlans { replace: v20 { vlan-id 21; } }"), true},
		{"merge into one", text(conf.LoadMerge, "vlans { v10 { description x; } }"), false},
		{"merge another value", text(conf.LoadMerge, "system { host-name x; }"), false},
		{"merge what is there", text(conf.LoadMerge, same), true},
		{"merge by XML", in(conf.LoadMerge, conf.XML, "<configuration><system><host-name>x</host-name></system></configuration>"), false},
		{"patch inside", text(conf.LoadPatch, "[edit vlans v10]\n-  vlan-id 10;\n+  vlan-id 11;\n"), false},
		{"patch one away", text(conf.LoadPatch, "[edit vlans]\n-  protect: v10 {\n-      vlan-id 10;\n-  }\n"), false},
		{"patch beside them", text(conf.LoadPatch, "[edit vlans v20]\n-  vlan-id 20;\n+  vlan-id 21;\n"), true},
		{"patch that opens one by name", text(conf.LoadPatch, "[edit vlans]\n!  unprotect: v10 { ... }\n[edit vlans v10]\n-  vlan-id 10;\n+  vlan-id 11;\n"), true},
	}
	for _, verb := range []string{"delete vlans v10", "wildcard delete vlans v1.*", "rename vlans v10 to v11",
		"copy vlans v20 to v10", "set vlans v10 vlan-id 11", "deactivate vlans v10", "annotate vlans v10 \"x\"", "replace pattern 10 with 12"} {
		tests = append(tests, struct {
			name string
			load conf.Request
			ok   bool
		}{verb, in(conf.LoadSet, conf.Lines, verb+"\n"), false})
	}
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, guarded)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, problems := tree.Load(tt.load)
			switch {
			case tt.ok != !conf.Failed(problems):
				t.Errorf("loaded %t: %v\n%s", !tt.ok, sayAll(problems), printed(t, got, nil, conf.Style{Format: conf.Lines}))
			case !tt.ok && got.Root() != tree.Root():
				t.Error("a load that was refused has changed something")
			}
		})
	}
}

// TestDeleteKeepsWhatIsProtected: what holds something protected goes as far as it may,
// and a warning names what stays.
func TestDeleteKeepsWhatIsProtected(t *testing.T) {
	t.Parallel()
	const keptName, keptVLAN = "set system host-name a\nprotect system host-name\n", "set vlans v10 vlan-id 10\nprotect vlans v10\n"
	const domain, v20 = "set system domain-name b.example\n", "set vlans v20 vlan-id 20\n"
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, guarded)
	for _, c := range []struct {
		name string
		load conf.Request
		want string
		said []string
	}{
		{"everything", conf.Request{Action: conf.LoadSet, Source: []byte("delete\n")}, keptName + keptVLAN,
			[]string{"'host-name' is protected, 'system' cannot be deleted", "'v10' is protected, 'vlans' cannot be deleted"}},
		{"a container", conf.Request{Action: conf.LoadSet, Source: []byte("delete system\n")}, keptName + keptVLAN + v20,
			[]string{"'host-name' is protected, 'system' cannot be deleted"}},
		{"a list", conf.Request{Action: conf.LoadSet, Source: []byte("delete vlans\n")}, "set system host-name a\n" + domain + "protect system host-name\n" + keptVLAN,
			[]string{"'v10' is protected, 'vlans' cannot be deleted"}},
		{"what was just written", conf.Request{Action: conf.LoadSet, Source: []byte("set system time-zone UTC\nset system arp aging-timer 5\n" +
			"set system no-redirects\nset system location floor 2\nset system saved-core-files 3\ndelete system\n")}, keptName + keptVLAN + v20,
			[]string{"'host-name' is protected, 'system' cannot be deleted"}},
		{"by a tag", conf.Request{Action: conf.LoadReplace, Source: []byte("delete: vlans { }")}, "set system host-name a\n" + domain + "protect system host-name\n" + keptVLAN,
			[]string{"'v10' is protected, 'vlans' cannot be deleted"}},
		{"what was protected a line before", conf.Request{Action: conf.LoadSet, Source: []byte("delete system domain-name\nprotect vlans v20\ndelete vlans\n")},
			keptName + keptVLAN + v20 + "protect vlans v20\n",
			[]string{"'v10' is protected, 'vlans' cannot be deleted", "'v20' is protected, 'vlans' cannot be deleted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, problems := tree.Load(c.load)
			var said []string
			for _, p := range problems {
				if p.Severity != conf.Warning {
					t.Errorf("refused: %v", p)
				}
				said = append(said, p.Text)
			}
			if diff := cmp.Diff(c.said, said); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(sorted(c.want), sorted(printed(t, got, nil, conf.Style{Format: conf.Lines}))); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
		})
	}
}

func sorted(lines string) []string { return slices.Sorted(strings.Lines(lines)) }

// TestDiffMovesWhatIsProtected: who goes from one configuration to another may move a
// protected entry among its like; nothing of it is left open.
func TestDiffMovesWhatIsProtected(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	const a = "set firewall family inet filter f term a then accept\n"
	const b = "set firewall family inet filter f term b then discard\n"
	const shut = "protect firewall family inet filter f term a\n"
	from, to := parse(t, s, conf.Lines, b+a+shut), parse(t, s, conf.Lines, a+b+shut)
	got, problems := from.Apply(conf.Diff(from, to))
	if len(problems) > 0 || got.Hash() != to.Hash() {
		t.Errorf("%v\n%s", sayAll(problems), printed(t, got, nil, conf.Style{Format: conf.Lines}))
	}
}

// TestPatchMovesAndMarks: compare tells place and mark of an entry in two lines, and a
// patch takes them for one entry.
func TestPatchMovesAndMarks(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	const a = "set firewall family inet filter f term a then accept\n"
	const b = "set firewall family inet filter f term b then discard\n"
	from, to := parse(t, s, conf.Lines, a+b), parse(t, s, conf.Lines, b+a+"deactivate firewall family inet filter f term b\n")
	patch := conf.Compare(from, to, nil)
	got, problems := from.Load(conf.Request{Action: conf.LoadPatch, Source: []byte(patch)})
	if len(problems) > 0 || got.Hash() != to.Hash() {
		t.Errorf("%v\n%s\n%s", sayAll(problems), patch, printed(t, got, nil, conf.Style{Format: conf.Lines}))
	}
}
