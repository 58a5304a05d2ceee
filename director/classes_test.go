package director

import (
	"context"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/password"
	"oneswitch/internal/sshnet"
)

// TestRightsFollowTheConfiguration: classes hold for a session that was open before
// them, from its next operation on.
func TestRightsFollowTheConfiguration(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	admin := l.dial(2)
	hash, err := password.Hash("first")
	if err != nil {
		t.Fatal(err)
	}
	l.must(admin, load(`set system login user ann class super-user`, `set system login user ann authentication encrypted-password "`+hash+`"`))
	l.must(admin, "<commit-configuration/>")
	ann := l.dialAs(2, "ann", "first")
	l.must(ann, load("set vlans v10 vlan-id 10"))
	l.must(ann, "<commit-configuration/>")

	l.must(admin, load("set system login class ports permissions [ view configure interface-control ]",
		`set system login class ports deny-commands "show system commit"`, "set system login user ann class ports"))
	l.must(admin, "<commit-configuration/>")
	l.must(ann, load("set vlans v10 description mine"))
	for _, op := range []string{load("set system host-name x"), load("delete system login"), "<command>show system commit</command>", "<get-commit-information/>",
		`<load-configuration rollback="1"/>`, "<request-save-rescue-configuration/>"} {
		if err := l.ask(ann, op).Err(); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("%s of a reduced user: %v", op, err)
		}
	}
	got := l.must(ann, `<get-configuration format="set"/>`)
	if !strings.Contains(got, "v10 description mine") || strings.Contains(got, "host-name") || strings.Contains(got, "$2") {
		t.Errorf("what a reduced user sees:\n%s", got)
	}
	if text := l.must(ann, "<command>show configuration vlans | display set</command>"); !strings.Contains(text, "v10") {
		t.Errorf("show configuration: %s", text)
	}

	l.must(admin, `<load-configuration rollback="0"/>`)
	l.must(admin, load("delete system login user ann"))
	l.must(admin, "<commit-configuration/>")
	if err := l.ask(ann, "<command>show vlans</command>").Err(); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Errorf("a deleted user may still look: %v", err)
	}
	l.must(admin, "<command>request system logout user ann</command>")
	l.eventually("audit", func() bool {
		text := l.text(admin, "show fabric events")
		for _, want := range []string{"User 'ann' (netconf, session ", "): commit: revision ",
			"): request system configuration rescue save: permission denied\n", "): request system logout user ann\n"} {
			if !strings.Contains(text, want) {
				return false
			}
		}
		return true
	})
	if _, err := ann.Call(context.Background(), []byte("<get/>")); err == nil {
		t.Error("the session of a user who was logged out goes on")
	}
}

// TestNobodyIsLockedOut: a commit after which nobody could log in is refused.
func TestNobodyIsLockedOut(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.director("dg0", 2)
	c := l.dial(2)
	for _, change := range []string{"delete system login", "delete system login user admin authentication", "set system login user admin class operator"} {
		l.must(c, load(change))
		for _, op := range []string{"<commit-configuration/>", "<commit-configuration><check/></commit-configuration>"} {
			if err := l.ask(c, op).Err(); err == nil || !strings.Contains(err.Error(), "nobody could log in") {
				t.Errorf("%s: %v", change, err)
			}
		}
		l.must(c, `<load-configuration rollback="0"/>`)
	}
}

// dialAs is dial for any user.
func (l *lab) dialAs(host byte, user, password string) *netconf.Client {
	l.Helper()
	conn, err := l.connect(host)
	if err != nil {
		l.Fatal(err)
	}
	ssh, err := sshnet.NewClient(context.Background(), conn, sshnet.ClientConfig{User: user, Password: password,
		HostKey: func(sshnet.PublicKey) error { return nil }})
	if err != nil {
		l.Fatal(err)
	}
	stream, err := ssh.Subsystem(context.Background(), "netconf")
	if err != nil {
		l.Fatal(err)
	}
	client, err := netconf.NewClient(context.Background(), stream, netconf.ClientConfig{Timeout: 20 * time.Second})
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() {
		_ = client.Close()
		_ = ssh.Close()
	})
	return client
}
