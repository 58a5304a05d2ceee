package route

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"oneswitch/inventory"
)

// Types of path attributes (IANA registry "BGP Path Attributes").
const (
	AttrOrigin      = 1
	AttrASPath      = 2
	AttrNextHop     = 3
	AttrMED         = 4
	AttrLocalPref   = 5
	AttrAtomic      = 6
	AttrAggregator  = 7
	AttrCommunities = 8
	AttrOriginator  = 9
	AttrClusters    = 10
	AttrReach       = 14
	AttrUnreach     = 15
	AttrExtended    = 16
	AttrAS4Path     = 17
	AttrAS4Aggr     = 18
	AttrPMSI        = 22
	AttrLinkState   = 29
	AttrLarge       = 32
)

// Flags of path attributes (RFC 4271 section 4.3).
const (
	FlagOptional   = 0x80
	FlagTransitive = 0x40
	FlagPartial    = 0x20
	FlagExtended   = 0x10 // two bytes of length
)

// Well-known communities that matter here.
const (
	CommunityLLGRStale uint32 = 0xffff0006 // RFC 9494 section 4.6
	CommunityNoLLGR    uint32 = 0xffff0007
)

// DefaultLocalPref is what every announcer in the fabric uses.
const DefaultLocalPref = 100

// ErrAttribute is wrapped by every error about the bytes of a path attribute.
var ErrAttribute = errors.New("malformed path attribute")

// Attr is one path attribute; Value aliases the input.
type Attr struct {
	Flags byte
	Type  byte
	Value []byte
}

// NextAttr splits the first path attribute off b.
func NextAttr(b []byte) (a Attr, rest []byte, err error) {
	if len(b) < 3 {
		return a, nil, fmt.Errorf("%w: %d stray bytes", ErrAttribute, len(b))
	}
	a.Flags, a.Type = b[0], b[1]
	n, head := int(b[2]), 3
	if a.Flags&FlagExtended != 0 {
		if len(b) < 4 {
			return a, nil, fmt.Errorf("%w: attribute %d is cut off in its length", ErrAttribute, a.Type)
		}
		n, head = int(binary.BigEndian.Uint16(b[2:])), 4
	}
	if head+n > len(b) {
		return a, nil, fmt.Errorf("%w: attribute %d of %d bytes, %d are left", ErrAttribute, a.Type, n, len(b)-head)
	}
	a.Value = b[head : head+n : head+n]
	return a, b[head+n:], nil
}

// AppendAttr appends one path attribute and sets the length flag as needed.
func AppendAttr(b []byte, flags, kind byte, value []byte) []byte {
	if len(value) > 255 {
		b = append(b, flags|FlagExtended, kind)
		b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
		return append(b, value...)
	}
	return append(append(b, flags&^FlagExtended, kind, byte(len(value))), value...)
}

// Attrs is what the fabric reads out of path attributes. The zero value is no
// attributes; LocalPref is then 0, not the default.
type Attrs struct {
	NextHop     netip.Addr // from MP_REACH_NLRI; set by whoever split it off
	Origin      uint8
	ASPathLen   int // RFC 4271 section 9.1.2.2: a set counts as one
	MED         uint32
	LocalPref   uint32
	Originator  netip.Addr
	Clusters    []netip.Addr
	Communities []uint32
	Extended    []uint64
	TreeLabel   inventory.Label // from the PMSI tunnel attribute
	LinkName    inventory.Port  // from the BGP-LS attribute
}

// ParseAttrs reads path attributes that guard has let through; MP_REACH_NLRI and
// MP_UNREACH_NLRI are passed over.
func ParseAttrs(b []byte) (Attrs, error) {
	var at Attrs
	for len(b) > 0 {
		a, rest, err := NextAttr(b)
		if err != nil {
			return at, err
		}
		if err := at.take(a); err != nil {
			return at, err
		}
		b = rest
	}
	return at, nil
}

func (at *Attrs) take(a Attr) error {
	v := a.Value
	short := func(n int) error {
		if len(v) != n {
			return fmt.Errorf("%w: attribute %d of %d bytes, want %d", ErrAttribute, a.Type, len(v), n)
		}
		return nil
	}
	var err error
	switch a.Type {
	case AttrOrigin:
		if err = short(1); err == nil {
			at.Origin = v[0]
		}
	case AttrASPath:
		at.ASPathLen, err = asPathLen(v)
	case AttrMED:
		if err = short(4); err == nil {
			at.MED = binary.BigEndian.Uint32(v)
		}
	case AttrLocalPref:
		if err = short(4); err == nil {
			at.LocalPref = binary.BigEndian.Uint32(v)
		}
	case AttrOriginator:
		if err = short(4); err == nil {
			at.Originator = netip.AddrFrom4([4]byte(v))
		}
	case AttrClusters:
		for ; len(v) >= 4; v = v[4:] {
			at.Clusters = append(at.Clusters, netip.AddrFrom4([4]byte(v)))
		}
	case AttrCommunities:
		for ; len(v) >= 4; v = v[4:] {
			at.Communities = append(at.Communities, binary.BigEndian.Uint32(v))
		}
	case AttrExtended:
		for ; len(v) >= 8; v = v[8:] {
			at.Extended = append(at.Extended, binary.BigEndian.Uint64(v))
		}
	case AttrPMSI:
		if len(v) >= 5 {
			at.TreeLabel = labelAt(v[2:5])
		}
	case AttrLinkState:
		err = at.takeLinkState(v)
	}
	return err
}

func (at *Attrs) takeLinkState(v []byte) error {
	return tlvs(v, func(kind uint16, v []byte) error {
		if kind == tlvLinkName {
			// A name that is not a port of ours is somebody else's link: no kind.
			at.LinkName, _ = inventory.ParsePort(string(v))
		}
		return nil
	})
}

// asPathLen counts the hops of an AS_PATH with four-byte AS numbers
// (RFC 4271 section 9.1.2.2, RFC 6793): a set is one, confederation segments none
// (RFC 5065 section 5.3).
func asPathLen(v []byte) (int, error) {
	hops := 0
	for len(v) > 0 {
		if len(v) < 2 || 2+4*int(v[1]) > len(v) || v[1] == 0 || v[0] < 1 || v[0] > 4 {
			return 0, fmt.Errorf("%w: AS_PATH segment", ErrAttribute)
		}
		switch v[0] {
		case 1:
			hops++
		case 2:
			hops += int(v[1])
		}
		v = v[2+4*int(v[1]):]
	}
	return hops, nil
}

// Targets returns the route targets among the extended communities.
func (at Attrs) Targets() []Target {
	var ts []Target
	for _, c := range at.Extended {
		if isTarget(c) {
			ts = append(ts, Target(c))
		}
	}
	return ts
}

// The MAC mobility extended community (RFC 7432 section 7.7).
const (
	mobilityType   = 0x0600
	mobilitySticky = 0x01
)

// Mobility returns the MAC mobility sequence number and the sticky flag; without
// the community the number is 0 (RFC 7432 section 15).
func (at Attrs) Mobility() (seq uint32, sticky, ok bool) {
	for _, c := range at.Extended {
		if c>>48 == mobilityType {
			return uint32(c), byte(c>>40)&mobilitySticky != 0, true
		}
	}
	return 0, false, false
}

// AppendAttrs appends the path attributes of a route in the order of their types,
// MP_REACH_NLRI left out: who packs the message knows which NLRIs share them.
func AppendAttrs(b []byte, r Route) []byte {
	b = AppendAttr(b, FlagTransitive, AttrOrigin, []byte{0})
	b = AppendAttr(b, FlagTransitive, AttrASPath, nil)
	b = AppendAttr(b, FlagTransitive, AttrLocalPref, binary.BigEndian.AppendUint32(nil, DefaultLocalPref))
	switch r := r.(type) {
	case MAC:
		ext := appendTarget(nil, DomainTarget(r.Domain))
		if r.Seq != 0 || r.Sticky {
			ext = appendMobility(ext, r)
		}
		return AppendAttr(b, FlagOptional|FlagTransitive, AttrExtended, ext)
	case Flood:
		ext := appendTarget(appendTarget(nil, DomainTarget(r.Domain)), TreeTarget())
		b = AppendAttr(b, FlagOptional|FlagTransitive, AttrExtended, ext)
		// RFC 7432 section 11.2: ingress replication names the announcer's address.
		pmsi := appendLabel([]byte{0, pmsiIngressReplication}, r.TreeLabel)
		return AppendAttr(b, FlagOptional|FlagTransitive, AttrPMSI, append(pmsi, v4(r.NextHop)...))
	case Link:
		b = AppendAttr(b, FlagOptional|FlagTransitive, AttrExtended, appendTarget(nil, FabricTarget()))
		name := appendTLV(nil, tlvLinkName, func(b []byte) []byte { return append(b, r.Port.String()...) })
		return AppendAttr(b, FlagOptional, AttrLinkState, name)
	}
	return b
}

// pmsiIngressReplication is the tunnel type of RFC 6514 section 5.
const pmsiIngressReplication = 6

func appendMobility(b []byte, r MAC) []byte {
	var flags uint64
	if r.Sticky {
		flags = mobilitySticky
	}
	return binary.BigEndian.AppendUint64(b, mobilityType<<48|flags<<40|uint64(r.Seq))
}
