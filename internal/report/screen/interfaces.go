package screen

import (
	"encoding/xml"

	"oneswitch/internal/report"
)

// The styles of Interfaces.
const (
	Terse      = "terse"
	Brief      = "brief"
	Normal     = "normal"
	Media      = "media"
	Statistics = "statistics"
	Detail     = "detail"
	Extensive  = "extensive"
	// Descriptions lists the ports that have a description, and nothing else.
	Descriptions = "description"
)

// The words of administrative and operational state.
const (
	Up   = "up"
	Down = "down"
)

// UpDown returns the Junos word for a state.
func UpDown(up bool) string {
	if up {
		return Up
	}
	return Down
}

// Interfaces is `show interfaces` in all its styles.
type Interfaces struct {
	XMLName  xml.Name   `xml:"interface-information"`
	Style    string     `xml:"style,attr,omitempty"` // one of the styles
	Physical []Physical `xml:"physical-interface"`
}

// Physical is one port.
type Physical struct {
	Name        string           `xml:"name"`
	Admin       string           `xml:"admin-status"` // Up or Down
	Oper        string           `xml:"oper-status"`  // Up or Down
	LocalIndex  uint32           `xml:"local-index,omitempty"`
	SNMPIndex   uint32           `xml:"snmp-index,omitempty"`
	Description string           `xml:"description,omitempty"`
	LinkType    string           `xml:"link-level-type,omitempty"` // empty in Terse
	MTU         uint32           `xml:"mtu,omitempty"`
	Speed       string           `xml:"speed,omitempty"`
	MAC         string           `xml:"current-physical-address,omitempty"`
	Flapped     *report.Quantity `xml:"interface-flapped"`  // last carrier change; absent before the first
	Traffic     *Traffic         `xml:"traffic-statistics"` // absent in Terse
	Extended
	Logical []Logical `xml:"logical-interface"`
}

// Extended is what style Extensive adds to a port.
type Extended struct {
	Ethernet  *Ethernet `xml:"ethernet-mac-statistics"`
	Errors    *Errors   `xml:"input-error-list"`
	OutErrors *OutError `xml:"output-error-list"`
}

// Ethernet counts frames and their octets; tools read it rather than Traffic.
type Ethernet struct {
	InputBytes    uint64 `xml:"input-bytes"`
	OutputBytes   uint64 `xml:"output-bytes"`
	InputPackets  uint64 `xml:"input-packets"`
	OutputPackets uint64 `xml:"output-packets"`
}

// Traffic counts what passed a port. The rates are an average over the last
// seconds.
type Traffic struct {
	InputBytes    uint64 `xml:"input-bytes"`
	InputBPS      uint64 `xml:"input-bps"`
	OutputBytes   uint64 `xml:"output-bytes"`
	OutputBPS     uint64 `xml:"output-bps"`
	InputPackets  uint64 `xml:"input-packets"`
	InputPPS      uint64 `xml:"input-pps"`
	OutputPackets uint64 `xml:"output-packets"`
	OutputPPS     uint64 `xml:"output-pps"`
}

// Errors counts what a port received and did not forward.
type Errors struct {
	Errors uint64 `xml:"input-errors"`
	Drops  uint64 `xml:"input-drops"`
	Reason []Drop `xml:"input-drop-reason"` // drops of the forwarding plane by name, without those that are zero
}

// Drop is one named drop reason of the forwarding plane.
type Drop struct {
	Name    string `xml:"name"`
	Packets uint64 `xml:"packets"`
}

// OutError counts what a port could not send.
type OutError struct {
	Carrier uint64 `xml:"carrier-transitions"`
	Errors  uint64 `xml:"output-errors"`
	Drops   uint64 `xml:"output-drops"`
}

// Logical is one unit of a port.
type Logical struct {
	Name   string   `xml:"name"`
	Admin  string   `xml:"admin-status"`
	Oper   string   `xml:"oper-status"`
	Family []Family `xml:"address-family"`
}

// Family is one protocol family of a unit.
type Family struct {
	Name  string `xml:"address-family-name"`            // eth-switch
	Flags string `xml:"address-family-flags,omitempty"` // Is-Primary, Trunk-Mode
}

// Prefix puts the owner's name in front of every interface name.
func (r *Interfaces) Prefix(owner string) {
	for i := range r.Physical {
		p := &r.Physical[i]
		p.Name = prefixed(owner, p.Name)
		for j := range p.Logical {
			p.Logical[j].Name = prefixed(owner, p.Logical[j].Name)
		}
	}
}

// Join appends the interfaces of another member.
func (r *Interfaces) Join(other Interfaces) { r.Physical = append(r.Physical, other.Physical...) }

func prefixed(owner, name string) string {
	if owner == "" || name == "" {
		return name
	}
	return owner + ":" + name
}
