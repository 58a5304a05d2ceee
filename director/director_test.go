package director

import (
	"slices"
	"strings"
	"testing"

	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/inventory"
)

func load(lines ...string) string {
	return "<load-configuration action=\"set\" format=\"text\"><configuration-set>" + strings.Join(lines, "\n") + "</configuration-set></load-configuration>"
}

// configured waits until the inventory shows every member as configured.
func (l *lab) configured(c *netconf.Client, names ...string) {
	l.Helper()
	l.eventually("members configured", func() bool {
		text := l.text(c, "show fabric administration inventory")
		for _, n := range names {
			found := false
			for line := range strings.Lines(text) {
				f := strings.Fields(line)
				found = found || len(f) > 0 && f[0] == n && slices.Contains(f, "Connected") && slices.Contains(f, "Configured")
			}
			if !found {
				return false
			}
		}
		return true
	})
}

func domains(in intent.Intent) (names []string) {
	for _, d := range in.Domains {
		names = append(names, d.Name)
	}
	return names
}

func TestCommitReachesTheMembersThatItTouches(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	a, _ := l.member("P1377-C", inventory.RoleNode, 8)
	b, _ := l.member("BBAK0372", inventory.RoleNode, 10)
	l.member("F1052", inventory.RoleInterconnect, 4)
	c := l.dial(2)
	l.configured(c, "P1377-C", "BBAK0372", "F1052")
	if in := a.running(); len(in.Peers) != 3 || in.Fabric != "oneswitch" || in.Device == 0 {
		t.Errorf("intent after enrolment: %+v", in)
	}

	l.must(c, load("set fabric aliases node-device P1377-C Node0", "set fabric aliases node-device BBAK0372 Node1"))
	l.must(c, "<commit-configuration/>")
	l.configured(c, "Node0", "Node1")

	before := b.prepares()
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	if diff := l.must(c, `<get-configuration compare="rollback" rollback="0" format="text"/>`); !strings.Contains(diff, "+  v10 {") && !strings.Contains(diff, "v10 {") {
		t.Errorf("compare: %s", diff)
	}
	reply := l.ask(c, "<commit-configuration><log>make v10</log></commit-configuration>")
	if reply.Err() != nil || !reply.OK || !strings.Contains(string(reply.Body), "<commit-success/>") {
		t.Fatalf("commit: %+v", reply)
	}
	if got := domains(a.running()); len(got) != 2 || got[1] != "v10" {
		t.Errorf("domains of Node0: %v", got)
	}
	if b.prepares() != before {
		t.Error("Node1 was asked although the commit does not touch it")
	}
	if diff := l.must(c, `<get-configuration compare="rollback" rollback="0" format="text"/>`); !strings.Contains(diff, "<configuration-output>\n</configuration-output>") {
		t.Errorf("compare without difference: %q", diff)
	}
	if text := l.text(c, "show system commit"); !strings.HasPrefix(text, "0   ") || !strings.Contains(text, "by admin via netconf\n    make v10\n") {
		t.Errorf("show system commit:\n%s", text)
	}
	if text := l.text(c, "show interfaces terse"); !strings.Contains(text, "Node0:xe-0/0/0") || !strings.Contains(text, "Node1:xe-0/0/0") {
		t.Errorf("show interfaces terse:\n%s", text)
	}
}

func TestRefusedPrepareChangesNobody(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	a, _ := l.member("P1377-C", inventory.RoleNode, 8)
	b, _ := l.member("BBAK0372", inventory.RoleNode, 10)
	c := l.dial(2)
	l.configured(c, "P1377-C", "BBAK0372")
	b.refusing("no room for another VLAN")
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v10",
		"set interfaces BBAK0372:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	reply := l.ask(c, "<commit-configuration/>")
	if reply.Err() == nil || reply.OK || !strings.Contains(reply.Err().Error(), "BBAK0372: no room for another VLAN") ||
		!strings.Contains(reply.Err().Error(), "[edit interfaces Node0:xe-0/0/0]") {
		t.Errorf("refused commit: %+v", reply)
	}
	if got := domains(a.running()); len(got) != 1 {
		t.Errorf("a member was changed: %v", got)
	}
	b.refusing("")
	l.must(c, "<commit-configuration/>")
	if got := domains(b.running()); len(got) != 2 {
		t.Errorf("domains after the second commit: %v", got)
	}
}

func TestBadConfigurationIsRefusedInJunosWords(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.must(c, load("set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v99"))
	for _, op := range []string{"<commit-configuration><check/></commit-configuration>", "<commit-configuration/>", "<commit/>", "<validate><source><candidate/></source></validate>"} {
		reply := l.ask(c, op)
		if reply.OK || reply.Err() == nil || !strings.Contains(reply.Err().Error(), "configuration check-out failed") {
			t.Errorf("%s: %+v", op, reply)
		}
	}
	reply := l.ask(c, load("set vlans v10 vlan-id 5000"))
	if reply.Err() == nil {
		t.Errorf("vlan-id 5000 was taken: %s", reply.Body)
	}
	reply = l.ask(c, load("delete vlans nothing"))
	if reply.Err() != nil || len(reply.Warnings()) == 0 || reply.Warnings()[0].Message != "statement not found" {
		t.Errorf("delete of nothing: %+v", reply)
	}
}

func TestAbsentMemberIsBroughtUpOnReturn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	_, stop := l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	stop()
	l.eventually("member gone", func() bool {
		return strings.Contains(l.text(c, "show fabric administration inventory node-devices"), "Disconnected")
	})
	l.must(c, load("set vlans v10 vlan-id 10", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v10"))
	reply := l.ask(c, "<commit-configuration/>")
	if reply.Err() != nil || len(reply.Warnings()) != 1 || !strings.Contains(reply.Warnings()[0].Message, "P1377-C does not answer") {
		t.Errorf("commit without the member: %+v", reply)
	}
	back, _ := l.member("P1377-C", inventory.RoleNode, 8)
	l.eventually("catch-up", func() bool { return len(domains(back.running())) == 2 })
}

func TestTakeOverKeepsWhatWasCommitted(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	stop := l.director("dg0", 2)
	a, _ := l.member("P1377-C", inventory.RoleNode, 8)
	c := l.dial(2)
	l.configured(c, "P1377-C")
	l.director("dg1", 3)

	relayed := l.dial(3) // dg1 does not lead: the session is handed to dg0
	l.eventually("standby serves by way of the leader", func() bool {
		return strings.TrimSpace(l.text(relayed, "show fabric session-host")) == "Identifier: dg0"
	})
	l.must(relayed, load("set vlans v10 vlan-id 10"))
	l.must(relayed, "<commit-configuration/>")
	l.eventually("both directors are shown", func() bool {
		text := l.text(relayed, "show fabric administration inventory director-group status")
		return strings.Contains(text, "dg0    online master") && strings.Contains(text, "dg1    online backup")
	})

	stop()
	after := l.dial(3)
	l.eventually("dg1 leads", func() bool {
		return strings.TrimSpace(l.text(after, "show fabric session-host")) == "Identifier: dg1" &&
			l.ask(after, load("set vlans v20 vlan-id 20", "set interfaces P1377-C:xe-0/0/0 unit 0 family ethernet-switching vlan members v20")).Err() == nil
	})
	l.must(after, "<commit-configuration/>")
	if got := domains(a.running()); len(got) != 2 || got[1] != "v20" {
		t.Errorf("domains after the take-over: %v", got)
	}
	if text := l.must(after, "<command>show configuration vlans</command>"); !strings.Contains(text, "v10") || !strings.Contains(text, "v20") {
		t.Errorf("configuration after the take-over:\n%s", text)
	}
}
