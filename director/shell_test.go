package director

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/cli"
	"oneswitch/inventory"
)

// TestMain lets the test binary be the shell as well: the director starts its own
// program with the argument cli for each login.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "cli" {
		os.Exit(cli.Main(os.Args[2:]))
	}
	goleak.VerifyTestMain(m)
}

// ssh runs OpenSSH's client as admin; an empty command asks for a shell, which gets
// what input holds.
func (l *lab) ssh(host byte, input string, command ...string) (string, error) {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	args := []string{"-p", l.password(), "ssh", "-p", "2022", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"}
	if len(command) == 0 {
		args = append(args, "-tt")
	}
	args = append(append(args, "admin@"+l.at(host).String()), command...)
	cmd := exec.CommandContext(ctx, "sshpass", args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestShellOverSSH(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")

	out, err := l.ssh(2, "", "show vlans | no-more")
	if err != nil || !strings.Contains(out, "default") || !strings.Contains(out, "Interfaces") {
		t.Fatalf("exec: %v (apt-get install openssh-client sshpass)\n%s", err, out)
	}
	if out, err := l.ssh(2, "", "show nonsense"); err == nil {
		t.Errorf("exec of nonsense has status 0:\n%s", out)
	}

	lines := []string{"configure", "set vlans v10 vlan-id 10", "show | compare", "commit comment \"by hand\"", "exit",
		"show system commit | no-more", "request component login P1377-C", "show version", "exit", "show fabric session-host", "exit", ""}
	out, err = l.ssh(2, strings.Join(lines, "\r"))
	if err != nil {
		t.Errorf("shell: %v", err)
	}
	for _, want := range []string{"admin@oneswitch> ", "Entering configuration mode", "[edit]", "admin@oneswitch# ", "+   v10 {", "commit complete", "by hand",
		"qfabric-admin@P1377-C> ", "Identifier: dg0"} {
		if !strings.Contains(out, want) {
			t.Errorf("the shell did not show %q", want)
		}
	}
	if t.Failed() {
		t.Logf("the whole session:\n%s", out)
	}
}

// asked is what OpenSSH's client shows of the director to somebody who has no password.
func (l *lab) asked(host byte) string {
	l.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ssh", "-F", "none", "-p", "2022", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=INFO", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "nobody@"+l.at(host).String()).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "Permission denied") {
		l.Fatalf("ssh without a password: %v\n%s", err, out)
	}
	return string(out)
}

// TestLoginMessageIsThatOfTheConfiguration: who connects reads what is configured then.
func TestLoginMessageIsThatOfTheConfiguration(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	c := l.dial(2)
	if out := l.asked(2); strings.Contains(out, "authorised") {
		t.Errorf("before there is a message:\n%s", out)
	}
	for _, text := range []string{"for authorised users only", "no authorised users today"} {
		l.must(c, load(`set system login message "`+text+`"`))
		l.must(c, "<commit-configuration/>")
		if out := l.asked(2); !strings.Contains(out, text) {
			t.Errorf("no %q:\n%s", text, out)
		}
	}
	l.must(c, load("delete system login message"))
	l.must(c, "<commit-configuration/>")
	if out := l.asked(2); strings.Contains(out, "authorised") {
		t.Errorf("after it was deleted:\n%s", out)
	}
}
