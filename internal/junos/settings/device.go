package settings

import (
	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// unknownDevice is the kind of problem that statements about one unknown device have.
type unknownDevice struct{ name string }

// exists checks the owner of an interface and, when its model is known, the port. An
// owner that is not known is a warning, unless it is what a member was called until
// now; one that has no access ports is an error.
func (r *reader) exists(m *portMention) {
	id, role, ok := r.names.member(m.owner)
	switch {
	case m.port == (inventory.Port{}) && (r.isGroup(m.owner) || m.device && ok):
	case !ok && r.names.use(m.owner, m.at, m.statement):
	case m.device:
	case !ok:
		what := "node device"
		if m.port == (inventory.Port{}) {
			what = "node group"
		}
		r.problems.like(unknownDevice{m.owner}, func() conf.Problem {
			return doubtful(m.at, m.statement, "%s %s is not known yet", what, m.owner)
		})
	case role == inventory.RoleInterconnect && m.port.IsFabric():
	case role != inventory.RoleNode:
		r.fail(m.at, m.statement, "%s is %s, not a node-device", m.owner, article(role))
	case m.port != (inventory.Port{}) && !m.port.IsFabric():
		member, _ := r.known.Member(id)
		if model, ok := inventory.LookupModel(member.Model); ok && !model.Has(m.port) {
			r.fail(m.at, m.statement, "%s has no port %s: the ports of model %s are %s", m.owner, m.port, member.Model, model)
		}
	}
}

// isGroup reports whether a configured node group has the name.
func (r *reader) isGroup(name string) bool {
	for _, g := range r.out.Groups {
		if g.Name == name {
			return true
		}
	}
	return name == inventory.NetworkNodeGroup
}
