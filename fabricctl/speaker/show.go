package speaker

import (
	"net/netip"

	"oneswitch/fabricctl/route"
)

// counts returns the figures of reflector i's tables.
func (t *table) counts(i int) map[route.Family]TableCounts {
	out := map[route.Family]TableCounts{}
	for _, f := range t.peers[i].families {
		out[f] = TableCounts{}
	}
	for _, e := range t.entries {
		c := &e.copies[i]
		if c.route == nil {
			continue
		}
		n := out[c.route.Family()]
		n.Received++
		if t.stale(i, c) {
			n.Stale++
		}
		if t.best(e) == i {
			n.Active++
		}
		out[c.route.Family()] = n
	}
	return out
}

// list returns the learned routes of a family.
func (t *table) list(f route.Family, peers []netip.AddrPort) []route.Entry {
	var out []route.Entry
	for _, e := range t.entries {
		best := t.best(e)
		if best < 0 || e.copies[best].route.Family() != f {
			continue
		}
		entry := route.Entry{Family: f, Prefix: e.copies[best].route.String()}
		add := func(i int) {
			c := &e.copies[i]
			entry.Paths = append(entry.Paths, route.Path{
				Route: c.route, Peer: peers[i].Addr(), Attrs: *c.attrs, Received: c.at,
				Active: i == best, Stale: t.stale(i, c),
			})
		}
		add(best)
		for i := range e.copies {
			if i != best && e.copies[i].route != nil {
				add(i)
			}
		}
		out = append(out, entry)
	}
	return out
}
