package inventory

import (
	"fmt"
	"net"
	"strconv"
)

// VLANID is an IEEE 802.1Q VLAN identifier, 1..4094 (802.1Q clause 9.6). Zero
// means no tag.
type VLANID uint16

// MaxVLANID is the highest usable VLAN identifier.
const MaxVLANID VLANID = 4094

// ParseVLANID reads a decimal VLAN identifier in 1..4094.
func ParseVLANID(s string) (VLANID, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n < 1 || n > uint64(MaxVLANID) {
		return 0, fmt.Errorf("vlan-id %q is not in 1..%d", s, MaxVLANID)
	}
	return VLANID(n), nil
}

// DomainID numbers an L2 domain (a VLAN of the fabric), 1..65535. It is the
// vlan-id where the VLAN has one; VLANs without a vlan-id get a stable number
// from 4096 upward from the directors.
type DomainID uint32

// MaxDomainID is the highest domain number; FirstUntaggedDomain is the lowest
// one for a VLAN that has no vlan-id.
const (
	MaxDomainID         DomainID = 65535
	FirstUntaggedDomain DomainID = 4096
)

// MAC is an IEEE 802 MAC address, comparable so that it can be a map key.
type MAC [6]byte

// String prints the address as Junos does: lower case, colons.
func (m MAC) String() string { return net.HardwareAddr(m[:]).String() }

// IsMulticast reports whether the group bit is set (broadcast included).
func (m MAC) IsMulticast() bool { return m[0]&1 != 0 }

// IsZero reports whether all octets are zero.
func (m MAC) IsZero() bool { return m == MAC{} }

// ParseMAC reads a 48-bit address in any form net.ParseMAC takes.
func ParseMAC(s string) (m MAC, err error) {
	hw, err := net.ParseMAC(s)
	if err != nil || len(hw) != len(m) {
		return m, fmt.Errorf("%q is not a 48-bit MAC address such as 00:13:dc:00:72:01", s)
	}
	copy(m[:], hw)
	return m, nil
}

// MarshalText writes the address in its printed form.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the printed form.
func (m *MAC) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMAC(string(b))
	return err
}
