package screen

import "encoding/xml"

// LLDPNeighbors is `show lldp neighbors`.
type LLDPNeighbors struct {
	XMLName  xml.Name       `xml:"lldp-neighbors-information"`
	Style    string         `xml:"style,attr,omitempty"` // brief or detail
	Neighbor []LLDPNeighbor `xml:"lldp-neighbor-information"`
}

// LLDPNeighbor is one neighbour on one port.
type LLDPNeighbor struct {
	Interface   string `xml:"lldp-local-interface"`
	Parent      string `xml:"lldp-local-parent-interface-name"` // "-" outside a LAG
	IDType      string `xml:"lldp-remote-chassis-id-subtype"`
	Chassis     string `xml:"lldp-remote-chassis-id"`
	PortType    string `xml:"lldp-remote-port-id-subtype,omitempty"`
	Port        string `xml:"lldp-remote-port-id"`
	Description string `xml:"lldp-remote-port-description,omitempty"`
	System      string `xml:"lldp-remote-system-name,omitempty"`
	About       string `xml:"lldp-remote-system-description,omitempty"`
	TTL         uint16 `xml:"lldp-ttl,omitempty"`
}

// Prefix puts the owner's name in front of every local interface name.
func (r *LLDPNeighbors) Prefix(owner string) {
	for i := range r.Neighbor {
		r.Neighbor[i].Interface = prefixed(owner, r.Neighbor[i].Interface)
	}
}

// Join appends the neighbours of another member.
func (r *LLDPNeighbors) Join(other LLDPNeighbors) { r.Neighbor = append(r.Neighbor, other.Neighbor...) }

// LLDPLocal is `show lldp local-information`.
type LLDPLocal struct {
	XMLName   xml.Name   `xml:"lldp-local-info"`
	Chassis   string     `xml:"lldp-local-chassis-id"`
	System    string     `xml:"lldp-local-system-name"`
	About     string     `xml:"lldp-local-system-description"`
	Supported string     `xml:"lldp-local-system-capability-supported"`
	Enabled   string     `xml:"lldp-local-system-capability-enabled"`
	Interface []LLDPPort `xml:"lldp-local-interface-info"`
}

// LLDPPort is one local port that speaks LLDP.
type LLDPPort struct {
	Name        string `xml:"lldp-local-interface-name"`
	Parent      string `xml:"lldp-local-parent-interface-name"` // "-" outside a LAG
	Index       uint32 `xml:"lldp-local-interface-id"`
	Description string `xml:"lldp-local-interface-description"`
	Status      string `xml:"lldp-local-interface-status"` // Up or Down
}

// LLDPSettings is `show lldp`.
type LLDPSettings struct {
	XMLName  xml.Name `xml:"lldp"`
	Status   string   `xml:"lldp-global-status"` // Enabled
	Interval int      `xml:"lldp-advertisement-interval"`
	Hold     int      `xml:"lldp-transmit-hold-multiplier"`
	Ports    int      `xml:"lldp-port-count"`
	Limit    int      `xml:"lldp-neighbor-limit"` // per port
}

// LLDPStatistics is `show lldp statistics`.
type LLDPStatistics struct {
	XMLName xml.Name    `xml:"lldp-statistics-information"`
	Port    []LLDPCount `xml:"lldp-local-statistics-information"`
}

// LLDPCount are the counters of one port (802.1AB clause 10.5.2).
type LLDPCount struct {
	Name     string `xml:"lldp-local-interface-name"`
	Received uint64 `xml:"stats-rx-total"`
	Unknown  uint64 `xml:"stats-rx-ignored"`   // more neighbours than are kept
	Errors   uint64 `xml:"stats-rx-discarded"` // malformed
	Sent     uint64 `xml:"stats-tx-total"`
	Aged     uint64 `xml:"stats-ageouts-total"`
}
