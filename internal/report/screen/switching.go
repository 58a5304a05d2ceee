package screen

import (
	"encoding/xml"
	"slices"
)

// MACTable is `show ethernet-switching table`.
type MACTable struct {
	XMLName xml.Name  `xml:"ethernet-switching-table-information"`
	Table   MACCounts `xml:"ethernet-switching-table"`
}

// MACCounts is the table itself under its two counters.
type MACCounts struct {
	Style   string     `xml:"style,attr,omitempty"` // brief, detail, extensive or summary
	Count   int        `xml:"mac-table-count"`
	Learned int        `xml:"mac-table-learned"`
	Entry   []MACEntry `xml:"mac-table-entry"`
}

// MACEntry is one line of the table.
type MACEntry struct {
	VLAN      string `xml:"mac-vlan"`
	Tag       uint16 `xml:"mac-vlan-tag,omitempty"`             // 0: the VLAN has no vlan-id
	Address   string `xml:"mac-address"`                        // a star for Flood
	Type      string `xml:"mac-type"`                           // Flood, Learn, Static, Remote
	Age       string `xml:"mac-age"`                            // "0", "1:12", or "-" where there is none
	Interface string `xml:"mac-interfaces-list>mac-interfaces"` // of the member; All-members for Flood; the far member's name for Remote
	Node      string `xml:"mac-node,omitempty"`                 // far member of a Remote entry
	Label     uint32 `xml:"mac-port-label,omitempty"`           // its port label
	Seq       uint32 `xml:"mac-mobility,omitempty"`             // RFC 7432 section 7.7 sequence number
}

// The words of MACEntry.Type. QFabric's are the first three; Remote is ours and
// stands at a member alone, for an address that another member announced.
const (
	Flood  = "Flood"
	Learn  = "Learn"
	Static = "Static"
	Remote = "Remote"
)

// AllMembers is the interface of a Flood entry.
const AllMembers = "All-members"

// Prefix puts the owner's name in front of the member's own interfaces.
func (r *MACTable) Prefix(owner string) {
	for i := range r.Table.Entry {
		e := &r.Table.Entry[i]
		if e.Type == Learn || e.Type == Static {
			e.Interface = prefixed(owner, e.Interface)
		}
	}
}

// Join adds what another member learned itself: its Remote entries are dropped,
// since the member that they point to tells them as Learn, and one Flood line per
// VLAN is kept. It sorts by VLAN and address with Flood first and counts anew.
func (r *MACTable) Join(other MACTable) {
	for _, e := range other.Table.Entry {
		flood := e.Type == Flood && slices.ContainsFunc(r.Table.Entry, func(m MACEntry) bool {
			return m.Type == Flood && m.VLAN == e.VLAN
		})
		if e.Type != Remote && !flood {
			r.Table.Entry = append(r.Table.Entry, e)
		}
	}
	r.Sort()
}

// SwitchInterfaces is `show ethernet-switching interfaces`.
type SwitchInterfaces struct {
	XMLName   xml.Name          `xml:"switching-interface-information"`
	Style     string            `xml:"style,attr,omitempty"`
	Interface []SwitchInterface `xml:"interface"`
}

// SwitchInterface is one interface with the VLANs it is in.
type SwitchInterface struct {
	Name    string         `xml:"interface-name"`
	State   string         `xml:"interface-state"` // Up or Down
	Index   uint32         `xml:"interface-index,omitempty"`
	Mode    string         `xml:"interface-port-mode,omitempty"` // access or trunk
	MACs    int            `xml:"interface-mac-count"`           // learned here
	Members []SwitchMember `xml:"interface-vlan-member-list>interface-vlan-member"`
}

// SwitchMember is one VLAN of an interface.
type SwitchMember struct {
	VLAN     string `xml:"interface-vlan-name"`
	Tag      uint16 `xml:"interface-vlan-member-tagid,omitempty"`
	Tagging  string `xml:"interface-vlan-member-tagness"` // Tagged or Untagged
	Blocking string `xml:"blocking-status"`               // Unblocked
}

// Unblocked is the state of an interface that nothing blocks.
const Unblocked = "unblocked"

// Prefix puts the owner's name in front of every interface name.
func (r *SwitchInterfaces) Prefix(owner string) {
	for i := range r.Interface {
		r.Interface[i].Name = prefixed(owner, r.Interface[i].Name)
	}
}

// Join appends the interfaces of another member.
func (r *SwitchInterfaces) Join(other SwitchInterfaces) {
	r.Interface = append(r.Interface, other.Interface...)
}
