package director

import (
	"net/netip"
	"path/filepath"
	"testing"

	"oneswitch/director/password"
	"oneswitch/director/permission"
	"oneswitch/director/secret"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
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

func TestAccess(t *testing.T) {
	t.Parallel()
	fabric, annKey, other := testKey(t, "fabric"), testKey(t, "ann"), testKey(t, "other")
	hash, err := password.Hash("secret")
	if err != nil {
		t.Fatal(err)
	}
	a := access{fabricKey: fabric, users: func() []settings.User {
		return []settings.User{
			{Name: "ann", Class: "super-user", Password: hash, Keys: []string{annKey.String()}},
			{Name: "eve", Class: "unauthorized", Password: hash, Keys: []string{annKey.String()}},
			{Name: fabricUser, Class: "super-user", Password: hash},
		}
	}}
	login := func(user string) sshnet.Login {
		return sshnet.Login{User: user, Remote: netip.MustParseAddrPort("10.0.0.9:4711")}
	}
	for _, c := range []struct {
		user, password string
		want           bool
	}{
		{"ann", "secret", true}, {"ann", "Secret", false}, {"ann", "", false}, {"bob", "secret", false},
		{"eve", "secret", false}, {fabricUser, "secret", false}, {"relay:cli:ann", "secret", false},
	} {
		if got := a.password(login(c.user), c.password); got != c.want {
			t.Errorf("password of %s: %t", c.user, got)
		}
	}
	for _, c := range []struct {
		user string
		key  sshnet.PublicKey
		want bool
	}{
		{"ann", annKey, true}, {"ann", other, false}, {"ann", fabric, false}, {"eve", annKey, false},
		{fabricUser, fabric, true}, {fabricUser, annKey, false}, {"relay:cli:ann", fabric, true}, {"relay:cli:ann", annKey, false},
	} {
		if got := a.publicKey(login(c.user), c.key); got != c.want {
			t.Errorf("key of %s: %t", c.user, got)
		}
	}
}

func TestAccountAsShippedHoldsWhileNobodyElseCanRepair(t *testing.T) {
	t.Parallel()
	shipped := settings.User{Name: adminUser, Class: "super-user", Password: "$2a$x"}
	for _, c := range []struct {
		name       string
		configured []settings.User
		want       int
	}{
		{"nobody", nil, 1},
		{"an operator alone", []settings.User{{Name: "ann", Class: "operator", Password: "$2a$y"}}, 2},
		{"a super-user without any way in", []settings.User{{Name: "admin", Class: "super-user"}}, 1},
		{"another super-user", []settings.User{{Name: "ann", Class: "super-user", Keys: []string{"ssh-ed25519 AAAA"}}}, 1},
	} {
		got := accounts(c.configured, shipped, func(name string) permission.Class {
			class, _ := permission.Predefined(name)
			return class
		})
		able := 0
		for _, u := range got {
			if u.Class == "super-user" && (u.Password != "" || len(u.Keys) > 0) {
				able++
			}
		}
		if len(got) != c.want || able != 1 {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
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
	if got, ok := parseRelayUser(relayUser(clientShell, "ann")); !ok || got != (relayed{clientShell, "ann"}) {
		t.Errorf("parseRelayUser = %+v, %t", got, ok)
	}
	for _, bad := range []string{"ann", "relay:", "relay:cli", "relay:cli:"} {
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
