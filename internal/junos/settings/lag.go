package settings

import (
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
)

// maxLinks is how many member links one LAG has at most (QF-REF 2.3.3).
const maxLinks = 32

// lags checks which ports are in which aggregated interface.
func (r *reader) lags(chassis *conf.Node) {
	links := make(map[string]int)
	for _, e := range r.entries {
		if e.port.isPort && e.port.bundle == "" {
			continue // nearly all of them
		}
		if owner, name, _ := strings.Cut(e.node.Value(), ":"); strings.HasPrefix(name, "ae") {
			r.aggregated(chassis, e.node.Value(), owner, name)
		} else if e.port.isPort {
			r.links(e.node, owner, chassis, links)
		}
	}
}

// links checks which aggregated interface one port joins. count says how many ports
// each has so far.
func (r *reader) links(e *conf.Node, owner string, chassis *conf.Node, count map[string]int) {
	before := ""
	for _, options := range []string{"ether-options", "gigether-options"} {
		bundle, ok := e.Child(options).Child("ieee-802.3ad").Leaf("bundle")
		if !ok {
			continue
		}
		link := memberLink{place("interfaces").in(e.Value(), options), bundle}
		lag := r.lag(link, owner)
		switch {
		case lag == "" || lag == before:
			continue
		case before != "":
			r.fail(link.at, "802.3ad "+bundle, "%s is already a member of %s", e.Value(), before)
			continue
		}
		before = lag
		if e.Has("unit") {
			r.fail(place("interfaces").in(e.Value()), "unit", "%s is a member of %s and cannot have units of its own", e.Value(), lag)
		}
		r.lagExists(link, chassis, lag)
		if count[lag]++; count[lag] == maxLinks+1 {
			r.fail(link.at, "802.3ad "+bundle, "aggregated interface %s has more than %d member links", lag, maxLinks)
		}
	}
}

// memberLink is a statement that makes a port a member link.
type memberLink struct {
	at     place
	bundle string // as written
}

// lag returns the full name of the aggregated interface that a port joins: it must
// belong to the node group that the port's node device is in (QF-REF 1.5).
func (r *reader) lag(l memberLink, owner string) string {
	group, name, named := strings.Cut(l.bundle, ":")
	own := r.groupOf(owner)
	if !named {
		return own + ":" + group
	}
	this, _, known := r.names.member(owner)
	other, _, device := r.names.member(group)
	if group == own || own == owner && known && device && this == other && r.groupOf(group) == group {
		return own + ":" + name // the last: the device by its other name
	}
	r.fail(l.at, "802.3ad "+l.bundle, "node device %s is in node group %s, so it cannot join %s", owner, own, l.bundle)
	return ""
}

// lagExists checks that there is the aggregated interface that a port joins.
func (r *reader) lagExists(l memberLink, chassis *conf.Node, lag string) {
	if r.root.Child("interfaces").Entry("interface", lag) != nil {
		return // and its number has been checked there
	}
	group, name, _ := strings.Cut(lag, ":")
	count, set := deviceCount(chassis, group)
	switch {
	case !set:
		r.fail(l.at, "802.3ad "+l.bundle, "aggregated interface %s is not defined, and node group %s has no aggregated-devices ethernet device-count", lag, group)
	case number(name) >= count:
		r.fail(l.at, "802.3ad "+l.bundle, "device-count of node group %s is %d, so there is no %s", group, count, name)
	default:
		r.warn(l.at, "802.3ad "+l.bundle, "aggregated interface %s is not configured", lag)
	}
}

// groupOf returns the name of the node group of a node device: a configured one, or
// the automatic one with the device's own name.
func (r *reader) groupOf(owner string) string {
	id, _, ok := r.names.member(owner)
	for _, g := range r.out.Groups {
		for _, name := range g.Members {
			other, _, known := r.names.member(name)
			if name == owner || ok && known && other == id {
				return g.Name
			}
		}
	}
	return owner
}

// number returns the N of aeN.
func number(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "ae"))
	if err != nil {
		return -1 // the schema lets nothing else through
	}
	return n
}

// deviceCount returns how many aggregated devices a node group has, and whether that
// is configured: as shipped it has none (QF-REF 2.3.2).
func deviceCount(chassis *conf.Node, group string) (int, bool) {
	n := chassis.Entry("node-group", group).Child("aggregated-devices")
	if n == nil {
		n = chassis.Child("aggregated-devices")
	}
	text, ok := n.Child("ethernet").Leaf("device-count")
	count, _ := strconv.Atoi(text)
	return count, ok
}

// aggregated checks a configured LAG: its group must be the one that the members are
// in, and have so many aggregated devices.
func (r *reader) aggregated(chassis *conf.Node, lag, group, name string) {
	if own := r.groupOf(group); own != group && !r.isGroup(group) {
		r.fail("interfaces", lag, "node device %s is in node group %s, so its aggregated interfaces are called %s:%s", group, own, own, name)
		return
	}
	switch count, ok := deviceCount(chassis, group); {
	case !ok:
		r.problems.like(noDeviceCount{group}, func() conf.Problem {
			return doubtful("interfaces", lag, "node group %s has no aggregated-devices ethernet device-count", group)
		})
	case number(name) >= count:
		r.fail("interfaces", lag, "device-count of node group %s is %d, so there is no %s", group, count, name)
	}
}

// noDeviceCount is the kind of problem that all LAGs of a node group have which has
// no aggregated devices.
type noDeviceCount struct{ group string }
