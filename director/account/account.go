// Package account decides who may log in at a director: the users of the active
// configuration and, as long as none of them could repair the configuration, the account
// as shipped.
//
// It has no state; it asks for the users at each login, so that a change holds at once.
// An answer takes as long for a user that does not exist as for one that does. It must
// never know what a session may do: that is director/permission's.
package account

import (
	"slices"
	"strings"

	"oneswitch/director/permission"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/password"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
)

// Names that directors use among themselves. They hold a colon or are reserved, so
// that no configured user can have them.
const (
	Fabric = rpc.User
	Relay  = "relay:" // before the operator for whom a director comes
)

// Director reports whether a name is one that directors use among themselves.
func Director(name string) bool { return name == Fabric || strings.HasPrefix(name, Relay) }

// Access decides who may log in.
type Access struct {
	Users     func() []settings.User // that count: see Users
	FabricKey sshnet.PublicKey       // opens the doors between directors
}

// Users returns the users that count. A configuration without any user who can
// log in and repair it would lock everybody out; then the account as shipped holds.
func Users(configured []settings.User, shipped settings.User, class func(string) permission.Class) []settings.User {
	able := slices.ContainsFunc(configured, func(u settings.User) bool { return Enters(u) && class(u.Class).Repairs() })
	if able || shipped.Password == "" {
		return configured
	}
	rest := slices.DeleteFunc(slices.Clone(configured), func(u settings.User) bool { return u.Name == shipped.Name })
	return append(rest, shipped)
}

// Enters reports whether there is a way in for a user. A hash that no password fits is
// none.
func Enters(u settings.User) bool { return password.Possible(u.Password) || len(u.Keys) > 0 }

// Find returns a user; the names of directors are nobody's.
func (a Access) Find(name string) (settings.User, bool) {
	users := a.Users()
	i := slices.IndexFunc(users, func(u settings.User) bool { return u.Name == name })
	if i < 0 || Director(name) {
		return settings.User{}, false
	}
	return users[i], true
}

// unusable is a hash that no password has; it costs what a real one costs, so that
// the time of an answer does not tell which users exist.
const unusable = "$2a$10$abcdefghijklmnopqrstuuNHLPoJSBRKsTVbT4sDD0sXQ4U7M0C7e"

// Password checks a password of a configured user.
func (a Access) Password(l sshnet.Login, tried string) bool {
	u, ok := a.Find(l.User)
	if !ok || u.Password == "" {
		password.Verify(unusable, tried)
		return false
	}
	return password.Verify(u.Password, tried) && u.Class != permission.Unauthorized
}

// PublicKey checks a key: the fabric key opens the doors between directors and no
// other, a user's key opens that user's.
func (a Access) PublicKey(l sshnet.Login, key sshnet.PublicKey) bool {
	if Director(l.User) {
		return key == a.FabricKey
	}
	u, ok := a.Find(l.User)
	return ok && u.Class != permission.Unauthorized && slices.ContainsFunc(u.Keys, func(line string) bool {
		k, err := sshnet.ParsePublicKey(line)
		return err == nil && k == key
	})
}

// Class returns the login class of a user.
func (a Access) Class(name string) string {
	u, _ := a.Find(name)
	return u.Class
}

// Shipped reports whether the account as shipped counts, which no configured user is:
// it must not come back to life unnoticed.
func Shipped(configured []settings.User, shipped settings.User, class func(string) permission.Class) bool {
	return shipped.Password != "" && slices.ContainsFunc(Users(configured, shipped, class), func(u settings.User) bool {
		return u.Name == shipped.Name && u.Password == shipped.Password && !slices.ContainsFunc(configured, func(c settings.User) bool {
			return c.Name == u.Name && c.Password == u.Password && c.Class == u.Class
		})
	})
}
