package screen

import (
	"encoding/xml"
	"slices"
)

// VLANs is `show vlans`.
type VLANs struct {
	XMLName xml.Name `xml:"vlan-information"`
	Style   string   `xml:"style,attr,omitempty"` // brief, detail or extensive
	VLAN    []VLAN   `xml:"vlan"`
}

// VLAN is one VLAN and its interfaces.
type VLAN struct {
	Name        string       `xml:"vlan-name"`
	Tag         uint16       `xml:"vlan-tag,omitempty"` // 0 when the VLAN has no vlan-id
	Description string       `xml:"vlan-description,omitempty"`
	Members     []VLANMember `xml:"vlan-detail>vlan-member-list>vlan-member"`
}

// VLANMember is one interface of a VLAN. Junos marks an interface whose link is up
// with a star behind its name, in XML as well.
type VLANMember struct {
	Interface string `xml:"vlan-member-interface"` // xe-0/0/7.0*, with the star when Active
	Tagging   string `xml:"vlan-member-tagness"`   // Tagged or Untagged
	Mode      string `xml:"vlan-member-port-mode"` // access or trunk
}

// The words of VLANMember.Tagging and SwitchMember.Tagging.
const (
	Tagged   = "tagged"
	Untagged = "untagged"
)

// Prefix puts the owner's name in front of every interface name.
func (r *VLANs) Prefix(owner string) {
	for i := range r.VLAN {
		for j := range r.VLAN[i].Members {
			m := &r.VLAN[i].Members[j]
			m.Interface = prefixed(owner, m.Interface)
		}
	}
}

// Join adds another member's interfaces to the VLANs of the same name, and the
// VLANs that are not here yet at the end.
func (r *VLANs) Join(other VLANs) {
	for _, v := range other.VLAN {
		i := slices.IndexFunc(r.VLAN, func(mine VLAN) bool { return mine.Name == v.Name })
		if i < 0 {
			r.VLAN = append(r.VLAN, v)
			continue
		}
		r.VLAN[i].Members = append(r.VLAN[i].Members, v.Members...)
	}
}
