package fleet_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/director/commit"
	"oneswitch/director/fleet"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
	"oneswitch/inventory/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually polls until done, which says what is missing.
func eventually(t testing.TB, done func() string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		missing := done()
		if missing == "" {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal(missing)
		}
	}
}

// site is a datastore, a fabric key and the directors on them.
type site struct {
	dsn string
	key sshnet.Key
}

// director is one director as far as this package goes.
type director struct {
	db     *store.DB
	fleet  *fleet.Fleet
	driver *fleet.Driver
	addr   net.Addr
	resign chan uint64
	stop   func()
}

func newSite(t testing.TB) *site {
	t.Helper()
	key, err := sshnet.LoadOrCreateKey(filepath.Join(t.TempDir(), "fabric"))
	check(t, err)
	return &site{dsn: "sqlite://" + filepath.Join(t.TempDir(), "fabric.db"), key: key}
}

func limits() commit.Limits {
	l := commit.DefaultLimits()
	l.Prepare, l.Refused, l.Read = 2*time.Second, 100*time.Millisecond, 300*time.Millisecond
	return l
}

func (s *site) director(t testing.TB, name string) *director {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), s.dsn, store.Options{Now: time.Now, Origin: name, Log: quiet})
	check(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	d := &director{db: db, addr: l.Addr(), resign: make(chan uint64, 100)}
	d.fleet, err = fleet.New(fleet.Config{Listener: l, Key: s.key, Roster: db, Clock: clock.Real{}, Log: quiet, Audit: 100 * time.Millisecond})
	check(t, err)
	d.driver = fleet.NewDriver(fleet.DriverConfig{
		Log: db, Intents: db, Members: d.fleet, Clock: clock.Real{}, Logger: quiet, Limits: limits(),
		Resign: func(seen uint64) {
			select {
			case d.resign <- seen:
			default:
			}
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { check(t, d.fleet.Run(ctx)) })
	running.Go(func() { check(t, d.driver.Run(ctx)) })
	d.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		check(t, db.Close())
	})
	t.Cleanup(d.stop)
	return d
}

// lead makes d the leader in the store and in its driver.
func (d *director) lead(t testing.TB) {
	t.Helper()
	row, err := d.db.ReadLease(t.Context())
	check(t, err)
	won, err := d.db.TakeLease(t.Context(), "x", row, row.Token+1)
	check(t, err)
	if !won {
		t.Fatal("lease not won")
	}
	d.driver.Lead(row.Token + 1)
}

func (s *site) members(t testing.TB, names ...string) []*fake {
	t.Helper()
	var out []*fake
	for _, n := range names {
		out = append(out, newFake(t, n, s.key.Public()))
	}
	return out
}

func (d *director) connected(t testing.TB, names ...inventory.MemberID) {
	t.Helper()
	eventually(t, func() string {
		var have []inventory.MemberID
		for _, m := range d.driver.State().Members {
			if m.Connected {
				have = append(have, m.ID)
			}
		}
		if slices.Equal(have, names) {
			return ""
		}
		return fmt.Sprintf("connected are %v, want %v", have, names)
	})
}

// intents makes one for each member, different in every revision.
func intents(t testing.TB, revision uint64, members ...inventory.MemberID) []commit.Intent {
	t.Helper()
	var out []commit.Intent
	for _, m := range members {
		in := intent.Intent{Version: intent.Version, Member: m, Name: string(m), Fabric: fmt.Sprint("fabric", revision), Role: inventory.RoleNode}
		body, err := in.Marshal()
		check(t, err)
		hash, err := in.Hash()
		check(t, err)
		out = append(out, commit.Intent{Member: m, Hash: hash, XML: string(body)})
	}
	return out
}

func (d *director) commit(t testing.TB, members ...inventory.MemberID) commit.Outcome {
	t.Helper()
	s := d.driver.State()
	change := commit.Change{Parent: s.Current, User: "admin", Client: "test", At: time.Now(), Config: fmt.Sprint("set revision ", s.Last+1)}
	o, err := d.driver.Commit(t.Context(), change, intents(t, s.Last+1, members...))
	check(t, err)
	return o
}

func want(t testing.TB, o commit.Outcome, v commit.Verdict) {
	t.Helper()
	if o.Verdict != v {
		t.Fatalf("outcome is %+v, want %s", o, v)
	}
}

func ready(t testing.TB, d *director) {
	t.Helper()
	eventually(t, func() string {
		if p := d.driver.State().Phase; p != commit.Ready {
			return "the leader is " + p.String()
		}
		return ""
	})
}

// settled waits until nobody owes and everybody runs the same as was decided.
func settled(t testing.TB, d *director) {
	t.Helper()
	eventually(t, func() string {
		debts, err := d.db.Debts(t.Context())
		check(t, err)
		if len(debts) > 0 || len(d.driver.State().Debts()) > 0 {
			return fmt.Sprintf("debts are %v, %v", debts, d.driver.State().Debts())
		}
		return ""
	})
}

func TestCommit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1", "N2")
	for _, m := range members {
		m.on(t, d.addr)
	}
	d.lead(t)
	d.connected(t, "N0", "N1", "N2")
	ready(t, d)
	o := d.commit(t, "N0", "N1", "N2")
	want(t, o, commit.Committed)
	if len(o.Owing) > 0 {
		t.Errorf("all are there, and %v owe", o.Owing)
	}
	settled(t, d)
	want(t, d.commit(t, "N1"), commit.Committed)
	settled(t, d)
	for i, revision := range []uint64{1, 2, 1} {
		if r := members[i].journal().Running; r.Revision != revision {
			t.Errorf("%s runs %+v, want revision %d", members[i].serial, r, revision)
		}
	}
	if n := members[0].calls["prepare"]; n != 1 {
		t.Errorf("N0 was asked %d times to prepare; the second commit did not touch it", n)
	}
	stale := commit.Change{Parent: 1, User: "late"}
	o, err := d.driver.Commit(t.Context(), stale, intents(t, 9, "N0"))
	check(t, err)
	want(t, o, commit.Refused)
}

func TestRefusal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1")
	members[1].refuse = netconf.RPCError{Severity: netconf.SeverityError, Path: "[edit interfaces N1:xe-0/0/7]", Message: "no such port"}
	for _, m := range members {
		m.on(t, d.addr)
	}
	d.lead(t)
	d.connected(t, "N0", "N1")
	ready(t, d)
	o := d.commit(t, "N0", "N1")
	want(t, o, commit.Aborted)
	no := commit.Refusal{Member: "N1", Path: "[edit interfaces N1:xe-0/0/7]", Reason: "no such port"}
	if !slices.Equal(o.Refusals, []commit.Refusal{no}) {
		t.Errorf("refusals are %+v", o.Refusals)
	}
	eventually(t, func() string {
		if j := members[0].journal(); j.Held.Txn != "" || j.Running.Revision != 0 {
			return fmt.Sprintf("N0 is left with %+v", j)
		}
		return ""
	})
	eventually(t, func() string {
		a, err := d.db.Attempts(t.Context(), 1)
		check(t, err)
		if len(a) != 1 || a[0].Verdict != commit.Aborted || !slices.Equal(a[0].Refusals, o.Refusals) {
			return fmt.Sprintf("the record says %+v", a)
		}
		return ""
	})
	members[1].with(func(f *fake) { f.refuse = nil })
	want(t, d.commit(t, "N0", "N1"), commit.Committed)
}

func TestAbsentMemberOwes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1")
	members[0].on(t, d.addr)
	off := members[1].on(t, d.addr)
	d.lead(t)
	d.connected(t, "N0", "N1")
	ready(t, d)
	want(t, d.commit(t, "N0", "N1"), commit.Committed)
	off()
	d.connected(t, "N0")
	for range 2 {
		o := d.commit(t, "N0", "N1")
		want(t, o, commit.Committed)
		if !slices.Equal(o.Owing, []inventory.MemberID{"N1"}) {
			t.Fatalf("owing are %v", o.Owing)
		}
	}
	eventually(t, func() string { // what N0 acknowledged is settled a moment later
		debts, err := d.db.Debts(t.Context())
		check(t, err)
		if len(debts) != 1 || debts[0].Member != "N1" || debts[0].Revision != 3 {
			return fmt.Sprintf("debts are %+v", debts)
		}
		return ""
	})
	members[1].on(t, d.addr)
	settled(t, d)
	if r := members[1].journal().Running; r.Revision != 3 {
		t.Errorf("N1 runs %+v after its return", r)
	}
	// A member that comes back with an older state than it left with is brought up again.
	members[1].with(func(f *fake) { f.state.Running = intent.Stamp{} })
	eventually(t, func() string {
		if r := members[1].journal().Running; r.Revision != 3 {
			return fmt.Sprintf("N1 runs %+v", r)
		}
		return ""
	})
}

func TestMemberThatHangs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1")
	members[1].hang = make(chan struct{})
	for _, m := range members {
		m.on(t, d.addr)
	}
	d.lead(t)
	d.connected(t, "N0", "N1")
	ready(t, d)
	start := time.Now()
	o := d.commit(t, "N0", "N1")
	want(t, o, commit.Aborted)
	if len(o.Refusals) != 1 || o.Refusals[0].Member != "N1" || time.Since(start) > 4*time.Second {
		t.Errorf("after %s: %+v", time.Since(start), o.Refusals)
	}
	members[1].with(func(f *fake) { close(f.hang); f.hang = nil })
	d.connected(t, "N0", "N1")
	eventually(t, func() string {
		if o := d.commit(t, "N0", "N1"); o.Verdict != commit.Committed || len(o.Owing) > 0 {
			return fmt.Sprintf("outcome is %+v", o)
		}
		return ""
	})
	settled(t, d)
}

func TestTakeover(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	dg0, dg1 := s.director(t, "dg0"), s.director(t, "dg1")
	members := s.members(t, "N0", "N1")
	gate := make(chan struct{})
	members[1].hang = gate
	for _, m := range members {
		m.on(t, dg0.addr, dg1.addr)
	}
	dg0.lead(t)
	dg0.connected(t, "N0", "N1")
	dg1.connected(t, "N0", "N1")
	ready(t, dg0)
	answer := make(chan commit.Outcome, 1)
	go func() { answer <- dg0.commit(t, "N0", "N1") }()
	eventually(t, func() string {
		if members[0].journal().Held.Txn == "" {
			return "N0 has prepared nothing"
		}
		return ""
	})
	dg1.lead(t) // while dg0 waits for a vote, and does not know
	ready(t, dg1)
	members[1].with(func(f *fake) { f.hang = nil })
	close(gate)
	o := <-answer
	want(t, o, commit.Aborted)
	want(t, dg1.commit(t, "N0", "N1"), commit.Committed)
	settled(t, dg1)
	for _, m := range members {
		if j := m.journal(); j.Running.Epoch != 2 || j.Running.Revision != 2 || j.Held.Txn != "" {
			t.Errorf("%s is left with %+v", m.serial, j)
		}
	}
	want(t, dg0.commit(t, "N0"), commit.Refused) // dg0 still thinks that it leads
	dg0.driver.Retire()
	want(t, dg0.commit(t, "N0"), commit.Refused)
}

// TestOldStore: members that have heard later epochs or run later revisions than
// the datastore holds freeze commits (reliability.md F20, F27).
func TestOldStore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	m := s.members(t, "N0")[0]
	m.state.Epoch = 7
	m.state.Running = intent.Stamp{Epoch: 7, Revision: 40, Hash: "h"}
	m.on(t, d.addr)
	d.connected(t, "N0")
	d.lead(t)
	ready(t, d)
	o := d.commit(t, "N0")
	want(t, o, commit.Refused)
	if seen := <-d.resign; seen != 7 || o.Reason == "" {
		t.Errorf("asked to go beyond epoch %d, reason %q", seen, o.Reason)
	}
}

func TestImpostor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	honest, impostor := newFake(t, "N0", s.key.Public()), newFake(t, "N0", s.key.Public())
	honest.on(t, d.addr)
	d.connected(t, "N0")
	before := d.fleet.Members()[0]
	impostor.on(t, d.addr)
	eventually(t, func() string {
		if m := d.fleet.Members()[0]; m.Problem == "" {
			return "nobody noticed the impostor"
		}
		return ""
	})
	after := d.fleet.Members()[0]
	if !after.Connected || after.Member.HostKey != honest.key.Public().String() || !after.Since.Equal(before.Since) {
		t.Errorf("the incumbent is now %+v", after)
	}
	if n := impostor.calls["prepare"]; n != 0 {
		t.Errorf("the impostor was asked %d times to prepare", n)
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.director(t, "dg0")
	members := s.members(t, "N0", "N1")
	members[1].slow = make(chan struct{})
	for _, m := range members {
		m.on(t, d.addr)
	}
	d.lead(t)
	d.connected(t, "N0", "N1")
	ready(t, d)
	op := []byte(`<complete xmlns="urn:oneswitch:fabric:1"/>`)
	// More slow questions than a component has sessions: commits go on beside them.
	var slow sync.WaitGroup
	for range 6 {
		slow.Go(func() {
			if a := d.fleet.Ask(t.Context(), []inventory.MemberID{"N1"}, op, 3*time.Second); a[0].Err == nil {
				t.Error("a hanging component answered")
			}
		})
	}
	want(t, d.commit(t, "N0", "N1"), commit.Committed)
	answers := d.fleet.Ask(t.Context(), []inventory.MemberID{"N0", "N1", "N9"}, op, 500*time.Millisecond)
	if a := answers[0]; a.Err != nil || string(a.Reply.Body) != "<name>N0</name>" {
		t.Errorf("N0 says %s, %v", a.Reply.Body, a.Err)
	}
	if answers[1].Err == nil || answers[2].Err == nil {
		t.Errorf("answers of N1 and N9: %v, %v", answers[1].Err, answers[2].Err)
	}
	slow.Wait()
	members[1].with(func(f *fake) { close(f.slow); f.slow = nil })
	reply, err := d.fleet.Relay(t.Context(), "N1", op)
	if err != nil || string(reply.Body) != "<name>N1</name>" {
		t.Errorf("relayed: %s, %v", reply.Body, err)
	}
	if _, err := (rpc.Component{Caller: d.fleet.Caller("N0")}).Identity(t.Context()); err != nil {
		t.Error(err)
	}
	d.connected(t, "N0", "N1") // nobody lost its connection over it
}
