package conf_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
)

// then is where the tests below set one of several actions.
const then = "policy-options policy-statement p then"

// TestChoiceInEveryFace says that a statement takes the place of those of the other
// cases of its choice, whichever way it comes.
func TestChoiceInEveryFace(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	before := parse(t, s, conf.Lines, "set "+then+" metric 5\nset "+then+" accept\nannotate "+then+" \"kept\"\n")
	want := "set policy-options policy-statement p then metric 5\nset policy-options policy-statement p then reject\n" +
		"annotate policy-options policy-statement p then kept\n"
	element := func(inside string) string {
		return "<configuration><policy-options><policy-statement><name>p</name><then>" + inside + "</then></policy-statement></policy-options></configuration>"
	}
	tests := []struct {
		name string
		r    conf.Request
	}{
		{"set", conf.Request{Action: conf.LoadSet, Source: []byte("set " + then + " reject")}},
		{"merge text", conf.Request{Source: []byte("policy-options { policy-statement p { then reject; } }")}},
		{"the last one in a text", conf.Request{Source: []byte("policy-options { policy-statement p { then { next policy; accept; reject; } } }")}},
		{"xml", conf.Request{Format: conf.XML, Source: []byte(element("<reject/>"))}},
		{"edit-config create", conf.Request{Format: conf.XML, Source: []byte(element("<reject operation='create'/>"))}},
		{"edit-config replace", conf.Request{Format: conf.XML, Source: []byte(element("<reject operation='replace'/>"))}},
		{"json", conf.Request{Format: conf.JSON, Source: []byte(`{"policy-options":{"policy-statement":[{"name":"p","then":{"reject":[null]}}]}}`)}},
		{"patch", conf.Request{Action: conf.LoadPatch, Source: []byte("[edit " + then + "]\n+   reject;\n")}},
	}
	for _, tt := range tests {
		got, problems := before.Load(tt.r)
		if d := cmp.Diff(want, strings.ReplaceAll(printed(t, got, nil, conf.Style{Format: conf.Lines}), `"kept"`, "kept")); d != "" || len(problems) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", tt.name, problems, d)
		}
		banner := "[edit policy-options policy-statement p then]\n-  accept;\n+  reject;\n"
		if d := cmp.Diff(banner, conf.Compare(before, got, nil)); d != "" {
			t.Errorf("%s: compare (-want +got):\n%s", tt.name, d)
		}
	}
}

// TestChoiceCases goes through kinds of cases: lists of values, containers, what is
// protected or inactive.
func TestChoiceCases(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	const route = "set routing-options static route 10.0.0.0/8 "
	tests := []struct{ before, line, want, err string }{
		{route + "next-hop [ 10.0.0.1 10.0.0.2 ]", route + "discard", route + "discard\n", ""},
		{route + "discard", route + "next-hop 10.0.0.1", route + "next-hop 10.0.0.1\n", ""},
		{route + "next-hop 10.0.0.1", route + "next-hop 10.0.0.2", route + "next-hop 10.0.0.1\n" + route + "next-hop 10.0.0.2\n", ""},
		{route + "next-hop 10.0.0.1\n" + route + "qualified-next-hop 10.0.0.9", route + "reject",
			route + "reject\n" + route + "qualified-next-hop 10.0.0.9\n", ""},
		{"set firewall filter f term t then reject tcp-reset", "set firewall filter f term t then accept", "set firewall filter f term t then accept\n", ""},
		{"set firewall filter f term t then accept\nset firewall filter f term t then count c", "set firewall filter f term t then discard",
			"set firewall filter f term t then count c\nset firewall filter f term t then discard\n", ""},
		{"set system syslog file m any info", "set system syslog file m any notice", "set system syslog file m any notice\n", ""},
		{"set interfaces NW-NG-0:ae3 aggregated-ether-options lacp active", "set interfaces NW-NG-0:ae3 aggregated-ether-options lacp passive",
			"set interfaces NW-NG-0:ae3 aggregated-ether-options lacp passive\n", ""},
		{"set interfaces Node0:xe-0/0/1 disable\ndeactivate interfaces Node0:xe-0/0/1 disable", "set interfaces Node0:xe-0/0/1 enable",
			"set interfaces Node0:xe-0/0/1 enable\n", ""},
		{"set interfaces Node0:xe-0/0/1 disable\nprotect interfaces Node0:xe-0/0/1 disable", "set interfaces Node0:xe-0/0/1 enable", "",
			"'interfaces Node0:xe-0/0/1 disable' is protected, 'disable' cannot be changed"},
	}
	for _, tt := range tests {
		before := parse(t, s, conf.Lines, tt.before)
		edits, problems := conf.ParseLine(s.Config(), nil, tt.line)
		got, more := before.Apply(edits)
		problems = append(problems, more...)
		if tt.err != "" {
			if len(problems) != 1 || problems[0].Text != tt.err || got.Root() != before.Root() {
				t.Errorf("%s: %q", tt.line, sayAll(problems))
			}
			continue
		}
		if d := cmp.Diff(tt.want, printed(t, got, nil, conf.Style{Format: conf.Lines})); d != "" || len(problems) > 0 {
			t.Errorf("%s: %q (-want +got):\n%s", tt.line, sayAll(problems), d)
		}
	}
}

// TestSeveralKeys types entries of lists that have several keys.
func TestSeveralKeys(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	const from = "policy-options policy-statement p from "
	base := parse(t, s, conf.Lines, "set "+from+"route-filter 10.0.0.0/8 exact\nset "+from+"route-filter 10.0.0.0/8 upto /24 accept\n")
	tests := []struct{ line, want string }{
		{"set " + from + "route-filter 10/8 orlonger", "route-filter 10.0.0.0/8 exact;\nroute-filter 10.0.0.0/8 upto /24 accept;\nroute-filter 10.0.0.0/8 orlonger;\n"},
		{"set " + from + "route-filter 10/8 upto /24 reject", "route-filter 10.0.0.0/8 exact;\nroute-filter 10.0.0.0/8 upto /24 reject;\n"},
		{"delete " + from + "route-filter 10.0.0.0/8 exact", "route-filter 10.0.0.0/8 upto /24 accept;\n"},
		{"delete " + from + "route-filter", ""},
		{"rename " + from + "route-filter 10.0.0.0/8 exact to route-filter 0.0.0.0/0 exact", "route-filter 0.0.0.0/0 exact;\nroute-filter 10.0.0.0/8 upto /24 accept;\n"},
		{"copy " + from + "route-filter 10.0.0.0/8 upto /24 to 11/8 upto /20", "route-filter 10.0.0.0/8 exact;\nroute-filter 10.0.0.0/8 upto /24 accept;\nroute-filter 11.0.0.0/8 upto /20 accept;\n"},
		{"insert " + from + "route-filter 10.0.0.0/8 upto /24 before route-filter 10.0.0.0/8 exact", "route-filter 10.0.0.0/8 upto /24 accept;\nroute-filter 10.0.0.0/8 exact;\n"},
		{"deactivate " + from + "route-filter 10.0.0.0/8 exact", "inactive: route-filter 10.0.0.0/8 exact;\nroute-filter 10.0.0.0/8 upto /24 accept;\n"},
		{"set " + from + "route-filter 10.0.0.0/8 exact bogus", "1:74 error syntax-error [edit policy-options policy-statement p from route-filter 10.0.0.0/8 exact] 'bogus': syntax error"},
		{"set " + from + "route-filter 10.0.0.0/8", "1:0 error missing-element [edit policy-options policy-statement p from] '': missing argument."},
		{"set " + from + "route-filter 10.0.0.0/8 upto", "1:0 error missing-element [edit policy-options policy-statement p from] '': missing argument."},
		{"set " + from + "route-filter 10.0.0.0/8 upto 24", "1:73 error invalid-value [edit policy-options policy-statement p from] '24': invalid prefix length (expecting /24): '24'"},
		{"set " + from + "route-filter 10.0.0.0/8 downto /24", "1:68 error invalid-value [edit policy-options policy-statement p from] 'downto': " +
			"invalid value: 'downto', expecting address-mask, exact, longer, orlonger, prefix-length-range, through or upto"},
		{"delete " + from + "route-filter 10.0.0.0/8", "1:0 error missing-element [edit] '': missing argument."},
	}
	for _, tt := range tests {
		edits, problems := conf.ParseLine(s.Config(), nil, tt.line)
		got, more := base.Apply(edits)
		problems = append(problems, more...)
		text := printed(t, got, path(t, s, from), conf.Style{})
		if len(problems) > 0 {
			text = strings.Join(sayAll(problems), "\n")
		}
		if d := cmp.Diff(tt.want, text); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, d)
		}
	}
	scheduler := parse(t, s, conf.Lines, "set class-of-service schedulers s drop-profile-map loss-priority high protocol any drop-profile d")
	if got := printed(t, scheduler, path(t, s, "class-of-service schedulers s"), conf.Style{}); got != "drop-profile-map loss-priority high protocol any drop-profile d;\n" {
		t.Errorf("printed as %s", got)
	}
	junos := "<configuration><policy-options><policy-statement><name>p</name><from><route-filter><address>10.0.0.0/8</address><exact/></route-filter>" +
		"<route-filter><address>10.0.0.0/8</address><upto>/24</upto><accept/></route-filter></from></policy-statement></policy-options></configuration>"
	if got := parse(t, s, conf.XML, junos); got.Hash() != base.Hash() {
		t.Errorf("the older spelling is another tree:\n%s", conf.Compare(base, got, nil))
	}
}
