package director

import (
	"slices"
	"strings"

	"oneswitch/director/password"
	"oneswitch/director/permission"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/sshnet"
)

// Names that directors use among themselves. They hold a colon or are reserved, so
// that no configured user can have them.
const (
	fabricUser  = "fabric"
	relayPrefix = "relay:"
	classFabric = "fabric" // not a login class: no operation of operators allows it
)

// access decides who may log in. It knows the users of the active configuration
// and, as long as none of them could repair the configuration, the account as
// shipped.
type access struct {
	users     func() []settings.User
	fabricKey sshnet.PublicKey
}

// accounts returns the users that count. A configuration without any user who can
// log in and repair it would lock everybody out; then the account as shipped holds.
func accounts(configured []settings.User, shipped settings.User, class func(string) permission.Class) []settings.User {
	able := slices.ContainsFunc(configured, func(u settings.User) bool { return enters(u) && class(u.Class).Repairs() })
	if able || shipped.Password == "" {
		return configured
	}
	rest := slices.DeleteFunc(slices.Clone(configured), func(u settings.User) bool { return u.Name == shipped.Name })
	return append(rest, shipped)
}

// enters reports whether there is a way in for a user. A hash that no password fits is
// none.
func enters(u settings.User) bool { return password.Possible(u.Password) || len(u.Keys) > 0 }

func (a access) find(name string) (settings.User, bool) {
	users := a.users()
	i := slices.IndexFunc(users, func(u settings.User) bool { return u.Name == name })
	if i < 0 || name == fabricUser || strings.HasPrefix(name, relayPrefix) {
		return settings.User{}, false
	}
	return users[i], true
}

// unusable is a hash that no password has; it costs what a real one costs, so that
// the time of an answer does not tell which users exist.
const unusable = "$2a$10$abcdefghijklmnopqrstuuNHLPoJSBRKsTVbT4sDD0sXQ4U7M0C7e"

// password checks a password of a configured user.
func (a access) password(l sshnet.Login, tried string) bool {
	u, ok := a.find(l.User)
	if !ok || u.Password == "" {
		password.Verify(unusable, tried)
		return false
	}
	return password.Verify(u.Password, tried) && u.Class != permission.Unauthorized
}

// publicKey checks a key: the fabric key opens the doors between directors and no
// other, a user's key opens that user's.
func (a access) publicKey(l sshnet.Login, key sshnet.PublicKey) bool {
	if l.User == fabricUser || strings.HasPrefix(l.User, relayPrefix) {
		return key == a.fabricKey
	}
	u, ok := a.find(l.User)
	return ok && u.Class != permission.Unauthorized && slices.ContainsFunc(u.Keys, func(line string) bool {
		k, err := sshnet.ParsePublicKey(line)
		return err == nil && k == key
	})
}

// class returns the login class of a user.
func (a access) class(name string) string {
	u, _ := a.find(name)
	return u.Class
}

// relayed is the operator behind a session that another director hands over.
type relayed struct{ Client, User string }

// relayUser is the name under which a director hands a session over.
func relayUser(client, user string) string { return relayPrefix + client + ":" + user }

func parseRelayUser(name string) (relayed, bool) {
	rest, ok := strings.CutPrefix(name, relayPrefix)
	if !ok {
		return relayed{}, false
	}
	client, user, ok := strings.Cut(rest, ":")
	return relayed{client, user}, ok && user != ""
}
