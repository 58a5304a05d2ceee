package northbound

import (
	"fmt"
	"strings"

	"oneswitch/director/permission"
	"oneswitch/internal/netconf"
)

// Record is one thing that an operator did to the fabric, or tried to do.
type Record struct {
	User    string
	Client  string // cli, netconf
	Session uint32
	Remote  string
	Did     string // the command
	Outcome string // "revision 12", or why not; empty: done
}

// String is the line of the log.
func (r Record) String() string {
	line := fmt.Sprintf("User '%s' (%s, session %d, from %s): %s", r.User, r.Client, r.Session, r.Remote, r.Did)
	if r.Outcome != "" {
		line += ": " + r.Outcome
	}
	return line
}

// changes reports whether an operation changes more than a candidate, which is the
// operator's own affair until he commits it.
func changes(words, bit string) bool {
	switch bit {
	case "", looks, permission.View, permission.Network, "trace", "view-configuration":
		return false
	case permission.Configure:
		return words == "rollback" || strings.HasPrefix(words, "commit") && words != "commit check"
	}
	return true
}

// audited keeps a record of an operation that changes the fabric.
func (d *dispatcher) audited(words, bit string, reply netconf.Reply) netconf.Reply {
	if d.cfg.Audit == nil || !changes(words, bit) {
		return reply
	}
	r := Record{User: d.peer.User, Client: d.client, Session: d.id, Remote: d.peer.Remote, Did: words}
	if err := reply.Err(); err != nil {
		r.Outcome = strings.Join(strings.Fields(err.Error()), " ")
	} else if bit == permission.Configure && !strings.HasPrefix(words, "commit at") {
		_, revision := d.cfg.Database.Active()
		r.Outcome = fmt.Sprintf("revision %d", revision)
	}
	d.cfg.Audit(r)
	return reply
}

// relayed names an operation that went to a component, and reports whether it may
// have changed something there.
func relayed(name, inner string) (did string, changes bool) {
	if name != "command" {
		return name, !strings.HasPrefix(name, "get-") && name != "ping" && name != "complete" && name != "identity"
	}
	words := strings.Fields(inner)
	return inner, len(words) > 0 && !strings.HasPrefix("show", words[0]) && !strings.HasPrefix("ping", words[0])
}
