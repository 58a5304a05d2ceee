package guard

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
)

// Policy says what a neighbour may announce.
type Policy struct {
	// Owner is the only router whose routes the neighbour may announce: its own
	// distinguisher, next hop and node descriptor. A reflector, whose routes
	// belong to many, has the zero Addr; then each route must belong to its
	// ORIGINATOR_ID.
	Owner netip.Addr
	// Self and Cluster are our router id and cluster id: routes that carry them
	// went round in a circle (RFC 4456 section 8).
	Self, Cluster netip.Addr
	// Reserved lets the communities 0xffffxxxx through, which would make us or
	// others treat a route differently; members have no business with them.
	Reserved bool
}

// Part is a run of NLRIs of one family, each checked.
type Part struct {
	Family route.Family
	NLRIs  []byte
}

// Update is what is left of an UPDATE message.
type Update struct {
	Reach    Part
	NextHop  netip.Addr
	Attrs    []byte // without MP_REACH_NLRI and MP_UNREACH_NLRI; shared by all of Reach
	Unreach  [2]Part
	EndOfRIB route.Family // not 0: the message is this family's End-of-RIB marker
	Fault    error        // the first thing wrong, for log and counters; nil if all was well
	Refused  int          // routes not let through
}

// ErrOrigin is wrapped by faults of routes that their sender may not announce.
var ErrOrigin = errors.New("announced by a router that does not own it")

// MaxSeq is the highest MAC mobility sequence number that we believe: one beyond
// it would pin the station for ever (a move has to announce a higher one).
const MaxSeq = 1 << 30

// maxAttrs leaves room for ORIGINATOR_ID, and for CLUSTER_LIST and communities to
// grow by one.
const maxAttrs = bgp.MaxAttrs - 24

// Parser reads the UPDATEs of one neighbour.
type Parser struct {
	policy  Policy
	scratch []byte // cleaned attributes and filtered NLRIs of the batch
}

// NewParser returns a parser for a neighbour under policy.
func NewParser(policy Policy) *Parser { return &Parser{policy: policy} }

// Reset ends a batch: Updates parsed before it must not be used any more.
func (p *Parser) Reset() { p.scratch = p.scratch[:0] }

// message is one UPDATE while it is being read.
type message struct {
	p      *Parser
	u      Update
	seen   [256]bool
	found  [2]bool // MP_REACH_NLRI, MP_UNREACH_NLRI
	attrs  int     // where the cleaned attributes begin in scratch
	origin netip.Addr
	looped bool
	wrong  error // routes of this message are treated as withdrawn
}

// Parse reads the body of an UPDATE message. The result aliases body and the
// parser's scratch. A notification means that the session has to end
// (RFC 7606 section 3: the routes cannot be located).
func (p *Parser) Parse(body []byte) (Update, *bgp.Notification) {
	reset := &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubAttributeList}
	if len(body) < 4 {
		return Update{}, reset
	}
	withdrawn := int(binary.BigEndian.Uint16(body))
	if 2+withdrawn+2 > len(body) {
		return Update{}, reset
	}
	rest := body[2+withdrawn:]
	n := int(binary.BigEndian.Uint16(rest))
	if 2+n > len(rest) {
		return Update{}, reset
	}
	m := message{p: p, attrs: len(p.scratch)}
	if withdrawn > 0 || len(rest) > 2+n {
		// IPv4 unicast was not negotiated: whatever it is, it is not ours.
		m.u.Fault = errors.New("IPv4 unicast routes in an UPDATE")
	}
	if note := m.attributes(rest[2 : 2+n]); note != nil {
		return Update{}, note
	}
	m.judge()
	return m.u, nil
}

// attributes walks over the path attributes. One that overruns the list ends the
// walk: what the list holds of routes by then is withdrawn, and if that is nothing,
// the routes cannot be located (RFC 7606 sections 4 and 5.3).
func (m *message) attributes(b []byte) *bgp.Notification {
	if len(b) == 6 && b[1] == route.AttrUnreach && b[2] == 3 {
		m.u.EndOfRIB = route.NewFamily(binary.BigEndian.Uint16(b[3:]), b[5])
		return nil
	}
	for len(b) > 0 {
		a, rest, err := route.NextAttr(b)
		if err != nil {
			if !m.found[0] && !m.found[1] {
				return &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubAttributeList}
			}
			m.fault(err)
			return nil
		}
		if note := m.attribute(a); note != nil {
			return note
		}
		b = rest
	}
	return nil
}

// fault makes the routes of the message withdrawn.
func (m *message) fault(err error) {
	if m.wrong == nil {
		m.wrong = err
	}
}

func (m *message) attribute(a route.Attr) *bgp.Notification {
	if a.Type == route.AttrReach || a.Type == route.AttrUnreach {
		which := int(a.Type - route.AttrReach)
		if m.found[which] { // RFC 7606 section 3g
			return &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubAttributeList}
		}
		m.found[which] = true
		if a.Type == route.AttrReach {
			return m.reach(a)
		}
		return m.unreach(a)
	}
	if m.seen[a.Type] {
		return nil // RFC 7606 section 3g: the first one counts
	}
	m.seen[a.Type] = true
	keep, err := m.check(a)
	if err != nil {
		m.fault(err)
	}
	if keep && err == nil {
		m.keep(a)
	}
	return nil
}

func (m *message) keep(a route.Attr) {
	if a.Type == route.AttrCommunities && !m.p.policy.Reserved {
		a.Value = strip(a.Value)
		if len(a.Value) == 0 {
			return
		}
	}
	m.p.scratch = route.AppendAttr(m.p.scratch, a.Flags, a.Type, a.Value)
}

// strip removes the reserved communities (RFC 1997: NO_ADVERTISE and its like,
// RFC 9494: LLGR_STALE, RFC 8326: GRACEFUL_SHUTDOWN).
func strip(v []byte) []byte {
	var kept []byte
	for ; len(v) >= 4; v = v[4:] {
		if binary.BigEndian.Uint16(v) != 0xffff {
			kept = append(kept, v[:4]...)
		}
	}
	return kept
}

// reach reads MP_REACH_NLRI (RFC 4760 section 3).
func (m *message) reach(a route.Attr) *bgp.Notification {
	v := a.Value
	optional := &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubOptional}
	if len(v) < 5 {
		return optional
	}
	f, hop := route.NewFamily(binary.BigEndian.Uint16(v), v[2]), int(v[3])
	if 4+hop+1 > len(v) {
		return optional
	}
	if !f.Known() {
		m.u.Fault = fmt.Errorf("family %v is not carried", f)
		return nil
	}
	m.u.NextHop = nextHop(v[4 : 4+hop])
	if !m.u.NextHop.IsValid() {
		m.fault(fmt.Errorf("next hop of %d bytes", hop))
	}
	nlris, note := m.part(f, v[4+hop+1:])
	m.u.Reach = Part{f, nlris}
	return note
}

// nextHop reads a next hop that a packet could be sent to, else the zero Addr.
func nextHop(b []byte) netip.Addr {
	a, ok := netip.AddrFromSlice(b)
	if !ok || a.IsUnspecified() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}
	}
	return a
}

// unreach reads MP_UNREACH_NLRI (RFC 4760 section 4).
func (m *message) unreach(a route.Attr) *bgp.Notification {
	v := a.Value
	if len(v) < 3 {
		return &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubOptional}
	}
	f := route.NewFamily(binary.BigEndian.Uint16(v), v[2])
	if !f.Known() {
		m.u.Fault = fmt.Errorf("family %v is not carried", f)
		return nil
	}
	nlris, note := m.part(f, v[3:])
	m.u.Unreach[0] = Part{f, nlris}
	return note
}

// part checks a run of NLRIs. One that is bad inside its length is left out
// (RFC 7432 section 7 for unknown types); a length that lies ends the session,
// since nothing behind it can be told apart (RFC 7606 section 5.3).
func (m *message) part(f route.Family, b []byte) ([]byte, *bgp.Notification) {
	all, first := b, -1 // first: bytes of b before the first NLRI left out
	var kept []byte
	for rest := b; len(rest) > 0; {
		nlri, next, err := route.NextNLRI(f, rest)
		if err != nil {
			return nil, &bgp.Notification{Code: bgp.CodeUpdate, Sub: bgp.SubOptional}
		}
		if err := route.CheckNLRI(f, nlri); err != nil {
			m.u.Refused++
			if m.u.Fault == nil {
				m.u.Fault = err
			}
			if first < 0 {
				first = len(all) - len(rest)
				kept = append(kept, all[:first]...)
			}
		} else if first >= 0 {
			kept = append(kept, nlri...)
		}
		rest = next
	}
	if first >= 0 {
		return kept, nil
	}
	return all, nil
}

// judge decides what becomes of the announced routes once all attributes are
// known.
func (m *message) judge() {
	if len(m.u.Reach.NLRIs) == 0 {
		if m.u.Fault == nil {
			m.u.Fault = m.wrong
		}
		m.p.scratch = m.p.scratch[:m.attrs]
		return
	}
	for _, t := range []byte{route.AttrOrigin, route.AttrASPath, route.AttrLocalPref} {
		if !m.seen[t] { // RFC 7606 section 3d; LOCAL_PREF since we speak iBGP only
			m.fault(fmt.Errorf("attribute %d is missing", t))
		}
	}
	if n := len(m.p.scratch) - m.attrs; n > maxAttrs {
		m.fault(fmt.Errorf("path attributes of %d bytes, accepted up to %d", n, maxAttrs))
	}
	m.checkOwner()
	if m.wrong == nil && !m.looped {
		m.u.Attrs = m.p.scratch[m.attrs:len(m.p.scratch):len(m.p.scratch)]
		return
	}
	m.p.scratch = m.p.scratch[:m.attrs]
	m.u.Unreach[1], m.u.Reach = m.u.Reach, Part{}
	if m.wrong != nil {
		m.u.Fault = m.wrong
		m.u.Refused += count(m.u.Unreach[1])
	}
}

func count(p Part) int {
	n := 0
	for b := p.NLRIs; len(b) > 0; n++ {
		_, rest, err := route.NextNLRI(p.Family, b)
		if err != nil {
			return n
		}
		b = rest
	}
	return n
}

// checkOwner refuses routes that do not belong to who announces them
// (RD, next hop and node descriptor of one router).
func (m *message) checkOwner() {
	owner := m.p.policy.Owner
	if !owner.IsValid() {
		owner = m.origin // a reflector relays
	} else if m.origin.IsValid() && m.origin != owner {
		m.fault(fmt.Errorf("ORIGINATOR_ID %v: %w", m.origin, ErrOrigin))
	}
	f := m.u.Reach.Family
	if !owner.IsValid() || f == route.Targets || m.wrong != nil || m.looped {
		return
	}
	if m.u.NextHop.Unmap() != owner { // FRR writes IPv4 next hops of prefix routes in 16 bytes
		m.fault(fmt.Errorf("next hop %v of %v: %w", m.u.NextHop, owner, ErrOrigin))
		return
	}
	for b := m.u.Reach.NLRIs; len(b) > 0; {
		nlri, rest, err := route.NextNLRI(f, b)
		if err != nil {
			return
		}
		if a, ok := route.Owner(f, nlri); !ok || a != owner {
			m.fault(fmt.Errorf("route of %v from %v: %w", a, owner, ErrOrigin))
			return
		}
		b = rest
	}
}
