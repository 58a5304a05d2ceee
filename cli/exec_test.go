package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestExec is `ssh host 'command'`: no prompt, no paging, status 0 or 1.
func TestExec(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		command, want string
		status        int
	}{
		{"show vlans | match v10", "v10        10   None\n", 0},
		{"show vlans | no-more | count", "Count: 3 lines\n", 0},
		{"show interfaces terse | last 1", "Node0:xe-0/0/59 up\n", 0},
		{"show foo", "syntax error, expecting <command>.\n", 1},
		{"bogus", "unknown command.\n", 1},
		{"show system alarms", "error: the alarm subsystem is not running\n", 1},
		{"", "", 0},
		{"show configuration vlans | display set | match v10 | count", "Count: 2 lines\n", 0},
		{"show vlans | match (", "error: match: parentheses not balanced: \"(\"\n", 1},
		{"monitor traffic", "error: monitor is not supported: use show interfaces NAME extensive | refresh 2\n", 1},
		{"show vlans | refresh 1", "error: refresh needs a terminal\n", 1},
		{"configure; delete; show | compare", "Entering configuration mode\nDelete everything under this level? [yes,no] (no) no\n", 1},
		{"configure; set vlans v30 vlan-id 30; show | compare; commit and-quit; exit; never",
			"Entering configuration mode\n[edit vlans]\n+   v30 {\n+       vlan-id 30;\n+   }\ncommit complete\nExiting configuration mode\n\n", 0},
		{"configure; set vlans bad vlan-id 3; commit; exit",
			"Entering configuration mode\n[edit vlans]\n  'bad'\n    error: VLAN 'bad' is not allowed\nerror: configuration check-out failed\n", 1},
	} {
		t.Run(tc.command, func(t *testing.T) {
			t.Parallel()
			cmd := shellCommand(t, newFakeDirector(t), "--command", tc.command)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			status := 0
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				status = exit.ExitCode()
			} else if err != nil {
				t.Fatal(err)
			}
			if string(out) != tc.want || status != tc.status || stderr.Len() > 0 {
				t.Errorf("status %d\n%s\nwant %d\n%s\nstderr %q", status, out, tc.status, tc.want, stderr.String())
			}
		})
	}
}

// TestWithoutTerminal is `ssh -T host < script`: answers alone, no prompt, no echo,
// no caret and no page.
func TestWithoutTerminal(t *testing.T) {
	t.Parallel()
	cmd := shellCommand(t, newFakeDirector(t))
	cmd.Stdin = strings.NewReader("show interfaces terse | count\nshow foo\n\nconfigure\nset vlans v9 vlan-id 9\nexit\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := "Count: 60 lines\n\nsyntax error, expecting <command>.\n\nEntering configuration mode\n" +
		"The configuration has been changed but not committed\nExit with uncommitted changes? [yes,no] (yes) yes\nExiting configuration mode\n\n"
	if string(out) != want {
		t.Errorf("%q\nwant\n%q", out, want)
	}
}

// TestScript: a question takes the next line of a script as its answer when it is one.
func TestScript(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"configure\ndelete\nset vlans v9 vlan-id 9\nrollback 0\n": "Entering configuration mode\n" +
			"Delete everything under this level? [yes,no] (no) no\nload complete\n",
		"configure\r\ndelete\r\nyes\r\nshow | display set | count\r\nrollback 0\r\n": "Entering configuration mode\n" +
			"Delete everything under this level? [yes,no] (no) yes\nCount: 0 lines\nload complete\n",
		"configure\nset vlans v9 vlan-id 9\nexit\nno\nrollback 0\nexit\n": "Entering configuration mode\n" +
			"The configuration has been changed but not committed\nExit with uncommitted changes? [yes,no] (yes) no\n" +
			"load complete\nExiting configuration mode\n\n",
	} {
		cmd := shellCommand(t, newFakeDirector(t))
		cmd.Stdin = strings.NewReader(script)
		out, err := cmd.Output()
		if err != nil || string(out) != want {
			t.Errorf("%q: %v\n%q\nwant\n%q", script, err, out, want)
		}
	}
}

// TestNoDirector: a shell that somebody starts by hand says what to do.
func TestNoDirector(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "log in with ssh") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestSplitCommands(t *testing.T) {
	t.Parallel()
	got := splitCommands("configure; set a \"x;y\\\";\" ;\ncommit")
	want := []string{"configure", "set a \"x;y\\\";\"", "", "commit"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%q, want %q", got, want)
	}
}

// BenchmarkStart is a whole `oneswitch cli --command 'show cli'`: process, schema,
// greeting, answer.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		cmd := shellCommand(b, newFakeDirector(b), "--command", "show cli")
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
}
