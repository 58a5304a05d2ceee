package route

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"

	"oneswitch/inventory"
)

// EVPN route types (RFC 7432 section 7, RFC 9136 section 3).
const (
	TypeDiscovery = 1 // Ethernet auto-discovery
	TypeMAC       = 2 // MAC/IP advertisement
	TypeFlood     = 3 // inclusive multicast Ethernet tag
	TypeSegment   = 4 // Ethernet segment
	TypePrefix    = 5 // IP prefix
)

// rdNumber is the assigned number in our route distinguishers: type 1,
// address:1 (RFC 4364 section 4.2).
const rdNumber = 1

// MaxNLRI is the longest NLRI that we accept, in bytes with its own header. EVPN
// cannot exceed it; for BGP-LS it is a cap of ours.
const MaxNLRI = 257

// ErrNLRI is wrapped by every error about the bytes of an NLRI.
var ErrNLRI = errors.New("malformed NLRI")

// NextNLRI splits the first NLRI off b. It checks nothing but that the length
// field stays inside b: see CheckNLRI.
func NextNLRI(f Family, b []byte) (nlri, rest []byte, err error) {
	n := 0
	switch {
	case len(b) == 0:
		return nil, nil, fmt.Errorf("%w: empty", ErrNLRI)
	case f == EVPN && len(b) >= 2:
		n = 2 + int(b[1])
	case f == LinkState && len(b) >= 4:
		n = 4 + int(binary.BigEndian.Uint16(b[2:]))
	case f == Targets:
		n = 1 + (int(b[0])+7)/8
	default:
		return nil, nil, fmt.Errorf("%w: %d bytes of family %v", ErrNLRI, len(b), f)
	}
	if n > len(b) {
		return nil, nil, fmt.Errorf("%w: length field says %d bytes, %d are left", ErrNLRI, n, len(b))
	}
	return b[:n:n], b[n:], nil
}

// KeySpans returns the two parts of an NLRI that together are its key. Neither
// the segment identifier nor labels are part of the key of a MAC route
// (RFC 7432 section 7.2), nor of a prefix route (RFC 9136 section 3.1). The NLRI
// must have passed CheckNLRI.
func KeySpans(f Family, nlri []byte) (a, b []byte) {
	if f != EVPN {
		return nlri, nil
	}
	switch nlri[0] {
	case TypeDiscovery: // RD, ESI, tag | label
		return nlri[2:24], nil
	case TypeMAC: // RD | ESI | tag, MAC length, MAC, IP length, IP | labels
		return nlri[2:10], nlri[20 : 32+int(nlri[31])/8]
	case TypePrefix: // RD | ESI | tag, IP length, IP | gateway, label
		ip := (len(nlri) - 28) / 2 // 2+8+10+4+1 and the label's 3; prefix and gateway are alike
		return nlri[2:10], nlri[20 : 25+ip]
	}
	return nlri[2:], nil
}

// AppendKey appends the key of a checked NLRI: for EVPN the route type, then the
// spans.
func AppendKey(b []byte, f Family, nlri []byte) ([]byte, error) {
	if err := CheckNLRI(f, nlri); err != nil {
		return b, err
	}
	if f == EVPN {
		b = append(b, nlri[0])
	}
	first, second := KeySpans(f, nlri)
	return append(append(b, first...), second...), nil
}

// KeyOf returns the key of an NLRI as a map key.
func KeyOf(f Family, nlri []byte) (Key, error) {
	k, err := AppendKey(appendFamily(make([]byte, 0, 48), f), f, nlri)
	return Key(k), err
}

// CheckNLRI reports whether one NLRI (as split by NextNLRI) is well formed. An
// EVPN route of an unknown type is not: RFC 7432 leaves unknown types to be
// ignored.
func CheckNLRI(f Family, nlri []byte) error {
	if len(nlri) > MaxNLRI {
		return fmt.Errorf("%w: %d bytes, accepted up to %d", ErrNLRI, len(nlri), MaxNLRI)
	}
	switch f {
	case EVPN:
		return checkEVPN(nlri)
	case LinkState:
		_, err := decodeLink(nlri)
		return err
	case Targets:
		// RFC 4684 section 4: the origin AS is never cut, so 0 or 32..96 bits.
		if n := int(nlri[0]); n != 0 && (n < 32 || n > 96) {
			return fmt.Errorf("%w: membership of %d bits, want 0 or 32..96", ErrNLRI, n)
		}
		return nil
	}
	return fmt.Errorf("%w: family %v is not carried", ErrNLRI, f)
}

func checkEVPN(nlri []byte) error {
	n := len(nlri)
	if n < 10 || n != 2+int(nlri[1]) {
		return fmt.Errorf("%w: EVPN route of %d bytes", ErrNLRI, n)
	}
	fits := false
	switch nlri[0] {
	case TypeDiscovery:
		fits = n == 27
	case TypeMAC:
		return checkMAC(nlri)
	case TypeFlood:
		fits = n >= 15 && n == 15+int(nlri[14])/8 && addressBits(nlri[14])
	case TypeSegment:
		fits = n >= 21 && n == 21+int(nlri[20])/8 && addressBits(nlri[20])
	case TypePrefix:
		fits = n == 36 && nlri[24] <= 32 || n == 60 && nlri[24] <= 128
	}
	if !fits {
		return fmt.Errorf("%w: EVPN route of type %d and %d bytes", ErrNLRI, nlri[0], n)
	}
	return nil
}

func checkMAC(nlri []byte) error {
	n := len(nlri)
	if n < 35 || nlri[24] != 48 {
		return fmt.Errorf("%w: MAC route of %d bytes", ErrNLRI, n)
	}
	bits := nlri[31]
	if bits != 0 && !addressBits(bits) {
		return fmt.Errorf("%w: MAC route with an address of %d bits", ErrNLRI, bits)
	}
	if with := 35 + int(bits)/8; n != with && n != with+3 { // one label or two
		return fmt.Errorf("%w: MAC route of %d bytes with an address of %d bits", ErrNLRI, n, bits)
	}
	if nlri[25]&1 != 0 {
		return fmt.Errorf("%w: MAC route of a group address", ErrNLRI)
	}
	return nil
}

func addressBits(n byte) bool { return n == 32 || n == 128 }

// Owner returns the router that an NLRI claims to come from: the administrator
// of a type 1 route distinguisher, or the local node of a link. A membership
// names no router; then ok is false, as it is for a distinguisher of another
// type. The NLRI must have passed CheckNLRI.
func Owner(f Family, nlri []byte) (owner netip.Addr, ok bool) {
	switch f {
	case EVPN:
		if binary.BigEndian.Uint16(nlri[2:]) != 1 {
			return netip.Addr{}, false
		}
		return netip.AddrFrom4([4]byte(nlri[4:8])), true
	case LinkState:
		l, err := decodeLink(nlri)
		return l.NextHop, err == nil && l.NextHop.IsValid()
	}
	return netip.Addr{}, false
}

// AppendNLRI appends the bytes of a route's NLRI. An address that is not IPv4
// where the format wants one is encoded as 0.0.0.0, which every receiver refuses.
func AppendNLRI(b []byte, r Route) []byte {
	switch r := r.(type) {
	case MAC:
		return appendMAC(b, r)
	case Flood:
		b = append(b, TypeFlood, 17)
		b = appendRD(b, r.NextHop)
		b = binary.BigEndian.AppendUint32(b, uint32(r.Domain))
		return append(append(b, 32), v4(r.NextHop)...)
	case Link:
		return appendLink(b, r)
	case Membership:
		var full [12]byte
		binary.BigEndian.PutUint32(full[:], r.AS)
		binary.BigEndian.PutUint64(full[4:], uint64(r.Target))
		return append(append(b, r.Len), full[:(int(r.Len)+7)/8]...)
	}
	return b
}

func appendMAC(b []byte, r MAC) []byte {
	ip := r.IP.AsSlice() // nil, 4 or 16 bytes
	b = append(b, TypeMAC, byte(33+len(ip)))
	b = appendRD(b, r.NextHop)
	b = append(b, make([]byte, 10)...) // single-homed: ESI 0
	b = binary.BigEndian.AppendUint32(b, uint32(r.Domain))
	b = append(append(b, 48), r.MAC[:]...)
	b = append(append(b, byte(8*len(ip))), ip...)
	return appendLabel(b, r.PortLabel)
}

func appendRD(b []byte, a netip.Addr) []byte {
	b = append(append(b, 0, 1), v4(a)...)
	return append(b, 0, rdNumber)
}

// appendLabel appends a label as BGP carries it: the 20 bits on top, then the
// bottom-of-stack bit (RFC 8277 section 2.2).
func appendLabel(b []byte, l inventory.Label) []byte {
	return append(b, byte(l>>12), byte(l>>4), byte(l<<4)|1)
}

func labelAt(b []byte) inventory.Label {
	return inventory.Label(b[0])<<12 | inventory.Label(b[1])<<4 | inventory.Label(b[2])>>4
}

func v4(a netip.Addr) []byte {
	if !a.Is4() {
		return make([]byte, 4)
	}
	four := a.As4()
	return four[:]
}

// Decode turns an NLRI and the attributes it came with into a Route. EVPN types
// that members have no use for return ErrUnused.
func Decode(f Family, nlri []byte, at Attrs) (Route, error) {
	if err := CheckNLRI(f, nlri); err != nil {
		return nil, err
	}
	switch {
	case f == EVPN && (nlri[0] == TypeMAC || nlri[0] == TypeFlood):
		return decodeEVPN(nlri, at)
	case f == LinkState:
		l, err := decodeLink(nlri)
		if err != nil {
			return nil, err
		}
		if at.LinkName != (inventory.Port{}) {
			l.Port.Kind = at.LinkName.Kind
		}
		return l, nil
	case f == Targets:
		var full [12]byte
		copy(full[:], nlri[1:])
		t := Target(binary.BigEndian.Uint64(full[4:]))
		return Membership{binary.BigEndian.Uint32(full[:]), t, nlri[0]}, nil
	}
	return nil, ErrUnused
}

// ErrUnused marks a well-formed route that no member has a use for.
var ErrUnused = errors.New("route of a type that members do not use")

func decodeEVPN(nlri []byte, at Attrs) (Route, error) {
	tag := nlri[10:]
	if nlri[0] == TypeMAC {
		tag = nlri[20:]
	}
	d := inventory.DomainID(binary.BigEndian.Uint32(tag))
	if d == 0 || d > inventory.MaxDomainID {
		return nil, fmt.Errorf("%w: domain %d, want 1..%d", ErrNLRI, d, inventory.MaxDomainID)
	}
	if nlri[0] == TypeFlood {
		return Flood{Domain: d, NextHop: at.NextHop, TreeLabel: at.TreeLabel}, nil
	}
	ip := int(nlri[31]) / 8
	r := MAC{Domain: d, MAC: inventory.MAC(nlri[25:31]), NextHop: at.NextHop, PortLabel: labelAt(nlri[32+ip:])}
	r.IP, _ = netip.AddrFromSlice(nlri[32 : 32+ip]) // no bytes: the zero Addr
	r.Seq, r.Sticky, _ = at.Mobility()
	return r, nil
}
