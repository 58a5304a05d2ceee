package engine

import (
	"net/netip"
	"slices"

	"oneswitch/fabricctl/route"
	"oneswitch/nodeagent/fib"
)

// routes takes in a change of the fabric's best routes.
func (e *Engine) routes(ev Routes) {
	touched := make([]fib.MACKey, 0, len(ev.Changed)+len(ev.Removed))
	for _, r := range ev.Removed {
		if m, ok := r.(route.MAC); ok {
			touched = append(touched, e.forget(m))
			continue
		}
		e.fabricRoute(r, false)
	}
	for _, r := range ev.Changed {
		if m, ok := r.(route.MAC); ok {
			if m.NextHop != e.cfg.Address {
				touched = append(touched, e.remember(m))
			}
			continue
		}
		e.fabricRoute(r, true)
	}
	// Only now: a route that is replaced must not leave a gap.
	for _, key := range touched {
		e.settle(key)
	}
}

// fabricRoute takes in a route that is no MAC address.
func (e *Engine) fabricRoute(r route.Route, present bool) {
	switch r := r.(type) {
	case route.Flood:
		members := e.flood[r.Domain]
		if r.NextHop == e.cfg.Address || members[r.NextHop] == present {
			return
		}
		if members == nil {
			members = map[netip.Addr]bool{}
			e.flood[r.Domain] = members
		}
		if present {
			members[r.NextHop] = true
		} else if delete(members, r.NextHop); len(members) == 0 {
			delete(e.flood, r.Domain)
		}
		e.out.rebuild = true
	case route.Link:
		if present {
			e.links[r.Key()] = r
		} else {
			delete(e.links, r.Key())
		}
	}
}

func sameRoute(m route.MAC) func(route.MAC) bool {
	return func(o route.MAC) bool { return o.NextHop == m.NextHop && o.IP == m.IP }
}

func (e *Engine) remember(m route.MAC) fib.MACKey {
	key := fib.MACKey{Domain: m.Domain, MAC: m.MAC}
	have := e.macs.remote[key]
	if i := slices.IndexFunc(have, sameRoute(m)); i >= 0 {
		have[i] = m
	} else {
		e.macs.remote[key] = append(have, m)
	}
	return key
}

func (e *Engine) forget(m route.MAC) fib.MACKey {
	key := fib.MACKey{Domain: m.Domain, MAC: m.MAC}
	have := slices.DeleteFunc(e.macs.remote[key], sameRoute(m))
	if len(have) == 0 {
		delete(e.macs.remote, key)
	} else {
		e.macs.remote[key] = have
	}
	return key
}

// best returns the best remote route to an address.
func (e *Engine) best(key fib.MACKey) (route.MAC, bool) {
	have := e.macs.remote[key]
	if len(have) == 0 {
		return route.MAC{}, false
	}
	return slices.MinFunc(have, route.Better), true
}

// settle compares what the fabric says of an address with what we have: a remote
// route that is better than ours means that the station has moved away (RFC 7432
// section 15).
func (e *Engine) settle(key fib.MACKey) {
	best, known := e.best(key)
	l := e.macs.local[key]
	if l == nil || !known || e.frozen(key) || route.Better(e.own(key), best) <= 0 {
		e.resolve(key)
		return
	}
	e.move(key, l.port.Port.String(), "member "+best.NextHop.String())
	e.depart(l.port)
	e.removeLocal(key)
}

// resolve puts the entry for an address in force: local, else the best remote one.
func (e *Engine) resolve(key fib.MACKey) {
	if l := e.macs.local[key]; l != nil {
		e.putEntry(key, fib.LocalEntry(l.port.slot))
		return
	}
	best, ok := e.best(key)
	device := e.peers[best.NextHop]
	_, defined := e.installed.Domains[key.Domain]
	if !ok || !defined || device == 0 || device == e.device() {
		e.dropEntry(key)
		return
	}
	e.putEntry(key, fib.Entry{Device: device, Label: best.PortLabel, Static: best.Sticky})
}

// resolveAll looks at every remote address again: domains or members have changed.
func (e *Engine) resolveAll() {
	for key := range e.macs.remote {
		e.resolve(key)
	}
	for key := range e.installed.FDB {
		if _, defined := e.installed.Domains[key.Domain]; !defined {
			e.dropEntry(key)
		}
	}
}
