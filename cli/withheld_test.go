package cli

import (
	"testing"
)

// TestExecOfAClass: without a terminal, too, what is withheld does not exist.
func TestExecOfAClass(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, c := range []struct{ user, command, want string }{
		{"ann", "configure; set system login user rob class read-only; commit and-quit",
			"Entering configuration mode\ncommit complete\nExiting configuration mode\n\n"},
		{"rob", "configure", "unknown command.\n"},
		{"rob", "c", "unknown command.\n"},
		{"rob", "show configuration", "syntax error, expecting <command>.\n"},
		{"rob", "request system reboot", "unknown command.\n"},
		{"rob", "show cli authorization | match class", "Current user: 'rob' class 'read-only'\n"},
		{"ann", "request system reboot", "error: a fabric is not restarted as one: restart directors and members one after the other\n"},
	} {
		out, _ := shellOf(t, c.user, o.face.Open, "--command", c.command).Output()
		if string(out) != c.want {
			t.Errorf("%s: %s: %q, want %q", c.user, c.command, out, c.want)
		}
	}
}
