package director

import (
	"strings"

	"oneswitch/director/account"
)

// classFabric is that of other directors: no operation of operators allows it.
const classFabric = "fabric"

// relayed is the operator behind a session that another director hands over.
type relayed struct {
	Client, User string
	Remote       string // where the operator is, as the other director saw it; empty: it did not say
}

// relayUser is the name under which a director hands a session over.
func relayUser(r relayed) string {
	return account.Relay + r.Client + ":" + r.User + ":" + r.Remote
}

func parseRelayUser(name string) (relayed, bool) {
	rest, ok := strings.CutPrefix(name, account.Relay)
	if !ok {
		return relayed{}, false
	}
	client, rest, ok := strings.Cut(rest, ":")
	user, remote, _ := strings.Cut(rest, ":") // an address may hold colons, a user's name does not
	return relayed{client, user, remote}, ok && user != ""
}
