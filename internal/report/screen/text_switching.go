package screen

import (
	"fmt"
	"strings"

	"oneswitch/internal/report"
)

// Text writes the table of names, tags and interfaces; in style detail or extensive
// a block for each VLAN.
func (r VLANs) Text(w *report.Writer) {
	switch r.Style {
	case Detail, Extensive:
		for i, v := range r.VLAN {
			if i > 0 {
				w.Blank()
			}
			v.detail(w)
		}
		return
	case "summary":
		tagged := 0
		for _, v := range r.VLAN {
			if v.Tag != 0 {
				tagged++
			}
		}
		w.Line("VLANs summary:")
		w.Linef("  Total: %d, Configured VLANs: %d", len(r.VLAN), len(r.VLAN))
		w.Linef("  Tagged VLANs: %d, Untagged VLANs: %d", tagged, len(r.VLAN)-tagged)
		return
	}
	t := report.Table{Columns: []report.Column{{Title: "Name", Width: 14}, {Title: "Tag", Width: 7}, {Title: "Interfaces"}}}
	for _, v := range r.VLAN {
		t.Rows = append(t.Rows, []string{v.Name, tag(v.Tag)})
		for _, line := range v.lines() {
			t.Rows = append(t.Rows, []string{"", "", line})
		}
	}
	w.Table(t)
}

// lines breaks the members into lines of a width that a terminal shows.
func (v VLAN) lines() []string {
	if len(v.Members) == 0 {
		return []string{"None"}
	}
	const width = 56
	var lines []string
	line := ""
	for i, m := range v.Members {
		word := m.Interface
		if i < len(v.Members)-1 {
			word += ","
		}
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

func (v VLAN) detail(w *report.Writer) {
	w.Linef("VLAN: %s, 802.1Q Tag: %s, Admin State: Enabled", v.Name, orElse(tag(v.Tag), "Untagged"))
	if v.Description != "" {
		w.Linef("  Description: %s", v.Description)
	}
	active := 0
	var tagged, untagged []string
	for _, m := range v.Members {
		if strings.HasSuffix(m.Interface, "*") {
			active++
		}
		if m.Tagging == Tagged {
			tagged = append(tagged, m.Interface)
		} else {
			untagged = append(untagged, m.Interface)
		}
	}
	w.Linef("  Number of interfaces: %d (Active = %d)", len(v.Members), active)
	w.Line("  STP: None, RTG: None.")
	w.Linef("  Untagged interfaces: %s", orElse(strings.Join(untagged, ", "), "None"))
	w.Linef("  Tagged interfaces: %s", orElse(strings.Join(tagged, ", "), "None"))
}

func tag(n uint16) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// Text writes the non-ELS layout.
func (r MACTable) Text(w *report.Writer) {
	w.Linef("Ethernet-switching table: %d entries, %d learned", r.Table.Count, r.Table.Learned)
	if r.Table.Style == "summary" {
		return
	}
	if r.Table.Style == Detail || r.Table.Style == Extensive {
		for _, e := range r.Table.Entry {
			e.detail(w)
		}
		return
	}
	t := report.Table{Indent: 2, Columns: []report.Column{
		{Title: "VLAN", Width: 17}, {Title: "MAC address", Width: 17}, {Title: "Type", Width: 10}, {Title: "Age", Width: 4, Right: true}, {Title: "Interfaces"},
	}}
	for _, e := range r.Table.Entry {
		t.Rows = append(t.Rows, []string{e.VLAN, e.Address, e.Type, e.Age, e.Interface})
	}
	w.Table(t)
}

func (e MACEntry) detail(w *report.Writer) {
	w.Blank()
	w.Linef("  VLAN: %s, MAC address: %s", e.VLAN, e.Address)
	w.Linef("    Interface: %s", e.Interface)
	w.Linef("    Type: %s, Age: %s", e.Type, e.Age)
	if e.Label != 0 {
		w.Linef("    Port label: %d, Mobility sequence: %d", e.Label, e.Seq)
	}
	if e.Node != "" {
		w.Linef("    Member: %s", e.Node)
	}
}

// Text writes a line for each VLAN of each interface; in style detail a block for
// each interface, in style summary their names.
func (r SwitchInterfaces) Text(w *report.Writer) {
	switch r.Style {
	case Detail:
		for i, p := range r.Interface {
			if i > 0 {
				w.Blank()
			}
			p.detail(w)
		}
		return
	case "summary":
		for _, p := range r.Interface {
			w.Line(p.Name)
		}
		return
	}
	t := report.Table{Columns: []report.Column{
		{Title: "Interface", Width: 20}, {Title: "State", Width: 6}, {Title: "VLAN members", Width: 14}, {Title: "Tag", Width: 5},
		{Title: "Tagging", Width: 9}, {Title: "Blocking"},
	}}
	for _, i := range r.Interface {
		name, state := i.Name, i.State
		for _, m := range i.Members {
			t.Rows = append(t.Rows, []string{name, state, m.VLAN, tag(m.Tag), m.Tagging, m.Blocking})
			name, state = "", ""
		}
		if len(i.Members) == 0 {
			t.Rows = append(t.Rows, []string{name, state})
		}
	}
	w.Table(t)
}

func (i SwitchInterface) detail(w *report.Writer) {
	w.Linef("Interface: %s, Index: %d, State: %s, Port mode: %s", i.Name, i.Index, i.State, Capital(i.Mode))
	w.Line("Ether type for the interface: 0x8100")
	w.Line("VLAN membership:")
	for _, m := range i.Members {
		number := ""
		if m.Tag != 0 {
			number = fmt.Sprintf(" 802.1Q Tag: %d,", m.Tag)
		}
		w.Linef("    %s,%s %s, %s", m.VLAN, number, m.Tagging, m.Blocking)
	}
	w.Linef("Number of MACs learned on IFL: %d", i.MACs)
}

// Capital writes a word as Junos begins a value.
func Capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
