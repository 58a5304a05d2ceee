package speaker

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
)

// outbox is what we announce, and what each reflector has not been told of it.
// What is announced, withdrawn and announced again before it was sent is sent once.
type outbox struct {
	sync.Mutex
	routes     map[route.Key]route.Route // memberships among them
	since      map[route.Key]time.Time   // when each was announced in its present form
	now        func() time.Time
	subscribed bool
	ended      bool
	owed       []*owed // by reflector
}

// owed is what one reflector has to be told.
type owed struct {
	up       bool
	changed  map[route.Key]route.Route // the withdrawal of a key needs a route to be written from
	first    []route.Key               // memberships: before everything else (RFC 4684 section 6)
	then     []route.Key
	ends     map[route.Family]bool // End-of-RIB is due
	families func(route.Family) bool
}

func newOutbox(reflectors int, now func() time.Time) *outbox {
	o := &outbox{routes: map[route.Key]route.Route{}, since: map[route.Key]time.Time{}, now: now}
	for range reflectors {
		o.owed = append(o.owed, &owed{})
	}
	return o
}

func (o *outbox) announce(routes []route.Route) {
	o.Lock()
	defer o.Unlock()
	for _, r := range routes {
		k := r.Key()
		if o.routes[k] != r {
			o.routes[k], o.since[k] = r, o.now()
			o.owe(k, r)
		}
	}
}

func (o *outbox) withdraw(routes []route.Route) {
	o.Lock()
	defer o.Unlock()
	for _, r := range routes {
		k := r.Key()
		if _, ok := o.routes[k]; ok {
			delete(o.routes, k)
			delete(o.since, k)
			o.owe(k, r)
		}
	}
}

func (o *outbox) subscribe(as uint32, targets []route.Target) {
	wanted := map[route.Key]route.Route{}
	for _, t := range targets {
		m := route.Membership{AS: as, Target: t, Len: 96}
		if t == route.AllTargets {
			m = route.Membership{}
		}
		wanted[m.Key()] = m
	}
	o.Lock()
	defer o.Unlock()
	o.subscribed = true
	for k, r := range o.routes {
		if _, ok := wanted[k]; r.Family() == route.Targets && !ok {
			delete(o.routes, k)
			delete(o.since, k)
			o.owe(k, r)
		}
	}
	for k, r := range wanted {
		if _, ok := o.routes[k]; !ok {
			o.routes[k], o.since[k] = r, o.now()
			o.owe(k, r)
		}
	}
}

func (o *outbox) end() {
	o.Lock()
	defer o.Unlock()
	o.ended = true
}

// owe notes a change for every reflector that is up; the lock is held.
func (o *outbox) owe(k route.Key, r route.Route) {
	for _, w := range o.owed {
		if w.up {
			w.add(k, r)
		}
	}
}

func (w *owed) add(k route.Key, r route.Route) {
	if _, queued := w.changed[k]; !queued {
		if r.Family() == route.Targets {
			w.first = append(w.first, k)
		} else {
			w.then = append(w.then, k)
		}
	}
	w.changed[k] = r
}

// start begins a session with reflector i: it is owed everything.
func (o *outbox) start(i int, carries func(route.Family) bool) {
	o.Lock()
	defer o.Unlock()
	w := &owed{up: true, changed: map[route.Key]route.Route{}, ends: map[route.Family]bool{}, families: carries}
	for _, f := range route.Families() {
		w.ends[f] = carries(f)
	}
	for k, r := range o.routes {
		w.add(k, r)
	}
	o.owed[i] = w
}

// again owes reflector i the routes of a family once more (ROUTE-REFRESH).
func (o *outbox) again(i int, f route.Family) {
	o.Lock()
	defer o.Unlock()
	for k, r := range o.routes {
		if r.Family() == f && o.owed[i].up {
			o.owed[i].add(k, r)
		}
	}
}

func (o *outbox) stop(i int) {
	o.Lock()
	defer o.Unlock()
	o.owed[i] = &owed{}
}

// pullRoutes is the most that one write takes.
const pullRoutes = 4096

// pull appends what reflector i has to be told next.
func (o *outbox) pull(i int, bufs net.Buffers) (net.Buffers, int) {
	o.Lock()
	defer o.Unlock()
	w := o.owed[i]
	if !w.up {
		return bufs, 0
	}
	p := bgp.Packer{Buf: make([]byte, 0, 512)}
	w.first = o.pack(w, &p, w.first)
	if o.subscribed && w.ends[route.Targets] {
		w.end(&p, route.Targets)
	}
	w.then = o.pack(w, &p, w.then)
	if o.ended && len(w.then) == 0 {
		for _, f := range route.Families()[1:] {
			if w.ends[f] {
				w.end(&p, f)
			}
		}
	}
	if len(p.Buf) > 0 {
		bufs = append(bufs, p.Buf)
	}
	return bufs, p.Messages
}

func (w *owed) end(p *bgp.Packer, f route.Family) {
	p.Buf = bgp.AppendEndOfRIB(p.Buf, f)
	p.Messages++
	delete(w.ends, f)
}

// bundle is a number of routes that travel in the same messages.
type bundle struct {
	family   route.Family
	withdraw bool
	nextHop  netip.Addr
	attrs    string
}

// pack writes the first keys of queue and returns the rest.
func (o *outbox) pack(w *owed, p *bgp.Packer, queue []route.Key) []route.Key {
	n := min(len(queue), pullRoutes)
	bundles := map[bundle][]route.Route{}
	var order []bundle
	var attrs []byte
	for _, k := range queue[:n] {
		r := w.changed[k]
		delete(w.changed, k)
		if !w.families(r.Family()) {
			continue
		}
		b := bundle{family: r.Family(), withdraw: true}
		if now, ok := o.routes[k]; ok {
			r = now
			attrs = route.AppendAttrs(attrs[:0], r)
			b = bundle{family: r.Family(), nextHop: nextHop(r), attrs: string(attrs)}
		}
		if len(bundles[b]) == 0 {
			order = append(order, b)
		}
		bundles[b] = append(bundles[b], r)
	}
	var nlri []byte
	for _, b := range order {
		if b.withdraw {
			p.Unreach(b.family)
		} else {
			p.Reach(b.family, b.nextHop, []byte(b.attrs))
		}
		for _, r := range bundles[b] {
			nlri = route.AppendNLRI(nlri[:0], r)
			p.Add(nlri)
		}
		p.End()
	}
	if n == len(queue) {
		return nil
	}
	return queue[n:]
}

// nextHop returns the next hop that a route is announced with. A membership's has
// no meaning (RFC 4684 section 5), but the field is there.
func nextHop(r route.Route) netip.Addr {
	switch r := r.(type) {
	case route.MAC:
		return r.NextHop
	case route.Flood:
		return r.NextHop
	case route.Link:
		return r.NextHop
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// list adds our own routes of family f to a table and sorts it.
func (o *outbox) list(entries []route.Entry, f route.Family, local netip.Addr) []route.Entry {
	o.Lock()
	for k, r := range o.routes {
		if r.Family() == f {
			own := route.Path{Route: r, Active: true, Received: o.since[k], Attrs: route.Attrs{NextHop: local, LocalPref: route.DefaultLocalPref}}
			entries = append(entries, route.Entry{Family: f, Prefix: r.String(), Paths: []route.Path{own}})
		}
	}
	o.Unlock()
	slices.SortStableFunc(entries, func(a, b route.Entry) int { return strings.Compare(a.Prefix, b.Prefix) })
	return entries
}
