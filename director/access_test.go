package director

import (
	"net/netip"
	"path/filepath"
	"testing"

	"oneswitch/director/permission"
	"oneswitch/director/secret"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
	"oneswitch/internal/password"
	"oneswitch/internal/sshnet"
)

func testKey(t *testing.T, name string) sshnet.PublicKey {
	t.Helper()
	k, err := sshnet.LoadOrCreateKey(filepath.Join(t.TempDir(), name))
	if err != nil {
		t.Fatal(err)
	}
	return k.Public()
}

// TestLockedOut says that a commit is refused after which nobody could come back.
func TestLockedOut(t *testing.T) {
	t.Parallel()
	hash, err := password.Hash("secret")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		users []settings.User
		want  bool
	}{
		{"nobody", nil, true},
		{"a password", []settings.User{{Name: "ann", Class: permission.SuperUser, Password: hash}}, false},
		{"a key", []settings.User{{Name: "ann", Class: permission.SuperUser, Keys: []string{testKey(t, "ann").String()}}}, false},
		{"neither", []settings.User{{Name: "ann", Class: permission.SuperUser}}, true},
		{"a hash that was cut short", []settings.User{{Name: "ann", Class: permission.SuperUser, Password: hash[:20]}}, true},
		{"an operator", []settings.User{{Name: "ann", Class: permission.Operator, Password: hash}}, true},
	} {
		if got := lockedOut(conf.Tree{}, c.users); (len(got) > 0) != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestRelayUserSaysWhoAndHow(t *testing.T) {
	t.Parallel()
	for _, want := range []relayed{
		{netconf.ClientShell, "ann", netconf.Seat{Terminal: "pts/3", PID: 4711}, "192.0.2.9"},
		{netconf.ClientNETCONF, "bob", netconf.Seat{}, "[2001:db8::9]:51234"},
		{Client: netconf.ClientShell, User: "ann"},
	} {
		if got, ok := parseRelayUser(relayUser(want)); !ok || got != want {
			t.Errorf("parseRelayUser = %+v, %t, want %+v", got, ok, want)
		}
	}
	if got, ok := parseRelayUser("relay:cli:ann"); !ok || got.User != "ann" || got.Remote != "" { // of a director of an older release
		t.Errorf("without an address: %+v, %t", got, ok)
	}
	for _, bad := range []string{"ann", "relay:", "relay:cli", "relay:cli:", "relay:cli::192.0.2.9", "relay:cli,pts/3,x:ann:192.0.2.9"} {
		if got, ok := parseRelayUser(bad); ok {
			t.Errorf("parseRelayUser(%q) = %+v", bad, got)
		}
	}
}

func TestHolderIsReadBack(t *testing.T) {
	t.Parallel()
	h := holder{"dg0", netip.MustParseAddr("128.0.128.2")}
	if got, ok := parseHolder(h.String()); !ok || got != h {
		t.Errorf("parseHolder(%q) = %+v, %t", h, got, ok)
	}
	for _, bad := range []string{"", "dg0", "dg0 nowhere"} {
		if _, ok := parseHolder(bad); ok {
			t.Errorf("parseHolder(%q) succeeded", bad)
		}
	}
}

func TestGroupHostKeyIsOneForAllDirectors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sshnet.LoadOrCreateKey(filepath.Join(dir, "fabric")); err != nil {
		t.Fatal(err)
	}
	a, err := secret.HostKey(filepath.Join(dir, "fabric"), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, err := secret.HostKey(filepath.Join(dir, "fabric"), t.TempDir())
	if err != nil || a.Public() != b.Public() {
		t.Errorf("host keys %s and %s, %v", a.Public(), b.Public(), err)
	}
}
