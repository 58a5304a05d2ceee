package lldp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// EtherType is the ethertype of LLDP (802.1AB clause 7.3).
const EtherType uint16 = 0x88cc

// MAC is an IEEE 802 MAC address.
type MAC = [6]byte

// Destination returns the nearest-bridge group address (802.1AB table 7-1).
func Destination() MAC { return MAC{0x01, 0x80, 0xc2, 0, 0, 0x0e} }

// The TLV types (802.1AB table 8-1).
const (
	tlvEnd = iota
	tlvChassis
	tlvPort
	tlvTTL
	tlvPortDescription
	tlvSystemName
	tlvSystemDescription
	tlvCapabilities
	tlvManagement
)

// Subtypes of identifiers that we send (802.1AB tables 8-2 and 8-3).
const (
	ChassisMAC    = 4
	PortInterface = 5
)

// Capability bits (802.1AB table 8-4).
const (
	CapBridge  uint16 = 1 << 2
	CapRouter  uint16 = 1 << 4
	CapStation uint16 = 1 << 7
)

// ID is a chassis or port identifier with its subtype.
type ID struct {
	Subtype byte
	Value   string // octets as they came
}

// PDU is the content of an LLDPDU as far as it is shown. Organizationally specific
// and unknown TLVs are checked for length and skipped (802.1AB clause 9.2.7.7).
type PDU struct {
	Chassis, Port      ID
	TTL                uint16 // seconds; 0 = the sender leaves
	PortDescription    string
	SystemName         string
	SystemDescription  string
	Supported, Enabled uint16 // capability bits
	Management         string // octets of the first management address behind its subtype
	ManagementFamily   byte   // its address family number: 1 = IPv4, 2 = IPv6
}

const (
	headerLen = 14
	maxID     = 255 // octets of an identifier without its subtype
	maxText   = 255
	maxTLV    = 511
)

// ErrMalformed is wrapped by every error of Parse.
var ErrMalformed = errors.New("malformed LLDPDU")

func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrMalformed}, args...)...)
}

// Marshal returns the whole frame with the source address given. Texts that are too
// long are cut: they describe and identify nothing.
func (p PDU) Marshal(source MAC) []byte {
	dst := Destination()
	b := append(append(make([]byte, 0, 128), dst[:]...), source[:]...)
	b = binary.BigEndian.AppendUint16(b, EtherType)
	b = appendTLV(b, tlvChassis, string([]byte{p.Chassis.Subtype})+cut(p.Chassis.Value, maxID))
	b = appendTLV(b, tlvPort, string([]byte{p.Port.Subtype})+cut(p.Port.Value, maxID))
	b = appendTLV(b, tlvTTL, string([]byte{byte(p.TTL >> 8), byte(p.TTL)}))
	for _, t := range []struct {
		kind int
		text string
	}{{tlvPortDescription, p.PortDescription}, {tlvSystemName, p.SystemName}, {tlvSystemDescription, p.SystemDescription}} {
		if t.text != "" {
			b = appendTLV(b, t.kind, cut(t.text, maxText))
		}
	}
	if p.Supported != 0 || p.Enabled != 0 {
		v := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(nil, p.Supported), p.Enabled)
		b = appendTLV(b, tlvCapabilities, string(v))
	}
	if p.Management != "" {
		// 802.1AB clause 8.5.9: length, family, address; interface numbering 1 (unknown), number 0, no object id.
		addr := cut(p.Management, 31)
		v := string([]byte{byte(len(addr) + 1), p.ManagementFamily}) + addr + string([]byte{1, 0, 0, 0, 0, 0})
		b = appendTLV(b, tlvManagement, v)
	}
	return appendTLV(b, tlvEnd, "")
}

func appendTLV(b []byte, kind int, value string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(kind<<9|len(value)))
	return append(b, value...)
}

func cut(s string, n int) string { return s[:min(len(s), n)] }

// Parse reads a whole frame. It refuses what 802.1AB clause 9.2.7.7 tells a receiver
// to discard: the first three TLVs must be chassis, port and TTL, none of them twice.
// It also refuses a second copy of an optional TLV that may stand once only, and a
// TLV that is shorter than its own content says.
func Parse(frame []byte) (PDU, error) {
	if len(frame) < headerLen || binary.BigEndian.Uint16(frame[12:]) != EtherType {
		return PDU{}, malformed("no LLDP frame")
	}
	var p PDU
	var seen [tlvManagement + 1]bool
	rest := frame[headerLen:]
	for i := 0; ; i++ {
		kind, value, tail, err := nextTLV(rest)
		if err != nil {
			return PDU{}, err
		}
		rest = tail
		if want := [...]int{tlvChassis, tlvPort, tlvTTL}; i < len(want) && kind != want[i] {
			return PDU{}, malformed("TLV %d is of type %d, want %d", i+1, kind, want[i])
		}
		if kind == tlvEnd {
			return p, nil
		}
		if kind < len(seen) {
			if seen[kind] && kind != tlvManagement {
				return PDU{}, malformed("a second TLV of type %d", kind)
			}
			first := !seen[kind]
			seen[kind] = true
			if err := p.take(kind, value, first); err != nil {
				return PDU{}, err
			}
		}
	}
}

// nextTLV splits the first TLV off. The End TLV may be missing when the frame ends
// right behind a TLV: 802.1AB-2016 clause 8.5.1 makes it optional.
func nextTLV(b []byte) (kind int, value, rest []byte, err error) {
	if len(b) == 0 {
		return tlvEnd, nil, nil, nil
	}
	if len(b) < 2 {
		return 0, nil, nil, malformed("half a TLV header at the end")
	}
	head := binary.BigEndian.Uint16(b)
	kind, n := int(head>>9), int(head&maxTLV)
	if n > len(b)-2 {
		return 0, nil, nil, malformed("TLV of type %d has %d octets, %d are left", kind, n, len(b)-2)
	}
	if kind == tlvEnd && n != 0 {
		return 0, nil, nil, malformed("End TLV with content")
	}
	return kind, b[2 : 2+n], b[2+n:], nil
}

func (p *PDU) take(kind int, v []byte, first bool) error {
	switch kind {
	case tlvChassis, tlvPort:
		if len(v) < 2 || len(v) > maxID+1 {
			return malformed("identifier TLV of %d octets, want 2..256", len(v))
		}
		id := ID{v[0], string(v[1:])}
		if kind == tlvChassis {
			p.Chassis = id
		} else {
			p.Port = id
		}
	case tlvTTL:
		if len(v) < 2 {
			return malformed("TTL TLV of %d octets", len(v))
		}
		p.TTL = binary.BigEndian.Uint16(v)
	case tlvPortDescription, tlvSystemName, tlvSystemDescription:
		if len(v) > maxText {
			return malformed("text TLV of %d octets, at most 255 are allowed", len(v))
		}
		*p.text(kind) = string(v)
	case tlvCapabilities:
		if len(v) != 4 {
			return malformed("capabilities TLV of %d octets, want 4", len(v))
		}
		p.Supported, p.Enabled = binary.BigEndian.Uint16(v), binary.BigEndian.Uint16(v[2:])
	case tlvManagement:
		return p.takeManagement(v, first)
	}
	return nil
}

func (p *PDU) text(kind int) *string {
	switch kind {
	case tlvPortDescription:
		return &p.PortDescription
	case tlvSystemName:
		return &p.SystemName
	}
	return &p.SystemDescription
}

// takeManagement checks every length inside the TLV (802.1AB clause 8.5.9): other
// implementations have read past its end here.
func (p *PDU) takeManagement(v []byte, first bool) error {
	if len(v) < 9 {
		return malformed("management address TLV of %d octets, want 9 or more", len(v))
	}
	n := int(v[0]) // family and address
	if n < 2 || n > 32 || 1+n+6 > len(v) {
		return malformed("management address of %d octets in a TLV of %d", n, len(v))
	}
	if oid := int(v[1+n+5]); oid > 128 || 1+n+6+oid > len(v) {
		return malformed("object identifier of %d octets in a TLV of %d", oid, len(v))
	}
	if first {
		p.ManagementFamily, p.Management = v[1], string(v[2:1+n])
	}
	return nil
}
