package settings

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// maxLinks is how many member links one LAG has at most (QF-REF 2.3.3).
const maxLinks = 32

// lags checks which ports are in which aggregated interface.
func (r *reader) lags(interfaces, chassis *conf.Node) {
	links := make(map[string]int)
	for e := range interfaces.Entries("interface") {
		owner, _, _ := strings.Cut(e.Value(), ":")
		for _, options := range []string{"ether-options", "gigether-options"} {
			join := e.Child(options).Child("ieee-802.3ad")
			bundle, ok := join.Leaf("bundle")
			if !ok {
				continue
			}
			at := place("interfaces").in(e.Value(), options)
			lag := r.lag(at, owner, bundle)
			if lag == "" {
				continue
			}
			if e.Has("unit") {
				r.fail(place("interfaces").in(e.Value()), "unit", "%s is a member of %s and cannot have units of its own", e.Value(), lag)
			}
			if interfaces.Entry("interface", lag) == nil {
				r.warn(at, "802.3ad "+bundle, "aggregated interface %s is not configured", lag)
			}
			if links[lag]++; links[lag] == maxLinks+1 {
				r.fail(at, "802.3ad "+bundle, "aggregated interface %s has more than %d member links", lag, maxLinks)
			}
		}
	}
	for e := range interfaces.Entries("interface") {
		if group, name, ok := strings.Cut(e.Value(), ":"); ok && strings.HasPrefix(name, "ae") {
			r.deviceCount(chassis, group, name)
		}
	}
}

// lag returns the full name of the aggregated interface that a port joins: it must
// belong to the node group that the port's node device is in (QF-REF 1.5).
func (r *reader) lag(at place, owner, bundle string) string {
	group, name, named := strings.Cut(bundle, ":")
	own := r.groupOf(owner)
	if !named {
		return own + ":" + group
	}
	if group != own && group != owner {
		r.fail(at, "802.3ad "+bundle, "node device %s is in node group %s, so it cannot join %s", owner, own, bundle)
		return ""
	}
	return own + ":" + name
}

// groupOf returns the name of the node group of a node device: a configured one, or
// the automatic one with the device's own name.
func (r *reader) groupOf(owner string) string {
	id, _, ok := r.names.member(owner)
	for _, g := range r.out.Groups {
		same := func(name string) bool {
			other, _, known := r.names.member(name)
			return name == owner || ok && known && other == id
		}
		if slices.ContainsFunc(g.Members, same) {
			return g.Name
		}
	}
	return owner
}

// deviceCount checks that a node group has aggregated devices at all: as shipped it
// has none (QF-REF 2.3.2).
func (r *reader) deviceCount(chassis *conf.Node, group, name string) {
	n := chassis.Entry("node-group", group).Child("aggregated-devices")
	if n == nil {
		n = chassis.Child("aggregated-devices")
	}
	text, ok := n.Child("ethernet").Leaf("device-count")
	count, _ := strconv.Atoi(text)
	number, err := strconv.Atoi(strings.TrimPrefix(name, "ae"))
	switch {
	case !ok:
		r.warn("interfaces", group+":"+name, "node group %s has no aggregated-devices ethernet device-count", group)
	case err == nil && number >= count:
		r.fail("interfaces", group+":"+name, "device-count of node group %s is %d, so there is no %s", group, count, name)
	}
}

// gateways checks routed interfaces: one VLAN each, and one address once.
func (r *reader) gateways(interfaces, vlans *conf.Node) {
	users := make(map[string]string)
	for v := range vlans.Entries("vlan") {
		name, ok := v.Leaf("l3-interface")
		if !ok {
			continue
		}
		at := place("vlans").in(v.Value())
		if other, taken := users[name]; taken {
			r.fail(at, "l3-interface "+name, "%s is already the layer 3 interface of vlan '%s'", name, other)
			continue
		}
		users[name] = v.Value()
		physical, unit, _ := inventory.CutUnit(name)
		if interfaces.Entry("interface", physical).Entry("unit", strconv.Itoa(int(unit))) == nil {
			r.warn(at, "l3-interface "+name, "interface %s is not configured", name)
		}
	}
	addresses := make(map[string]string)
	for e := range interfaces.Entries("interface") {
		for u := range e.Entries("unit") {
			for _, family := range []string{"inet", "inet6"} {
				for a := range u.Child("family").Child(family).Entries("address") {
					r.address(addresses, e.Value()+"."+u.Value(), place("interfaces").in(e.Value(), "unit", u.Value(), "family", family), a)
				}
			}
		}
	}
}

// address checks that an address stands on one interface.
func (r *reader) address(seen map[string]string, unit string, at place, a *conf.Node) {
	host, _, _ := strings.Cut(a.Value(), "/")
	if other, taken := seen[host]; taken && other != unit {
		r.fail(at, statement(a), "address %s is already that of interface %s", host, other)
		return
	}
	seen[host] = unit
}

// classes checks that the login class of each user exists.
func (r *reader) classes(login *conf.Node) {
	for u := range login.Entries("user") {
		class, ok := u.Leaf("class")
		if !ok || login.Entry("class", class) != nil {
			continue
		}
		for _, c := range u.Schema().Child("class").Choices() {
			ok = ok && c.Word != class
		}
		if ok {
			r.fail(place("system login user").in(u.Value()), "class "+class, "login class '%s' is not defined", class)
		}
	}
}
