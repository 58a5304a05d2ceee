package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/lab"
)

// fabric is one lab that a test runs.
type fabric struct {
	t     *testing.T
	bin   string
	state string
	ssh   string // host:port
	conf  string // host:port of NETCONF
}

// TestMain builds the binary once for all tests of the package.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "end-to-end tests need root: network namespaces and eBPF")
		return 1
	}
	dir, err := os.MkdirTemp("", "oneswitch-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "oneswitch"), "oneswitch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	if err := os.Setenv("ONESWITCH_E2E", filepath.Join(dir, "oneswitch")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// start brings a fabric up and takes it down when the test ends.
func start(t *testing.T, flags ...string) *fabric {
	t.Helper()
	f := &fabric{t: t, bin: os.Getenv("ONESWITCH_E2E"), state: t.TempDir(), ssh: freePort(t), conf: freePort(t)}
	t.Cleanup(func() {
		if t.Failed() {
			f.dumpLogs()
		}
		out, err := exec.Command(f.bin, "down", "--state", f.state).CombinedOutput()
		if err != nil {
			t.Errorf("down: %v\n%s", err, out)
		}
		f.noTrace()
	})
	f.up(flags...)
	return f
}

func (f *fabric) up(flags ...string) {
	f.t.Helper()
	began := time.Now()
	args := append([]string{"up", "--state", f.state, "--ssh", f.ssh, "--netconf", f.conf}, flags...)
	out, err := exec.Command(f.bin, args...).CombinedOutput()
	if err != nil {
		f.t.Fatalf("up: %v\n%s", err, out)
	}
	f.t.Logf("up took %.1f s", time.Since(began).Seconds())
}

// noTrace checks that down left no namespace, mount or process behind.
func (f *fabric) noTrace() {
	f.t.Helper()
	id := lab.ID(f.state)
	names, err := filepath.Glob("/run/netns/" + id + "-*")
	if err != nil || len(names) > 0 {
		f.t.Errorf("namespaces are left: %v (%v)", names, err)
	}
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil || bytes.Contains(mounts, []byte(f.state)) {
		f.t.Errorf("mounts are left below %s (%v)", f.state, err)
	}
	cmdlines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		f.t.Error(err)
	}
	for _, c := range cmdlines {
		if b, err := os.ReadFile(c); err == nil && bytes.Contains(b, []byte(f.state)) {
			f.t.Errorf("process is left: %s", bytes.ReplaceAll(b, []byte{0}, []byte{' '}))
		}
	}
}

func (f *fabric) dumpLogs() {
	logs, err := filepath.Glob(filepath.Join(f.state, "log", "*.log"))
	if err != nil {
		f.t.Error(err)
	}
	for _, l := range logs {
		b, err := os.ReadFile(l)
		if err != nil {
			continue
		}
		if len(b) > 3000 {
			b = b[len(b)-3000:]
		}
		f.t.Logf("---- %s\n%s", filepath.Base(l), b)
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// lab runs a `lab` subcommand and returns its output.
func (f *fabric) lab(verb string, args ...string) (string, error) {
	argv := append([]string{"lab", verb, "--state", f.state}, args...)
	out, err := exec.Command(f.bin, argv...).CombinedOutput()
	return string(out), err
}

func (f *fabric) mustLab(verb string, args ...string) string {
	f.t.Helper()
	out, err := f.lab(verb, args...)
	if err != nil {
		f.t.Fatalf("lab %s %v: %v\n%s", verb, args, err, out)
	}
	return out
}

// pings reports whether one host gets an answer from another address within a
// second.
func (f *fabric) pings(from, to string) bool {
	_, err := f.lab("exec", from, "--", "ping", "-c", "1", "-W", "1", to)
	return err == nil
}

// status reads the state of the processes.
func (f *fabric) status() map[string]lab.ProcessStatus {
	f.t.Helper()
	var s lab.Status
	if err := json.Unmarshal([]byte(f.mustLab("status", "--json")), &s); err != nil {
		f.t.Fatal(err)
	}
	out := map[string]lab.ProcessStatus{}
	for _, p := range s.Processes {
		out[p.Name] = p
	}
	return out
}

// sshArgs are the options of an OpenSSH client that asks nobody anything.
func (f *fabric) sshArgs(extra ...string) []string {
	host, port, _ := strings.Cut(f.ssh, ":")
	args := []string{"-f", lab.PasswordFile(f.state), "ssh", "-p", port, "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR", "-o", "PubkeyAuthentication=no"}
	return append(append(args, extra...), "admin@"+host)
}

// exec runs one command over the exec channel of a real ssh client.
func (f *fabric) exec(command string) (string, error) { return f.execWithin(30*time.Second, command) }

// execWithin gives up after a while: a login that began while the address changed
// hands may hang, and a user would try again.
func (f *fabric) execWithin(patience time.Duration, command string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "sshpass", append(f.sshArgs(), command)...).CombinedOutput()
	return string(out), err
}

// show runs a command and returns what it prints. A session that breaks because
// the leader changed is tried again, as a user would.
func (f *fabric) show(command string) string {
	f.t.Helper()
	var out string
	await(f.t, 10*time.Second, command, func() bool {
		var err error
		out, err = f.exec(command)
		return err == nil
	})
	return out
}

// await polls a condition until it holds; what it waits for is in the failure.
func await(t *testing.T, patience time.Duration, what string, holds func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	ticks := time.NewTicker(50 * time.Millisecond)
	defer ticks.Stop()
	for !holds() {
		if time.Since(began) > patience {
			t.Fatalf("waited %v for %s in vain", patience, what)
		}
		<-ticks.C
	}
	return time.Since(began)
}
