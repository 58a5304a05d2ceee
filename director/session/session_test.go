package session_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/session"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// fabric is a datastore and a committer in memory.
type fabric struct {
	sync.Mutex
	texts   []string // revision i+1
	changes []session.Change
	refuse  string         // what a member says, if it refuses
	during  func()         // runs while a commit is under way
	check   []conf.Problem // what Check finds
	pending error
	claim   error

	waits     bool     // a commit to be confirmed
	confirmed []string // by user/client/comment
}

func (f *fabric) Revisions(_ context.Context, limit int) ([]session.Revision, error) {
	f.Lock()
	defer f.Unlock()
	var out []session.Revision
	for i := len(f.texts); i > 0 && len(out) < limit; i-- {
		r := session.Revision{Number: uint64(i), User: "admin", Client: "cli", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
		if i >= 2 && len(f.changes) >= i-1 {
			r.User = f.changes[i-2].User
		}
		out = append(out, r)
	}
	return out, nil
}

func (f *fabric) Text(_ context.Context, n uint64) (string, error) {
	f.Lock()
	defer f.Unlock()
	if n == 0 || int(n) > len(f.texts) {
		return "", fmt.Errorf("revision %d is not there", n)
	}
	return f.texts[n-1], nil
}

func (f *fabric) Find(ctx context.Context, n uint64) (session.Revision, error) {
	all, err := f.Revisions(ctx, 1000)
	for _, r := range all {
		if r.Number == n {
			return r, nil
		}
	}
	return session.Revision{}, errors.Join(err, errors.New("there is no such revision"))
}

func (f *fabric) Check(context.Context, conf.Tree) []conf.Problem { return f.check }

func (f *fabric) Commit(_ context.Context, c session.Change) (session.Result, error) {
	if f.during != nil {
		f.during()
	}
	f.Lock()
	defer f.Unlock()
	if f.refuse != "" {
		return session.Result{Members: []session.MemberResult{{Name: "Node0", State: "refused", Text: f.refuse}}}, nil
	}
	f.texts, f.changes = append(f.texts, c.Text), append(f.changes, c)
	return session.Result{Committed: true, Revision: uint64(len(f.texts))}, nil
}

func (f *fabric) Pending() error { return f.pending }

func (f *fabric) Claim(session.Claim) error { return f.claim }
func (f *fabric) Confirm(_ context.Context, by session.Change) (uint64, error) {
	f.Lock()
	defer f.Unlock()
	if !f.waits {
		return 0, nil
	}
	f.waits = false
	f.confirmed = append(f.confirmed, strings.Join([]string{by.User, by.Client, by.Comment}, "/"))
	by.Text = f.texts[len(f.texts)-1]
	f.texts, f.changes = append(f.texts, by.Text), append(f.changes, by)
	return uint64(len(f.texts)), nil
}

const factory = "system {\n    host-name oneswitch;\n}\nvlans {\n    default {\n        vlan-id 1;\n    }\n}\n"

type desk struct {
	*testing.T
	*fabric
	db *session.Database
}

func newDesk(t *testing.T) desk {
	t.Helper()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := &fabric{texts: []string{factory}}
	db := session.New(session.Config{Schema: words, History: f, Committer: f, Clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))})
	if err := db.Load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	return desk{t, f, db}
}

func (d desk) open(user string) *session.Session {
	return d.db.Open(session.Who{User: user, Client: "cli", Remote: "10.0.0.9"})
}

func (d desk) set(s *session.Session, lines ...string) {
	d.Helper()
	problems, err := s.Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(strings.Join(lines, "\n") + "\n")})
	if err != nil || conf.Failed(problems) {
		d.Fatalf("load %q: %v %v", lines, problems, err)
	}
}

func (d desk) commit(s *session.Session) session.Result {
	d.Helper()
	res, err := s.Commit(context.Background(), session.Order{})
	if err != nil || !res.Committed {
		d.Fatalf("commit: %+v %v", res, err)
	}
	return res
}

func (d desk) compare(s *session.Session, n int) string {
	d.Helper()
	text, err := s.Compare(context.Background(), n, nil)
	if err != nil {
		d.Fatal(err)
	}
	return text
}

func TestSharedCandidateIsSeenByAllUntilCommit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.set(a, "set vlans v10 vlan-id 10")
	if !strings.Contains(d.compare(b, 0), "v10") {
		t.Errorf("bob does not see ann's change:\n%s", d.compare(b, 0))
	}
	d.commit(b)
	if got := d.compare(a, 0); got != "" {
		t.Errorf("difference after commit:\n%s", got)
	}
	if !strings.Contains(d.compare(a, 1), "v10") {
		t.Errorf("rollback 1 does not differ by v10:\n%s", d.compare(a, 1))
	}
	if _, err := a.Rollback(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	d.commit(a)
	if got := d.fabric.texts[2]; got != factory {
		t.Errorf("text after rollback 1 and commit:\n%s", cmp.Diff(factory, got))
	}
}

func TestFailedLoadChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	problems, err := s.Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines,
		Source: []byte("set vlans v10 vlan-id 10\nset vlans v20 vlan-id 5000\n")})
	if err != nil || !conf.Failed(problems) {
		t.Fatalf("load: %v %v", problems, err)
	}
	if s.Modified() {
		t.Errorf("candidate was changed:\n%s", d.compare(s, 0))
	}
}

func TestExclusiveKeepsOthersOutAndEndsWithItsSession(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	if _, err := a.Enter(session.Exclusive); err != nil {
		t.Fatal(err)
	}
	d.set(a, "set vlans v10 vlan-id 10")
	var locked session.Locked
	if _, err := b.Enter(session.Shared); !errors.As(err, &locked) || locked.Editor.User != "ann" {
		t.Errorf("bob enters: %v", err)
	}
	if _, err := b.Commit(context.Background(), session.Order{}); !errors.As(err, &locked) {
		t.Errorf("bob commits: %v", err)
	}
	a.Close()
	if _, err := b.Enter(session.Shared); err != nil {
		t.Errorf("bob enters after ann is gone: %v", err)
	}
	if b.Modified() {
		t.Errorf("ann's exclusive changes were kept:\n%s", d.compare(b, 0))
	}
}

func TestLockIsRefusedWhileOthersHaveChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.set(a, "set vlans v10 vlan-id 10")
	if err := b.Lock(); !errors.Is(err, session.ErrModified) {
		t.Errorf("lock over a modified candidate: %v", err)
	}
	if err := b.Unlock(); !errors.Is(err, session.ErrNotLocked) {
		t.Errorf("unlock without a lock: %v", err)
	}
}

func TestPrivateCandidateIsMergedAtCommit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	for _, s := range []*session.Session{a, b} {
		if _, err := s.Enter(session.Private); err != nil {
			t.Fatal(err)
		}
	}
	d.set(a, "set vlans v10 vlan-id 10")
	d.set(b, "set vlans v20 vlan-id 20")
	d.commit(a)
	d.commit(b)
	for _, want := range []string{"v10", "v20"} {
		if !strings.Contains(d.fabric.texts[2], want) {
			t.Errorf("merged configuration has no %s:\n%s", want, d.fabric.texts[2])
		}
	}
}

// TestIdleBeginsAnewAtEachOperation: what idle-timeout goes by.
func TestIdleBeginsAnewAtEachOperation(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	f := &fabric{texts: []string{factory}}
	db := session.New(session.Config{Schema: words, History: f, Committer: f, Clock: c})
	s := db.Open(session.Who{ID: 7, User: "ann", Client: "cli"})
	c.Advance(14 * time.Minute)
	if e := db.Present()[0]; e.Idle != 14*time.Minute || e.ID != 7 {
		t.Errorf("before an operation: %+v", e)
	}
	s.Restrict(nil)
	if e := db.Present()[0]; e.Idle != 0 {
		t.Errorf("after one: %+v", e)
	}
	s.Close()
	if left := db.Present(); len(left) != 0 {
		t.Errorf("after the end: %+v", left)
	}
}

// TestConfirmAndLimit: a commit without a change confirms, a load beyond the
// operator's rights changes nothing, and while a commit is pending none is made.
func TestConfirmAndLimit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	d.waits = true
	if res, err := s.Commit(context.Background(), session.Order{Comment: "seen"}); err != nil || !res.Committed || res.Revision != 2 || len(res.Problems) > 0 {
		t.Errorf("a commit that confirms: %+v %v", res, err)
	}
	if _, rev := d.db.Active(); rev != 2 || s.Modified() {
		t.Errorf("after it revision %d is active, modified %t", rev, s.Modified())
	}
	d.waits = true
	if waited, err := s.Confirm(context.Background(), session.Claim{}); err != nil || !waited {
		t.Errorf("a check that confirms: %t %v", waited, err)
	}
	if diff := cmp.Diff([]string{"ann/cli/seen", "ann/other/confirmed via cli"}, d.confirmed); diff != "" {
		t.Errorf("confirmed (-want +got):\n%s", diff)
	}
	if res := d.commit(s); len(d.fabric.texts) != 3 || len(res.Problems) > 0 {
		t.Errorf("a commit of nothing makes %d revisions, warns %v", len(d.fabric.texts), res.Problems)
	}
	if res, err := s.Commit(context.Background(), session.Order{Comment: "lost"}); err != nil || len(res.Problems) != 1 || res.Problems[0].Severity != conf.Warning {
		t.Errorf("a comment on nothing: %+v %v", res, err)
	}
	s.Restrict(func(_, after conf.Tree) (conf.Path, bool) {
		return nil, after.Root().Child("vlans").Entry("vlan", "v10") != nil
	})
	problems, err := s.Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte("set system host-name x\nset vlans v10 vlan-id 10")})
	if err != nil || !conf.Failed(problems) || s.Modified() {
		t.Errorf("load beyond the rights: %v %v, modified %t", problems, err, s.Modified())
	}
	d.set(s, "set system host-name x")
	d.fabric.pending = errors.New("another commit is pending")
	if _, err := s.Commit(context.Background(), session.Order{}); !errors.Is(err, d.fabric.pending) {
		t.Errorf("commit while one is pending: %v", err)
	}
}

func TestPrivateConflictIsNamed(t *testing.T) {
	t.Parallel()
	const by = " by ann via cli at 2026-01-02 03:04:05 UTC (revision 3) since this private configuration was opened"
	for _, c := range []struct {
		ann, bob string
		want     string // path: text; empty: they go together
	}{
		{"set system host-name one", "set system host-name two", "system: statement was changed to one" + by},
		{"set system host-name one", "delete system host-name", ": 'system host-name' was changed" + by},
		{"set system host-name one", "set system host-name one", ""},
		{"delete vlans v9", "set vlans v9 description x", "vlans v9: 'vlans v9' was deleted" + by},
		{"set vlans v9 description x", "delete vlans v9", "vlans: 'vlans v9 description' was changed" + by},
		{"delete vlans v9", "delete vlans v9", ""},
		{"set policy-options policy-statement p then accept", "set policy-options policy-statement p then reject",
			"policy-options policy-statement p then: 'policy-options policy-statement p then accept' was changed" + by},
		{"set policy-options policy-statement p then accept", "set policy-options policy-statement p then metric 5", ""},
		{"delete vlans v9", "delete vlans v9 vlan-id", ""},
	} {
		t.Run(c.ann+" / "+c.bob, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			a, b := d.open("ann"), d.open("bob")
			d.set(a, "set vlans v9 vlan-id 9")
			d.commit(a)
			for _, s := range []*session.Session{a, b} {
				if _, err := s.Enter(session.Private); err != nil {
					t.Fatal(err)
				}
			}
			d.set(a, c.ann)
			d.set(b, c.bob)
			d.commit(a)
			res, err := b.Commit(context.Background(), session.Order{})
			var got []string
			for _, p := range res.Problems {
				got = append(got, p.Path+": "+p.Text)
			}
			if err != nil || res.Committed != (c.want == "") || c.want != "" && !slices.Contains(got, c.want) {
				t.Errorf("commit: %t, %v, %q", res.Committed, err, got)
			}
		})
	}
}

func TestChangeDuringCommitStaysInTheCandidate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.set(a, "set vlans v10 vlan-id 10")
	d.fabric.during = func() { d.set(b, "set vlans v20 vlan-id 20") }
	d.commit(a)
	if got := d.compare(a, 0); !strings.Contains(got, "v20") || strings.Contains(got, "v10") {
		t.Errorf("difference after the commit:\n%s", got)
	}
}

func TestRefusedCommitKeepsTheCandidate(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	d.set(s, "set vlans v10 vlan-id 10")
	d.fabric.refuse = "no room"
	res, err := s.Commit(context.Background(), session.Order{})
	if err != nil || res.Committed || !s.Modified() {
		t.Errorf("refused commit: %+v %v, modified %t", res, err, s.Modified())
	}
}

func TestUnchangedCandidateMakesNoRevision(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.commit(d.open("ann"))
	if len(d.fabric.texts) != 1 {
		t.Errorf("%d revisions, want the factory one alone", len(d.fabric.texts))
	}
}

func TestReadOnlyDirectorRefusesChanges(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	d.db.Demote()
	if _, err := s.Enter(session.Shared); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("enter: %v", err)
	}
	if _, err := s.Commit(context.Background(), session.Order{}); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("commit: %v", err)
	}
}

func TestNoticesNameWhoElseEdits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.db.Open(session.Who{User: "ann", Client: "cli", Remote: "10.0.0.9", Terminal: "pts/3", PID: 4711}), d.open("bob")
	if _, err := a.Enter(session.Shared); err != nil {
		t.Fatal(err)
	}
	d.set(a, "set vlans v10 vlan-id 10")
	a.Work("vlans v10")
	if _, err := d.db.Open(session.Who{User: "eve", Client: "netconf", Remote: "10.0.0.7"}).Enter(session.Private); err != nil {
		t.Fatal(err)
	}
	e, err := b.Enter(session.Shared)
	if err != nil {
		t.Fatal(err)
	}
	want := "Users currently editing the configuration:\n" +
		"  ann terminal pts/3 (pid 4711) on since 2026-01-02 03:04:05 UTC\n      [edit vlans v10]\n" +
		"  eve netconf session from 10.0.0.7 on since 2026-01-02 03:04:05 UTC\n      private [edit]\n" +
		"The configuration has been changed but not committed\n"
	if diff := cmp.Diff(want, e.String()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	b.Work("interfaces")
	want = strings.Replace(want, "  eve", "  bob cli session from 10.0.0.9 on since 2026-01-02 03:04:05 UTC\n      [edit interfaces]\n  eve", 1)
	if diff := cmp.Diff(want, b.Status().String()); diff != "" {
		t.Errorf("status names the one who asks as well (-want +got):\n%s", diff)
	}
}

func TestRollbackNumbersAreChecked(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	for _, n := range []int{-1, 1, 50} {
		if _, err := s.Rollback(context.Background(), n); err == nil {
			t.Errorf("rollback %d was taken", n)
		}
	}
}

// TestRollbackNamesWhatIsProtected: it goes back with the rest, and nobody is surprised.
func TestRollbackNamesWhatIsProtected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	d.set(s, "set vlans v10 vlan-id 10")
	d.commit(s)
	d.set(s, "set vlans v10 description x", "protect vlans v10")
	d.commit(s)
	d.set(s, "set vlans v11 vlan-id 11", "unprotect vlans v10")
	if problems, err := s.Rollback(context.Background(), 0); err != nil || conf.Failed(problems) || s.Modified() {
		t.Errorf("rollback 0: %v %v, modified %t", problems, err, s.Modified())
	}
	problems, err := s.Rollback(context.Background(), 1)
	if err != nil || len(problems) != 1 || problems[0].Severity != conf.Warning || problems[0].Text != "'vlans v10' is protected, and goes back with the rest" || !s.Modified() {
		t.Errorf("rollback 1: %v %v, modified %t", problems, err, s.Modified())
	}
}
