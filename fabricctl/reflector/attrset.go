package reflector

import (
	"cmp"
	"encoding/binary"
	"net/netip"
	"slices"

	"oneswitch/fabricctl/route"
)

// attrSet is one set of path attributes as one peer sent it, with its next hop,
// shared by all its paths of one family. It is decoded once and encoded once, as
// reflected.
type attrSet struct {
	peer    uint16
	fam     famIndex
	refs    int    // paths that have it
	key     string // in peer.sets
	nextHop netip.Addr
	raw     []byte // as received, cleaned by guard
	wire    []byte // as reflected
	attrs   route.Attrs
	targets []route.Target
	rank    rank

	audience *audience // cached for generation gen of the filters
	gen      uint32
	chain    chain // changes being packed, see pack.go
}

// rank is what best-path selection compares.
type rank struct {
	llgrStale bool
	sticky    bool
	seq       uint32
	localPref uint32
	asPath    int
	origin    uint8
	med       uint32
	router    netip.Addr // ORIGINATOR_ID, else the peer
	clusters  int
}

// intern returns the number of the attribute set of peer p with these bytes.
func (c *core) intern(p *peer, fam famIndex, nextHop netip.Addr, raw []byte) uint32 {
	hop := nextHop.As16()
	c.scratch = append(append(append(c.scratch[:0], byte(fam), byte(nextHop.BitLen())), hop[:]...), raw...)
	if n, ok := p.sets[string(c.scratch)]; ok {
		return n
	}
	s := &attrSet{peer: p.slot, fam: fam, key: string(c.scratch), nextHop: nextHop, raw: slices.Clone(raw)}
	s.attrs, _ = route.ParseAttrs(s.raw) // guard has read them already
	s.attrs.NextHop = nextHop
	s.targets = s.attrs.Targets()
	seq, sticky, _ := s.attrs.Mobility()
	s.rank = rank{
		llgrStale: slices.Contains(s.attrs.Communities, route.CommunityLLGRStale),
		sticky:    sticky,
		seq:       seq,
		localPref: s.attrs.LocalPref,
		asPath:    s.attrs.ASPathLen,
		origin:    s.attrs.Origin,
		med:       s.attrs.MED,
		router:    s.attrs.Originator,
		clusters:  len(s.attrs.Clusters),
	}
	if !s.rank.router.IsValid() {
		s.rank.router = p.id
	}
	s.wire = reflected(s.raw, s.rank.router, c.cfg.Local)
	n := uint32(len(c.sets))
	if last := len(c.freeSets) - 1; last >= 0 {
		n = c.freeSets[last]
		c.freeSets = c.freeSets[:last]
		c.sets[n] = s
	} else {
		c.sets = append(c.sets, s)
	}
	p.sets[s.key] = n
	return n
}

// release frees the sets that lost their last path in this step.
func (c *core) release() {
	for _, n := range c.unused {
		s := c.sets[n]
		if s == nil || s.refs > 0 {
			continue
		}
		if p := c.peers[s.peer]; p != nil {
			delete(p.sets, s.key)
		}
		c.sets[n] = nil
		c.freeSets = append(c.freeSets, n)
	}
	c.unused = c.unused[:0]
}

func (c *core) unref(n uint32) {
	if c.sets[n].refs--; c.sets[n].refs == 0 {
		c.unused = append(c.unused, n)
	}
}

// reflected returns the attributes as a reflector passes them on: ORIGINATOR_ID
// added when absent, our cluster put first in CLUSTER_LIST (RFC 4456 section 8),
// unknown transitive ones marked Partial (RFC 4271 section 5). Types stay in order.
func reflected(raw []byte, originator, cluster netip.Addr) []byte {
	own := cluster.As4()
	id := originator.As4()
	out := make([]byte, 0, len(raw)+16)
	addOriginator, addCluster := true, true
	insert := func(before byte) {
		if addOriginator && before > route.AttrOriginator {
			out = route.AppendAttr(out, route.FlagOptional, route.AttrOriginator, id[:])
			addOriginator = false
		}
		if addCluster && before > route.AttrClusters {
			out = route.AppendAttr(out, route.FlagOptional, route.AttrClusters, own[:])
			addCluster = false
		}
	}
	for b := raw; len(b) > 0; {
		a, rest, err := route.NextAttr(b)
		if err != nil {
			break // cannot be: guard has walked over the same bytes
		}
		switch a.Type {
		case route.AttrOriginator:
			addOriginator = false
		case route.AttrClusters:
			addCluster = false
			a.Value = append(own[:], a.Value...)
		}
		insert(a.Type)
		if a.Type > route.AttrLarge && a.Flags&route.FlagOptional != 0 {
			a.Flags |= route.FlagPartial
		}
		out = route.AppendAttr(out, a.Flags, a.Type, a.Value)
		b = rest
	}
	insert(255)
	return out
}

// staleAttrs returns attributes with the community LLGR_STALE added
// (RFC 9494 section 4.3).
func staleAttrs(raw []byte) []byte {
	community := binary.BigEndian.AppendUint32(nil, route.CommunityLLGRStale)
	const flags = route.FlagOptional | route.FlagTransitive
	var out []byte
	done := false
	for b := raw; len(b) > 0; {
		a, rest, err := route.NextAttr(b)
		if err != nil {
			break // cannot be, as above
		}
		if !done && a.Type > route.AttrCommunities {
			out, done = route.AppendAttr(out, flags, route.AttrCommunities, community), true
		}
		if a.Type == route.AttrCommunities {
			a.Value, done = append(slices.Clone(a.Value), community...), true
		}
		out = route.AppendAttr(out, a.Flags, a.Type, a.Value)
		b = rest
	}
	if !done {
		out = route.AppendAttr(out, flags, route.AttrCommunities, community)
	}
	return out
}

// better orders two paths of one route: negative when x is the better one. MAC
// mobility comes first (RFC 7432 section 15), the rest is RFC 4271 section 9.1.2.2
// and RFC 4456 section 9; paths that are long-lived stale come last
// (RFC 9494 section 4.3).
func (c *core) better(x, y *path) int {
	a, b := &c.sets[x.attr].rank, &c.sets[y.attr].rank
	return cmp.Or(
		a.merit(*b),
		a.router.Compare(b.router),
		cmp.Compare(a.clusters, b.clusters),
		c.peers[x.peer].id.Compare(c.peers[y.peer].id),
	)
}

// merit orders two paths by what they say, and not by the way that they came.
func (a rank) merit(b rank) int {
	return cmp.Or(
		falseFirst(a.llgrStale, b.llgrStale),
		falseFirst(b.sticky, a.sticky),
		cmp.Compare(b.seq, a.seq),
		cmp.Compare(b.localPref, a.localPref),
		cmp.Compare(a.asPath, b.asPath),
		cmp.Compare(a.origin, b.origin),
		cmp.Compare(a.med, b.med),
	)
}

func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
