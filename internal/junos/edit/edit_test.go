package edit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
)

func loadSchema(t testing.TB) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// say prints a problem on one line.
func say(p edit.Problem) string {
	return fmt.Sprintf("%d:%d %s %s %s '%s': %s", p.Pos.Line, p.Pos.Column, p.Severity, p.Code, p.Banner(), p.Token, p.Text)
}

func sayAll(problems []edit.Problem) (out []string) {
	for _, p := range problems {
		out = append(out, say(p))
	}
	return out
}

// TestLineErrors shows the words and the place of every refusal of a line.
func TestLineErrors(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"frobnicate vlans", "1:1 error syntax-error [edit] 'frobnicate': unknown command."},
		{"set", "1:0 error missing-element [edit] '': missing argument."},
		{"set vlans", "1:0 error missing-element [edit vlans] '': missing argument."},
		{"set vlans v10 vlan-id", "1:0 error missing-element [edit vlans v10] '': missing argument."},
		{"set vlans v10 vlan-id 5000", "1:23 error invalid-value [edit vlans v10] '5000': Value 5000 is not within range (1..4094)"},
		{"set vlans v10 vlan-id ten", "1:23 error invalid-value [edit vlans v10] 'ten': invalid numeric value: 'ten'"},
		{"set vlans 10 vlan-id 10", "1:11 error invalid-value [edit vlans] '10': invalid vlan name: '10'"},
		{"set nonsense", "1:5 error syntax-error [edit] 'nonsense': syntax error"},
		{"set vlans v10 colour red", "1:15 error syntax-error [edit vlans v10] 'colour': syntax error"},
		{"set x", "1:5 error syntax-error [edit] 'x': syntax error"},
		{"set interfaces xe-0/0/1 disable", "1:16 error invalid-value [edit interfaces] 'xe-0/0/1': invalid interface name (expecting node-device:xe-0/0/7): 'xe-0/0/1'"},
		{"set interfaces Node0:xe-0/0/1 d", "1:31 error syntax-error [edit interfaces Node0:xe-0/0/1] 'd': 'd' is ambiguous."},
		{"set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode both", "1:74 error invalid-value [edit interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching] 'both': invalid value: 'both', expecting access, tagged-access or trunk"},
		{`set vlans v10 description "open`, "1:27 error syntax-error [edit] '': missing quote at the end of a string"},
		{"rename vlans v10", "1:0 error missing-element [edit] '': missing argument."},
		{"rename vlans v10 to a b", "1:23 error syntax-error [edit vlans v10] 'b': syntax error"},
		{"edit vlans", "1:1 error syntax-error [edit] 'edit': unknown command."},
	}
	s := loadSchema(t)
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			t.Parallel()
			_, problems := edit.ParseLine(s.Config(), nil, tt.line)
			if len(problems) != 1 || say(problems[0]) != tt.want {
				t.Errorf("got  %q\nwant %q", sayAll(problems), tt.want)
			}
		})
	}
}

// expectation prints what may follow, as completion sees it.
func expectation(e edit.Expectation) string {
	var parts []string
	if e.Value != nil {
		parts = append(parts, "<"+e.Value.Name()+">")
	}
	if e.Flat != nil {
		parts = append(parts, "<"+e.Flat.Name()+">")
	}
	for _, k := range e.Keywords {
		if k.Everywhere() {
			continue
		}
		parts = append(parts, k.Word())
	}
	for _, x := range []struct {
		word string
		on   bool
	}{{"[", e.Open}, {"]", e.Close}, {"END", e.End}, {"NAMES", e.Names}} {
		if x.on {
			parts = append(parts, x.word)
		}
	}
	return strings.Join(parts, " ")
}

func TestCursor(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	const vlan = "description vlan-id vlan-id-list vlan-range interface l3-interface filter mac-table-aging-time mac-limit " +
		"no-mac-learning no-local-switching vxlan service-id primary-vlan private-vlan isolation-id isolation-vlan-id pvlan isolated-vlan community-vlans dot1q-tunneling switch-options forwarding-options"
	tests := []struct{ line, want, path string }{
		{"", "version groups system fabric chassis security interfaces snmp multi-chassis event-options forwarding-options routing-options protocols policy-options " +
			"class-of-service firewall routing-instances access applications ethernet-switching-options switch-options poe vlans NAMES", ""},
		{"vlans", "<vlan> NAMES", "vlans"},
		{"vlans v10", vlan + " END NAMES", "vlans v10"},
		{"vlans v10 vlan-id", "<vlan-id> NAMES", "vlans v10 vlan-id"},
		{"vlans v10 vlan-id 10", vlan + " END NAMES", "vlans v10 vlan-id"},
		{"vlans v10 interface", "<interface> NAMES", "vlans v10 interface"},
		{"interfaces vlan unit 0 family inet address 10.0.0.1/24 arp", "<arp> NAMES", "interfaces vlan unit 0 family inet address 10.0.0.1/24 arp"},
		{"system services", "ssh telnet ftp netconf web-management dhcp-local-server outbound-ssh rest finger xnm-clear-text xnm-ssl tftp-server extension-service dhcp dns NAMES", "system services"},
		{"fabric aliases node-device S1", "<alias> END NAMES", "fabric aliases node-device S1"},
		{"fabric aliases node-device S1 Node0", "END NAMES", "fabric aliases node-device S1"},
		{"int Node0:xe-0/0/1 unit 0 fam eth vlan members", "<members> [ NAMES",
			"interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members"},
		{"int Node0:xe-0/0/1 unit 0 fam eth vlan members [", "<members>", "interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members"},
		{"int Node0:xe-0/0/1 unit 0 fam eth vlan members [ a", "<members> ]", "interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members a"},
		{"int Node0:xe-0/0/1 unit 0 fam eth vlan members [ a ]", "members END NAMES", "interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members a"},
	}
	for _, tt := range tests {
		words, err := edit.Split(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		c := edit.At(s.Config(), nil)
		for _, w := range words {
			if c, err = c.Step(w); err != nil {
				t.Fatalf("%s: %v", tt.line, err)
			}
		}
		if d := cmp.Diff(tt.want+"\n"+tt.path, expectation(c.Expect())+"\n"+c.Path().String()); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.line, d)
		}
	}
}

// TestPropertyQuote says that a word that is printed is read as the same word.
func TestPropertyQuote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var line, want []string
		for _, w := range rapid.SliceOfN(rapid.String(), 1, 4).Draw(t, "words") {
			line, want = append(line, edit.Quote(w)), append(want, w)
		}
		words, err := edit.Split(strings.Join(line, " "))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range words {
			got = append(got, w.Text)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%q (-want +got):\n%s", line, d)
		}
	})
}
