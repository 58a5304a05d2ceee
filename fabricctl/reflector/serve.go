package reflector

import (
	"net/netip"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
)

// deferral holds back End-of-RIB after our own start until every client of our
// former life is back and complete: End-of-RIB makes them drop what we have not
// sent, and as long as one is missing we have not sent its routes (RFC 4724 section
// 4.1, Selection_Deferral_Timer; reliability F62, F64). Routes are not held back.
type deferral struct {
	missing map[netip.Addr]bool
	until   time.Time
	over    bool
}

func newDeferral(expect []netip.Addr, until time.Time) deferral {
	d := deferral{missing: map[netip.Addr]bool{}, until: until}
	for _, a := range expect {
		d.missing[a] = true
	}
	return d
}

func (d *deferral) complete(a netip.Addr) { delete(d.missing, a) }

func (d *deferral) pending(now time.Time) bool {
	d.over = d.over || len(d.missing) == 0 || now.After(d.until)
	return !d.over
}

// serve does, at the end of a step and after its changes were published, what
// sessions wait for: new filters, dumps, and our End-of-RIB.
func (c *core) serve() {
	var joiners []*peer
	var moved []*peer
	for _, p := range c.peers {
		if p == nil || p.link == nil || !p.refilter {
			continue
		}
		p.refilter = false
		switch {
		case p.ready:
			moved = append(moved, p)
		case !p.carries[famTargets] || p.complete[famTargets]:
			joiners = append(joiners, p)
		}
	}
	for _, p := range moved {
		c.refilter(p)
	}
	c.join(joiners)
	c.refreshAll()
	c.sendEnds()
	c.bound()
}

// join sends the table to new sessions, all of them with one scan, and lets them
// into the audiences.
func (c *core) join(joiners []*peer) {
	if len(joiners) == 0 {
		return
	}
	for _, p := range joiners {
		if p.filter != nil {
			p.filter = c.membership(p)
		}
		p.ready = true
	}
	c.regroup()
	c.append(c.dump(c.only(joiners...), routes))
}

// membership collects what peer p wants from its paths in the membership table.
func (c *core) membership(p *peer) *filter {
	f := &filter{exact: map[route.Target]bool{}}
	c.pathsOf(p, is(famTargets), func(_, n uint32) {
		m, err := route.Decode(route.Targets, c.table.nlri(n), route.Attrs{})
		if err != nil {
			return // cannot be: it was checked on the way in
		}
		if m := m.(route.Membership); m.Len == 96 {
			f.exact[m.Target] = true
		} else {
			f.prefix = append(f.prefix, m)
		}
	})
	return f
}

// refilter replaces the filter of a ready peer and sends it what it gains and
// withdraws what it loses.
func (c *core) refilter(p *peer) {
	if p.filter == nil {
		return
	}
	was := make([]bool, len(c.sets))
	for n, s := range c.sets {
		was[n] = s != nil && c.wants(p, s)
	}
	p.filter = c.membership(p)
	c.regroup()
	gains, loses := false, false
	for n, s := range c.sets {
		if s == nil {
			continue
		}
		is := c.wants(p, s)
		gains = gains || is && !was[n]
		loses = loses || was[n] && !is
	}
	if loses {
		c.retract(p, was)
	}
	if gains {
		// Routes it has already are sent again: they cost the receiver nothing.
		c.append(c.dump(c.only(p), routes))
	}
}

// retract withdraws from peer p the routes that it had, by was, and wants no more.
func (c *core) retract(p *peer, was []bool) {
	to := c.only(p)
	pack := newPacker(0)
	t := c.table
	for fam := famEVPN; fam < famCount; fam++ {
		pack.open(to)
		pack.Unreach(fam.family())
		for r := range t.recs {
			e := &t.recs[r]
			if !e.live || e.first == 0 || e.fam != fam {
				continue
			}
			if n := t.paths[e.first].attr; was[n] && !c.wants(p, c.sets[n]) {
				pack.add(t.nlri(e.first))
			}
		}
		pack.close()
	}
	c.append(pack)
}

// sendDefaultTarget tells a new session that we want every route: we reflect them
// (RFC 4684 section 3.2).
func (c *core) sendDefaultTarget(p *peer) {
	m := route.Membership{}
	pack := newPacker(128)
	pack.open(c.only(p))
	pack.Reach(route.Targets, c.cfg.Local, route.AppendAttrs(nil, m))
	pack.add(route.AppendNLRI(nil, m))
	pack.close()
	pack.raw(c.only(p), 1, bgp.AppendEndOfRIB(nil, route.Targets))
	c.append(pack)
}

// sendEnds sends End-of-RIB to the sessions that have got the table, unless it is
// held back. The other reflector waits as the clients do: of a client that it has heard
// of through us alone, it would drop the routes while nobody could announce them anew.
// Nobody waits for a reflector, so that this comes to an end.
func (c *core) sendEnds() {
	pending := c.waiting.pending(c.cfg.Clock.Now())
	pack := newPacker(0)
	for _, p := range c.peers {
		if p == nil || p.link == nil || !p.ready || !p.owesEnd || pending {
			continue
		}
		p.owesEnd = false
		for fam := famEVPN; fam < famCount; fam++ {
			if p.carries[fam] {
				pack.raw(c.only(p), 1, bgp.AppendEndOfRIB(nil, fam.family()))
			}
		}
	}
	c.append(pack)
}

// refreshAll answers ROUTE-REFRESH requests of this step.
func (c *core) refreshAll() {
	for _, p := range c.peers {
		if p == nil || p.link == nil || !p.ready {
			continue
		}
		if asked := p.refresh; asked != [famCount]bool{} {
			p.refresh = [famCount]bool{}
			c.resend(p, func(fam famIndex) bool { return asked[fam] && fam != famTargets && p.carries[fam] })
		}
	}
}

// resend sends families again, between marks if the peer knows them
// (RFC 7313 section 4.1): what is not sent between them, it drops.
func (c *core) resend(p *peer, want func(famIndex) bool) {
	to := c.only(p)
	marks := func(sub uint8) {
		if !p.link.session.Peer().Enhanced {
			return
		}
		pack := newPacker(0)
		for fam := range famCount {
			if want(fam) {
				pack.raw(to, 1, bgp.AppendRefresh(nil, bgp.Refresh{Family: fam.family(), Sub: sub}))
			}
		}
		c.append(pack)
	}
	marks(bgp.RefreshBegin)
	c.append(c.dump(to, want))
	marks(bgp.RefreshEnd)
}

// bound looks after sessions that lag behind the journal (F66). One that waits for
// its socket skips the journal and gets the table instead, or, when it could not
// tell what went away meanwhile, has to start again. Another only had nothing to
// take: a look at the journal lets go of it.
func (c *core) bound() {
	// A table that everybody has just been sent is no lag.
	limit := max(c.cfg.JournalLimit, 4*uint64(len(c.table.arena.buf)))
	for _, p := range c.peers {
		if p == nil || p.link == nil || p.link.cursor.lag(&c.journal) <= limit/2 {
			continue
		}
		if !p.link.session.Blocked() {
			p.link.session.Wake()
			continue
		}
		if p.link.cursor.lag(&c.journal) <= limit {
			continue
		}
		p.tally.resyncs++
		c.cfg.Log.Warn("BGP session lags, sending the table again", "peer", p.id)
		if !p.link.session.Peer().Enhanced {
			p.link.session.Close(bgp.Cease(bgp.SubResources, "too slow"))
			p.link.cursor.skip(c.journal.tail)
			continue
		}
		p.link.cursor.skip(c.journal.tail)
		if p.ready {
			c.resend(p, func(fam famIndex) bool { return fam != famTargets && p.carries[fam] })
		}
	}
}
