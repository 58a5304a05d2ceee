package guard

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"oneswitch/fabricctl/route"
)

// rule is what RFC 7606 section 7 and the attribute's own RFC demand.
type rule struct {
	flags   byte // the optional and transitive bits it must have
	min     int  // bytes
	unit    int  // the length is a multiple of it; 0 = exactly min
	discard bool // a fault loses the attribute and not the route
}

const (
	wellKnown  = route.FlagTransitive
	transitive = route.FlagOptional | route.FlagTransitive
	local      = route.FlagOptional
)

// ruleOf returns the rule of an attribute type, and whether the type is known.
func ruleOf(kind byte) (rule, bool) {
	switch kind {
	case route.AttrOrigin: // RFC 7606 section 7.1
		return rule{flags: wellKnown, min: 1}, true
	case route.AttrASPath: // 7.2; the segments are checked apart
		return rule{flags: wellKnown, unit: 2}, true
	case route.AttrNextHop: // 7.3
		return rule{flags: wellKnown, min: 4}, true
	case route.AttrMED: // 7.4
		return rule{flags: local, min: 4}, true
	case route.AttrLocalPref: // 7.5
		return rule{flags: wellKnown, min: 4}, true
	case route.AttrAtomic: // 7.6
		return rule{flags: wellKnown, discard: true}, true
	case route.AttrAggregator: // 7.7
		return rule{flags: transitive, min: 8, discard: true}, true
	case route.AttrCommunities: // 7.8
		return rule{flags: transitive, min: 4, unit: 4}, true
	case route.AttrOriginator: // 7.9
		return rule{flags: local, min: 4}, true
	case route.AttrClusters: // 7.10
		return rule{flags: local, min: 4, unit: 4}, true
	case route.AttrExtended: // 7.14
		return rule{flags: transitive, min: 8, unit: 8}, true
	case route.AttrPMSI: // RFC 6514 section 5
		return rule{flags: transitive, min: 5, unit: 1}, true
	case route.AttrLinkState: // RFC 9552 section 8.2.2
		return rule{flags: local, unit: 1, discard: true}, true
	case route.AttrLarge: // RFC 8092 section 6
		return rule{flags: transitive, min: 12, unit: 12}, true
	}
	return rule{}, false
}

func (r rule) fits(a route.Attr) bool {
	if a.Flags&(route.FlagOptional|route.FlagTransitive) != r.flags || len(a.Value) < r.min {
		return false
	}
	if r.unit == 0 {
		return len(a.Value) == r.min
	}
	return len(a.Value)%r.unit == 0
}

// check judges one attribute: whether it is handed on, and what is wrong with
// the routes that have it.
func (m *message) check(a route.Attr) (keep bool, err error) {
	switch a.Type {
	case route.AttrAS4Path, route.AttrAS4Aggr:
		return false, nil // RFC 6793 section 4.1: not between speakers of four-octet AS numbers
	}
	r, known := ruleOf(a.Type)
	if !known {
		if a.Flags&route.FlagOptional == 0 {
			return false, fmt.Errorf("attribute %d is unknown and flagged well-known", a.Type)
		}
		// RFC 4271 section 5: pass transitive ones on, drop the others.
		return a.Flags&route.FlagTransitive != 0, nil
	}
	if !r.fits(a) {
		if r.discard {
			return false, nil
		}
		return false, fmt.Errorf("attribute %d with flags %#02x and %d bytes", a.Type, a.Flags, len(a.Value))
	}
	return m.content(a)
}

// content judges the value of a known attribute of fitting length.
func (m *message) content(a route.Attr) (keep bool, err error) {
	switch a.Type {
	case route.AttrOrigin:
		if a.Value[0] > 2 {
			return false, fmt.Errorf("ORIGIN %d", a.Value[0])
		}
	case route.AttrASPath:
		if !sequences(a.Value) {
			return false, fmt.Errorf("AS_PATH %x", a.Value)
		}
	case route.AttrNextHop:
		return false, nil // RFC 4760 section 3: without meaning beside MP_REACH_NLRI
	case route.AttrOriginator:
		m.origin = netip.AddrFrom4([4]byte(a.Value))
		m.looped = m.looped || m.origin == m.p.policy.Self
	case route.AttrClusters:
		for v := a.Value; len(v) >= 4; v = v[4:] {
			m.looped = m.looped || netip.AddrFrom4([4]byte(v[:4])) == m.p.policy.Cluster
		}
	case route.AttrExtended:
		for v := a.Value; len(v) >= 8; v = v[8:] {
			if v[0] == 0x06 && v[1] == 0 && binary.BigEndian.Uint32(v[4:]) > MaxSeq {
				return false, fmt.Errorf("MAC mobility sequence number %d", binary.BigEndian.Uint32(v[4:]))
			}
		}
	case route.AttrLinkState:
		if _, err := route.ParseAttrs(route.AppendAttr(nil, a.Flags, a.Type, a.Value)); err != nil {
			return false, nil // RFC 9552 section 8.2.2: attribute discard
		}
	}
	return true, nil
}

// sequences reports whether an AS_PATH is made of AS_SETs and AS_SEQUENCEs, none
// of them empty (RFC 7606 section 7.2); confederation segments do not leave a
// confederation (RFC 5065 section 5).
func sequences(v []byte) bool {
	for len(v) > 0 {
		if len(v) < 2 || v[0] < 1 || v[0] > 2 || v[1] == 0 || 2+4*int(v[1]) > len(v) {
			return false
		}
		v = v[2+4*int(v[1]):]
	}
	return true
}
