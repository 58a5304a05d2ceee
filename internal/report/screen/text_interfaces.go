package screen

import (
	"fmt"
	"strings"

	"oneswitch/internal/report"
)

// Text writes the layout of Junos for the style.
func (r Interfaces) Text(w *report.Writer) {
	switch r.Style {
	case Terse:
		r.terse(w)
	case Descriptions:
		r.descriptions(w)
	default:
		for i, p := range r.Physical {
			if i > 0 {
				w.Blank()
			}
			p.text(w, r.Style == Extensive)
		}
	}
}

func (r Interfaces) terse(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "Interface", Width: 23}, {Title: "Admin", Width: 5}, {Title: "Link", Width: 4}, {Title: "Proto", Width: 8},
		{Title: "Local", Width: 21}, {Title: "Remote"},
	}}
	for _, p := range r.Physical {
		t.Rows = append(t.Rows, []string{p.Name, p.Admin, p.Oper})
		for _, l := range p.Logical {
			row := []string{l.Name, l.Admin, l.Oper}
			for i, f := range l.Family {
				if i > 0 {
					row = []string{"", "", ""}
				}
				t.Rows = append(t.Rows, append(row, f.Name))
			}
			if len(l.Family) == 0 {
				t.Rows = append(t.Rows, row)
			}
		}
	}
	w.Table(t)
}

func (r Interfaces) descriptions(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Interface", Width: 15}, {Title: "Admin"}, {Title: "Link"}, {Title: "Description"}}}
	for _, p := range r.Physical {
		t.Rows = append(t.Rows, []string{p.Name, p.Admin, p.Oper, p.Description})
	}
	if len(t.Rows) > 0 {
		w.Table(t)
	}
}

func (p Physical) text(w *report.Writer, extensive bool) {
	state := "Enabled"
	if p.Admin != Up {
		state = "Administratively down"
	}
	link := "Up"
	if p.Oper != Up {
		link = "Down"
	}
	w.Linef("Physical interface: %s, %s, Physical link is %s", p.Name, state, link)
	w.Linef("  Interface index: %d, SNMP ifIndex: %d", p.LocalIndex, p.SNMPIndex)
	if p.Description != "" {
		w.Linef("  Description: %s", p.Description)
	}
	w.Linef("  Link-level type: %s, MTU: %d, Speed: %s, Loopback: Disabled, Source filtering: Disabled, Flow control: Disabled", p.LinkType, p.MTU, p.Speed)
	running := " Running"
	if p.Oper != Up {
		running = " Down"
	}
	w.Linef("  Device flags   : Present%s", running)
	w.Line("  Interface flags: SNMP-Traps Internal: 0x0")
	w.Line("  Link flags     : None")
	w.Linef("  Current address: %s, Hardware address: %s", p.MAC, p.MAC)
	flapped := "Never"
	if p.Flapped != nil {
		flapped = p.Flapped.Text
	}
	w.Linef("  Last flapped   : %s", flapped)
	if p.Traffic != nil {
		p.traffic(w, extensive)
	}
	if extensive {
		p.errors(w)
	}
	for _, l := range p.Logical {
		l.text(w)
	}
}

func (p Physical) traffic(w *report.Writer, extensive bool) {
	t := *p.Traffic
	if !extensive {
		w.Linef("  Input rate     : %d bps (%d pps)", t.InputBPS, t.InputPPS)
		w.Linef("  Output rate    : %d bps (%d pps)", t.OutputBPS, t.OutputPPS)
		return
	}
	w.Line("  Traffic statistics:")
	rows := [][]string{}
	for _, l := range []struct {
		title string
		n     uint64
		rate  uint64
		unit  string
	}{
		{"Input  bytes  :", t.InputBytes, t.InputBPS, "bps"}, {"Output bytes  :", t.OutputBytes, t.OutputBPS, "bps"},
		{"Input  packets:", t.InputPackets, t.InputPPS, "pps"}, {"Output packets:", t.OutputPackets, t.OutputPPS, "pps"},
	} {
		rows = append(rows, []string{l.title, fmt.Sprint(l.n), fmt.Sprint(l.rate), l.unit})
	}
	w.Table(report.Table{
		Indent: 3, NoHeader: true, Rows: rows,
		Columns: []report.Column{{Width: 15}, {Width: 19, Right: true}, {Width: 20, Right: true}, {}},
	})
}

func (p Physical) errors(w *report.Writer) {
	if e := p.Errors; e != nil {
		w.Line("  Input errors:")
		w.Linef("    Errors: %d, Drops: %d", e.Errors, e.Drops)
		if len(e.Reason) > 0 {
			words := make([]string, len(e.Reason))
			for i, d := range e.Reason {
				words[i] = fmt.Sprintf("%s: %d", d.Name, d.Packets)
			}
			w.Linef("    Drop reasons of the member: %s", strings.Join(words, ", "))
		}
	}
	if e := p.OutErrors; e != nil {
		w.Line("  Output errors:")
		w.Linef("    Carrier transitions: %d, Errors: %d, Drops: %d", e.Carrier, e.Errors, e.Drops)
	}
	if e := p.Ethernet; e != nil {
		w.Table(report.Table{
			Indent: 2,
			Columns: []report.Column{
				{Title: "MAC statistics:", Width: 30}, {Title: "Receive", Width: 15, Right: true}, {Title: "Transmit", Width: 16, Right: true},
			},
			Rows: [][]string{
				{"  Total octets", fmt.Sprint(e.InputBytes), fmt.Sprint(e.OutputBytes)},
				{"  Total packets", fmt.Sprint(e.InputPackets), fmt.Sprint(e.OutputPackets)},
			},
		})
	}
}

func (l Logical) text(w *report.Writer) {
	w.Blank()
	w.Linef("  Logical interface %s", l.Name)
	w.Line("    Flags: SNMP-Traps 0x0 Encapsulation: ENET2")
	for _, f := range l.Family {
		w.Linef("    Protocol %s, MTU: 0", f.Name)
		if f.Flags != "" {
			w.Linef("      Flags: %s", f.Flags)
		}
	}
}
