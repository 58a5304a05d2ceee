package screen

import (
	"encoding/xml"
	"fmt"
	"strings"

	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// Routes is `show route fabric table`.
type Routes struct {
	XMLName xml.Name     `xml:"route-information"`
	Style   string       `xml:"style,attr,omitempty"` // brief, detail or extensive
	Table   []RouteTable `xml:"route-table"`
}

// RouteTable is one table with its counters.
type RouteTable struct {
	Name         string  `xml:"table-name"`
	Destinations int     `xml:"destination-count"`
	Total        int     `xml:"total-route-count"`
	Active       int     `xml:"active-route-count"`
	Holddown     int     `xml:"holddown-route-count"`
	Hidden       int     `xml:"hidden-route-count"`
	Route        []Route `xml:"rt"`
}

// Route is one destination with all its paths.
type Route struct {
	Destination string `xml:"rt-destination"`   // 65534:1:5.00:13:dc:00:72:01
	Length      int    `xml:"rt-prefix-length"` // in bits; printed behind a slash
	Path        []Path `xml:"rt-entry"`         // the active one first
}

// Path is one way to a destination.
type Path struct {
	Active      string          `xml:"active-tag"`    // "*" for the active path, else empty
	Protocol    string          `xml:"protocol-name"` // BGP
	Preference  int             `xml:"preference"`    // 170
	Preference2 int             `xml:"preference2,omitempty"`
	Age         report.Quantity `xml:"age"`
	LocalPref   uint32          `xml:"local-preference"`
	From        string          `xml:"learned-from,omitempty"` // the reflector; empty for a path of our own
	Originator  string          `xml:"originator-id,omitempty"`
	ASPath      string          `xml:"as-path"` // I
	Validation  string          `xml:"validation-state"`
	Stale       bool            `xml:"stale,omitempty"` // kept by graceful restart
	Targets     []string        `xml:"communities>community,omitempty"`
	Hop         []Hop           `xml:"nh"`
}

// Hop is one next hop of a path.
type Hop struct {
	Selected bool   `xml:"selected-next-hop,omitempty"`
	To       string `xml:"to"`
	Via      string `xml:"via"`                  // dcfabric.0
	Label    string `xml:"mpls-label,omitempty"` // Push 200005, Push 24, Push 1007(top)
}

// TopMark stands behind the label that is pushed last.
const TopMark = "(top)"

// Top puts the label of the announcing device on top of the stack of MAC routes: it
// is not in the route, for every ingress knows it (QF-REF 1.10). labels are those of
// devices by their control-plane addresses.
func (t *RouteTable) Top(labels map[string]inventory.Label) {
	for _, r := range t.Route {
		for _, p := range r.Path {
			for i := range p.Hop {
				h := &p.Hop[i]
				if top, ok := labels[h.To]; ok && h.Label != "" && !strings.HasSuffix(h.Label, TopMark) {
					h.Label = fmt.Sprintf("%s, Push %d%s", h.Label, top, TopMark)
				}
			}
		}
	}
}

// RouteSummary is `show route fabric summary`.
type RouteSummary struct {
	XMLName xml.Name       `xml:"route-summary-information"`
	AS      uint32         `xml:"as-number"`
	ID      string         `xml:"router-id"`
	Table   []SummaryTable `xml:"route-table"`
}

// SummaryTable counts the routes of one table.
type SummaryTable struct {
	Name         string `xml:"table-name"`
	Destinations int    `xml:"destination-count"`
	Total        int    `xml:"total-route-count"`
	Active       int    `xml:"active-route-count"`
	Holddown     int    `xml:"holddown-route-count"`
	Hidden       int    `xml:"hidden-route-count"`
	Stale        int    `xml:"stale-route-count"` // kept by graceful restart
}
