package chassis

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"

	"oneswitch/director/ops"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// HardwareReport is `show chassis hardware`.
type HardwareReport struct {
	XMLName xml.Name      `xml:"chassis-inventory"`
	Chassis HardwareFrame `xml:"chassis"`
	columns columns
}

// HardwareFrame is the chassis with what is in its slots.
type HardwareFrame struct {
	Name        string         `xml:"name"`
	Serial      string         `xml:"serial-number"`
	Description string         `xml:"description"`
	Modules     []HardwareItem `xml:"chassis-module"`
}

// HardwareItem is one row: what fills a slot.
type HardwareItem struct {
	Name        string `xml:"name"`
	Version     string `xml:"version,omitempty"`
	Part        string `xml:"part-number,omitempty"`
	Serial      string `xml:"serial-number,omitempty"`
	Description string `xml:"description"`
	CLEI        string `xml:"clei-code,omitempty"`
	Model       string `xml:"model-number,omitempty"`
	// What sits in it: the PICs of a node device.
	Parts []HardwareItem `xml:"chassis-sub-module"`
}

// columns says which of the three tables of Junos is printed.
type columns uint8

const (
	allParts columns = iota
	models           // what can be ordered, with its model number
	cleiModels
)

// Text prints the inventory as Junos does: with descriptions, or only what has a
// model number.
func (r HardwareReport) Text(w *report.Writer) {
	w.Line("Hardware inventory:")
	switch r.columns {
	case models:
		t := report.Table{Columns: []report.Column{{Title: "Item", Width: 16}, {Title: "Version", Width: 8}, {Title: "Part number", Width: 12}, {Title: "Serial number", Width: 17}, {Title: "FRU model number"}}}
		for _, m := range r.Chassis.Modules {
			t.Rows = append(t.Rows, []string{m.Name, m.Version, m.Part, m.Serial, m.Model})
		}
		w.Table(t)
	case cleiModels:
		t := report.Table{Columns: []report.Column{{Title: "Item", Width: 16}, {Title: "Version", Width: 8}, {Title: "Part number", Width: 12}, {Title: "CLEI code", Width: 17}, {Title: "FRU model number"}}}
		for _, m := range r.Chassis.Modules {
			t.Rows = append(t.Rows, []string{m.Name, m.Version, m.Part, m.CLEI, m.Model})
		}
		w.Table(t)
	default:
		t := report.Table{Columns: []report.Column{{Title: "Item", Width: 16}, {Title: "Version", Width: 8}, {Title: "Part number", Width: 12}, {Title: "Serial number", Width: 17}, {Title: "Description"}}}
		t.Rows = append(t.Rows, []string{r.Chassis.Name, "", "", r.Chassis.Serial, r.Chassis.Description})
		for _, m := range r.Chassis.Modules {
			t.Rows = append(t.Rows, []string{m.Name, m.Version, m.Part, m.Serial, m.Description})
			for _, p := range m.Parts {
				t.Rows = append(t.Rows, []string{"  " + p.Name, p.Version, p.Part, p.Serial, p.Description})
			}
		}
		w.Table(t)
	}
}

func (c *Chassis) hardware(ctx context.Context, call oper.Call) (report.Report, error) {
	members, all, err := c.selected(call)
	if err != nil {
		return nil, err
	}
	r := HardwareReport{Chassis: HardwareFrame{Name: "Chassis", Description: ops.Model}}
	switch {
	case call.Args.Has("models"):
		r.columns = models
	case call.Args.Has("clei-models"):
		r.columns = cleiModels
	}
	directors := c.fabric.Directors(ctx)
	if len(directors) > 0 {
		// The fabric has no plate of its own: it goes by its first director.
		r.Chassis.Serial = directors[0].Name
	}
	for slot, d := range directors {
		if all {
			r.Chassis.Modules = append(r.Chassis.Modules, HardwareItem{Name: engineName(slot), Serial: d.Name, Description: "Director device " + d.Name, Model: directorModel})
		}
	}
	for _, m := range members {
		r.Chassis.Modules = append(r.Chassis.Modules, HardwareItem{Name: place(m), Serial: string(m.ID), Description: describe(m), Model: m.Model, Parts: pics(m)})
	}
	return r, nil
}

// pics returns the rows of access ports that the model of a member has. What is built
// in has no part or serial number of its own; Junos writes BUILTIN there.
func pics(m inventory.Member) []HardwareItem {
	model, known := inventory.LookupModel(m.Model)
	if !known {
		return nil
	}
	var out []HardwareItem
	for _, row := range model.Ports {
		out = append(out, HardwareItem{Name: fmt.Sprintf("PIC %d", row.First.PIC), Part: "BUILTIN", Serial: "BUILTIN",
			Description: fmt.Sprintf("%dx %s", row.Last-row.First.Num+1, strings.ToUpper(string(row.First.Kind)))})
	}
	return out
}
