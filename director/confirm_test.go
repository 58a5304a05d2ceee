package director

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/netconf"
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
	l.must(c, "<commit><confirmed/><confirm-timeout>9</confirm-timeout><persist>night</persist></commit>")
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

// TestMembersWentBackAlone: with every director dead a member went back at the
// deadline by itself (D6). The director that returns does not push the commit once
// more: it takes it back everywhere, and history tells.
func TestMembersWentBackAlone(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	stop := l.director("dg0", 2)
	m, _ := l.member("P1377-C", inventory.RoleNode, 8)
	other, _ := l.member("BBAK0372", inventory.RoleNode, 10)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.configured(c, "BBAK0372")
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v10",
		"set interfaces BBAK0372:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	l.must(c, "<commit><confirmed/><confirm-timeout>600</confirm-timeout><persist>night</persist></commit>")
	stop()
	unconfirmed := m.stamp()
	if !m.expire() {
		t.Fatal("the member holds no ticket")
	}
	l.director("dg1", 3)
	c = l.dial(3)
	l.eventually("everybody is back", func() bool {
		return len(domains(other.running())) == 1 && len(domains(m.running())) == 1 && m.stamp().Revision > unconfirmed.Revision
	})
	l.eventually("history", func() bool {
		return strings.Contains(l.text(c, "show system commit"), "by root via other\n    "+notConfirmed)
	})
	if ran := m.carriedOut(); strings.Count(strings.Join(ran, " "), unconfirmed.Hash) != 1 {
		t.Errorf("the member was sent what it took back: %v, taken back was %s", ran, unconfirmed.Hash)
	}
}

// TestWhoMayConfirm: RFC 6241 section 8.4.1.
func TestWhoMayConfirm(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	m, _ := l.member("P1377-C", inventory.RoleNode, 8)
	a, b := l.dial(2), l.dial(2)
	l.configured(a, "P1377-C")
	refuse := func(c *netconf.Client, op, want string) {
		t.Helper()
		if err := l.ask(c, op).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", op, err, want)
		}
	}
	waits := func() bool { return strings.Contains(l.text(b, "show system commit"), "rollback in") }
	set := func(c *netconf.Client, line, commit string) {
		t.Helper()
		l.must(c, load(line))
		l.must(c, commit)
		if !waits() {
			t.Fatalf("%s does not wait", commit)
		}
	}
	// By persist-id alone, from any session, and longer than the one that asked.
	set(a, "set vlans v10 vlan-id 10", "<commit><confirmed/><persist>night</persist></commit>")
	for _, op := range []string{"<commit/>", "<commit><persist-id>day</persist-id></commit>", "<cancel-commit><persist-id>day</persist-id></cancel-commit>",
		"<cancel-commit/>", "<commit-configuration/>", "<commit-configuration><check/></commit-configuration>"} {
		refuse(a, op, "persist-id")
	}
	l.must(b, "<commit><persist-id>night</persist-id></commit>")
	if waits() {
		t.Error("the persist-id does not confirm")
	}
	refuse(b, "<commit><persist-id>night</persist-id></commit>", "no commit waits for this persist-id")
	// By its session alone.
	set(a, "set vlans v11 vlan-id 11", "<commit><confirmed/></commit>")
	refuse(b, "<commit/>", "by the session that made it")
	refuse(b, "<cancel-commit/>", "by the session that made it")
	l.must(a, "<commit/>")
	// The end of the session takes it back at once.
	set(a, "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v11", "<commit><confirmed/></commit>")
	if got := domains(m.running()); len(got) != 2 {
		t.Fatalf("domains while it waits: %v", got)
	}
	_ = a.Close()
	l.eventually("rollback", func() bool { return len(domains(m.running())) == 1 && !waits() })
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
	for i, confirm := range []string{"<commit-configuration><log>looks good</log></commit-configuration>",
		"<commit-configuration><check/></commit-configuration>", "<commit/>"} {
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
	// A commit that confirms is one of its own with its comment, a check is none.
	history := regexp.MustCompile(`(?m)^(\d+) .* by (.*)$`).ReplaceAllString(l.text(c, "show system commit"), "$1 $2")
	want := "0 admin via netconf\n1 admin via netconf\n2 admin via netconf\n3 admin via netconf\n    looks good\n4 admin via netconf\n5 root via other\n    factory configuration\n"
	if diff := cmp.Diff(want, history); diff != "" {
		t.Errorf("show system commit (-want +got):\n%s", diff)
	}
	if diff := l.must(c, `<get-configuration compare="rollback" rollback="1" format="text"/>`); strings.Contains(diff, "description") {
		t.Errorf("rollback 1 is not what the last commit confirmed: %s", diff)
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
