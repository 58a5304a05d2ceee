package reflector

import (
	"bytes"
	"net/netip"
	"time"

	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
)

// core is the state that the goroutine of Run owns.
type core struct {
	cfg     Config
	started time.Time
	table   *table
	peers   []*peer // by slot
	byID    map[netip.Addr]*peer
	journal journal
	waiting deferral
	scratch []byte // for look-up keys, valid until the next use

	sets     []*attrSet // 0 is none
	freeSets []uint32
	unused   []uint32 // sets that may have lost their last path in this step

	gen       uint32 // generation of the filters
	audiences map[string]*audience
}

func newCore(cfg Config) *core {
	c := &core{
		cfg:       cfg,
		started:   cfg.Clock.Now(),
		table:     newTable(),
		byID:      map[netip.Addr]*peer{},
		journal:   newJournal(),
		sets:      make([]*attrSet, 1),
		audiences: map[string]*audience{},
	}
	c.waiting = newDeferral(cfg.Expect, c.started.Add(cfg.Deferral))
	return c
}

// now returns the reflector's age in seconds, the form in which paths keep times.
func (c *core) now() uint32 { return uint32(c.cfg.Clock.Now().Sub(c.started) / time.Second) }

// apply takes the updates of one read of peer p into the table.
func (c *core) apply(p *peer, updates []guard.Update) {
	now := c.now()
	for i := range updates {
		u := &updates[i]
		p.refused += u.Refused
		if fam, ok := indexOf(u.EndOfRIB); ok {
			c.endOfRIB(p, fam)
			continue
		}
		for _, part := range u.Unreach {
			c.each(part, func(fam famIndex, nlri []byte) { c.withdraw(p, fam, nlri) })
		}
		if len(u.Reach.NLRIs) == 0 {
			continue
		}
		fam, ok := indexOf(u.Reach.Family)
		if !ok || !p.carries[fam] {
			continue // a family that was not negotiated
		}
		attr := c.intern(p, fam, u.NextHop, u.Attrs)
		c.each(u.Reach, func(fam famIndex, nlri []byte) {
			c.announce(p, fam, nlri, path{attr: attr, peer: p.slot, life: p.life, since: now})
		})
		if c.sets[attr].refs == 0 {
			c.unused = append(c.unused, attr) // every route of it was refused
		}
	}
}

func (c *core) each(part guard.Part, do func(famIndex, []byte)) {
	fam, ok := indexOf(part.Family)
	for b := part.NLRIs; ok && len(b) > 0; {
		nlri, rest, err := route.NextNLRI(part.Family, b)
		if err != nil {
			return // cannot be: guard has walked over the same bytes
		}
		do(fam, nlri)
		b = rest
	}
}

// announce adds or replaces p's path of a route.
func (c *core) announce(p *peer, fam famIndex, nlri []byte, with path) {
	t := c.table
	r, hash := t.find(fam, nlri)
	n := uint32(0)
	if r != 0 {
		n = t.pathOf(r, p.slot)
	}
	if n != 0 {
		old := &t.paths[n]
		same := bytes.Equal(t.nlri(n), nlri)
		if same && old.attr == with.attr {
			old.life = with.life // said again after a restart: nothing has changed
			return
		}
		c.touch(r)
		c.sets[with.attr].refs++
		c.unref(old.attr)
		at := span{old.nlri, old.size}
		if int(at.size) != len(nlri) {
			t.graveyard = append(t.graveyard, at)
			at = span{t.arena.put(nlri), uint16(len(nlri))}
		} else if !same {
			copy(t.arena.bytes(at), nlri) // keys are equal, so withdrawals from it stay right
		}
		with.nlri, with.size, with.next = at.at, at.size, old.next
		*old = with
	} else {
		if p.paths >= c.cfg.MaxRoutes {
			p.refused++ // F67: the session is kept, what is too much is not
			return
		}
		if r == 0 {
			r = t.insert(fam, hash)
		}
		c.touch(r)
		t.addPath(r, nlri, with)
		c.sets[with.attr].refs++
		p.paths++
	}
	if fam == famTargets {
		p.refilter = true
	}
	c.supersede(p, r)
	c.elect(r)
}

// withdraw removes p's path of a route, if there is one.
func (c *core) withdraw(p *peer, fam famIndex, nlri []byte) {
	r, _ := c.table.find(fam, nlri)
	if r == 0 {
		return
	}
	if n := c.table.pathOf(r, p.slot); n != 0 {
		if !p.client {
			c.doubt(r, n)
		}
		c.drop(p, r, n)
	}
	c.supersede(p, r)
	c.elect(r)
}

// drop takes path n of peer p off record r.
func (c *core) drop(p *peer, r, n uint32) {
	c.touch(r)
	c.unref(c.table.paths[n].attr)
	c.table.dropPath(r, n)
	p.paths--
	if c.table.recs[r].fam == famTargets {
		p.refilter = true
	}
}

// elect puts the best path of record r first.
func (c *core) elect(r uint32) {
	t := c.table
	e := &t.recs[r]
	best := e.first
	if best == 0 {
		return
	}
	for n := t.paths[best].next; n != 0; n = t.paths[n].next {
		if c.better(&t.paths[n], &t.paths[best]) < 0 {
			best = n
		}
	}
	if best != e.first {
		c.touch(r)
		t.lead(r, best)
	}
}

// supersede follows a word of client p on record r. A client speaks of its own
// routes, first-hand, so what a lost reflector had relayed of them is proven stale.
//
// The converse does not hold: a word of the other reflector about the routes of a
// client that is lost here may be older than the loss; see doubt.
func (c *core) supersede(p *peer, r uint32) {
	t := c.table
	if !p.client {
		return
	}
	for n := t.recs[r].first; n != 0; {
		next := t.paths[n].next
		if q := c.peers[t.paths[n].peer]; q != p && q.link == nil {
			c.drop(q, r, n)
		}
		n = next
	}
}

// prune drops those paths of a lost reflector whose owners are here and have said
// all they have: what they did not say first-hand was on its way out when the
// reflector was lost.
func (c *core) prune(lost *peer) {
	c.pathsOf(lost, routes, func(r, n uint32) {
		owner := c.byID[c.sets[c.table.paths[n].attr].rank.router]
		if owner != nil && owner.client && owner.link != nil && owner.complete[c.table.recs[r].fam] {
			c.drop(lost, r, n)
			c.elect(r)
		}
	})
}

// pathsOf calls do for every path of peer p in the families that want says, with
// its record. do may drop the path.
func (c *core) pathsOf(p *peer, want func(famIndex) bool, do func(r, n uint32)) {
	if p.paths == 0 {
		return
	}
	t := c.table
	for r := range t.recs {
		if e := &t.recs[r]; e.live && e.first != 0 && want(e.fam) {
			if n := t.pathOf(uint32(r), p.slot); n != 0 {
				do(uint32(r), n)
			}
		}
	}
}

// flush drops all paths of peer p in the families that want says.
func (c *core) flush(p *peer, want func(famIndex) bool) {
	c.pathsOf(p, want, func(r, n uint32) {
		c.drop(p, r, n)
		c.elect(r)
	})
}

func every(famIndex) bool { return true }

func is(fam famIndex) func(famIndex) bool { return func(f famIndex) bool { return f == fam } }

func routes(fam famIndex) bool { return fam != famTargets }
