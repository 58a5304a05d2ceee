package director

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"oneswitch/director/account"
	"oneswitch/director/northbound"
	"oneswitch/director/ops"
	"oneswitch/director/permission"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

var _ ops.Fabric = (*role)(nil)

// View returns the fabric as this director knows it at the moment.
func (r *role) View() ops.View {
	known := r.aliased()
	r.now.Lock()
	s, row := r.now.settings, r.now.leader
	r.now.Unlock()
	v := ops.View{
		HostName:  r.hostName(),
		Self:      string(r.file.Serial),
		Members:   known,
		Directors: r.group(),
		Alarms:    r.mail.watch.Active(),
		Groups:    groups(s, known),
		Missing:   missing(s, known),
		Standing:  r.standing(),
		VLANs:     r.vlans(s),
		Started:   r.started,
		Own:       r.own(),
	}
	if w := r.waits(); !w.schedule.Due.IsZero() {
		v.Pending = requested(w.schedule)
	}
	if h, ok := parseHolder(row.Holder); ok {
		v.Leader = h.name
	}
	return v
}

func groups(s settings.Settings, known inventory.Snapshot) []inventory.NodeGroup {
	var out []inventory.NodeGroup
	for _, g := range s.Groups {
		group := inventory.NodeGroup{Name: g.Name, NetworkDomain: g.NetworkDomain}
		for _, name := range g.Members {
			id := inventory.MemberID(name)
			for _, a := range s.Aliases {
				if a.Name == name {
					id = a.Member
				}
			}
			if m, ok := known.Member(id); ok {
				id = m.ID
			}
			group.Members = append(group.Members, id)
		}
		out = append(out, group)
	}
	return out
}

func missing(s settings.Settings, known inventory.Snapshot) []inventory.Member {
	var out []inventory.Member
	for _, a := range s.Aliases {
		if _, ok := known.Member(a.Member); !ok && a.Role != inventory.RoleDirector {
			out = append(out, inventory.Member{ID: a.Member, Alias: a.Name, Role: a.Role})
		}
	}
	return out
}

// standing says of each component whether it is connected and runs what it should.
func (r *role) standing() map[inventory.MemberID]ops.Standing {
	out := map[inventory.MemberID]ops.Standing{}
	for _, st := range r.fleet.Members() {
		s := ops.Standing{Connected: st.Connected, Since: st.Since}
		if st.Member.Role == inventory.RoleFabricControl { // it needs no intent
			s.Known, s.Configured = st.Connected, st.Connected
		}
		out[st.Member.ID] = s
	}
	for _, m := range r.driver.State().Members {
		s, ok := out[m.ID]
		if !ok || m.Want.Stamp.Revision == 0 {
			continue
		}
		s.Known, s.Configured = m.Read || m.Connected, !m.Owes()
		if m.Owes() {
			s.Debt = m.Want.Stamp.Revision
		}
		out[m.ID] = s
	}
	return out
}

func (r *role) vlans(s settings.Settings) []ops.VLAN {
	var numbers map[string]inventory.DomainID
	if slices.ContainsFunc(s.VLANs, func(v settings.VLAN) bool { return v.ID == 0 }) {
		numbers = r.domains()
	}
	var out []ops.VLAN
	for _, v := range s.VLANs {
		x := ops.VLAN{Name: v.Name, Tag: v.ID, Domain: inventory.DomainID(v.ID), Description: v.Description}
		switch {
		case v.Name == settings.DefaultVLAN:
			x.Domain = 1
		case v.ID == 0:
			x.Domain = numbers[v.Name]
		}
		out = append(out, x)
	}
	return out
}

// Commits returns the newest configurations that were committed.
func (r *role) Commits(ctx context.Context, limit int) ([]ops.Commit, error) {
	revs, err := r.data.Revisions(ctx, limit)
	if err != nil {
		return nil, err
	}
	waits := r.waits().confirm
	var out []ops.Commit
	for i, rev := range revs {
		c := ops.Commit{Revision: rev.Number, At: rev.At, User: rev.User, Client: rev.Client, Comment: rev.Comment}
		if i == 0 && waits.Waits() {
			c.Confirm = waits.After
		}
		out = append(out, c)
	}
	return out, nil
}

// Events returns the newest lines of the event log.
func (r *role) Events(ctx context.Context, limit int) ([]ops.Event, error) {
	found, err := r.db.Events(ctx, limit)
	var out []ops.Event
	for _, e := range found {
		out = append(out, ops.Event{At: e.At, Origin: e.Origin, Text: e.Text})
	}
	return out, err
}

// Logout ends sessions at this director.
func (r *role) Logout(meant func(ops.Login) bool) int {
	n := 0
	for id, login := range r.logins() {
		if meant(login) && r.netconf.Kill(id) {
			n++
		}
	}
	return n
}

// Logins returns the sessions of operators.
func (r *role) Logins() []ops.Login {
	var out []ops.Login
	for _, login := range r.logins() {
		out = append(out, login)
	}
	return out
}

// logins are the sessions of operators with the ids under which they are ended.
func (r *role) logins() iter.Seq2[uint32, ops.Login] {
	return func(yield func(uint32, ops.Login) bool) {
		for _, s := range r.netconf.Sessions() {
			login := ops.Login{User: s.Peer.User, From: s.Peer.Remote, Since: s.Since, Used: s.Used, Client: s.Peer.Client(),
				Terminal: s.Peer.Seat.Terminal, PID: s.Peer.Seat.PID}
			if s.Peer.Class != classFabric && !yield(s.ID, login) {
				return
			}
		}
	}
}

// components is the fabric as the northbound face asks it.
type components struct{ *role }

var _ northbound.Fabric = components{}

// Component returns the way to a component by the name that the user knows.
func (c components) Component(name string) (rpc.Caller, error) {
	if d, ok := c.director(name); ok {
		return d, nil
	}
	m, local, ok := c.View().Resolve(name)
	switch {
	case !ok:
		return nil, fmt.Errorf("component %s not found", name)
	case local:
		return self{c.role, name}, nil
	}
	return c.fleet.Caller(m.ID), nil
}

// Complete returns live names.
func (c components) Complete(ctx context.Context, source, prefix string) []rpc.Name {
	return c.ops.Complete(ctx, source, prefix)
}

// self is a virtual component that the leading director is itself: FM-0, DRE-0. It
// serves the commands of a director.
type self struct {
	*role
	name string
}

// Call answers an operation without a wire.
func (s self) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	o, err := parseOperation(op)
	if err != nil {
		return netconf.Reply{}, err
	}
	peer := netconf.Peer{User: account.Fabric, Class: permission.Operator, Via: netconf.ViaLocal}
	switch o.Name.Local {
	case "identity":
		return s.identity()
	case statusName:
		return s.status()
	case "complete":
		return netconf.Reply{}, nil
	case "command":
		var c rpc.Command
		if err := decode(op, &c); err != nil {
			return netconf.Reply{}, err
		}
		return s.oper.Command(ctx, peer, c.Line, report.Format(c.Format)), nil
	}
	return s.oper.RPC(ctx, peer, o), nil
}

func (s self) identity() (netconf.Reply, error) {
	return encode(rpc.Identity{Serial: inventory.MemberID(s.name), Name: s.name, Role: inventory.RoleDirector, Model: ops.Model,
		Version: ops.Release, Address: s.file.Address.Addr(), Started: s.started.UnixNano(), Epoch: s.lease.Epoch()})
}

var _ rpc.Caller = self{}
