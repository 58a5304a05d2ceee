package e2e

import (
	"encoding/xml"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestUnconfirmedCommitWithEverythingCentralDead: a commit that cuts a host off is not
// confirmed and both directors die. At its deadline the members take it back by
// themselves; the directors that return tell (reliability.md F41).
func TestUnconfirmedCommitWithEverythingCentralDead(t *testing.T) {
	f := start(t)
	if !f.pings("h1", "10.0.0.6") {
		t.Fatal("h1 does not reach 10.0.0.6 to begin with")
	}
	m := f.mustDial()
	if err := m.load("set vlans cut vlan-id 77\nset interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members cut\n"); err != nil {
		t.Fatal(err)
	}
	before := m.revisions()
	const patience = 12 * time.Second
	began := time.Now()
	m.must(standardCommit{Confirmed: &struct{}{}, Timeout: "12", Persist: "night"})
	await(t, 5*time.Second, "the commit to cut h1 off", func() bool { return !f.pings("h1", "10.0.0.6") })
	for _, dg := range []string{"dg0", "dg1"} {
		f.mustLab("stop", dg)
	}
	m.close()
	await(t, 2*patience, "h1 to reach 10.0.0.6 again", func() bool { return f.pings("h1", "10.0.0.6") })
	back := time.Since(began)
	t.Logf("back %.1f s after a commit that waited for %.0f s, with no director alive", back.Seconds(), patience.Seconds())
	if back < patience || back > patience+5*time.Second {
		t.Errorf("back after %v, want the deadline of %v and no more than a few seconds", back, patience)
	}
	still := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	for _, dg := range []string{"dg0", "dg1"} {
		f.mustLab("start", dg)
	}
	await(t, 30*time.Second, "the history to tell", func() bool {
		out, err := f.exec("show system commit | no-more")
		return err == nil && strings.Contains(out, "by root via other") && strings.Contains(out, "automatic rollback complete")
	})
	m = f.mustDial()
	defer m.close()
	// The rollback is a decision of its own, with a revision after the commit's, and
	// speaks to whom it concerns: whether it moved the others as well is its affair.
	await(t, 10*time.Second, "Node0 to run the rollback, and no node to be in doubt", func() bool {
		now := m.revisions()
		for node, revision := range now {
			if revision != before[node] && revision != now["Node0"] {
				return false
			}
		}
		return len(now) == 4 && now["Node0"] > before["Node0"]+1
	})
	if got := still.finish(); got.lost != 0 {
		t.Errorf("the directors' return lost %d of %d frames", got.lost, got.sent)
	}
}

// TestDatastoreAway takes the datastore away under traffic: the shell stays where it
// was, for reading; every change is refused in words that name the datastore; exactly
// one director answers at the address; and all comes back by itself (reliability.md F17).
func TestDatastoreAway(t *testing.T) {
	db := newDatabase(t)
	f := start(t, "--db", db.dsn())
	// A director that has not read the configuration once knows nobody who may log in:
	// it follows within a second of its start.
	await(t, 10*time.Second, "both directors to know the configuration", func() bool {
		return !slices.ContainsFunc([]string{"dg0", "dg1"}, func(dg string) bool {
			_, err := os.Stat(filepath.Join(f.state, dg, "lastknown"))
			return err != nil
		})
	})
	still := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	held := f.leader()
	db.stop(syscall.SIGKILL)
	began := time.Now()
	readable := func(what string, within time.Duration) {
		t.Helper()
		took := await(t, within, what, func() bool {
			out, err := f.execWithin(3*time.Second, "show configuration vlans | no-more")
			return err == nil && strings.Contains(out, "vlan-id 1;")
		})
		t.Logf("%s: %.1f s", what, took.Seconds())
	}
	refused := func() bool {
		m, err := f.dial(t.Context())
		if err != nil {
			return false
		}
		defer m.close()
		err = m.load("set vlans v10 vlan-id 10\n")
		return err != nil && strings.Contains(err.Error(), "does not answer since") && strings.Contains(err.Error(), "database fabric")
	}
	await(t, 15*time.Second, "changes to be refused", refused)
	readable("a shell to read in without the datastore", 5*time.Second)
	for time.Since(began) < 20*time.Second {
		if now := f.holders(); len(now) != 1 || now[0] != held {
			t.Fatalf("%v hold the virtual address, want %s alone", now, held)
		}
	}
	for _, command := range []string{"show system commit", "show fabric administration inventory", "show ethernet-switching table", "show vlans"} {
		if out, err := f.execWithin(10*time.Second, command+" | no-more"); err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	// Now the director that kept the address dies as well, and comes back later.
	f.mustLab("stop", held)
	readable("a shell at the other director", 30*time.Second)
	f.mustLab("start", held)
	await(t, 20*time.Second, "one director to hold the address", func() bool { return len(f.holders()) == 1 })
	db.start("SELECT 1")
	back := await(t, 30*time.Second, "a commit", func() bool {
		m, err := f.dial(t.Context())
		if err != nil {
			return false
		}
		defer m.close()
		if m.load("set vlans v10 vlan-id 10\n") != nil {
			return false
		}
		reply, err := m.call(standardCommit{})
		return err == nil && reply.Err() == nil
	})
	t.Logf("a commit is taken %.1f s after the datastore came back", back.Seconds())
	await(t, 10*time.Second, "one director to hold the address", func() bool { return len(f.holders()) == 1 })
	if got := still.finish(); got.lost != 0 {
		t.Errorf("lost %d of %d frames, want 0", got.lost, got.sent)
	}
}

// holders are the directors whose kernel has the virtual address.
func (f *fabric) holders() []string {
	f.t.Helper()
	var out []string
	for _, dg := range []string{"dg0", "dg1"} {
		addresses, err := f.lab("exec", dg, "--", "ip", "-4", "addr", "show", "dev", "bme0")
		if err == nil && strings.Contains(addresses, "128.0.128.1/") {
			out = append(out, dg)
		}
	}
	return out
}

// standardCommit is RFC 6241's.
type standardCommit struct {
	XMLName   xml.Name  `xml:"commit"`
	Confirmed *struct{} `xml:"confirmed"`
	Timeout   string    `xml:"confirm-timeout,omitempty"`
	Persist   string    `xml:"persist,omitempty"`
}
