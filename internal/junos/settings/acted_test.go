package settings_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
)

// acted is a configuration in which every statement that the fabric acts on has
// something to act on.
const acted = aliases + `set system login user bob class operator authentication encrypted-password $6$x
set system services ssh
set fabric resources node-group R node-device S2
set interfaces Node0:xe-0/0/5 disable
set interfaces Node0:xe-0/0/5 unit 0 family ethernet-switching port-mode trunk vlan members v10
set interfaces Node0:xe-0/0/6 unit 0 family ethernet-switching vlan members v10
set vlans v10 vlan-id 10
set vlans v20 vlan-id 20
set protocols lldp interface all
set protocols lldp interface Node0:xe-0/0/6.0
set system syslog host bob any any
set system syslog file bob any any
`

// elsewhere are the statements that somebody else reads, with who that is.
func elsewhere() map[string]string {
	return map[string]string{
		"version":            "written by whoever saves a configuration, for readers",
		"system login class": "director/permission",
		"interfaces Node0:xe-0/0/5 unit 0 description": "a remark for readers",
		"interfaces interface-range":                   "package inherit",
	}
}

// TestNothingIsIgnored sets every statement of the schema that is not said to be
// without effect, and looks whether it has one: other settings,
// or a problem that says why not. For what stands there already it looks what happens
// without it.
func TestNothingIsIgnored(t *testing.T) {
	t.Parallel()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	base, problems := conf.New(s).Load(conf.Request{Action: conf.LoadSet, Source: []byte(acted)})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	before, was := settings.Read(base, known())
	looked := 0
	var visit func(at *schema.Node, path string)
	visit = func(at *schema.Node, path string) {
		lines := samples(at, path)
		switch {
		case at.Groups() || at.Everywhere() || at.Unapplied() || readElsewhere(lines[0]):
		case at.Holds():
			for _, k := range at.Children() {
				visit(k, lines[0])
			}
		default:
			looked++
			effect := func(verb, line string) bool {
				tree, problems := base.Load(conf.Request{Action: conf.LoadSet, Source: []byte(verb + line + "\n")})
				after, is := settings.Read(tree, known())
				return !conf.Failed(problems) && (!cmp.Equal(before, after, cmpopts.EquateComparable(netip.Prefix{})) || !slices.Equal(was, is))
			}
			if !slices.ContainsFunc(lines, func(line string) bool { return effect("set ", line) || effect("delete ", line) }) {
				t.Errorf("none of %q has an effect, and nobody says so", lines)
			}
		}
	}
	for _, k := range s.Config().Children() {
		visit(k, "")
	}
	if looked < 20 {
		t.Errorf("only %d statements were looked at", looked)
	}
}

func readElsewhere(line string) bool {
	for words := range elsewhere() {
		if line == words || strings.HasPrefix(line, words+" ") {
			return true
		}
	}
	return false
}

// samples returns paths one step further, with values that the schema takes and that
// fit to the configuration.
func samples(at *schema.Node, path string) []string {
	words := strings.TrimSpace(path + " " + at.Word())
	if at.Flat() {
		words = path
	}
	if !at.HasValue() {
		return []string{words}
	}
	values := []string{"bob", "Node0:xe-0/0/5", "Node0:xe-0/0/5.0", "v10", "R", "0", "60", "1500", "20", "v20", "S1", "$6$y", "ssh-rsa AAAA x", "ssh-ed25519 AAAA x", "x", "192.0.2.9", "1m"}
	for _, c := range at.Choices() {
		values = append(values, c.Word)
	}
	var out []string
	for _, v := range values {
		if at.Check(v) == nil && (at.Source() != schema.SourceVLANs || strings.HasPrefix(v, "v")) {
			out = append(out, strings.TrimSpace(words+" "+conf.Quote(v)))
		}
	}
	return append(out, words) // for a type that none of the values fits: it has no effect
}
