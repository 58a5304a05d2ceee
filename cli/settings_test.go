package cli

import (
	"bytes"
	"strings"
	"testing"

	"oneswitch/cli/files"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
)

// TestSetCLI: the answers are those that drivers of automation wait for.
func TestSetCLI(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	op := command.NewOperational(words, schema.ServedByDirector, schema.ServedByCLI)
	var out bytes.Buffer
	s := &shell{files: &files.Directory{Home: "/h", Clock: clock.Real{}}, settings: newSettings(), out: plainOutput{&out}}
	s.settings.terminal = "xterm"
	for _, tc := range []struct{ line, answer, shown string }{
		{"set cli screen-length 0", "Screen length set to 0", "CLI screen-length set to 0"},
		{"set cli screen-width 511", "Screen width set to 511", "CLI screen-width set to 511"},
		{"set cli complete-on-space off", "Disabling complete-on-space", "CLI complete-on-space set to off"},
		{"set cli complete-on-space on", "Enabling complete-on-space", "CLI complete-on-space set to on"},
		{"set cli idle-timeout 60", "Idle timeout set to 60 minutes", "CLI idle-timeout set to 60 minutes"},
		{"set cli idle-timeout", "Idle timeout disabled", "CLI idle-timeout disabled"},
		{"set cli timestamp", "CLI timestamp set to: %b %d %T", "CLI timestamp set to: %b %d %T"},
		{"set cli timestamp disable", "CLI timestamp disabled", "CLI timestamp disabled"},
		{"set cli terminal vt100", "", "CLI terminal is 'vt100'"},
		{"set cli prompt tower>", "CLI prompt set to: tower>", "CLI working directory is '/h'"},
	} {
		call, err := op.Parse(tc.line)
		if err != nil {
			t.Fatalf("%s: %v", tc.line, err)
		}
		out.Reset()
		s.setCLI(call)
		if got := strings.TrimSpace(out.String()); got != tc.answer {
			t.Errorf("%s: %q, want %q", tc.line, got, tc.answer)
		}
		if !strings.Contains(s.showCLI(), tc.shown+"\n") {
			t.Errorf("%s: show cli has no %q:\n%s", tc.line, tc.shown, s.showCLI())
		}
	}
	if got := s.promptText(); got != "tower> " {
		t.Errorf("prompt %q", got)
	}
}
