package settings

import (
	"slices"

	"oneswitch/internal/junos/conf"
)

// membership is a VLAN of a port with the statement that puts the port into it.
type membership struct {
	vlan string
	at   place
	node *conf.Node
}

// memberships returns the VLANs of a port, each once, those of its own statement
// first. What names nothing has been told by walk.
func (r *reader) memberships(p *port) []membership {
	out := make([]membership, 0, len(p.members)+len(p.from))
	add := func(m membership) {
		if !slices.ContainsFunc(out, func(o membership) bool { return o.vlan == m.vlan }) {
			out = append(out, m)
		}
	}
	for _, n := range p.members {
		names, _, _ := r.vlans.named(n.Value())
		for _, name := range names {
			add(membership{vlan: name, node: n})
		}
	}
	for _, v := range p.from {
		add(membership{v.vlan, v.at, v.node})
	}
	return out
}

// failMembership is fail about the statement that puts a port into a VLAN.
func (r *reader) failMembership(p *port, m membership, format string, args ...any) {
	if m.at == "" {
		m.at = p.at.in("vlan")
	}
	r.fail(m.at, statement(m.node), format, args...)
}

// switching decides which VLANs a port carries and how.
func (r *reader) switching(p *port) Interface {
	out := p.Interface
	switch p.Mode {
	case Access:
		r.access(p, &out)
	case Trunk:
		r.trunk(p, &out)
	default:
		if p.native != nil {
			r.fail(place(p.Path), statement(p.native), "native-vlan-id needs family ethernet-switching")
		}
	}
	return out
}

func (r *reader) access(p *port, out *Interface) {
	if p.native != nil {
		r.fail(p.at, statement(p.native), "native-vlan-id is possible on a trunk port only")
	}
	if len(p.members) == 1 && len(p.from) == 0 { // nearly all of them
		if names, _, _ := r.vlans.named(p.members[0].Value()); len(names) == 1 {
			out.VLANs = names
			return
		}
	}
	vlans := r.memberships(p)
	switch len(vlans) {
	case 0:
		out.VLANs = []string{DefaultVLAN}
		return
	case 1:
	case 2:
		r.failMembership(p, vlans[1], "access interface %s cannot be in more than one vlan; it is in %s and %s", p.Name, vlans[0].vlan, vlans[1].vlan)
	default:
		r.failMembership(p, vlans[1], "access interface %s cannot be in more than one vlan; it is in %s, %s and %d more",
			p.Name, vlans[0].vlan, vlans[1].vlan, len(vlans)-2)
	}
	out.VLANs = []string{vlans[0].vlan}
}

func (r *reader) trunk(p *port, out *Interface) {
	if p.native != nil {
		switch names, _, _ := r.vlans.named(p.native.Value()); {
		case len(names) > 1:
			r.fail(p.at, statement(p.native), "native-vlan-id must be one vlan")
		case len(names) == 1:
			out.Native = names[0]
		}
	}
	for _, m := range r.memberships(p) {
		switch {
		case m.vlan == out.Native: // untagged, so not among the tagged ones
		case r.vlans.byName[m.vlan].ID == 0:
			r.failMembership(p, m, "vlan '%s' has no vlan-id, so trunk interface %s cannot carry it", m.vlan, p.Name)
		default:
			out.VLANs = append(out.VLANs, m.vlan)
		}
	}
}
