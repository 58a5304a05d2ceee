package screen

import (
	"fmt"

	"oneswitch/internal/report"
)

// Text writes the layout of QF-REF 3.7.
func (r FabricSummary) Text(w *report.Writer) {
	w.Linef("Autonomous System : %d", r.AS)
	w.Linef("INE Id            : %s", r.ID)
	w.Linef("INE Type          : %s", r.Type)
	w.Linef("Simulation Mode   : %s", r.Mode)
}

// Text writes a line for each VLAN.
func (r DomainMap) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "Vlan", Width: 10}, {Title: "Name", Width: 16}, {Title: "L2Domain", Width: 10}, {Title: "L3-Ifl", Width: 10}, {Title: "L3-Domain"},
	}}
	for _, e := range r.Entry {
		t.Rows = append(t.Rows, []string{orElse(tag(e.Tag), "-"), e.Name, fmt.Sprint(e.Domain), e.IFL, e.L3})
	}
	w.Table(t)
}

// Text writes a line for each fabric port.
func (r FabricPorts) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "Device Name", Width: 13}, {Title: "Type", Width: 12}, {Title: "Port", Width: 12}, {Title: "Admin", Width: 6}, {Title: "Link", Width: 6},
		{Title: "Remote device", Width: 15}, {Title: "Remote port"},
	}}
	for _, p := range r.Port {
		t.Rows = append(t.Rows, []string{p.Device, p.Type, p.Port, title(p.Admin), title(p.Link), orElse(p.Remote, "-"), orElse(p.RemotePort, "-")})
	}
	w.Table(t)
}

// title returns Up or Down as this screen spells it.
func title(state string) string {
	if state == Up {
		return "Up"
	}
	return "Down"
}
