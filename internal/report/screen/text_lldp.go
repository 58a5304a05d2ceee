package screen

import (
	"fmt"

	"oneswitch/internal/report"
)

// Text writes one line for each neighbour, in style detail a block.
func (r LLDPNeighbors) Text(w *report.Writer) {
	if r.Style == "detail" {
		for i, n := range r.Neighbor {
			if i > 0 {
				w.Blank()
			}
			n.detail(w)
		}
		return
	}
	t := report.Table{Columns: []report.Column{
		{Title: "Local Interface", Width: 18}, {Title: "Parent Interface", Width: 19}, {Title: "Chassis Id", Width: 19},
		{Title: "Port info", Width: 18}, {Title: "System Name"},
	}}
	for _, n := range r.Neighbor {
		t.Rows = append(t.Rows, []string{n.Interface, n.Parent, n.Chassis, orElse(n.Port, n.Description), n.System})
	}
	w.Table(t)
}

func (n LLDPNeighbor) detail(w *report.Writer) {
	w.Line("LLDP Neighbor Information:")
	w.Line("Local Information:")
	w.Linef("Local Interface    : %s", n.Interface)
	w.Linef("Parent Interface   : %s", n.Parent)
	w.Linef("Time to live       : %d", n.TTL)
	w.Line("Neighbour Information:")
	w.Linef("Chassis type       : %s", n.IDType)
	w.Linef("Chassis ID         : %s", n.Chassis)
	w.Linef("Port type          : %s", n.PortType)
	w.Linef("Port ID            : %s", n.Port)
	w.Linef("Port description   : %s", n.Description)
	w.Linef("System name        : %s", n.System)
	w.Linef("System Description : %s", n.About)
}

// Text writes who the member says it is and a line for each port.
func (r LLDPLocal) Text(w *report.Writer) {
	w.Line("LLDP Local Information details")
	w.Blank()
	w.Linef("Chassis ID   : %s", r.Chassis)
	w.Linef("System name  : %s", r.System)
	w.Linef("System descr : %s", r.About)
	w.Blank()
	w.Line("System Capabilities")
	w.Linef("    Supported       : %s", r.Supported)
	w.Linef("    Enabled         : %s", r.Enabled)
	w.Blank()
	t := report.Table{Columns: []report.Column{
		{Title: "Interface name", Width: 18}, {Title: "Parent Interface", Width: 17}, {Title: "Interface ID", Width: 13},
		{Title: "Interface description", Width: 22}, {Title: "Status"},
	}}
	for _, p := range r.Interface {
		t.Rows = append(t.Rows, []string{p.Name, p.Parent, fmt.Sprint(p.Index), p.Description, p.Status})
	}
	w.Table(t)
}

// Text writes the settings.
func (r LLDPSettings) Text(w *report.Writer) {
	w.Linef("LLDP                     : %s", r.Status)
	w.Linef("Advertisement interval   : %d seconds", r.Interval)
	w.Linef("Transmit hold multiplier : %d", r.Hold)
	w.Linef("Neighbors per interface  : %d at most", r.Limit)
	w.Linef("Interfaces               : %d", r.Ports)
}

// Text writes a line of counters for each port.
func (r LLDPStatistics) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "Interface", Width: 15}, {Title: "Received", Right: true}, {Title: "Ignored", Right: true}, {Title: "With errors", Right: true},
		{Title: "Transmitted", Right: true}, {Title: "Aged", Right: true},
	}}
	for _, p := range r.Port {
		t.Rows = append(t.Rows, []string{
			p.Name, fmt.Sprint(p.Received), fmt.Sprint(p.Unknown), fmt.Sprint(p.Errors), fmt.Sprint(p.Sent), fmt.Sprint(p.Aged),
		})
	}
	w.Table(t)
}
