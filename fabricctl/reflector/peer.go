package reflector

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
)

// peer is a neighbour as the table knows it: it outlives its sessions for as long
// as routes of it are kept.
type peer struct {
	id     netip.Addr // router id, which is its control address
	slot   uint16     // index in core.peers, bit in audiences
	client bool       // false for another reflector
	sets   map[string]uint32
	paths  int
	link   *link  // the present session; nil while the peer is lost
	life   uint16 // counts sessions: paths of an earlier life are stale
	session
	keeping keeping
	tally   tally
	refused int // routes not accepted, ever
}

// session is what is known of the present session, reset at each.
type session struct {
	carries  [famCount]bool
	complete [famCount]bool // its End-of-RIB has come
	llgr     bool
	ready    bool // it takes part in audiences: memberships are known, the table was sent
	owesEnd  bool // our End-of-RIB is still due
	refilter bool // its memberships changed in this step
	refresh  [famCount]bool
	filter   *filter
	since    time.Time
}

// keeping says until when the paths of a lost peer are kept.
type keeping struct {
	lost     time.Time
	restart  time.Duration // RFC 4724: unchanged
	stale    time.Duration // then RFC 9494: as LLGR_STALE
	demoted  bool          // the second phase has begun
	families [famCount]bool
	doubts   map[string]famIndex // by NLRI; see doubt
}

// tally counts what the neighbour's sessions did.
type tally struct {
	flaps    int
	resyncs  int
	in, out  uint64 // messages of former sessions
	lastDown time.Time
}

// maxPeers bounds audiences and slots: several times the members of the largest
// fabric (QF-REF 4.1).
const maxPeers = 4096

// admit decides whether a session may be opened, on the goroutine of the session,
// and makes the peer known.
func (c *core) admit(l *link) *bgp.Notification {
	open := l.session.Peer()
	refuse := func(why string) *bgp.Notification {
		c.cfg.Log.Warn("refuse BGP session", "peer", l.session.Remote(), "router", open.RouterID, "reason", why)
		return bgp.Cease(bgp.SubRejected, why)
	}
	switch {
	case open.AS != c.cfg.AS:
		c.cfg.Log.Warn("refuse BGP session", "peer", l.session.Remote(), "as", open.AS)
		return &bgp.Notification{Code: bgp.CodeOpen, Sub: bgp.SubBadAS}
	case open.RouterID == c.cfg.Local:
		return &bgp.Notification{Code: bgp.CodeOpen, Sub: bgp.SubBadIdentifier}
	case open.RouterID != l.session.Remote():
		// F69: two members with one router id cannot have one address as well.
		return refuse("router id is not the address that the connection comes from")
	}
	if c.byID[open.RouterID] != nil {
		return nil
	}
	slot := slices.Index(c.peers, nil)
	if slot < 0 {
		if len(c.peers) == maxPeers {
			return refuse("too many peers")
		}
		slot = len(c.peers)
		c.peers = append(c.peers, nil)
	}
	p := &peer{id: open.RouterID, slot: uint16(slot), sets: map[string]uint32{}}
	p.client = !slices.Contains(c.cfg.Reflectors, p.id)
	c.peers[slot], c.byID[p.id] = p, p
	c.regroup()
	return nil
}

// attach makes l the session of its peer. An earlier session of the same peer that
// has not noticed its end is given up: the peer has restarted (RFC 4724 section 4.2).
func (c *core) attach(l *link) {
	open := l.session.Peer()
	p := c.byID[open.RouterID]
	if p == nil { // its last route was dropped between OPEN and now
		if c.admit(l) != nil {
			l.session.Close(bgp.Cease(bgp.SubResources, "too many peers"))
			return
		}
		p = c.byID[open.RouterID]
	}
	if p.link != nil {
		p.link.session.Close(bgp.Cease(bgp.SubCollision, "superseded by a new session"))
		c.lose(p, nil)
	}
	l.peer, p.link = p, l
	p.life++
	p.session = session{owesEnd: true, since: c.cfg.Clock.Now(), llgr: len(open.LongLived) > 0}
	for fam := range famCount {
		p.carries[fam] = l.session.Carries(fam.family())
	}
	l.cursor = newCursor(p.slot, c.journal.tail)
	c.preserve(p, open)
	if c.cfg.Joined != nil {
		c.cfg.Joined(p.id)
	}
	c.cfg.Log.Info("BGP session established", "peer", p.id, "client", p.client, "kept", p.paths)
	if p.carries[famTargets] {
		c.sendDefaultTarget(p)
		p.filter = &filter{}
		return // RFC 4684 section 6: wait for its memberships
	}
	p.refilter = true
}

// preserve drops at once what a returning peer says it has lost
// (RFC 4724 section 4.2: a family that is not listed, or without the F bit).
func (c *core) preserve(p *peer, open bgp.Open) {
	gone := func(fam famIndex) bool {
		return open.Restart == nil || !slices.Contains(open.Restart.Preserved, fam.family())
	}
	c.flush(p, gone)
}

// detach follows the end of session l.
func (c *core) detach(l *link, err error) {
	p := l.peer
	if p == nil || p.link != l {
		return // superseded
	}
	c.cfg.Log.Warn("BGP session lost", "peer", p.id, "reason", err, "kept", p.paths)
	c.lose(p, keepable(l.session, err))
	c.retire(p)
}

// keepable returns the families whose routes outlive a session that ended with err.
func keepable(s *bgp.Session, err error) func(route.Family) bool {
	var note *bgp.Notification
	if errors.As(err, &note) && (note.HardReset() || !s.Gentle()) {
		return func(route.Family) bool { return false } // RFC 4724 section 4, RFC 8538 section 4
	}
	return s.Peer().Keeps
}

// lose takes the peer's session away. keeps says which families to keep; nil means
// what its capabilities say.
func (c *core) lose(p *peer, keeps func(route.Family) bool) {
	open := p.link.session.Peer()
	if keeps == nil {
		keeps = open.Keeps
	}
	in, out := p.link.session.Counters()
	p.tally.in += in
	p.tally.out += out
	p.tally.flaps++
	p.tally.lastDown = c.cfg.Clock.Now()
	p.keeping = keeping{lost: c.cfg.Clock.Now()}
	if open.Restart != nil {
		p.keeping.restart = open.Restart.Time
	}
	for fam := range famCount {
		p.keeping.families[fam] = keeps(fam.family())
		p.keeping.stale = max(p.keeping.stale, min(open.Stale(fam.family()), c.cfg.StaleTime))
	}
	p.link, p.ready = nil, false
	c.regroup()
	if !p.client {
		c.prune(p)
	}
	c.flush(p, func(fam famIndex) bool { return !p.keeping.families[fam] })
}

// retire forgets a lost peer of which nothing is kept.
func (c *core) retire(p *peer) {
	if p.link != nil || p.paths > 0 {
		return
	}
	c.publish() // releases the last of its attribute sets
	c.peers[p.slot] = nil
	delete(c.byID, p.id)
	c.regroup()
}

// endOfRIB drops what a peer has not announced again since its return.
func (c *core) endOfRIB(p *peer, fam famIndex) {
	if p.complete[fam] {
		return
	}
	n := 0
	c.pathsOf(p, is(fam), func(r, q uint32) {
		if c.table.paths[q].life == p.life {
			return
		}
		n++
		c.drop(p, r, q)
		c.elect(r)
	})
	p.complete[fam] = true
	if n > 0 {
		c.cfg.Log.Info("stale routes dropped", "peer", p.id, "table", fam.family(), "routes", n)
	}
	for _, q := range c.peers {
		if p.client && q != nil && !q.client && q.link == nil {
			c.prune(q)
		}
	}
	if fam == famTargets {
		p.refilter = true
	}
	if p.whole() {
		c.waiting.complete(p.id)
	}
}

// whole reports whether the peer has sent End-of-RIB for every family.
func (p *peer) whole() bool {
	for fam := range famCount {
		if p.carries[fam] && !p.complete[fam] {
			return false
		}
	}
	return true
}

// tick looks at the clock: keeping times, and memberships that do not come.
func (c *core) tick() {
	now := c.cfg.Clock.Now()
	for _, p := range c.peers {
		switch {
		case p == nil:
		case p.link == nil:
			c.age(p, now)
		default:
			if !p.ready && p.carries[famTargets] && now.Sub(p.since) > membershipWait {
				p.complete[famTargets] = true // RFC 4684 section 6: do not wait for ever
				p.refilter = true
			}
			if !p.whole() && now.Sub(p.since) > c.cfg.StaleTime {
				for fam := range famCount {
					c.endOfRIB(p, fam)
				}
			}
		}
	}
}

// membershipWait is how long a new session's memberships are waited for; RFC 4684
// section 6 suggests 60 s, but our members send them first of all.
const membershipWait = 10 * time.Second

// age carries a lost peer's paths through the restart time and the long-lived
// stale time.
func (c *core) age(p *peer, now time.Time) {
	c.settle(p)
	k := &p.keeping
	gone := now.Sub(k.lost)
	switch {
	case gone > k.restart+k.stale:
		if p.paths > 0 { // none: a session that was opened and never established
			c.cfg.Log.Warn("kept routes have expired", "peer", p.id, "routes", p.paths)
		}
		c.flush(p, every)
		c.retire(p)
	case gone > k.restart && !k.demoted:
		k.demoted = true
		c.demote(p)
	}
}

// demote begins the long-lived stale phase: the paths get the community LLGR_STALE,
// and those that must not be kept so long go (RFC 9494 sections 4.2, 4.3).
func (c *core) demote(p *peer) {
	t := c.table
	c.pathsOf(p, routes, func(r, n uint32) {
		s := c.sets[t.paths[n].attr]
		switch {
		case s.rank.llgrStale:
			return // it was when it came
		case slices.Contains(s.attrs.Communities, route.CommunityNoLLGR):
			c.drop(p, r, n)
		default:
			c.touch(r)
			attr := c.intern(p, s.fam, s.nextHop, staleAttrs(s.raw))
			c.sets[attr].refs++
			c.unref(t.paths[n].attr)
			t.paths[n].attr = attr
		}
		c.elect(r)
	})
}
