package settings

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// mainInstance is what Junos calls the routing instance that has no name.
const mainInstance = "default"

// instances returns in which routing instance each logical interface is.
func (c *addressCheck) instances(n *conf.Node) map[string]string {
	out := make(map[string]string)
	for i := range n.Entries("instance") {
		for e := range i.Entries("interface") {
			name := withUnit(e.Value())
			if other, taken := out[name]; taken {
				c.fail(place("routing-instances").in(i.Value()), statement(e), "interface %s is already in routing instance '%s'", name, other)
				continue
			}
			out[name] = i.Value()
		}
	}
	return out
}

// withUnit returns the name of a logical interface with its unit, which may be left
// out when it is 0.
func withUnit(name string) string {
	if _, _, ok := inventory.CutUnit(name); ok {
		return name
	}
	return name + ".0"
}

// network is an address of a logical interface with the subnet that it is in.
type network struct {
	unit    string // vlan.501
	family  string
	address netip.Prefix
	at      place
	node    *conf.Node
	order   int // among those of its routing instance
}

// readNetworks returns the addresses below one interface.
func readNetworks(e *conf.Node) []network {
	var out []network
	for u := range e.Entries("unit") {
		for _, family := range []string{"inet", "inet6"} {
			for a := range u.Child("family").Child(family).Entries("address") {
				p, err := netip.ParsePrefix(a.Value())
				if err != nil || p.Addr().IsLinkLocalUnicast() {
					continue // refused by the schema; or the same on every link
				}
				at := place("interfaces").in(e.Value(), "unit", u.Value(), "family", family)
				out = append(out, network{unit: e.Value() + "." + u.Value(), family: family, address: p, at: at, node: a})
			}
		}
	}
	return out
}

// routed is what is wrong with the addresses of some interfaces in some routing
// instances.
type routed struct {
	instances *conf.Node
	entries   []*conf.Node
	problems  []conf.Problem
}

// addresses checks that within a routing instance an address stands on one interface
// and a subnet behind one.
func (r *reader) addresses(instances *conf.Node) {
	var entries []*conf.Node
	for _, e := range r.entries {
		if !e.port.isPort || e.port.Mode == NoMode {
			entries = append(entries, e.node)
		}
	}
	last := r.memory.routed
	if last == nil || last.instances != instances || !slices.Equal(last.entries, entries) {
		last = &routed{instances: instances, entries: entries}
		c := &addressCheck{memory: r.memory}
		c.all(entries, c.instances(instances))
		last.problems = c.problems
		r.memory.routed = last
	}
	for _, p := range last.problems {
		r.problems.add(p)
	}
}

// addressCheck is one check of addresses at work.
type addressCheck struct {
	memory   *Reader
	problems []conf.Problem
}

func (c *addressCheck) fail(at place, statement, format string, args ...any) {
	c.problems = append(c.problems, wrong(at, statement, format, args...))
}

// all checks the addresses of the interfaces.
func (c *addressCheck) all(entries []*conf.Node, instances map[string]string) {
	byInstance := make(map[string][]network)
	for _, e := range entries {
		for _, n := range c.memory.nets.find(e, func() []network { return readNetworks(e) }) {
			instance := instances[n.unit]
			if instance == "" {
				instance = mainInstance
			}
			c.assignable(n)
			n.order = len(byInstance[instance])
			byInstance[instance] = append(byInstance[instance], n)
		}
	}
	for _, instance := range slices.Sorted(maps.Keys(byInstance)) {
		all := byInstance[instance]
		c.overlapping(instance, all, c.identical(instance, all))
	}
}

// assignable refuses the addresses of a subnet that are nobody's (RFC 1122 section
// 3.2.1.3).
func (c *addressCheck) assignable(n network) {
	a := n.address
	if !a.Addr().Is4() || a.Bits() > 30 {
		return
	}
	if a.Addr() == a.Masked().Addr() {
		c.fail(n.at, statement(n.node), "cannot assign address 0 on subnet %s", a.Masked())
	} else if !a.Contains(a.Addr().Next()) {
		c.fail(n.at, statement(n.node), "cannot assign the broadcast address of subnet %s", a.Masked())
	}
}

// identical finds addresses that stand on two interfaces, and returns the later ones.
func (c *addressCheck) identical(instance string, all []network) map[int]bool {
	first := make(map[netip.Addr]network, len(all))
	same := make(map[int]bool)
	for _, n := range all {
		other, taken := first[n.address.Addr()]
		if !taken {
			first[n.address.Addr()] = n
			continue
		}
		same[n.order] = true
		if other.unit != n.unit {
			c.fail(n.at, statement(n.node), "identical local address is found on rt_inst %s, intfs %s and %s, family %s", instance, other.unit, n.unit, n.family)
		}
	}
	return same
}

// overlapping finds subnets that lie behind two interfaces. Those of loopbacks are
// single addresses and may lie anywhere.
func (c *addressCheck) overlapping(instance string, all []network, same map[int]bool) {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b network) int {
		if d := a.address.Masked().Compare(b.address.Masked()); d != 0 {
			return d
		}
		return a.order - b.order
	})
	var around []network // subnets that hold the one at hand, the widest first
	for _, n := range sorted {
		if same[n.order] || strings.HasPrefix(n.unit[strings.IndexByte(n.unit, ':')+1:], "lo0.") {
			continue
		}
		for len(around) > 0 && !around[len(around)-1].address.Overlaps(n.address) {
			around = around[:len(around)-1]
		}
		for i := len(around) - 1; i >= 0; i-- {
			if around[i].unit != n.unit {
				c.overlap(instance, around[i], n)
				break
			}
		}
		around = append(around, n)
	}
}

// overlap tells of two subnets at the one that was configured behind the other.
func (c *addressCheck) overlap(instance string, a, b network) {
	if a.order > b.order {
		a, b = b, a
	}
	c.fail(b.at, statement(b.node), "overlapping subnets are found on rt_inst %s, intfs %s (%s) and %s (%s), family %s",
		instance, a.unit, a.address.Masked(), b.unit, b.address.Masked(), b.family)
}
