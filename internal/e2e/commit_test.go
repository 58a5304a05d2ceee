package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"oneswitch/internal/rpc"
)

// leader finds the director that holds the virtual address.
func (f *fabric) leader() string {
	f.t.Helper()
	var name string
	await(f.t, 10*time.Second, "a director to hold the virtual address", func() bool {
		for _, dg := range []string{"dg0", "dg1"} {
			out, err := f.lab("exec", dg, "--", "ip", "-4", "addr", "show", "dev", "bme0")
			if err == nil && strings.Contains(out, "128.0.128.1/") {
				name = dg
				return true
			}
		}
		return false
	})
	return name
}

// TestCommitIsOneFact kills the leading director at twenty moments of a commit
// that touches every node; afterwards all nodes run the same revision, and it is
// the one that the configuration shows.
func TestCommitIsOneFact(t *testing.T) {
	f := start(t)
	m := f.mustDial()
	if err := m.load(describe("first")); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	m.commit()
	span := time.Since(began)
	m.close()
	t.Logf("a commit that touches all four nodes takes %v", span)
	const moments = 20
	committed := 0
	for i := range moments {
		word := fmt.Sprintf("moment-%d", i)
		if f.commitAndKill(word, span*time.Duration(i+1)/moments) {
			committed++
		}
	}
	t.Logf("%d of %d interrupted commits took effect everywhere, the others nowhere", committed, moments)
}

// commitAndKill starts a commit, kills the leader after a while, and checks that
// the result is whole. It reports whether the commit took effect.
func (f *fabric) commitAndKill(word string, after time.Duration) bool {
	f.t.Helper()
	m := f.mustDial()
	if err := m.load(describe(word)); err != nil {
		f.t.Fatal(err)
	}
	pid := f.status()[f.leader()].PID
	done := make(chan error, 1)
	go func() {
		_, err := m.call(rpc.CommitConfiguration{})
		done <- err
	}()
	<-time.After(after) // the moment is what is tested
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		f.t.Fatal(err)
	}
	answer := <-done
	m.close()
	took := await(f.t, 5*time.Second, "the shell at the same address", func() bool {
		out, err := f.execWithin(1500*time.Millisecond, "show version | no-more")
		return err == nil && strings.Contains(out, "Hostname")
	})
	m = f.mustDial()
	defer m.close()
	await(f.t, 20*time.Second, "all nodes to agree", func() bool { _, ok := m.agreed(); return ok })
	shown := strings.Contains(f.show("show configuration interfaces Node0:xe-0/0/0 | no-more"), word+";")
	for node := range 4 {
		name := fmt.Sprintf("Node%d:xe-0/0/1", node)
		got := strings.Contains(f.show("show configuration interfaces "+name+" | no-more"), word+";")
		if got != shown {
			f.t.Errorf("%s: the configuration of %s disagrees with the others", word, name)
		}
	}
	if answer == nil && !shown {
		f.t.Errorf("%s: the commit was acknowledged and is gone", word)
	}
	revision, _ := m.agreed()
	f.t.Logf("%s: killed after %v, shell back after %.1f s, answer %v, in effect %v, all nodes at revision %d", word, after, took.Seconds(), answer, shown, revision)
	return shown
}

// TestLargeCommit commits a thousand statements over all members.
func TestLargeCommit(t *testing.T) {
	f := start(t)
	m := f.mustDial()
	defer m.close()
	var b strings.Builder
	for v := range 248 {
		fmt.Fprintf(&b, "set vlans v%d vlan-id %d\nset vlans v%d description \"tenant %d\"\n", v+100, v+100, v+100, v)
	}
	for node := range 4 {
		for port := range 42 {
			fmt.Fprintf(&b, "set interfaces Node%d:xe-0/0/%d description \"port %d\"\n", node, port, port)
			fmt.Fprintf(&b, "set interfaces Node%d:xe-0/0/%d unit 0 family ethernet-switching port-mode trunk\n", node, port)
			fmt.Fprintf(&b, "set interfaces Node%d:xe-0/0/%d unit 0 family ethernet-switching vlan members [ v%d v%d ]\n", node, port, 100+port, 200+port)
		}
	}
	statements := strings.Count(b.String(), "\n")
	began := time.Now()
	if err := m.load(b.String()); err != nil {
		t.Fatal(err)
	}
	loaded := time.Since(began)
	began = time.Now()
	m.must(rpc.CommitConfiguration{Log: "a thousand statements"})
	t.Logf("%d statements over all members: load %v, commit %v", statements, loaded, time.Since(began))
	if statements < 1000 {
		t.Errorf("%d statements, want a thousand", statements)
	}
}
