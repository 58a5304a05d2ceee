package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"oneswitch/director/session"
)

// private begins to edit a candidate of its own.
func (d desk) private(s *session.Session) {
	d.Helper()
	if _, err := s.Enter(session.Private); err != nil {
		d.Fatal(err)
	}
}

// update brings a session up to date and returns what stands in the way, a line each.
func (d desk) update(s *session.Session) string {
	d.Helper()
	problems, err := s.Update(context.Background())
	if err != nil {
		d.Fatal(err)
	}
	var out []string
	for _, p := range problems {
		out = append(out, p.Banner()+" "+p.Token+": "+p.Text)
	}
	return strings.Join(out, "\n")
}

func TestUpdateLaysPrivateChangesOverWhatIsCommitted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.private(b)
	d.set(b, "set vlans v20 vlan-id 20")
	d.set(a, "set vlans v10 vlan-id 10", "set system host-name core")
	d.commit(a)
	if got := d.compare(b, 0); !strings.Contains(got, "-   v10 {") {
		t.Fatalf("before the update there is nothing to bring in:\n%s", got)
	}
	if got := d.update(b); got != "" {
		t.Fatalf("update: %s", got)
	}
	want := "[edit vlans]\n+   v20 {\n+       vlan-id 20;\n+   }\n"
	if got := d.compare(b, 0); got != want {
		t.Errorf("difference after the update:\n%s\nwant\n%s", got, want)
	}
	// The update is where the next one starts from: ann's next change of the same
	// statement is no conflict, and nothing of hers counts as bob's.
	d.set(a, "set system host-name edge")
	d.commit(a)
	if got := d.update(b); got != "" {
		t.Errorf("second update: %s", got)
	}
	d.commit(b)
	if got := d.fabric.texts[3]; !strings.Contains(got, "host-name edge") || !strings.Contains(got, "v10") || !strings.Contains(got, "v20") {
		t.Errorf("committed:\n%s", got)
	}
}

// TestUpdateNamesWhatStandsInTheWay: all of it at once, and the candidate stays as it is.
func TestUpdateNamesWhatStandsInTheWay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.set(a, "set vlans v9 vlan-id 9")
	d.commit(a)
	d.private(b)
	d.set(b, "set system host-name two", "set vlans v9 description x", "set vlans default description y")
	d.set(a, "set system host-name one", "protect vlans v9")
	d.commit(a)
	before := b.Candidate().Hash()
	const since = "since this private configuration was opened"
	want := "[edit system] host-name: statement was changed to one by ann via cli at 2026-01-02 03:04:05 UTC (revision 3) " + since
	if got := d.update(b); got != want {
		t.Errorf("update:\n%s\nwant\n%s", got, want)
	}
	if b.Candidate().Hash() != before {
		t.Error("an update that failed has changed the candidate")
	}
	d.set(b, "set system host-name one")
	want = "[edit vlans v9] description: 'vlans v9' is protected, 'description' cannot be changed " + since
	if got := d.update(b); got != want {
		t.Errorf("update over what is protected now:\n%s\nwant\n%s", got, want)
	}
}

func TestUpdateIsForPrivateCandidates(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := d.open("ann")
	for _, mode := range []session.Mode{session.Shared, session.Exclusive} {
		if _, err := s.Enter(mode); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Update(context.Background()); !errors.Is(err, session.ErrNotPrivate) {
			t.Errorf("mode %d: %v", mode, err)
		}
	}
	d.db.Demote()
	if _, err := s.Update(context.Background()); !errors.Is(err, session.ErrReadOnly) {
		t.Errorf("at a director that does not lead: %v", err)
	}
}

// TestOnlyPrivateChangesCountAsUncommitted: what others commit meanwhile is nothing
// that one could lose, and after rollback 0 there is nothing of one's own.
func TestOnlyPrivateChangesCountAsUncommitted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.open("ann"), d.open("bob")
	d.private(b)
	d.set(a, "set vlans v10 vlan-id 10")
	d.commit(a)
	if b.Modified() {
		t.Error("ann's commit counts as a change of bob's")
	}
	d.set(b, "set vlans v20 vlan-id 20")
	if !b.Modified() {
		t.Error("bob's change does not count")
	}
	if _, err := b.Rollback(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	d.set(b, "set vlans v30 vlan-id 30")
	d.set(a, "set vlans v10 vlan-id 11") // which bob has never touched
	d.commit(a)
	if got := d.update(b); got != "" {
		t.Errorf("update after rollback 0: %s", got)
	}
	if _, err := b.Rollback(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	if b.Leave() {
		t.Error("changes are said to be dropped after rollback 0")
	}
}
