package withheld_test

import (
	"testing"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
)

func words(t *testing.T) *schema.Schema {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestNarrowed: what is withheld is no word of the language any more, and all else is
// read as before.
func TestNarrowed(t *testing.T) {
	t.Parallel()
	s := words(t)
	whole := command.NewOperational(s, schema.ServedByDirector)
	for _, c := range []struct {
		name       string
		less       withheld.Command
		read, gone []string
	}{
		{"the whole command", withheld.Command{RPC: "get-interface-information"},
			[]string{"show vlans"}, []string{"show interfaces", "show interfaces terse", "sh int"}},
		{"an option", withheld.Command{RPC: "get-interface-information", Options: []string{"extensive"}},
			[]string{"show interfaces", "show interfaces terse xe-0/0/0", "show interfaces xe-0/0/0 terse", "show interfaces xe-0/0/0 extensive", "sh int t"},
			[]string{"show interfaces extensive", "show interfaces extensive xe-0/0/0", "show interfaces e"}},
		{"all but an option", withheld.Command{RPC: "get-interface-information", Bare: true, Values: true,
			Options: []string{"brief", "detail", "extensive", "media", "statistics", "descriptions"}},
			[]string{"show interfaces terse", "show interfaces terse xe-0/0/0"},
			[]string{"show interfaces", "show interfaces detail", "show interfaces xe-0/0/0 terse"}},
		{"one form of several", withheld.Command{RPC: "request-message", Options: []string{"all"}},
			[]string{`request message user ann message "x"`}, []string{`request message all message "x"`, "request message"}},
		{"nothing is left", withheld.Command{RPC: "clear-system-commit", Bare: true}, nil, []string{"clear system commit"}},
	} {
		narrow := whole.Narrowed([]withheld.Command{c.less}, nil)
		for _, line := range c.read {
			before, err := whole.Parse(line)
			if err != nil {
				t.Fatalf("%s: %q: %v", c.name, line, err)
			}
			after, err := narrow.Parse(line)
			if err != nil || len(after.Args) != len(before.Args) || len(after.Words) != len(before.Words) {
				t.Errorf("%s: %q is %v, before %v: %v", c.name, line, after.Words, before.Words, err)
			}
		}
		for _, line := range c.gone {
			if call, err := narrow.Parse(line); err == nil {
				t.Errorf("%s: %q is read as %v", c.name, line, call.Words)
			}
		}
	}
}

// TestAbbreviations: a word that is not there makes no other one ambiguous.
func TestAbbreviations(t *testing.T) {
	t.Parallel()
	s := words(t)
	op := command.NewOperational(s, schema.ServedByDirector)
	config := command.NewConfiguration(s, op)
	hidden := withheld.NewStatements([]string{"system login"})
	narrow := config.Narrowed(op, []string{"replace", "rename"}, hidden)
	for line, want := range map[string]string{
		"set system loc building x": "set system location building x", // location, login
		"rollb":                     "rollback",
	} {
		st, err := narrow.Parse(line, nil)
		if err != nil || st.Verb != "rollback" && st.Line != want {
			t.Errorf("%q: %q, %v", line, st.Line, err)
		}
	}
	for line, pos := range map[string]int{
		"set system login": 11, "set system log": 11, "delete system login user ann": 14, "set groups g system login user ann class x": 20,
		"top set system login": 15, "rename vlans v1 to v2": 0, "wildcard range set system login user a[1-2] class x": 26,
	} {
		_, err := narrow.Parse(line, nil)
		bad, ok := err.(*command.Error)
		if !ok || bad.Pos != pos {
			t.Errorf("%q: %v, want an error at %d", line, err, pos)
		}
	}
	if _, err := config.Parse("set system lo building x", nil); err == nil {
		t.Error("lo is not ambiguous for a super-user: the test shows nothing")
	}
	if st, err := narrow.Parse("set system lo building x", nil); err != nil || st.Line != "set system location building x" {
		t.Errorf("lo: %q, %v", st.Line, err)
	}
}

// TestStatements: a statement is withheld wherever it stands, with all below it, also
// from who stands there already.
func TestStatements(t *testing.T) {
	t.Parallel()
	root := words(t).Config()
	hidden := withheld.NewStatements([]string{"system login", "interfaces interface unit"})
	for line, want := range map[string]bool{
		"system": false, "system login": true, "system login user ann": true, "groups g": false, "groups g system login": true,
		"interfaces Node0:xe-0/0/1": false, "interfaces Node0:xe-0/0/1 unit 0": true, "interfaces Node0:xe-0/0/1 mtu": false,
	} {
		split, err := conf.Split(line)
		if err != nil {
			t.Fatal(err)
		}
		p, problems := conf.ParsePath(root, nil, split)
		if conf.Failed(problems) {
			t.Fatal(line, problems)
		}
		if got := hidden.Has(p); got != want {
			t.Errorf("%s: %t", line, got)
		}
		if withheld.NewStatements(nil).Has(p) {
			t.Errorf("%s: withheld from who is withheld nothing", line)
		}
	}
}
