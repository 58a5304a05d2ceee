package director

import (
	"fmt"
	"strconv"
	"strings"

	"oneswitch/director/account"
	"oneswitch/internal/netconf"
)

// classFabric is that of other directors: no operation of operators allows it.
const classFabric = "fabric"

// relayed is the operator behind a session that another director hands over.
type relayed struct {
	Client, User string
	Seat         netconf.Seat // of his shell at the other director
	Remote       string       // where the operator is, as the other director saw it; empty: it did not say
}

// relayUser is the name under which a director hands a session over.
func relayUser(r relayed) string {
	client := r.Client
	if r.Seat != (netconf.Seat{}) {
		client = fmt.Sprintf("%s,%s,%d", client, r.Seat.Terminal, r.Seat.PID)
	}
	return account.Relay + client + ":" + r.User + ":" + r.Remote
}

// parseRelayUser takes what relayUser gives, and what directors of older releases say:
// no seat, no address.
func parseRelayUser(name string) (relayed, bool) {
	rest, ok := strings.CutPrefix(name, account.Relay)
	if !ok {
		return relayed{}, false
	}
	client, rest, ok := strings.Cut(rest, ":")
	user, remote, _ := strings.Cut(rest, ":") // an address may hold colons, a user's name does not
	r := relayed{Client: client, User: user, Remote: remote}
	if seat := strings.Split(client, ","); len(seat) == 3 {
		pid, err := strconv.Atoi(seat[2])
		r.Client, r.Seat, ok = seat[0], netconf.Seat{Terminal: seat[1], PID: pid}, ok && err == nil
	}
	return r, ok && user != ""
}
