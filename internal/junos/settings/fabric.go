package settings

import (
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// The sizes of node groups (QF-REF 1.5).
const (
	maxRedundant = 2 // members of a redundant server node group
	maxNetwork   = 8 // members of the network node group
)

// names knows members by what the configuration and the inventory call them.
type names struct {
	ids   map[string]inventory.MemberID
	roles map[inventory.MemberID]inventory.Role
	lost  map[string]*lost // what members were called until now
}

// newNames collects serial numbers and aliases as configured. Aliases of the active
// configuration, which the inventory knows, mean nothing any more.
func newNames(aliases []Alias, known inventory.Snapshot) names {
	n := names{
		ids:   make(map[string]inventory.MemberID),
		roles: make(map[inventory.MemberID]inventory.Role),
		lost:  make(map[string]*lost),
	}
	for _, m := range known.Members() {
		n.ids[string(m.ID)] = m.ID
		n.roles[m.ID] = m.Role
	}
	for _, a := range aliases {
		n.ids[string(a.Member)] = a.Member
		if _, known := n.roles[a.Member]; !known {
			n.roles[a.Member] = a.Role
		}
	}
	for _, a := range aliases {
		n.ids[a.Name] = a.Member
	}
	for _, m := range known.Members() {
		if _, used := n.ids[m.Alias]; !used && m.Alias != "" {
			n.lost[m.Alias] = &lost{member: m.ID}
		}
	}
	return n
}

// use notes a statement that uses a name, and reports whether it is one that a member
// has lost.
func (n names) use(name string, at place, statement string) bool {
	l := n.lost[name]
	if l != nil {
		l.statements = append(l.statements, strings.TrimSpace(string(at)+" "+statement))
	}
	return l != nil
}

// member returns who is called name.
func (n names) member(name string) (inventory.MemberID, inventory.Role, bool) {
	id, ok := n.ids[name]
	return id, n.roles[id], ok
}

// aliases reads `fabric aliases` and checks that a name means one member.
func (r *reader) aliases(n *conf.Node) {
	byName := make(map[string]inventory.MemberID)
	byMember := make(map[inventory.MemberID]inventory.Role)
	for _, role := range []inventory.Role{inventory.RoleDirector, inventory.RoleInterconnect, inventory.RoleNode} {
		for e := range n.Entries(role.String()) {
			a := Alias{Role: role, Member: inventory.MemberID(e.Value())}
			at := place("fabric aliases").in(role.String(), e.Value())
			name, ok := e.Leaf("alias")
			if !ok {
				continue // walk has said that it is missing
			}
			a.Name = name
			if other, taken := byName[name]; taken {
				r.fail(at, name, "alias '%s' is already that of device %s", name, other)
				continue
			}
			if other, taken := byMember[a.Member]; taken {
				r.fail(at, name, "device %s is already named as %s", a.Member, other)
				continue
			}
			byName[name], byMember[a.Member] = a.Member, role
			r.alias(at, a)
		}
	}
	for _, a := range r.out.Aliases {
		if _, taken := byMember[inventory.MemberID(a.Name)]; taken && a.Name != string(a.Member) {
			r.fail(place("fabric aliases").in(a.Role.String(), string(a.Member)), a.Name,
				"alias '%s' is the serial number of another device", a.Name)
		}
	}
}

// alias checks one alias against the inventory.
func (r *reader) alias(at place, a Alias) {
	if a.Name == inventory.NetworkNodeGroup {
		r.fail(at, a.Name, "alias '%s' is the name of the network node group", a.Name)
		return
	}
	if m, ok := r.known.Member(inventory.MemberID(a.Name)); ok && m.ID != a.Member {
		r.fail(at, a.Name, "alias '%s' is the name of another %s", a.Name, m.Role)
		return
	}
	switch m, ok := r.known.Member(a.Member); {
	case !ok:
		r.warn(at, a.Name, "device %s is not known yet", a.Member)
	case m.Role != a.Role:
		r.fail(at, a.Name, "device %s is %s, not %s", a.Member, article(m.Role), article(a.Role))
		return
	}
	r.out.Aliases = append(r.out.Aliases, a)
}

// groups reads `fabric resources` and checks who is in which group.
func (r *reader) groups(n *conf.Node) {
	in := make(map[inventory.MemberID]string)
	for e := range n.Entries("node-group") {
		g := NodeGroup{Name: e.Value(), NetworkDomain: e.Has("network-domain") || e.Value() == inventory.NetworkNodeGroup}
		at := place("fabric resources node-group").in(g.Name)
		if g.NetworkDomain && g.Name != inventory.NetworkNodeGroup {
			r.fail(at, "network-domain", "only node group %s can be the network domain", inventory.NetworkNodeGroup)
		}
		if _, role, ok := r.names.member(g.Name); ok {
			r.fail("fabric resources", statement(e), "'%s' is the name of %s", g.Name, article(role))
		}
		for d := range e.Entries("node-device") {
			if r.groupMember(at, g.Name, d, in) {
				g.Members = append(g.Members, d.Value())
			}
		}
		limit := maxRedundant
		if g.NetworkDomain {
			limit = maxNetwork
		}
		if len(g.Members) > limit {
			r.fail(at, "node-device", "node group %s has %d node devices, at most %d are possible", g.Name, len(g.Members), limit)
		}
		r.out.Groups = append(r.out.Groups, g)
	}
}

// groupMember checks one node device of a group.
func (r *reader) groupMember(at place, group string, n *conf.Node, in map[inventory.MemberID]string) bool {
	id, role, ok := r.names.member(n.Value())
	switch {
	case r.names.lost[n.Value()] != nil:
		return false // walk says so
	case !ok:
		id = inventory.MemberID(n.Value())
		r.warn(at, statement(n), "node device %s is not known yet", n.Value())
	case role != inventory.RoleNode:
		r.fail(at, statement(n), "%s is %s, not a node-device", n.Value(), article(role))
		return false
	}
	if other, taken := in[id]; taken {
		r.fail(at, statement(n), "node device %s is already in node group %s", n.Value(), other)
		return false
	}
	in[id] = group
	return true
}

// article returns the role with its article.
func article(r inventory.Role) string {
	if r == inventory.RoleInterconnect {
		return "an " + r.String()
	}
	return "a " + r.String()
}
