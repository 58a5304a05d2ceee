package director

import (
	"strings"
	"testing"
	"time"

	"oneswitch/inventory"
)

// TestUnconfirmedCommitGoesBackThoughItsLeaderDied: the deadline is the datastore's,
// so the next leader keeps it (reliability.md F40).
func TestUnconfirmedCommitGoesBackThoughItsLeaderDied(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	stop := l.director("dg0", 2)
	m, _ := l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	began := time.Now()
	l.must(c, "<commit><confirmed/><confirm-timeout>9</confirm-timeout></commit>")
	if text := l.text(c, "show system commit"); !strings.Contains(text, "by admin via netconf commit confirmed, rollback in 1mins\n") {
		t.Errorf("show system commit while it waits:\n%s", text)
	}
	if got := domains(m.running()); len(got) != 2 {
		t.Fatalf("domains before the deadline: %v", got)
	}
	stop()
	l.director("dg1", 3)
	c = l.dial(3)
	l.eventually("rollback", func() bool { return len(domains(m.running())) == 1 })
	if passed := time.Since(began); passed < 9*time.Second {
		t.Errorf("rolled back after %s, before the deadline", passed)
	}
	l.eventually("history", func() bool {
		text := l.text(c, "show system commit")
		return strings.HasPrefix(text, "0   ") && strings.Contains(text, "by root via other\n    "+notConfirmed+"\n1   ") && !strings.Contains(text, "rollback in")
	})
	if diff := l.must(c, `<get-configuration compare="rollback" rollback="1" format="text"/>`); !strings.Contains(diff, "-   v10 {") {
		t.Errorf("difference from the commit that was taken back: %s", diff)
	}
}

// TestConfirmation: what confirms, what restarts the clock and what goes back.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	m, _ := l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	waits := func() bool { return strings.Contains(l.text(c, "show system commit"), "rollback in") }
	confirmed := "<commit-configuration><confirmed/><confirm-timeout>2</confirm-timeout></commit-configuration>"
	for i, confirm := range []string{"<commit-configuration/>", "<commit-configuration><check/></commit-configuration>", "<commit/>"} {
		l.must(c, load("set vlans v10 description "+string(rune('a'+i))))
		l.must(c, confirmed)
		if !waits() {
			t.Fatal("a confirmed commit does not wait")
		}
		l.must(c, confirm)
		if waits() {
			t.Errorf("%s does not confirm", confirm)
		}
	}
	if reply := l.ask(c, "<cancel-commit/>"); reply.Err() == nil {
		t.Error("cancel-commit with nothing to cancel")
	}
	// The second one restarts the clock, and both go back together; a member that
	// joins meanwhile confirms nothing.
	l.must(c, load("set vlans v11 vlan-id 11", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v11"))
	l.must(c, confirmed)
	l.must(c, load("set vlans v12 vlan-id 12", "set interfaces P1377-C:xe-0/0/1 unit 0 family ethernet-switching vlan members v12"))
	l.must(c, confirmed)
	l.member("BBAK0372", inventory.RoleNode, 10)
	l.configured(c, "BBAK0372")
	if !waits() {
		t.Error("an enrolment confirmed a commit")
	}
	l.must(c, "<cancel-commit/>")
	if got := domains(m.running()); len(got) != 1 {
		t.Errorf("domains after cancel-commit: %v", got)
	}
	if got := l.must(c, `<get-configuration format="set"/>`); strings.Contains(got, "v11") || !strings.Contains(got, "v10") {
		t.Errorf("candidate after cancel-commit:\n%s", got)
	}
}

// TestCommitAtItsMoment: a commit that was ordered for later is carried out then,
// and keeps others from committing until it is or is cleared.
func TestCommitAtItsMoment(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	m, _ := l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	at := func(d time.Duration) string {
		return "<commit-configuration><at-time>" + time.Now().UTC().Add(d).Format(time.DateTime) + "</at-time></commit-configuration>"
	}
	if got := l.must(c, at(time.Hour)); !strings.Contains(got, "commit at will be executed at ") {
		t.Errorf("commit at: %s", got)
	}
	if text := l.text(c, "show system commit"); !strings.HasPrefix(text, "commit requested by admin via netconf at ") {
		t.Errorf("show system commit:\n%s", text)
	}
	if err := l.ask(c, "<commit/>").Err(); err == nil || !strings.Contains(err.Error(), "another commit is pending") {
		t.Errorf("commit while one is pending: %v", err)
	}
	if text := l.text(c, "clear system commit"); text != "Pending commit cleared\n" {
		t.Errorf("clear system commit: %q", text)
	}
	l.must(c, at(5*time.Second))
	l.eventually("pending commit", func() bool { return len(domains(m.running())) == 2 })
	l.eventually("history", func() bool { return strings.HasPrefix(l.text(c, "show system commit"), "0   ") })
	for _, bad := range []string{"reboot", "25:00", "2020-01-01 00:00"} {
		if l.ask(c, "<commit-configuration><at-time>"+bad+"</at-time></commit-configuration>").Err() == nil {
			t.Errorf("commit at %s was taken", bad)
		}
	}
}
