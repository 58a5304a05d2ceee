package intent

import (
	"encoding/xml"
	"net/netip"

	"oneswitch/inventory"
)

// Version is the contract's version. A member refuses an intent of a higher one.
const Version = 1

// Namespace is the XML namespace of intents and of the member RPCs.
const Namespace = "urn:oneswitch:fabric:1"

// Intent is everything that the directors want of one member.
type Intent struct {
	XMLName xml.Name           `xml:"urn:oneswitch:fabric:1 intent"`
	Version int                `xml:"version"`
	Member  inventory.MemberID `xml:"member"` // serial number of the member it is for
	Name    string             `xml:"name"`   // alias, else serial: prompt and prefixes
	Fabric  string             `xml:"fabric"` // host name of the whole system
	Role    inventory.Role     `xml:"role"`
	Device  inventory.DeviceID `xml:"device"`
	Group   string             `xml:"group,omitempty"` // node group; empty on interconnects
	Aging   uint32             `xml:"aging"`           // MAC aging time in seconds, 0 = never
	Peers   []Peer             `xml:"peer"`            // all nodes and interconnects, self included
	Domains []Domain           `xml:"domain"`          // the L2 domains that this member has ports in
	Ports   []Port             `xml:"port"`            // configured access ports; others are as shipped
}

// Peer is a member of the fabric as another member must know it: how its BGP
// next hop (Address) and its label belong together.
type Peer struct {
	Member  inventory.MemberID `xml:"member"`
	Name    string             `xml:"name"`
	Role    inventory.Role     `xml:"role"`
	Device  inventory.DeviceID `xml:"device"`
	Address netip.Addr         `xml:"address"` // control-plane address
}

// Domain is an L2 domain: one VLAN of the fabric.
type Domain struct {
	ID   inventory.DomainID `xml:"id"`
	Name string             `xml:"name"`          // VLAN name
	Tag  inventory.VLANID   `xml:"tag,omitempty"` // 802.1Q identifier on trunks; 0 = none
}

// PortMode says how a port treats tags (IEEE 802.1Q clause 6.9).
type PortMode string

// The port modes of family ethernet-switching.
const (
	Access PortMode = "access" // untagged, one domain
	Trunk  PortMode = "trunk"  // tagged, several domains, one may be native
	NoMode PortMode = "none"   // the port carries no L2 domain
)

// Port is the configuration of one access port.
type Port struct {
	Port        inventory.Port       `xml:"name"`
	Description string               `xml:"description,omitempty"`
	Disable     bool                 `xml:"disable,omitempty"` // administratively down
	MTU         uint16               `xml:"mtu,omitempty"`     // octets with Ethernet header (Junos), 0 = 1514
	Mode        PortMode             `xml:"mode"`
	Native      inventory.DomainID   `xml:"native,omitempty"` // untagged domain of a trunk; 0 = drop untagged
	Domains     []inventory.DomainID `xml:"domain"`           // access: exactly one; trunk: the tagged ones
	Origin      string               `xml:"origin,omitempty"` // configuration path that caused it, for explain
}
