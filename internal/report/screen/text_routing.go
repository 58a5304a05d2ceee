package screen

import (
	"fmt"
	"strings"

	"oneswitch/internal/report"
)

// Text writes the layout of QF-REF 3.7.
func (r BGPSummary) Text(w *report.Writer) {
	w.Linef("Groups: %d Peers: %d Down peers: %d", r.Groups, r.Peers, r.Down)
	if r.Unconfigured > 0 {
		w.Linef("Unconfigured peers: %d", r.Unconfigured)
	}
	ribs := report.Table{Columns: []report.Column{
		{Title: "Table", Width: 14}, {Title: "Tot Paths", Width: 9, Right: true}, {Title: "Act Paths", Width: 10, Right: true},
		{Title: "Suppressed", Width: 10, Right: true}, {Title: "History", Width: 10, Right: true}, {Title: "Damp State", Width: 10, Right: true},
		{Title: "Pending", Width: 10, Right: true},
	}}
	for _, t := range r.Table {
		ribs.Rows = append(ribs.Rows, []string{t.Name}, counts("", t.Total, t.Active, t.Suppressed, t.History, t.Damped, t.Pending))
	}
	w.Table(ribs)
	peers := report.Table{Columns: []report.Column{
		{Title: "Peer", Width: 19}, {Title: "AS", Width: 7, Right: true}, {Title: "InPkt", Width: 10, Right: true}, {Title: "OutPkt", Width: 10, Right: true},
		{Title: "OutQ", Width: 7, Right: true}, {Title: "Flaps", Width: 7, Right: true}, {Title: "Last Up/Dwn", Width: 11, Right: true},
		{Title: "State|#Active/Received/Accepted/Damped..."},
	}}
	for _, p := range r.Peer {
		state := p.State
		if state == Established {
			state = "Establ"
		}
		peers.Rows = append(peers.Rows, []string{
			p.Address, fmt.Sprint(p.AS), fmt.Sprint(p.In), fmt.Sprint(p.Out), fmt.Sprint(p.Queue), fmt.Sprint(p.Flaps), p.Elapsed.Text, state,
		})
		for _, t := range p.Rib {
			peers.Rows = append(peers.Rows, []string{fmt.Sprintf("  %s: %d/%d/%d/%d", t.Name, t.Active, t.Received, t.Accepted, t.Damped)})
		}
	}
	// The lines of the tables are longer than the column of the peer; they must not
	// widen it.
	split(w, peers)
}

func counts(title string, n ...int) []string {
	out := []string{title}
	for _, v := range n {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// split writes a table in which rows of one cell are lines of their own.
func split(w *report.Writer, t report.Table) {
	part := t
	part.Rows = nil
	for _, row := range t.Rows {
		if len(row) > 1 {
			part.Rows = append(part.Rows, row)
			continue
		}
		if len(part.Rows) > 0 || !part.NoHeader {
			w.Table(part)
			part.Rows, part.NoHeader = nil, true
		}
		w.Line(row[0])
	}
	if len(part.Rows) > 0 || !part.NoHeader {
		w.Table(part)
	}
}

// Text writes every table with its routes and paths, in style terse a line each.
func (r Routes) Text(w *report.Writer) {
	for i, t := range r.Table {
		if i > 0 {
			w.Blank()
		}
		w.Linef("%s: %d destinations, %d routes (%d active, %d holddown, %d hidden)", t.Name, t.Destinations, t.Total, t.Active, t.Holddown, t.Hidden)
		if len(t.Route) == 0 {
			continue
		}
		w.Line("+ = Active Route, - = Last Active, * = Both")
		w.Blank()
		for _, route := range t.Route {
			route.text(w, r.Style)
		}
	}
}

func (r Route) text(w *report.Writer, style string) {
	name := r.Destination
	if r.Length > 0 {
		name = fmt.Sprintf("%s/%d", r.Destination, r.Length)
	}
	detail := style == "detail" || style == Extensive
	if detail {
		active := 0
		for _, p := range r.Path {
			if p.Active != "" {
				active++
			}
		}
		w.Linef("%s (%d entries, %d announced)", name, len(r.Path), active)
	} else {
		w.Line(name)
	}
	for _, p := range r.Path {
		switch {
		case detail:
			p.detail(w)
		case style == Terse:
			w.Linef("         %s[%s/%d] %s", blank(p.Active), p.Protocol, p.Preference, p.Age.Text)
		default:
			p.brief(w)
		}
	}
}

func blank(active string) string {
	if active == "" {
		return " "
	}
	return active
}

func (p Path) brief(w *report.Writer) {
	from := ""
	if p.From != "" {
		from = ", from " + p.From
	}
	stale := ""
	if p.Stale {
		stale = ", stale"
	}
	w.Linef("         %s[%s/%d] %s, localpref %d%s%s", blank(p.Active), p.Protocol, p.Preference, p.Age.Text, p.LocalPref, from, stale)
	w.Linef("            AS path: %s, validation-state: %s", p.ASPath, p.Validation)
	for _, h := range p.Hop {
		mark := " "
		if h.Selected {
			mark = ">"
		}
		w.Linef("          %s %s", mark, h.text())
	}
}

func (h Hop) text() string {
	s := fmt.Sprintf("to %s via %s", h.To, h.Via)
	if h.Label != "" {
		s += ", " + h.Label
	}
	return s
}

func (p Path) detail(w *report.Writer) {
	w.Linef("        %s%s    Preference: %d/-%d", blank(p.Active), p.Protocol, p.Preference, p.Preference2)
	if p.From != "" {
		w.Linef("                Source: %s", p.From)
	}
	for _, h := range p.Hop {
		w.Linef("                Next hop: %s", h.text())
	}
	state := "<Int Ext>"
	if p.Active != "" {
		state = "<Active Int Ext>"
	}
	if p.Stale {
		state = strings.TrimSuffix(state, ">") + " Stale>"
	}
	w.Linef("                State: %s", state)
	w.Linef("                Age: %s", p.Age.Text)
	w.Linef("                AS path: %s", p.ASPath)
	if p.Originator != "" {
		w.Linef("                Originator ID: %s", p.Originator)
	}
	if len(p.Targets) > 0 {
		w.Linef("                Communities: %s", strings.Join(p.Targets, " "))
	}
	w.Linef("                Localpref: %d", p.LocalPref)
}

// Text writes two lines for each table.
func (r RouteSummary) Text(w *report.Writer) {
	w.Linef("Autonomous system number: %d", r.AS)
	w.Linef("Router ID: %s", r.ID)
	for _, t := range r.Table {
		w.Blank()
		w.Linef("%s: %d destinations, %d routes (%d active, %d holddown, %d hidden)", t.Name, t.Destinations, t.Total, t.Active, t.Holddown, t.Hidden)
		w.Linef("                 BGP: %d routes, %d active", t.Total, t.Active)
		if t.Stale > 0 {
			w.Linef("               Stale: %d routes", t.Stale)
		}
	}
}
