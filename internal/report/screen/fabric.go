package screen

import "encoding/xml"

// FabricSummary is `show fabric summary` of a component (QF-REF 3.7).
type FabricSummary struct {
	XMLName xml.Name `xml:"fabric-summary"`
	AS      uint32   `xml:"autonomous-system"`
	ID      string   `xml:"ine-id"`   // control-plane address
	Type    string   `xml:"ine-type"` // Network, Server, Fabric Control or Interconnect
	Mode    string   `xml:"simulation-mode"`
}

// DomainMap is `show fabric vlan-domain-map`.
type DomainMap struct {
	XMLName xml.Name      `xml:"fabric-vlan-domain-map"`
	Entry   []DomainEntry `xml:"vlan-domain"`
}

// DomainEntry ties a vlan-id to the number of its L2 domain.
type DomainEntry struct {
	Name   string `xml:"vlan-name"`
	Tag    uint16 `xml:"vlan-tag,omitempty"`
	Domain uint32 `xml:"l2-domain"`
	IFL    string `xml:"l3-ifl"` // "-" without a routed interface
	L3     string `xml:"l3-domain"`
}

// FabricPorts is `show chassis fabric device NAME`: the fabric ports of one member.
type FabricPorts struct {
	XMLName xml.Name     `xml:"fabric-device-information"`
	Port    []FabricPort `xml:"fabric-port"`
}

// FabricPort is one end of a fabric link.
type FabricPort struct {
	Device     string `xml:"device-name"`
	Type       string `xml:"device-type"` // Node or Interconnect
	Port       string `xml:"port-name"`
	Admin      string `xml:"admin-status"` // Up or Down
	Link       string `xml:"link-status"`
	Remote     string `xml:"remote-device,omitempty"` // as its hellos say; empty while none was heard
	RemotePort string `xml:"remote-port,omitempty"`
}

// Join appends the ports of another member.
func (r *FabricPorts) Join(other FabricPorts) { r.Port = append(r.Port, other.Port...) }
