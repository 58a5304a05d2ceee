package account_test

import (
	"net/netip"
	"path/filepath"
	"testing"

	"oneswitch/director/account"
	"oneswitch/director/permission"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/password"
	"oneswitch/internal/sshnet"
)

func predefined(name string) permission.Class {
	class, _ := permission.Predefined(name)
	return class
}

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
	a := account.Access{FabricKey: fabric, Users: func() []settings.User {
		return []settings.User{
			{Name: "ann", Class: "super-user", Password: hash, Keys: []string{annKey.String()}},
			{Name: "eve", Class: "unauthorized", Password: hash, Keys: []string{annKey.String()}},
			{Name: account.Fabric, Class: "super-user", Password: hash},
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
		{"eve", "secret", false}, {account.Fabric, "secret", false}, {"relay:cli:ann", "secret", false},
	} {
		if got := a.Password(login(c.user), c.password); got != c.want {
			t.Errorf("password of %s: %t", c.user, got)
		}
	}
	for _, c := range []struct {
		user string
		key  sshnet.PublicKey
		want bool
	}{
		{"ann", annKey, true}, {"ann", other, false}, {"ann", fabric, false}, {"eve", annKey, false},
		{account.Fabric, fabric, true}, {account.Fabric, annKey, false}, {"relay:cli:ann", fabric, true}, {"relay:cli:ann", annKey, false},
	} {
		if got := a.PublicKey(login(c.user), c.key); got != c.want {
			t.Errorf("key of %s: %t", c.user, got)
		}
	}
}

func TestAccountAsShippedHoldsWhileNobodyElseCanRepair(t *testing.T) {
	t.Parallel()
	shipped := settings.User{Name: "admin", Class: "super-user", Password: "$2a$x"}
	for _, c := range []struct {
		name       string
		configured []settings.User
		want       int
		shipped    bool
	}{
		{"nobody", nil, 1, true},
		{"an operator alone", []settings.User{{Name: "ann", Class: "operator", Password: "$2a$y"}}, 2, true},
		{"a super-user without any way in", []settings.User{{Name: "admin", Class: "super-user"}}, 1, true},
		{"another super-user", []settings.User{{Name: "ann", Class: "super-user", Keys: []string{"ssh-ed25519 AAAA"}}}, 1, false},
		{"itself, as shipped", []settings.User{shipped}, 1, false},
	} {
		got := account.Users(c.configured, shipped, predefined)
		able := 0
		for _, u := range got {
			if u.Class == "super-user" && (u.Password != "" || len(u.Keys) > 0) {
				able++
			}
		}
		if len(got) != c.want || able != 1 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if holds := account.Shipped(c.configured, shipped, predefined); holds != c.shipped {
			t.Errorf("%s: the account as shipped counts: %t", c.name, holds)
		}
	}
}
