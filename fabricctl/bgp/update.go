package bgp

import (
	"encoding/binary"
	"net/netip"

	"oneswitch/fabricctl/route"
)

// Packer packs NLRIs that share path attributes into as few UPDATE messages as
// they need, one behind the other in Buf. Each message has one MP_REACH_NLRI or
// MP_UNREACH_NLRI attribute, as its first (RFC 7606 section 5.1). The zero value
// with Buf set is ready.
type Packer struct {
	Buf      []byte
	Messages int // how many were begun

	head  []byte // the MP attribute up to its first NLRI
	attrs []byte // what follows the MP attribute
	start int    // of the open message in Buf; -1 when none is open
}

// updateOverhead is what an UPDATE has before its first attribute: header, no
// withdrawn routes, length of the attributes.
const updateOverhead = HeaderLen + 2 + 2

// mpHeader is flags, type and two bytes of length.
const mpHeader = 4

// MaxAttrs is the most that path attributes may take, so that the longest NLRI
// still fits beside them in a standard message.
const MaxAttrs = MaxStandard - updateOverhead - mpHeader - 3 - 1 - 16 - 1 - route.MaxNLRI

// Reach begins announcements: everything added until End shares the next hop and
// attrs, which hold no MP attribute and at most MaxAttrs bytes.
func (p *Packer) Reach(f route.Family, nextHop netip.Addr, attrs []byte) {
	hop := nextHop.AsSlice()
	p.head = append(p.head[:0], route.FlagOptional|route.FlagExtended, route.AttrReach, 0, 0)
	p.head = append(appendAFI(p.head, f), f.SAFI(), byte(len(hop)))
	p.head = append(append(p.head, hop...), 0) // reserved (RFC 4760 section 3)
	p.attrs, p.start = attrs, -1
}

// Unreach begins withdrawals of family f.
func (p *Packer) Unreach(f route.Family) {
	p.head = append(p.head[:0], route.FlagOptional|route.FlagExtended, route.AttrUnreach, 0, 0)
	p.head = append(appendAFI(p.head, f), f.SAFI())
	p.attrs, p.start = nil, -1
}

// Add puts one NLRI into the open message, or into a new one when that is full.
func (p *Packer) Add(nlri []byte) {
	if p.start >= 0 && len(p.Buf)-p.start+len(nlri)+len(p.attrs) > MaxStandard {
		p.End()
	}
	if p.start < 0 {
		p.start = len(p.Buf)
		p.Messages++
		p.Buf = append(AppendHeader(p.Buf, TypeUpdate), 0, 0, 0, 0)
		p.Buf = append(p.Buf, p.head...)
	}
	p.Buf = append(p.Buf, nlri...)
}

// End completes the open message, if any.
func (p *Packer) End() {
	if p.start < 0 {
		return
	}
	mp := p.start + updateOverhead
	binary.BigEndian.PutUint16(p.Buf[mp+2:], uint16(len(p.Buf)-mp-mpHeader))
	p.Buf = append(p.Buf, p.attrs...)
	binary.BigEndian.PutUint16(p.Buf[mp-2:], uint16(len(p.Buf)-mp))
	EndMessage(p.Buf, p.start)
	p.start = -1
}

// AppendEndOfRIB appends the End-of-RIB marker of family f: an UPDATE with an
// empty MP_UNREACH_NLRI (RFC 4724 section 2).
func AppendEndOfRIB(b []byte, f route.Family) []byte {
	start := len(b)
	b = append(AppendHeader(b, TypeUpdate), 0, 0, 0, 6, route.FlagOptional, route.AttrUnreach, 3)
	return EndMessage(append(appendAFI(b, f), f.SAFI()), start)
}
