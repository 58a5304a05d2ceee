package route

import (
	"encoding/binary"
	"fmt"
)

// Family is an address family of BGP: AFI in the high 16 bits, SAFI in the low
// 8 (RFC 4760 section 3).
type Family uint32

// The families of the fabric.
const (
	EVPN      Family = 25<<16 | 70    // RFC 7432 section 7
	Targets   Family = 1<<16 | 132    // RFC 4684 section 4
	LinkState Family = 16388<<16 | 71 // RFC 9552 section 4.3
)

// Families returns the families of the fabric; Targets comes first because a
// reflector waits for it before it sends the others (RFC 4684 section 6).
func Families() []Family { return []Family{Targets, EVPN, LinkState} }

// NewFamily joins an AFI and a SAFI.
func NewFamily(afi uint16, safi uint8) Family { return Family(afi)<<16 | Family(safi) }

// AFI returns the address family identifier.
func (f Family) AFI() uint16 { return uint16(f >> 16) }

// SAFI returns the subsequent address family identifier.
func (f Family) SAFI() uint8 { return uint8(f) }

// Known reports whether the family is one of the fabric's.
func (f Family) Known() bool { return f == EVPN || f == Targets || f == LinkState }

// Table returns the name under which the shell shows the family (QF-REF 1.9).
func (f Family) Table() string {
	switch f {
	case EVPN:
		return "bgp.bridgevpn.0"
	case Targets:
		return "bgp.rtarget.0"
	case LinkState:
		return "bgp.fabricvpn.0"
	}
	return fmt.Sprintf("bgp.%d-%d.0", f.AFI(), f.SAFI())
}

// ParseTable is the inverse of Table for the families of the fabric.
func ParseTable(name string) (Family, error) {
	for _, f := range Families() {
		if f.Table() == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("no fabric table named %q", name)
}

// String returns the table name.
func (f Family) String() string { return f.Table() }

func appendFamily(b []byte, f Family) []byte {
	return append(binary.BigEndian.AppendUint16(b, f.AFI()), f.SAFI())
}
