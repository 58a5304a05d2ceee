package reflector

import (
	"encoding/binary"

	"oneswitch/fabricctl/route"
)

// audience is a set of peers by slot. It is immutable: journal segments share it
// with the writers.
type audience struct{ bits []uint64 }

func (a *audience) has(slot uint16) bool {
	word := int(slot) / 64
	return word < len(a.bits) && a.bits[word]>>(slot%64)&1 != 0
}

func (a *audience) empty() bool {
	for _, w := range a.bits {
		if w != 0 {
			return false
		}
	}
	return true
}

// filter is the route-target membership of a peer (RFC 4684). A nil filter, that
// of a peer which does not speak the family, lets everything through.
type filter struct {
	exact  map[route.Target]bool
	prefix []route.Membership // shorter than a whole target; length 0 is the default
}

func (f *filter) wants(targets []route.Target) bool {
	if f == nil {
		return true
	}
	for _, t := range targets {
		if f.exact[t] {
			return true
		}
		for _, m := range f.prefix {
			if shift := uint(96 - m.Len); m.Len <= 32 || t>>shift == m.Target>>shift {
				return true
			}
		}
	}
	for _, m := range f.prefix {
		if m.Len == 0 {
			return true // the default route target takes routes without any target too
		}
	}
	return false
}

// wants reports whether peer p is to have routes with attribute set s.
func (c *core) wants(p *peer, s *attrSet) bool {
	if p == nil || !p.ready || p.slot == s.peer || !p.carries[s.fam] {
		return false
	}
	if !p.client && !c.peers[s.peer].client {
		return false // RFC 4456 section 6: not from non-client to non-client
	}
	if s.rank.llgrStale && !p.llgr {
		return false // RFC 9494 section 4.3
	}
	return p.filter.wants(s.targets)
}

// audienceOf returns who is to have routes with attribute set s, as of now.
// Memberships themselves go to nobody: they are our business alone.
func (c *core) audienceOf(s *attrSet) *audience {
	if s.audience != nil && s.gen == c.gen {
		return s.audience
	}
	words := make([]uint64, (len(c.peers)+63)/64)
	if s.fam != famTargets {
		for slot, p := range c.peers {
			if c.wants(p, s) {
				words[slot/64] |= 1 << (slot % 64)
			}
		}
	}
	s.audience, s.gen = c.audience(words), c.gen
	return s.audience
}

// audience returns the one audience with these members, so that equal ones are the
// same pointer within a generation of the filters.
func (c *core) audience(words []uint64) *audience {
	key := c.scratch[:0]
	for _, w := range words {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	c.scratch = key
	if a, ok := c.audiences[string(key)]; ok {
		return a
	}
	a := &audience{words}
	c.audiences[string(key)] = a
	return a
}

// minus returns the members of a that are not in b.
func (c *core) minus(a, b *audience) *audience {
	words := append([]uint64(nil), a.bits...)
	for i := range min(len(words), len(b.bits)) {
		words[i] &^= b.bits[i]
	}
	return c.audience(words)
}

// both returns the members of a that are in b too.
func (c *core) both(a, b *audience) *audience {
	words := append([]uint64(nil), a.bits...)
	for i := range words {
		if i >= len(b.bits) {
			words[i] = 0
			continue
		}
		words[i] &= b.bits[i]
	}
	return c.audience(words)
}

// only returns the audience of the given peers.
func (c *core) only(peers ...*peer) *audience {
	words := make([]uint64, (len(c.peers)+63)/64)
	for _, p := range peers {
		words[p.slot/64] |= 1 << (p.slot % 64)
	}
	return c.audience(words)
}

// regroup begins a new generation of the filters: all cached audiences are void.
func (c *core) regroup() {
	c.gen++
	clear(c.audiences)
}
