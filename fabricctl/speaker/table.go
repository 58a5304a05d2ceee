package speaker

import (
	"net/netip"
	"slices"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

// table is what was learned, and what of it the consumer has been told. The
// goroutine of Run owns it.
type table struct {
	clock   clock.Clock
	peers   []*learned
	entries map[route.Key]*entry
	groups  map[subject]*group
	dirty   []*group // may differ from what was reported
	queue   []Event  // to be delivered, oldest first
	late    []Event  // to be delivered behind what is dirty, because the queue was full
}

// learned is what is known of one reflector's session.
type learned struct {
	up       bool
	synced   bool
	families []route.Family
	complete map[route.Family]bool
	life     map[route.Family]uint32 // copies of an earlier life are stale
}

// entry is one route with a copy per reflector.
type entry struct {
	group  *group
	copies []copied
}

// copied is one reflector's copy; route is nil when it has none.
type copied struct {
	route route.Route
	attrs *route.Attrs // shared by the routes of one UPDATE
	at    time.Time
	life  uint32
}

// subject is what a route is about: a station, wherever it is announced from, or
// the one thing that the route's key names.
type subject struct {
	domain inventory.DomainID
	mac    inventory.MAC
	ip     netip.Addr
	key    route.Key
}

// group is the routes about one subject: all but one lose.
type group struct {
	subject  subject
	entries  []*entry
	reported route.Route // what the consumer knows; nil = nothing
	dirty    bool
}

func newTable(c clock.Clock, peers int) *table {
	t := &table{clock: c, entries: map[route.Key]*entry{}, groups: map[subject]*group{}}
	for range peers {
		t.peers = append(t.peers, &learned{life: map[route.Family]uint32{}})
	}
	return t
}

func subjectOf(r route.Route, k route.Key) subject {
	if m, ok := r.(route.MAC); ok {
		return subject{domain: m.Domain, mac: m.MAC, ip: m.IP}
	}
	return subject{key: k}
}

// apply takes a batch in.
func (t *table) apply(b *batch) {
	p := t.peers[b.index]
	switch b.kind {
	case Up:
		p.up, p.synced = true, false
		p.families, p.complete = b.families, map[route.Family]bool{}
		for _, f := range route.Families() {
			p.life[f]++
		}
		t.tell(Event{Kind: Up, Peer: b.peer})
	case Down:
		p.up = false
		t.tell(Event{Kind: Down, Peer: b.peer})
	case Update:
		now := t.clock.Now()
		for i := range b.words {
			w := &b.words[i]
			if w.mark.Family != 0 {
				t.refreshed(b.index, w.mark)
				continue
			}
			t.update(b.index, &w.update, now)
		}
		if p.whole() && !p.synced {
			p.synced = true
			t.tell(Event{Kind: Synced, Peer: b.peer})
		}
	}
}

// refreshed follows a mark of enhanced route refresh (RFC 7313 section 4.2): what
// is not sent again between the two is gone.
func (t *table) refreshed(i int, m bgp.Refresh) {
	switch m.Sub {
	case bgp.RefreshBegin:
		t.peers[i].life[m.Family]++
	case bgp.RefreshEnd:
		t.sweep(i, m.Family)
	}
}

// whole reports whether the reflector has sent End-of-RIB for every family.
func (p *learned) whole() bool {
	return p.up && !slices.ContainsFunc(p.families, func(f route.Family) bool { return !p.complete[f] })
}

func (t *table) update(i int, u *guard.Update, now time.Time) {
	if u.EndOfRIB != 0 {
		t.peers[i].complete[u.EndOfRIB] = true
		t.sweep(i, u.EndOfRIB)
		return
	}
	for _, part := range u.Unreach {
		each(part, func(nlri []byte) {
			if k, err := route.KeyOf(part.Family, nlri); err == nil {
				t.withdraw(i, k)
			}
		})
	}
	if len(u.Reach.NLRIs) == 0 {
		return
	}
	attrs, err := route.ParseAttrs(u.Attrs)
	if err != nil {
		return // cannot be: guard has read them
	}
	attrs.NextHop = u.NextHop
	with := copied{attrs: &attrs, at: now, life: t.peers[i].life[u.Reach.Family]}
	each(u.Reach, func(nlri []byte) {
		r, err := route.Decode(u.Reach.Family, nlri, attrs)
		if err != nil {
			return // of a type that we have no use for
		}
		with.route = r
		if k, err := route.KeyOf(u.Reach.Family, nlri); err == nil {
			t.announce(i, k, with)
		}
	})
}

func each(part guard.Part, do func(nlri []byte)) {
	for b := part.NLRIs; len(b) > 0; {
		nlri, rest, err := route.NextNLRI(part.Family, b)
		if err != nil {
			return // cannot be: guard has walked over the same bytes
		}
		do(nlri)
		b = rest
	}
}

func (t *table) announce(i int, k route.Key, c copied) {
	e := t.entries[k]
	if e == nil {
		s := subjectOf(c.route, k)
		g := t.groups[s]
		if g == nil {
			g = &group{subject: s}
			t.groups[s] = g
		}
		e = &entry{group: g, copies: make([]copied, len(t.peers))}
		g.entries = append(g.entries, e)
		t.entries[k] = e
	}
	if old := &e.copies[i]; old.route == c.route {
		c.at = old.at // said again: its age goes on
	}
	e.copies[i] = c
	t.mark(e.group)
}

// withdraw removes reflector i's copy. A reflector that withdraws has news: copies
// that are only kept because another one is lost go too.
func (t *table) withdraw(i int, k route.Key) {
	e := t.entries[k]
	if e == nil {
		return
	}
	for j := range e.copies {
		if j == i || t.stale(j, &e.copies[j]) {
			e.copies[j] = copied{}
		}
	}
	t.tidy(k, e)
}

// tidy drops an entry without copies and marks its group.
func (t *table) tidy(k route.Key, e *entry) {
	t.mark(e.group)
	if slices.ContainsFunc(e.copies, func(c copied) bool { return c.route != nil }) {
		return
	}
	delete(t.entries, k)
	e.group.entries = slices.DeleteFunc(e.group.entries, func(x *entry) bool { return x == e })
}

// sweep drops reflector i's copies of a family that it has not said again.
func (t *table) sweep(i int, f route.Family) {
	life := t.peers[i].life[f]
	for k, e := range t.entries {
		if c := &e.copies[i]; c.route != nil && c.route.Family() == f && c.life != life {
			*c = copied{}
			t.tidy(k, e)
		}
	}
}

// stale reports whether a copy of reflector i is only kept for its return.
func (t *table) stale(i int, c *copied) bool {
	p := t.peers[i]
	return c.route != nil && (!p.up || c.life != p.life[c.route.Family()])
}

// best returns the index of an entry's copy in use: a fresh one before a stale
// one, then by preference, then the first reflector's.
func (t *table) best(e *entry) int {
	best := -1
	for i := range e.copies {
		c := &e.copies[i]
		switch {
		case c.route == nil:
		case best < 0 || t.stale(best, &e.copies[best]) && !t.stale(i, c):
			best = i
		case !t.stale(best, &e.copies[best]) && t.stale(i, c):
		case compare(c.route, e.copies[best].route) < 0:
			best = i
		}
	}
	return best
}

// compare orders two routes about one subject.
func compare(a, b route.Route) int {
	x, ok := a.(route.MAC)
	y, both := b.(route.MAC)
	if ok && both {
		return route.Better(x, y)
	}
	return 0
}

// winner returns the route of a group to report; nil when nobody announces it. What a
// live reflector says of a station comes before what is only remembered of a lost one,
// whatever the sequence numbers: who withdraws a route takes its number along.
func (t *table) winner(g *group) route.Route {
	var best route.Route
	var kept bool
	for _, e := range g.entries {
		i := t.best(e)
		if i < 0 || e.copies[i].route.Family() == route.Targets {
			continue
		}
		r, stale := e.copies[i].route, t.stale(i, &e.copies[i])
		if best == nil || kept && !stale || kept == stale && compare(r, best) < 0 {
			best, kept = r, stale
		}
	}
	return best
}

func (t *table) mark(g *group) {
	if !g.dirty {
		g.dirty = true
		t.dirty = append(t.dirty, g)
	}
}

// queueMost bounds the events that a consumer has not taken.
const queueMost = 256

// tell queues an event behind the updates that came before it. When the queue is
// full the changes go on gathering instead, and of each reflector only the last
// state is remembered, to be told behind them.
func (t *table) tell(e Event) {
	if len(t.queue) >= queueMost || len(t.late) > 0 {
		t.late = slices.DeleteFunc(t.late, func(x Event) bool { return x.Peer == e.Peer && e.Kind != Synced })
		t.late = append(t.late, e)
		return
	}
	if u, ok := t.flush(); ok {
		t.queue = append(t.queue, u)
	}
	t.queue = append(t.queue, e)
}

// next returns the event to deliver. What changes while it waits is gathered for
// the event after it.
func (t *table) next() (Event, bool) {
	if len(t.queue) == 0 {
		if u, ok := t.flush(); ok {
			t.queue = append(t.queue, u)
		}
		t.queue = append(t.queue, t.late...)
		t.late = nil
	}
	if len(t.queue) == 0 {
		return Event{}, false
	}
	return t.queue[0], true
}

// taken removes the event that next returned.
func (t *table) taken() { t.queue = slices.Delete(t.queue, 0, 1) }

// flush turns all dirty groups into one update.
func (t *table) flush() (Event, bool) {
	u := Event{Kind: Update}
	for _, g := range t.dirty {
		g.dirty = false
		now := t.winner(g)
		if now != g.reported {
			if was := g.reported; was != nil && (now == nil || was.Key() != now.Key()) {
				u.Removed = append(u.Removed, was)
			}
			if now != nil {
				u.Changed = append(u.Changed, now)
			}
		}
		g.reported = now
		if now == nil && len(g.entries) == 0 {
			delete(t.groups, g.subject)
		}
	}
	t.dirty = t.dirty[:0]
	return u, len(u.Changed)+len(u.Removed) > 0
}
