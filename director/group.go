package director

import (
	"context"
	"strconv"
	"time"

	"oneswitch/director/account"
	"oneswitch/director/alarm"
	"oneswitch/director/health"
	"oneswitch/director/northbound"
	"oneswitch/director/ops"
	"oneswitch/director/peers"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
)

// group returns the directors as components of the fabric, in order.
func (r *role) group() []inventory.Member {
	var out []inventory.Member
	for i, address := range r.file.Directors {
		m := inventory.Member{ID: inventory.MemberID("dg" + strconv.Itoa(i)), Role: inventory.RoleDirector, Address: address, Model: ops.Model}
		if address == r.file.Address.Addr() {
			m.ID = r.file.Serial
		}
		out = append(out, m)
	}
	return out
}

// others reaches the other directors.
func (r *role) others() peers.Peers {
	return peers.Peers{Key: r.keys.fabric, Host: r.keys.host, Port: r.file.Ports.SSH}
}

// director returns the way to a director by its name; to this one it is short.
func (r *role) director(name string) (rpc.Caller, bool) {
	for _, d := range r.group() {
		switch {
		case string(d.ID) != name:
		case d.ID == r.file.Serial:
			return self{r, name}, true
		default:
			return r.others().Director(d.Address), true
		}
	}
	return nil, false
}

// opener returns what answers a new session: another director is answered by the
// commands of a director, an operator by the face, and what he does is recorded.
func (r *role) opener(face *northbound.Face) func(*netconf.Session) netconf.Dispatcher {
	own := peers.Between{Answer: self{r, string(r.file.Serial)}.Call}
	return func(s *netconf.Session) netconf.Dispatcher {
		if s.Peer.Class == classFabric {
			return own
		}
		return r.mail.record.Login(s, s.Peer.Class, face.Open(s))
	}
}

// Ask hands a question to members and directors.
func (r *role) Ask(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []ops.Answer {
	a := peers.Asker{Director: func(id inventory.MemberID) (rpc.Caller, bool) { return r.director(string(id)) }, Members: r.fleet.Ask}
	return a.Ask(ctx, members, op, deadline)
}

// tried records an attempt to log in, and returns its outcome.
func (r *role) tried(l sshnet.Login, method string, ok bool) bool {
	if account.Director(l.User) {
		return ok
	}
	return r.mail.journal.Tried(l, method, ok)
}

// observed is the fabric for those who judge its health.
func (r *role) observed() alarm.State {
	s := alarm.State{Now: r.clock.Now(), Started: r.started, Frozen: r.driver.State().Frozen()}
	s.Members = health.Members(r.aliased(), r.standing(), r.fleet.Members())
	r.now.Lock()
	if !r.now.store {
		s.Store = r.db.Describe()
	}
	if w := r.now.waiting.confirm; w.Waits() {
		s.Pending = alarm.Pending{Since: w.Deadline.Add(-w.After), User: w.User, Until: w.Deadline}
	}
	r.now.Unlock()
	return s
}

// hasRescue reports whether there is a rescue configuration.
func (r *role) hasRescue(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	_, has, err := r.Rescue(ctx)
	return has, err
}
