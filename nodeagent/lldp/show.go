package lldp

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// Chassis identifier subtypes of 802.1AB table 8-2; those of ports (table 8-3)
// differ in order.
const (
	chassisComponent = 1
	chassisInterface = 6
	chassisLocal     = 7
	chassisAddress   = 5
	portMAC          = 3
	portAddress      = 4
	portLocal        = 7
)

// ChassisText returns the chassis identifier as a person reads it.
func (p PDU) ChassisText() string {
	switch p.Chassis.Subtype {
	case ChassisMAC:
		return hardware(p.Chassis.Value)
	case chassisAddress:
		return network(p.Chassis.Value)
	}
	return plain(p.Chassis.Value)
}

// ChassisKind returns the subtype of the chassis identifier in Junos' words.
func (p PDU) ChassisKind() string {
	switch p.Chassis.Subtype {
	case chassisComponent:
		return "Chassis component"
	case ChassisMAC:
		return "Mac address"
	case chassisAddress:
		return "Network address"
	case chassisInterface:
		return "Interface name"
	case chassisLocal:
		return "Locally assigned"
	}
	return fmt.Sprintf("Subtype %d", p.Chassis.Subtype)
}

// PortText returns the port identifier as a person reads it.
func (p PDU) PortText() string {
	switch p.Port.Subtype {
	case portMAC:
		return hardware(p.Port.Value)
	case portAddress:
		return network(p.Port.Value)
	}
	return plain(p.Port.Value)
}

// PortKind returns the subtype of the port identifier in Junos' words.
func (p PDU) PortKind() string {
	switch p.Port.Subtype {
	case portMAC:
		return "Mac address"
	case portAddress:
		return "Network address"
	case PortInterface:
		return "Interface name"
	case portLocal:
		return "Locally assigned"
	}
	return fmt.Sprintf("Subtype %d", p.Port.Subtype)
}

func hardware(v string) string { return net.HardwareAddr(v).String() }

// network reads a family octet and an address (802.1AB clause 8.5.2.3).
func network(v string) string {
	if len(v) > 1 {
		if a, ok := netip.AddrFromSlice([]byte(v[1:])); ok {
			return a.String()
		}
	}
	return plain(v)
}

// plain keeps what may stand on a screen: foreign text must not move a cursor.
func plain(v string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\ufffd' || (r >= 0x80 && r < 0xa0) {
			return '.'
		}
		return r
	}, strings.ToValidUTF8(v, "."))
}

// Text returns foreign text safe to show.
func Text(v string) string { return plain(v) }
