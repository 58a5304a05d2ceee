package settings

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// portStatement is what one statement of `interfaces` says about a port, whatever
// stands elsewhere.
type portStatement struct {
	Interface
	isPort   bool         // a port of a node device, else something that switches by itself
	at       place        // of the statements that say how it switches
	native   *conf.Node   // native-vlan-id, in either place
	members  []*conf.Node // of `vlan members`
	bundle   string       // the LAG that it joins
	problems []conf.Problem
}

// port is an interface while it is put together from both sides: what stands below
// `interfaces` and which VLANs name it.
type port struct {
	*portStatement
	from []vlanSide
}

// portKey names a port whatever its owner is called.
type portKey struct {
	owner inventory.MemberID
	port  inventory.Port
}

// interfaces reads the ports and which VLANs they are in.
func (r *reader) interfaces(n *conf.Node) {
	for e := range n.Entries("interface") {
		s := r.memory.ports.find(e, func() *portStatement { return readPort(e) })
		r.entries = append(r.entries, entry{e, s})
		for _, p := range s.problems {
			r.problems.add(p)
		}
		if !s.isPort {
			r.problems.like(otherInterface{kindOf(e.Value())}, func() conf.Problem { return unapplied("interfaces", e.Value()) })
			continue
		}
		r.ports = append(r.ports, port{portStatement: s})
	}
	all := len(r.ports)
	r.ports = r.single(r.ports)
	for _, side := range r.vlans.sides {
		for _, name := range r.named(side.node) {
			r.vlanInterface(side, name)
		}
	}
	if len(r.ports) > all {
		slices.SortFunc(r.ports, func(a, b port) int { return conf.Natural(a.Name.String(), b.Name.String()) })
	}
	for i := range r.ports {
		r.out.Interfaces = append(r.out.Interfaces, r.switching(&r.ports[i]))
	}
}

// single returns the ports without those of devices that have none, and each once,
// whatever its owner is called.
func (r *reader) single(ports []port) []port {
	spelled := make(map[inventory.MemberID]string)
	last, twice := "", false
	for _, p := range ports {
		if owner := p.Name.Owner; owner != last {
			last = owner
			id, role, ok := r.names.member(owner)
			twice = twice || ok && (role != inventory.RoleNode || spelled[id] != "" && spelled[id] != owner)
			spelled[id] = owner
		}
	}
	if !twice {
		return ports
	}
	var out []port
	first := make(map[portKey]inventory.Interface)
	for _, p := range ports {
		key := r.key(p.Name)
		_, role, ok := r.names.member(p.Name.Owner)
		other, taken := first[key]
		switch {
		case ok && role != inventory.RoleNode: // walk has said so
		case taken:
			r.fail("interfaces", p.Name.String(), "is the same port as %s", other)
		default:
			first[key] = p.Name
			out = append(out, p)
		}
	}
	return out
}

// otherInterface is the kind of problem that interfaces of one kind have which the
// fabric does not act on.
type otherInterface struct{ kind string }

// kindOf returns what an interface that is no port of a node device is: ae, lo, fte,
// vlan, irb.
func kindOf(name string) string {
	_, port, ok := strings.Cut(name, ":")
	if !ok {
		port = name
	}
	return strings.TrimRight(port, "0123456789-/")
}

// key returns the identity of a port: two names of one device name one port.
func (r *reader) key(i inventory.Interface) portKey {
	if id, _, ok := r.names.member(i.Owner); ok {
		return portKey{id, i.Port}
	}
	return portKey{inventory.MemberID(i.Owner), i.Port}
}

// readPort reads one statement of `interfaces`.
func readPort(n *conf.Node) *portStatement {
	at := place("interfaces").in(n.Value())
	name, err := inventory.ParseInterface(n.Value())
	if err != nil || name.Port.IsFabric() {
		return &portStatement{} // a LAG, a routed interface, a loopback or a fabric link
	}
	p := &portStatement{Interface: Interface{Name: name, Disable: n.Has("disable"), Path: string(at)}, isPort: true, at: at}
	p.Description, _ = n.Leaf("description")
	if text, ok := n.Leaf("mtu"); ok {
		mtu, _ := strconv.ParseUint(text, 10, 16) // the schema has checked it
		p.MTU = uint16(mtu)
	}
	p.Mode = Access // as shipped
	for _, options := range []string{"ether-options", "gigether-options"} {
		if bundle, ok := n.Child(options).Child("ieee-802.3ad").Leaf("bundle"); ok {
			p.Mode, p.bundle = NoMode, bundle // a member link switches nothing by itself
		}
	}
	for u := range n.Entries("unit") {
		p.unit(at, u)
	}
	p.native = n.Child("native-vlan-id")
	p.family(at, n.Entry("unit", "0").Child("family").Child("ethernet-switching"))
	return p
}

// unit reads one logical interface of a port.
func (p *portStatement) unit(at place, u *conf.Node) {
	family := u.Child("family")
	switches := family.Has("ethernet-switching")
	for _, routed := range []string{"inet", "inet6"} {
		if switches && family.Has(routed) {
			p.fail(at.in("unit", u.Value()), "family "+routed, "family %s and family ethernet-switching cannot both be configured on one unit", routed)
		}
	}
	switch {
	case u.Value() != "0" && (u.Has("vlan-id") || family != nil && !switches):
		p.Mode = NoMode // a routed port
	case u.Value() != "0":
		p.fail(at, statement(u), "only unit 0 is possible on a port with family ethernet-switching")
	case family != nil && !switches:
		p.Mode = NoMode
	}
}

func (p *portStatement) fail(at place, statement, format string, args ...any) {
	p.problems = append(p.problems, wrong(at, statement, format, args...))
}

// family reads mode, native VLAN and members in both spellings.
func (p *portStatement) family(at place, n *conf.Node) {
	if n == nil {
		return
	}
	p.at = at.in("unit", "0", "family", "ethernet-switching")
	mode, old := n.Leaf("port-mode")
	els, isELS := n.Leaf("interface-mode")
	if old && isELS {
		p.fail(p.at, "interface-mode "+els, "port-mode and interface-mode cannot both be configured")
	}
	if isELS {
		mode = els
	}
	switch {
	case p.Mode == NoMode:
	case mode == "trunk":
		p.Mode = Trunk
	case mode == "tagged-access":
		p.problems = append(p.problems, unapplied(p.at, "port-mode tagged-access"))
	}
	native := n.Child("native-vlan-id")
	if native != nil && p.native != nil && native.Value() != p.native.Value() {
		p.fail(at, statement(p.native), "differs from the native-vlan-id of family ethernet-switching")
	}
	if native != nil {
		p.native = native
	}
	p.members = slices.Collect(n.Child("vlan").Entries("members"))
}

// vlanInterface reads one `vlans NAME interface PORT`, or one member of an interface-range
// that is named there. The port need not be configured below `interfaces`.
func (r *reader) vlanInterface(v vlanSide, word string) {
	physical, unit, _ := inventory.CutUnit(word)
	name, err := inventory.ParseInterface(physical)
	switch {
	case err != nil:
		r.problems.like(otherInterface{"vlans " + kindOf(physical)}, func() conf.Problem { return unapplied(v.at, statement(v.node)) })
		return
	case unit != 0:
		r.fail(v.at, statement(v.node), "only unit 0 of a port can be in a vlan")
		return
	case name.Port.IsFabric():
		r.fail(v.at, statement(v.node), "%s is a fabric link", name)
		return
	}
	if _, role, ok := r.names.member(name.Owner); ok && role != inventory.RoleNode {
		return // walk has said so
	}
	p := r.portNamed(name, func() *portStatement {
		path := string(v.at.in("interface", v.node.Value()))
		return &portStatement{Interface: Interface{Name: name, Mode: Access, Path: path}, isPort: true, at: v.at}
	})
	switch {
	case p.bundle != "":
		r.fail(v.at, statement(v.node), "interface %s is a member of %s and cannot be in a vlan by itself", name, p.bundle)
	case p.Mode == NoMode:
		r.fail(v.at, statement(v.node), "interface %s has no family ethernet-switching", name)
	default:
		p.from = append(p.from, v)
	}
}

// portNamed returns the port with a name, made when it is not configured.
func (r *reader) portNamed(name inventory.Interface, fresh func() *portStatement) *port {
	if r.places == nil {
		r.places = make(map[portKey]int, len(r.ports))
		for i, p := range r.ports {
			r.places[r.key(p.Name)] = i
		}
	}
	key := r.key(name)
	i, ok := r.places[key]
	if !ok {
		i = len(r.ports)
		r.ports = append(r.ports, port{portStatement: fresh()})
		r.places[key] = i
	}
	return &r.ports[i]
}
