package help_test

import (
	"strings"
	"testing"

	"oneswitch/cli/help"
	"oneswitch/internal/junos/schema"
)

func TestAnswer(t *testing.T) {
	t.Parallel()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := help.Desk{Schema: s, Commands: s.RPCs()}
	editing := d
	editing.Editing = true
	for _, tc := range []struct {
		words, want, bad string
		desk             help.Desk
	}{
		{"", "Press ? anywhere", "", d},
		{"tip cli", "SPACE completes", "", d},
		{"apropos vlan-id", "No matches", "", help.Desk{Schema: s}},
		{"apropos ^rescue$", "request system configuration rescue", "", d},
		{"apropos ^vlan-id$", "set vlans <vlan-name> vlan-id", "", editing},
		{"apropos (", "", "parentheses not balanced", d},
		{"apropos", "", "missing argument", d},
		{"reference vlan-id", "Hierarchy Level\n      [edit vlans", "", d},
		{"topic nosuch", "", "no statement is called 'nosuch'", d},
		{"syslog", "UI_COMMIT_COMPLETED      Commit was carried out", "", d},
		{"syslog ui_commit", "Name:     UI_COMMIT\nMessage:  User '<username>' requested", "", d},
		{"syslog NOSUCH", "", "no message has the tag 'NOSUCH'", d},
	} {
		got, err := tc.desk.Answer(strings.Fields(tc.words))
		switch {
		case tc.bad != "" && (err == nil || !strings.Contains(err.Error(), tc.bad)):
			t.Errorf("%s: %v, want %q", tc.words, err, tc.bad)
		case tc.bad == "" && (err != nil || !strings.Contains(got, tc.want)):
			t.Errorf("%s: %v\n%s\nwant %q", tc.words, err, got, tc.want)
		}
	}
}

// TestRefused: what is not there is told plainly; what nobody knows is not.
func TestRefused(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"monitor traffic interface x": "refresh", "mon tra": "refresh", "op x": "scripts", "set cli logical-system a": "logical systems",
		"mo tr": "", "start shell": "", "o": "", "": "", "\"monitor\" traffic": "", "monitor": "", "set cli": "",
	} {
		err := help.Refused(line)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}
