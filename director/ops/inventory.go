package ops

import (
	"encoding/xml"
	"slices"
	"time"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
)

// Words of the columns Connection and Configuration (QF-REF 3.3).
const (
	wordConnected    = "Connected"
	wordDisconnected = "Disconnected"
	wordConfigured   = "Configured"
	wordInitializing = "Initializing"
)

// InventoryReport is `show fabric administration inventory` in all its forms but
// director-group status (QF-REF 3.3).
type InventoryReport struct {
	XMLName  xml.Name           `xml:"fabric-administration-inventory"`
	Sections []InventorySection `xml:"inventory-section"`
	Dated    bool               `xml:"-"` // text tells since when
}

// InventorySection is one kind of component: Node group, Interconnect device ...
type InventorySection struct {
	Title string          `xml:"section-name"`
	Items []InventoryItem `xml:"inventory-item"`
}

// InventoryItem is one component, or a group of them.
type InventoryItem struct {
	Name          string          `xml:"item-name"`
	Identifier    string          `xml:"item-identifier,omitempty"`
	Model         string          `xml:"item-model,omitempty"`
	Connection    string          `xml:"connection-status,omitempty"`
	Configuration string          `xml:"configuration-status,omitempty"`
	Since         *screen.Moment  `xml:"connection-time"`     // when it came or went
	Host          string          `xml:"hosted-on,omitempty"` // director that runs a virtual component
	Parts         []InventoryItem `xml:"inventory-item"`
}

// Text prints the inventory as a tree in four columns; a list of devices tells since
// when each is as it is, too.
func (r InventoryReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "Item", Width: 14}, {Title: "Identifier", Width: 15}, {Title: "Connection", Width: 15}, {Title: "Configuration"},
	}}
	if r.Dated {
		t.Columns = append(t.Columns, report.Column{Title: "Since"})
	}
	for _, s := range r.Sections {
		t.Rows = append(t.Rows, []string{s.Title})
		for _, item := range s.Items {
			at := len(t.Rows)
			t.Rows = appendItem(t.Rows, item, "  ")
			if r.Dated && item.Since != nil {
				t.Rows[at] = append(t.Rows[at], item.Since.String())
			}
		}
	}
	w.Table(t)
}

func appendItem(rows [][]string, item InventoryItem, indent string) [][]string {
	rows = append(rows, []string{indent + item.Name, item.Identifier, item.Connection, item.Configuration})
	for _, part := range item.Parts {
		rows = appendItem(rows, part, indent+"  ")
	}
	return rows
}

// Standing is what the leader knows of one component at the moment.
type Standing struct {
	Connected  bool
	Configured bool      // it runs what the configuration wants of it
	Known      bool      // Configured has a meaning: the component has reported what it runs
	Debt       uint64    // revision that it still owes; 0 for none
	Since      time.Time // when it came or went; zero: not seen since the director started
}

func (v View) item(id inventory.MemberID, name, identifier string) InventoryItem {
	it := v.Standing[id].item(name, identifier)
	it.Since = screen.NewMoment(v.Standing[id].Since, v.Now, "")
	return it
}

func (s Standing) item(name, identifier string) InventoryItem {
	it := InventoryItem{Name: name, Identifier: identifier, Connection: wordDisconnected}
	if s.Connected {
		it.Connection = wordConnected
	}
	switch {
	case s.Known && s.Configured:
		it.Configuration = wordConfigured
	case s.Connected:
		it.Configuration = wordInitializing
	}
	return it
}

func (v View) byRole(role inventory.Role) []inventory.Member {
	var out []inventory.Member
	for _, m := range append(slices.Clone(v.Members.Members()), v.Missing...) {
		if m.Role == role {
			out = append(out, m)
		}
	}
	return out
}

// nodeGroups returns the configured groups and a group of its own for each node
// that is in none, in the order NW-NG-0, then by name (QF-REF 1.5).
func (v View) nodeGroups() []inventory.NodeGroup {
	groups := slices.Clone(v.Groups)
	taken := map[inventory.MemberID]bool{}
	has := false
	for _, g := range groups {
		has = has || g.Name == inventory.NetworkNodeGroup
		for _, id := range g.Members {
			taken[id] = true
		}
	}
	if !has {
		groups = append(groups, inventory.NodeGroup{Name: inventory.NetworkNodeGroup, NetworkDomain: true})
	}
	for _, m := range v.byRole(inventory.RoleNode) {
		if !taken[m.ID] {
			groups = append(groups, inventory.NodeGroup{Name: m.Name(), Members: []inventory.MemberID{m.ID}})
		}
	}
	slices.SortStableFunc(groups, func(a, b inventory.NodeGroup) int {
		if a.NetworkDomain != b.NetworkDomain {
			if a.NetworkDomain {
				return -1
			}
			return 1
		}
		return conf.Natural(a.Name, b.Name)
	})
	return groups
}

// member looks a member up, also one that is only configured.
func (v View) member(id inventory.MemberID) inventory.Member {
	if m, ok := v.Members.Member(id); ok {
		return m
	}
	for _, m := range v.Missing {
		if m.ID == id {
			return m
		}
	}
	return inventory.Member{ID: id, Role: inventory.RoleNode}
}

func (v View) groupSection(only string, expand bool) InventorySection {
	s := InventorySection{Title: "Node group"}
	for _, g := range v.nodeGroups() {
		if only != "" && g.Name != only {
			continue
		}
		s.Items = append(s.Items, v.groupItem(g, expand))
	}
	return s
}

// groupItem shows a group as connected when one of its members is, and as
// configured when all connected ones are. The network node group exists from the
// start, without nodes (QF-REF 1.5).
func (v View) groupItem(g inventory.NodeGroup, expand bool) InventoryItem {
	sum := Standing{Configured: true, Known: true, Connected: g.NetworkDomain && len(g.Members) == 0 && v.Leader != ""}
	var parts []InventoryItem
	for _, id := range g.Members {
		m, st := v.member(id), v.Standing[id]
		sum.Connected = sum.Connected || st.Connected
		sum.Configured = sum.Configured && (st.Configured || !st.Connected)
		part := v.item(m.ID, m.Name(), string(m.ID))
		part.Configuration, part.Model = "", m.Model
		parts = append(parts, part)
	}
	it := sum.item(g.Name, "")
	if !sum.Connected {
		it.Configuration = ""
	}
	if expand {
		it.Parts = parts
	}
	return it
}

func (v View) interconnectSection(only string, expand bool) InventorySection {
	s := InventorySection{Title: "Interconnect device"}
	for _, m := range v.byRole(inventory.RoleInterconnect) {
		if only != "" && m.Name() != only && string(m.ID) != only {
			continue
		}
		it := v.item(m.ID, m.Name(), string(m.ID))
		it.Model = m.Model
		if expand { // one control board; a chassis with two would show RE1 as well
			it.Parts = []InventoryItem{{Name: string(m.ID) + "/RE0", Connection: it.Connection}}
		}
		s.Items = append(s.Items, it)
	}
	return s
}

func (v View) nodeSection(only string) InventorySection {
	s := InventorySection{Title: "Node device"}
	for _, m := range v.byRole(inventory.RoleNode) {
		if only != "" && m.Name() != only && string(m.ID) != only {
			continue
		}
		it := v.item(m.ID, m.Name(), string(m.ID))
		it.Model = m.Model
		s.Items = append(s.Items, it)
	}
	return s
}

// virtualSections are the components that live with the leading director, and the
// fabric controls.
func (v View) virtualSections(only string) []InventorySection {
	leading := Standing{Connected: v.Leader != "", Configured: v.Leader != "", Known: true}
	local := func(name string) InventoryItem {
		it := leading.item(name, "")
		it.Host = v.Leader
		return it
	}
	control := InventorySection{Title: "Fabric control"}
	for _, m := range v.byRole(inventory.RoleFabricControl) {
		control.Items = append(control.Items, v.item(m.ID, m.Name(), ""))
	}
	all := []InventorySection{
		{Title: "Fabric manager", Items: []InventoryItem{local(FabricManager)}},
		control,
		{Title: "Diagnostic routing engine", Items: []InventoryItem{local(DiagnosticEngine)}},
	}
	var out []InventorySection
	for _, s := range all {
		if only != "" {
			s.Items = slices.DeleteFunc(s.Items, func(it InventoryItem) bool { return it.Name != only })
		}
		if len(s.Items) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// Names of the virtual components that every leading director serves (QF-REF 1.4).
const (
	FabricManager    = "FM-0"
	DiagnosticEngine = "DRE-0"
)
