package conf_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
)

// say prints a problem on one line.
func say(p conf.Problem) string {
	return fmt.Sprintf("%d:%d %s %s %s '%s': %s", p.Pos.Line, p.Pos.Column, p.Severity, p.Code, p.Banner(), p.Token, p.Text)
}

func sayAll(problems []conf.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, say(p))
	}
	return out
}

// TestCommands shows what one typed line does to a small configuration.
func TestCommands(t *testing.T) {
	t.Parallel()
	const base = "set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\n"
	members := "set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members "
	tests := []struct{ at, line, want string }{
		{"", "set vlans v30", base + "set vlans v30\n"},
		{"vlans", "set v10 vlan-id 0011", strings.Replace(base, "vlan-id 10", "vlan-id 11", 1)},
		{"vlans v10", "set description \"a b\" vlan-id 12", "set vlans v10 description \"a b\"\nset vlans v10 vlan-id 12\nset vlans v20 vlan-id 20\n"},
		{"", "set vl v20 descr x", base[:25] + "set vlans v20 description x\nset vlans v20 vlan-id 20\n"},
		{"", members + "[ v20 v10 ]", members + "v20\n" + members + "v10\n" + base},
		{"", "set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode trunk vlan members v10",
			"set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode trunk\n" + members + "v10\n" + base},
		{"", "delete vlans v10", "set vlans v20 vlan-id 20\n"},
		{"", "delete vlans v10 vlan-id", "set vlans v10\nset vlans v20 vlan-id 20\n"},
		{"", "delete vlans", ""},
		{"", "delete", ""},
		{"vlans v10", "delete", base[:0] + "set vlans v20 vlan-id 20\n"},
		{"", "rename vlans v10 to v30", "set vlans v20 vlan-id 20\nset vlans v30 vlan-id 10\n"},
		{"", "deactivate vlans v10 vlan-id", "set vlans v10 vlan-id 10\ndeactivate vlans v10 vlan-id\nset vlans v20 vlan-id 20\n"},
		{"", "copy vlans v10 to v15", base[:25] + "set vlans v15 vlan-id 10\nset vlans v20 vlan-id 20\n"},
		{"vlans", "wildcard delete v1.*", "set vlans v20 vlan-id 20\n"},
		{"", "wildcard delete vlans *", ""},
		{"", "wildcard range set vlans v[31-33,!32] vlan-id 7", base + "set vlans v31 vlan-id 7\nset vlans v33 vlan-id 7\n"},
		{"", "wildcard range delete vlans v[10,20] vlan-id", "set vlans v10\nset vlans v20\n"},
		{"", "replace pattern v([12]0) with vlan-\\1", strings.ReplaceAll(base, "vlans v", "vlans vlan-")},
		{"", "replace pattern (1)|(2) with 2\\2", "set vlans v20 vlan-id 20\nset vlans v220 vlan-id 220\n"}, // onto a name that goes
		{"vlans v10", "replace pattern 1 with 9", strings.Replace(base, "vlan-id 10", "vlan-id 90", 1)},
		{"", "replace pattern 0$ with &1 upto 1", strings.Replace(base, "vlan-id 10", "vlan-id 101", 1)},
		{"vlans", "annotate v10 \"/* c */\"", "set vlans v10 vlan-id 10\nannotate vlans v10 \"c\"\nset vlans v20 vlan-id 20\n"},
	}
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, base)
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			var at conf.Path
			if tt.at != "" {
				at = path(t, s, tt.at)
			}
			edits, problems := conf.ParseLine(s.Config(), at, tt.line)
			got, more := tree.Apply(edits)
			if problems = append(problems, more...); len(problems) > 0 {
				t.Fatal(sayAll(problems))
			}
			if d := cmp.Diff(tt.want, printed(t, got, nil, conf.Style{Format: conf.Lines})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestLoadErrors shows that a load is atomic, that all errors are told with their
// places, and that deleting what is not there is a warning alone.
func TestLoadErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		format conf.Format
		source string
		want   []string
	}{
		{"text", conf.Text, "vlans {\n  v10 {\n    vlan-id 5000;\n    colour red;\n  }\n  v20 vlan-id 20\n}\nbroken {\n a { b; }\n}\nsystem { host-name \"a b\"; }\n", []string{
			"3:13 error invalid-value [edit vlans v10] '5000': Value 5000 is not within range (1..4094)",
			"4:5 error syntax-error [edit vlans v10] 'colour': syntax error",
			"7:1 error syntax-error [edit vlans v20 vlan-id] '}': syntax error, expecting ';' or '{'",
			"8:1 error syntax-error [edit] 'broken': syntax error",
			"11:20 error invalid-value [edit system] 'a b': invalid host name: 'a b'",
		}},
		{"text values", conf.Text, "vlans {\n  v10 {\n    vlan-id 5000;\n  }\n}\nsystem { host-name \"a b\"; }\n", []string{
			"3:13 error invalid-value [edit vlans v10] '5000': Value 5000 is not within range (1..4094)",
			"6:20 error invalid-value [edit system] 'a b': invalid host name: 'a b'",
		}},
		{"text brace", conf.Text, "vlans {\n v10;\n", []string{"3:1 error syntax-error [edit vlans] '': missing '}' at the end"}},
		{"set", conf.Lines, "set vlans v10 vlan-id 10\nset vlans v10 vlan 10\n# comment\n\ndelete vlans v77\nset vlans v20 vlan-id 0\n", []string{
			"2:15 error syntax-error [edit vlans v10] 'vlan': syntax error",
			"6:23 error invalid-value [edit vlans v20] '0': Value 0 is not within range (1..4094)",
		}},
		{"set delete", conf.Lines, "delete vlans v77\nset vlans v10", []string{"1:14 warning data-missing [edit vlans] 'v77': statement not found"}},
		{"xml", conf.XML, "<configuration>\n<vlans><vlan><name>v10</name><colour/></vlan></vlans><nothing/></configuration>", []string{
			"2:39 error unknown-element [edit vlans v10] 'colour': syntax error",
			"2:64 error unknown-element [edit] 'nothing': syntax error",
		}},
		{"xml broken", conf.XML, "<configuration>\n<vlans>", []string{"2:8 error syntax-error [edit] '': syntax error: unexpected EOF"}},
		{"xml without key", conf.XML, "<configuration><vlans><vlan><vlan-id>1</vlan-id></vlan></vlans></configuration>", []string{
			"1:29 error missing-element [edit vlans] 'vlan': missing mandatory argument: name"}},
		{"xml delete", conf.XML, `<configuration><vlans><vlan delete="delete"><name>v77</name></vlan></vlans></configuration>`, []string{
			"1:45 warning data-missing [edit vlans] 'v77': statement not found"}},
		{"json", conf.JSON, "{\"configuration\":\n{\"vlans\": {\"vlan\": [{\"name\": \"v10\", \"colour\": 1}]}}}", []string{
			"2:45 error unknown-element [edit vlans v10] 'colour': syntax error"}},
		{"deep json", conf.JSON, `{"configuration":{"vlans":` + strings.Repeat("[", 100000), []string{
			"1:90 error too-big [edit] 'vlans': arrays are nested too deeply"}},
		{"deep", conf.XML, strings.Repeat("<a>", 100), []string{"1:193 error too-big [edit] 'a': elements are nested too deeply"}},
	}
	s := loadSchema(t)
	base := parse(t, s, conf.Lines, "set system host-name before")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree, problems := base.Load(conf.Request{Format: tt.format, Source: []byte(tt.source)})
			if d := cmp.Diff(tt.want, sayAll(problems)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if conf.Failed(problems) && tree.Root() != base.Root() {
				t.Error("the tree has changed in spite of an error")
			}
		})
	}
}

func TestLoadActions(t *testing.T) {
	t.Parallel()
	const base = "set system host-name lab\nset vlans v10 vlan-id 10\nset vlans v10 description x\n"
	const source = "replace: vlans {\n    v20 {\n        vlan-id 20;\n    }\n}\n"
	tests := []struct {
		name   string
		action conf.Action
		source string
		want   string
	}{
		{"merge", conf.LoadMerge, source, base + "set vlans v20 vlan-id 20\n"},
		{"replace", conf.LoadReplace, source, "set system host-name lab\nset vlans v20 vlan-id 20\n"},
		{"override", conf.LoadOverride, source, "set vlans v20 vlan-id 20\n"},
		{"update", conf.LoadUpdate, source, "set vlans v20 vlan-id 20\n"},
		{"delete tag", conf.LoadMerge, "vlans { delete: v10; }", "set system host-name lab\n"},
		{"replace one", conf.LoadReplace, "vlans { replace: v10 { vlan-id 11; } }", "set system host-name lab\nset vlans v10 vlan-id 11\n"},
	}
	s := loadSchema(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tree := parse(t, s, conf.Lines, base)
			got, problems := tree.Load(conf.Request{Action: tt.action, Format: conf.Text, Source: []byte(tt.source)})
			want := printed(t, parse(t, s, conf.Lines, tt.want), nil, conf.Style{Format: conf.Lines})
			if d := cmp.Diff(want, printed(t, got, nil, conf.Style{Format: conf.Lines})); d != "" || len(problems) > 0 {
				t.Errorf("%v (-want +got):\n%s", sayAll(problems), d)
			}
		})
	}
}

// TestXMLOperations shows the attributes that automation sends.
func TestXMLOperations(t *testing.T) {
	t.Parallel()
	const base = "set vlans v10 vlan-id 10\nset vlans v10 description x\nset vlans v20 vlan-id 20\n"
	tests := []struct{ xml, want string }{
		{`<vlans><vlan operation="replace"><name>v10</name><vlan-id>11</vlan-id></vlan></vlans>`, "set vlans v10 vlan-id 11\nset vlans v20 vlan-id 20\n"},
		{`<vlans operation="replace"><vlan><name>v30</name></vlan></vlans>`, "set vlans v30\n"},
		{`<vlans><vlan><name>v10</name><description operation="delete"/></vlan></vlans>`, "set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\n"},
		{`<vlans><vlan operation="remove"><name>v99</name></vlan></vlans>`, base},
		{`<vlans delete="delete"/>`, ""},
		{`<vlans><vlan inactive="inactive"><name>v10</name></vlan></vlans>`, "set vlans v10 vlan-id 10\nset vlans v10 description x\ndeactivate vlans v10\nset vlans v20 vlan-id 20\n"},
		{`<vlans><vlan rename="rename" name="v30"><name>v20</name></vlan></vlans>`, "set vlans v10 vlan-id 10\nset vlans v10 description x\nset vlans v30 vlan-id 20\n"},
	}
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, base)
	for _, tt := range tests {
		got, problems := tree.Load(conf.Request{Format: conf.XML, Source: []byte("<configuration>" + tt.xml + "</configuration>")})
		want := printed(t, parse(t, s, conf.Lines, tt.want), nil, conf.Style{Format: conf.Lines})
		if d := cmp.Diff(want, printed(t, got, nil, conf.Style{Format: conf.Lines})); d != "" || len(problems) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", tt.xml, sayAll(problems), d)
		}
	}
	_, problems := tree.Load(conf.Request{Format: conf.XML, Source: []byte(`<configuration><vlans><vlan operation="create"><name>v10</name></vlan></vlans></configuration>`)})
	if len(problems) != 1 || problems[0].Code != conf.Exists {
		t.Errorf("create of what exists: %v", sayAll(problems))
	}
}

func TestProtect(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, "set vlans v10 vlan-id 10\nprotect vlans v10")
	for _, line := range []string{"set vlans v10 description x", "delete vlans v10", "delete vlans", "rename vlans v10 to v11", "deactivate vlans v10"} {
		edits, _ := conf.ParseLine(s.Config(), nil, line)
		got, problems := tree.Apply(edits)
		if len(problems) == 0 || problems[0].Code != conf.Protected || got.Root() != tree.Root() {
			t.Errorf("%s: %v", line, sayAll(problems))
		}
	}
}

func TestNatural(t *testing.T) {
	t.Parallel()
	sorted := []string{"", "0", "00", "1", "9", "10", "Node2:xe-0/0/2", "Node2:xe-0/0/10", "Node10:xe-0/0/0", "v1", "v1a", "v02", "v2", "v12"}
	for i, a := range sorted {
		for j, b := range sorted {
			got, want := conf.Natural(a, b), i-j
			if (got < 0) != (want < 0) || (got == 0) != (want == 0) {
				t.Errorf("Natural(%q, %q) = %d", a, b, got)
			}
		}
	}
}

// TestManyErrors shows what is refused of the commands that change many statements.
func TestManyErrors(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, "set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\n")
	tests := []struct{ line, want string }{
		{"copy vlans v10 to v20", "0:0 error data-exists [edit vlans] 'v20': statement already exists"},
		{"copy vlans v30 to v20", "0:0 error data-missing [edit vlans] 'v30': statement not found"},
		{"replace pattern v10 with v20", "0:0 error data-exists [edit vlans] 'v20': statement already exists"},
		{"replace pattern 10 with 9999", "0:0 error invalid-value [edit vlans v10] '9999': Value 9999 is not within range (1..4094)"},
		{"replace pattern (", "0:0 error missing-element [edit] '': missing argument."},
		{"replace pattern ( with x", "0:0 error invalid-value [edit] '(': invalid regular expression: '('"},
		{"wildcard delete vlans xe.*", "0:0 warning data-missing [edit vlans] 'xe.*': statement not found"},
		{"wildcard range set vlans v[1-99999] vlan-id 1", "0:0 error invalid-value [edit] 'v[1-99999]': invalid range: 'v[1-99999]'"},
		{"wildcard range set vlans v[1-8000] interface N0:xe-0/0/[0-47].0", "0:0 error too-big [edit] 'N0:xe-0/0/[0-47].0': the ranges stand for too many commands"},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			edits, problems := conf.ParseLine(s.Config(), nil, tt.line)
			_, more := tree.Apply(edits)
			var got []string
			for _, p := range append(problems, more...) {
				p.Pos = conf.Position{}
				got = append(got, say(p))
			}
			if d := cmp.Diff(tt.want, strings.Join(got[:min(1, len(got))], "\n")); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestLoadPatch(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	tree := parse(t, s, conf.Lines, "set vlans v10 vlan-id 10\nset vlans v20 vlan-id 20\nset interfaces Node0:xe-0/0/1 mtu 1500\n")
	patch := `
[edit interfaces Node0:xe-0/0/1]
-  mtu 1500;
+  mtu 9000;
[edit vlans]
!   inactive: v20 { ... }
+   v30 {
+       vlan-id 30;
+   }
-   v10 {
-       vlan-id 10;
-   }
`
	want := "set interfaces Node0:xe-0/0/1 mtu 9000\nset vlans v20 vlan-id 20\ndeactivate vlans v20\nset vlans v30 vlan-id 30\n"
	got, problems := tree.Load(conf.Request{Action: conf.LoadPatch, Source: []byte(patch)})
	if d := cmp.Diff(want, printed(t, got, nil, conf.Style{Format: conf.Lines})); d != "" || len(problems) > 0 {
		t.Errorf("%v (-want +got):\n%s", sayAll(problems), d)
	}
	_, problems = tree.Load(conf.Request{Action: conf.LoadPatch, Source: []byte("[edit vlans]\nnonsense\n[edit bogus]\n+ mtu x;\n")})
	want = "2:1 error syntax-error [edit vlans] 'nonsense': syntax error in patch\n3:7 error syntax-error [edit] 'bogus': syntax error"
	if d := cmp.Diff(want, strings.Join(sayAll(problems)[:min(2, len(problems))], "\n")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
