package settings

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// port is an interface while it is put together from both sides: what stands below
// `interfaces` and which VLANs name it.
type port struct {
	Interface
	at      place      // of the statements that say how it switches
	family  *conf.Node // ethernet-switching, nil when it is not configured
	native  *conf.Node // native-vlan-id, in either place
	members []string   // of `vlan members`
	from    []string   // VLANs whose `interface` statement names the port
}

// portKey names a port whatever its owner is called.
type portKey struct {
	owner inventory.MemberID
	port  inventory.Port
}

// interfaces reads the ports and which VLANs they are in.
func (r *reader) interfaces(n, vlans *conf.Node) {
	ports := make(map[portKey]*port)
	for e := range n.Entries("interface") {
		if p := r.port(e); p != nil {
			if other := ports[r.key(p.Name)]; other != nil {
				r.fail("interfaces", e.Value(), "is the same port as %s", other.Name)
				continue
			}
			ports[r.key(p.Name)] = p
		}
	}
	for v := range vlans.Entries("vlan") {
		for e := range v.Entries("interface") {
			r.vlanInterface(ports, v, e)
		}
	}
	for _, p := range ports {
		r.out.Interfaces = append(r.out.Interfaces, p.Interface)
	}
	slices.SortFunc(r.out.Interfaces, func(a, b Interface) int { return conf.Natural(a.Name.String(), b.Name.String()) })
	for i := range r.out.Interfaces { // in order, so that problems come in order
		p := ports[r.key(r.out.Interfaces[i].Name)]
		r.switching(p)
		r.out.Interfaces[i] = p.Interface
	}
}

// key returns the identity of a port: two names of one device name one port.
func (r *reader) key(i inventory.Interface) portKey {
	if id, _, ok := r.names.member(i.Owner); ok {
		return portKey{id, i.Port}
	}
	return portKey{inventory.MemberID(i.Owner), i.Port}
}

// port reads one interface of `interfaces`. It returns nil for what is no access
// port of a node device.
func (r *reader) port(n *conf.Node) *port {
	at := place("interfaces").in(n.Value())
	name, err := inventory.ParseInterface(n.Value())
	if err != nil || name.Port.IsFabric() {
		// A LAG, a routed interface, a loopback or a fabric link: valid by the schema.
		r.unapplied("interfaces", n.Value())
		return nil
	}
	if !r.owner("interfaces", n.Value(), name.Owner) {
		return nil
	}
	p := &port{Interface: Interface{Name: name, Disable: n.Has("disable"), Path: string(at)}, at: at}
	p.Description, _ = n.Leaf("description")
	if text, ok := n.Leaf("mtu"); ok {
		mtu, _ := strconv.ParseUint(text, 10, 16) // the schema has checked it
		p.MTU = uint16(mtu)
	}
	p.Mode = Access // as shipped
	for _, options := range []string{"ether-options", "gigether-options"} {
		if n.Child(options).Has("ieee-802.3ad") {
			p.Mode = NoMode // a member link switches nothing by itself
		}
	}
	for u := range n.Entries("unit") {
		if u.Value() != "0" && (u.Has("vlan-id") || u.Has("family") && !u.Child("family").Has("ethernet-switching")) {
			p.Mode = NoMode // a routed port
			r.unapplied(at, statement(u))
			continue
		}
		if u.Value() != "0" {
			r.fail(at, statement(u), "only unit 0 is possible on a port with family ethernet-switching")
			continue
		}
		family := u.Child("family")
		p.at = at.in("unit", "0", "family", "ethernet-switching")
		if p.family = family.Child("ethernet-switching"); p.family == nil && family != nil {
			p.Mode = NoMode
		}
	}
	p.native = n.Child("native-vlan-id")
	r.family(at, p)
	return p
}

// family reads mode, native VLAN and members in both spellings.
func (r *reader) family(at place, p *port) {
	n := p.family
	mode, old := n.Leaf("port-mode")
	els, isELS := n.Leaf("interface-mode")
	if old && isELS {
		r.fail(p.at, "interface-mode "+els, "port-mode and interface-mode cannot both be configured")
	}
	if isELS {
		mode = els
	}
	if mode == "trunk" {
		p.Mode = Trunk
	}
	native := n.Child("native-vlan-id")
	if native != nil && p.native != nil && native.Value() != p.native.Value() {
		r.fail(at, statement(p.native), "differs from the native-vlan-id of family ethernet-switching")
	}
	if native != nil {
		p.native = native
	}
	for m := range n.Child("vlan").Entries("members") {
		for _, name := range r.members(p.at.in("vlan"), m) {
			if !slices.Contains(p.members, name) {
				p.members = append(p.members, name)
			}
		}
	}
}

// vlanInterface reads one `vlans NAME interface PORT`.
func (r *reader) vlanInterface(ports map[portKey]*port, v, e *conf.Node) {
	at := place("vlans").in(v.Value())
	physical, unit, _ := inventory.CutUnit(e.Value())
	name, err := inventory.ParseInterface(physical)
	switch {
	case err != nil:
		r.unapplied(at, statement(e))
		return
	case unit != 0:
		r.fail(at, statement(e), "only unit 0 of a port can be in a vlan")
		return
	case name.Port.IsFabric():
		r.fail(at, statement(e), "%s is a fabric link", name)
		return
	}
	if _, ok := r.byName[v.Value()]; !ok {
		return // refused for another reason
	}
	p := ports[r.key(name)]
	if p == nil {
		if !r.owner(at, statement(e), name.Owner) {
			return
		}
		path := string(at.in("interface", e.Value()))
		p = &port{Interface: Interface{Name: name, Mode: Access, Path: path}, at: at}
		ports[r.key(name)] = p
	}
	if p.Mode == NoMode {
		r.fail(at, statement(e), "interface %s has no family ethernet-switching", name)
		return
	}
	p.from = append(p.from, v.Value())
}

// switching decides which VLANs a port carries and how.
func (r *reader) switching(p *port) {
	all := slices.Clone(p.members)
	for _, v := range p.from {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	switch p.Mode {
	case Access:
		r.access(p, all)
	case Trunk:
		r.trunk(p, all)
	default:
		if p.native != nil {
			r.fail(place(p.Path), statement(p.native), "native-vlan-id needs family ethernet-switching")
		}
	}
}

func (r *reader) access(p *port, vlans []string) {
	if p.native != nil {
		r.fail(p.at, statement(p.native), "native-vlan-id is possible on a trunk port only")
	}
	switch {
	case len(vlans) == 0:
		vlans = []string{DefaultVLAN}
	case len(vlans) > 1:
		text := strings.Join(vlans[:len(vlans)-1], ", ") + " and " + vlans[len(vlans)-1]
		r.fail(p.at, "vlan members", "access interface %s cannot be in more than one vlan; it is in %s", p.Name, text)
		vlans = vlans[:1]
	}
	p.VLANs = vlans
}

func (r *reader) trunk(p *port, vlans []string) {
	if p.native != nil {
		switch names := r.members(p.at, p.native); {
		case len(names) > 1:
			r.fail(p.at, statement(p.native), "native-vlan-id must be one vlan")
		case len(names) == 1:
			p.Native = names[0]
		}
	}
	for _, name := range vlans {
		switch {
		case name == p.Native: // untagged, so not among the tagged ones
		case r.byName[name].ID == 0:
			r.fail(p.at, "vlan members", "vlan '%s' has no vlan-id, so trunk interface %s cannot carry it", name, p.Name)
		default:
			p.VLANs = append(p.VLANs, name)
		}
	}
}
