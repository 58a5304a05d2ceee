package director

import (
	"strings"

	"oneswitch/director/account"
)

// classFabric is that of other directors: no operation of operators allows it.
const classFabric = "fabric"

// relayed is the operator behind a session that another director hands over.
type relayed struct{ Client, User string }

// relayUser is the name under which a director hands a session over.
func relayUser(client, user string) string { return account.Relay + client + ":" + user }

func parseRelayUser(name string) (relayed, bool) {
	rest, ok := strings.CutPrefix(name, account.Relay)
	if !ok {
		return relayed{}, false
	}
	client, user, ok := strings.Cut(rest, ":")
	return relayed{client, user}, ok && user != ""
}
