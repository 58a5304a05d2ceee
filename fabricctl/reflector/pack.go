package reflector

import (
	"oneswitch/fabricctl/bgp"
)

// change is a route that differs from what the journal says: what was advertised
// of it before this step.
type change struct {
	rec  uint32
	attr uint32 // 0: it was not advertised
	nlri span
	next uint32 // chain of changes with one attribute set, 1 + index
}

// chain lists the changes that will be packed under one attribute set.
type chain struct{ first, last uint32 }

// touch notes, before the first change of record r in this step, what of it is on
// the wire.
func (c *core) touch(r uint32) {
	e := &c.table.recs[r]
	if e.mark != 0 {
		return
	}
	ch := change{rec: r}
	if e.first != 0 {
		p := &c.table.paths[e.first]
		ch.attr, ch.nlri = p.attr, span{p.nlri, p.size}
		c.sets[p.attr].refs++ // until it has been published
	}
	c.table.changes = append(room(c.table.changes), ch)
	e.mark = uint32(len(c.table.changes))
}

// segmentBytes is where a segment is cut, so that a session takes a long dump in
// portions.
const segmentBytes = 64 << 10

// packer collects the segments of one journal node.
type packer struct {
	bgp.Packer
	to       *audience
	from     int // where the open segment begins in Buf
	before   int // messages before it
	segments []segment
}

func newPacker(size int) *packer {
	return &packer{Packer: bgp.Packer{Buf: make([]byte, 0, size)}}
}

// open begins a segment for to.
func (p *packer) open(to *audience) { p.to, p.from, p.before = to, len(p.Buf), p.Messages }

// add packs one NLRI and cuts the segment when it is long.
func (p *packer) add(nlri []byte) {
	if len(p.Buf)-p.from > segmentBytes {
		p.close()
		p.open(p.to)
	}
	p.Add(nlri)
}

// close ends the open segment.
func (p *packer) close() {
	p.End()
	if len(p.Buf) > p.from {
		p.segments = append(p.segments, segment{p.to, p.Buf[p.from:len(p.Buf):len(p.Buf)], p.Messages - p.before})
	}
}

// raw adds bytes that are whole messages as a segment of their own.
func (p *packer) raw(to *audience, messages int, b []byte) {
	p.segments = append(p.segments, segment{to, b, messages})
}

// publish writes what changed in this step to the journal.
func (c *core) publish() {
	if len(c.table.changes) == 0 {
		c.release()
		return
	}
	p := newPacker(c.estimate())
	order, withdrawn := c.sort()
	for _, n := range order {
		c.packChain(p, n)
	}
	c.packWithdrawn(p, withdrawn)
	for i := range c.table.changes {
		ch := &c.table.changes[i]
		if e := &c.table.recs[ch.rec]; e.first == 0 {
			c.table.remove(ch.rec)
		} else {
			e.mark = 0
		}
		if ch.attr != 0 {
			c.unref(ch.attr)
		}
	}
	c.table.changes = c.table.changes[:0]
	c.table.bury()
	c.release()
	c.append(p)
}

// estimate guesses the size of the step's messages, so that the buffer, which the
// journal keeps, is neither copied nor much too large.
func (c *core) estimate() int {
	n := 0
	for i := range c.table.changes {
		if first := c.table.recs[c.table.changes[i].rec].first; first != 0 {
			n += int(c.table.paths[first].size)
		} else {
			n += int(c.table.changes[i].nlri.size)
		}
	}
	const overhead = 160 // header and attributes of one message
	return n + overhead*(2+n/3800)
}

// loss is a withdrawal that some sessions need.
type loss struct {
	fam  famIndex
	to   *audience
	nlri span
}

// sort chains the announcements by attribute set and returns the sets in order of
// appearance, and the withdrawals.
func (c *core) sort() (order []uint32, withdrawn []loss) {
	for i := range c.table.changes {
		ch := &c.table.changes[i]
		first := c.table.recs[ch.rec].first
		if first == 0 {
			if ch.attr != 0 {
				old := c.sets[ch.attr]
				withdrawn = append(withdrawn, loss{old.fam, c.audienceOf(old), ch.nlri})
			}
			continue
		}
		n := c.table.paths[first].attr
		s := c.sets[n]
		if ch.attr != 0 && ch.attr != n {
			// Those who had the old best and may not have the new one.
			if was, is := c.audienceOf(c.sets[ch.attr]), c.audienceOf(s); was != is {
				withdrawn = append(withdrawn, loss{s.fam, c.minus(was, is), ch.nlri})
			}
		}
		if s.chain.first == 0 {
			order = append(order, n)
			s.chain.first = uint32(i + 1)
		} else {
			c.table.changes[s.chain.last-1].next = uint32(i + 1)
		}
		s.chain.last = uint32(i + 1)
	}
	return order, withdrawn
}

// packChain packs the announcements of one attribute set and empties its chain.
func (c *core) packChain(p *packer, n uint32) {
	s := c.sets[n]
	i := s.chain.first
	s.chain = chain{}
	to := c.audienceOf(s)
	if to.empty() {
		return
	}
	p.open(to)
	p.Reach(s.fam.family(), s.nextHop, s.wire)
	for ; i != 0; i = c.table.changes[i-1].next {
		p.add(c.table.nlri(c.table.recs[c.table.changes[i-1].rec].first))
	}
	p.close()
}

// packWithdrawn packs withdrawals, neighbours in the list with one audience
// together.
func (c *core) packWithdrawn(p *packer, list []loss) {
	for i := 0; i < len(list); {
		fam, to := list[i].fam, list[i].to
		j := i
		for j < len(list) && list[j].fam == fam && list[j].to == to {
			j++
		}
		if !to.empty() {
			p.open(to)
			p.Unreach(fam.family())
			for _, l := range list[i:j] {
				p.add(c.table.arena.bytes(l.nlri))
			}
			p.close()
		}
		i = j
	}
}

// append puts the packed segments into the journal and wakes who is concerned.
func (c *core) append(p *packer) {
	if len(p.segments) == 0 {
		return
	}
	c.journal.add(p.segments)
	for _, q := range c.peers {
		if q == nil || q.link == nil {
			continue
		}
		for _, s := range p.segments {
			if s.to.has(q.slot) {
				q.link.session.Wake()
				break
			}
		}
	}
}

// dump packs all best routes of the wanted families for those of the joiners who
// want them. One scan serves all joiners.
func (c *core) dump(joiners *audience, want func(famIndex) bool) *packer {
	counts := make([]uint32, len(c.sets)+1)
	t := c.table
	for r := range t.recs {
		if e := &t.recs[r]; c.dumps(e, want) {
			counts[t.paths[e.first].attr+1]++
		}
	}
	total := 0
	for i := 1; i < len(counts); i++ {
		total += int(counts[i])
		counts[i] += counts[i-1]
	}
	bySet := make([]uint32, total) // paths, those of one attribute set together
	for r := range t.recs {
		if e := &t.recs[r]; c.dumps(e, want) {
			n := t.paths[e.first].attr
			bySet[counts[n]] = e.first
			counts[n]++
		}
	}
	p := newPacker(total * 40)
	for i := 0; i < len(bySet); {
		n := t.paths[bySet[i]].attr
		s := c.sets[n]
		end := int(counts[n])
		if to := c.both(c.audienceOf(s), joiners); !to.empty() {
			p.open(to)
			p.Reach(s.fam.family(), s.nextHop, s.wire)
			for _, q := range bySet[i:end] {
				p.add(t.nlri(q))
			}
			p.close()
		}
		i = end
	}
	return p
}

// dumps reports whether a record is part of a dump.
func (c *core) dumps(e *rec, want func(famIndex) bool) bool {
	return e.live && e.first != 0 && want(e.fam)
}
