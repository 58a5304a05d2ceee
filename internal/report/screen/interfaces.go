package screen

import "encoding/xml"

// Interfaces is `show interfaces` in all its styles.
type Interfaces struct {
	XMLName  xml.Name   `xml:"interface-information"`
	Style    string     `xml:"style,attr,omitempty"` // terse, normal, extensive
	Physical []Physical `xml:"physical-interface"`
}

// The styles of Interfaces.
const (
	Terse     = "terse"
	Normal    = "normal"
	Extensive = "extensive"
)

// Physical is one port.
type Physical struct {
	Name        string `xml:"name"`
	Admin       string `xml:"admin-status"` // up, down
	Oper        string `xml:"oper-status"`  // up, down
	LocalIndex  uint32 `xml:"local-index,omitempty"`
	SNMPIndex   uint32 `xml:"snmp-index,omitempty"`
	Description string `xml:"description,omitempty"`

	Detail   *PhysicalDetail  `xml:",omitempty"`
	Counters *PhysicalTraffic `xml:",omitempty"`
	Logical  []Logical        `xml:"logical-interface"`
}
