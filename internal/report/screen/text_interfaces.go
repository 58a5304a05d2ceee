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
			p.text(w, r.Style)
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

// text writes one port in a style: what Junos prints at that level.
func (p Physical) text(w *report.Writer, style string) {
	p.head(w, style != Brief)
	if style == Brief {
		for _, l := range p.Logical {
			l.brief(w)
		}
		return
	}
	w.Linef("  Current address: %s, Hardware address: %s", p.MAC, p.MAC)
	flapped := "Never"
	if p.Flapped != nil {
		flapped = p.Flapped.Text
	}
	w.Linef("  Last flapped   : %s", flapped)
	if p.Traffic != nil {
		p.traffic(w, style == Detail || style == Extensive)
	}
	switch style {
	case Extensive:
		p.errors(w)
	case Statistics:
		p.counts(w)
	}
	p.active(w)
	if style == Media {
		return
	}
	for _, l := range p.Logical {
		l.text(w)
	}
}

// head writes name, state, link and flags.
func (p Physical) head(w *report.Writer, indexed bool) {
	state, link, running := "Enabled", "Up", " Running"
	if p.Admin != Up {
		state = "Administratively down"
	}
	if p.Oper != Up {
		link, running = "Down", " Down"
	}
	w.Linef("Physical interface: %s, %s, Physical link is %s", p.Name, state, link)
	if indexed {
		w.Linef("  Interface index: %d, SNMP ifIndex: %d", p.LocalIndex, p.SNMPIndex)
	}
	if p.Description != "" {
		w.Linef("  Description: %s", p.Description)
	}
	w.Linef("  Link-level type: %s, MTU: %d, Speed: %s, Loopback: Disabled, Source filtering: Disabled, Flow control: Disabled", p.LinkType, p.MTU, p.Speed)
	w.Linef("  Device flags   : Present%s", running)
	w.Line("  Interface flags: SNMP-Traps Internal: 0x0")
	w.Line("  Link flags     : None")
}

// active names what is wrong with the link.
func (p Physical) active(w *report.Writer) {
	alarm := "None"
	if p.Admin == Up && p.Oper != Up {
		alarm = "LINK"
	}
	w.Linef("  Active alarms  : %s", alarm)
	w.Linef("  Active defects : %s", alarm)
}

// counts are the errors in one line.
func (p Physical) counts(w *report.Writer) {
	w.Line("  Statistics last cleared: Never")
	if p.Errors != nil && p.OutErrors != nil {
		w.Linef("  Input errors: %d, Output errors: %d", p.Errors.Errors, p.OutErrors.Errors)
	}
}

func (p Physical) traffic(w *report.Writer, totals bool) {
	t := *p.Traffic
	if !totals {
		w.Linef("  Input rate     : %d bps (%d pps)", t.InputBPS, t.InputPPS)
		w.Linef("  Output rate    : %d bps (%d pps)", t.OutputBPS, t.OutputPPS)
		return
	}
	w.Line("  Statistics last cleared: Never")
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

// brief names the families of a unit.
func (l Logical) brief(w *report.Writer) {
	w.Blank()
	w.Linef("  Logical interface %s", l.Name)
	w.Line("    Flags: SNMP-Traps 0x0 Encapsulation: ENET2")
	for _, f := range l.Family {
		w.Linef("    %s", f.Name)
	}
}
