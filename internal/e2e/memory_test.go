package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nobody is the user that a lab on the memory plane runs as here: it needs no
// privilege at all.
const nobody = 65534

// TestMemoryPlane runs the same processes without root and without namespaces.
func TestMemoryPlane(t *testing.T) {
	dir, err := os.MkdirTemp("", "osw")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	f := &fabric{t: t, bin: readable(t), state: filepath.Join(dir, "state"), ssh: freePort(t), conf: freePort(t)}
	as := func(args ...string) (string, error) {
		cmd := exec.Command(f.bin, args...)
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := as("up", "--state", f.state); err == nil || !strings.Contains(out, "--plane memory") {
		t.Errorf("up without root should name --plane memory: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if t.Failed() {
			f.dumpLogs()
		}
		if out, err := as("down", "--state", f.state); err != nil {
			t.Errorf("down: %v\n%s", err, out)
		}
		f.noTrace()
	})
	if out, err := as("up", "--state", f.state, "--plane", "memory", "--ssh", f.ssh, "--netconf", f.conf); err != nil {
		t.Fatalf("up: %v\n%s", err, out)
	}
	if out, err := as("lab", "exec", "--state", f.state, "h1", "--", "ping", "-c", "2", "10.0.0.6"); err != nil || !strings.Contains(out, "2 received") {
		t.Errorf("h1 does not reach h6: %v\n%s", err, out)
	}
	m := f.mustDial()
	defer m.close()
	if err := m.load("set vlans v10 vlan-id 10\nset interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members v10\n"); err != nil {
		t.Fatal(err)
	}
	m.commit()
	if out, err := as("lab", "exec", "--state", f.state, "h1", "--", "ping", "-c", "1", "10.0.0.6"); err == nil {
		t.Errorf("h1 reaches h6 across VLANs:\n%s", out)
	}
}

// readable is a copy of the binary that every user may run.
func readable(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(os.Getenv("ONESWITCH_E2E"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "osw-bin")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "oneswitch")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}
