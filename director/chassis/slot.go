package chassis

import (
	"context"
	"encoding/xml"
	"fmt"

	"oneswitch/director/ops"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// directorModel is what a director is called among the parts.
const directorModel = "OSX-DG"

// describe names a member as its row shows it: its alias and what it is.
func describe(m inventory.Member) string {
	if m.Role == inventory.RoleInterconnect {
		return "Interconnect device " + m.Name()
	}
	return "Node device " + m.Name()
}

// Words of the column State.
const (
	online  = "Online"
	offline = "Offline"
	present = "Present" // connected, and not yet what the configuration wants of it
)

func state(s ops.Standing) string {
	switch {
	case !s.Connected:
		return offline
	case s.Known && !s.Configured:
		return present
	}
	return online
}

// SlotReport is `show chassis fpc`.
type SlotReport struct {
	XMLName xml.Name   `xml:"fpc-information"`
	Slots   []SlotLine `xml:"fpc"`
	detail  bool
}

// SlotLine is one slot.
type SlotLine struct {
	Slot        inventory.DeviceID `xml:"slot"`
	State       string             `xml:"state"`
	Description string             `xml:"description"`
	Serial      string             `xml:"serial-number"`
	Comment     string             `xml:"comment,omitempty"` // what it lacks
}

// Text prints a line for each slot, or with detail a block.
func (r SlotReport) Text(w *report.Writer) {
	if r.detail {
		for i, s := range r.Slots {
			if i > 0 {
				w.Blank()
			}
			w.Linef("Slot %d information:", s.Slot)
			w.Line("  State           " + s.State)
			w.Line("  Device          " + s.Description)
			w.Line("  Serial number   " + s.Serial)
			if s.Comment != "" {
				w.Line("  Comment         " + s.Comment)
			}
		}
		return
	}
	t := report.Table{Columns: []report.Column{{Title: "Slot", Width: 4, Right: true}, {Title: "State", Width: 9}, {Title: "Device", Width: 28}, {Title: "Serial number", Width: 16}, {Title: "Comment"}}}
	for _, s := range r.Slots {
		t.Rows = append(t.Rows, []string{fmt.Sprint(s.Slot), s.State, s.Description, s.Serial, s.Comment})
	}
	w.Table(t)
}

func (c *Chassis) slots(_ context.Context, call oper.Call) (report.Report, error) {
	members, all, err := c.selected(call)
	if err != nil {
		return nil, err
	}
	standing := c.fabric.View().Standing
	r := SlotReport{detail: call.Args.Has("detail")}
	for _, m := range members {
		if all && m.Role != inventory.RoleNode {
			continue
		}
		s := standing[m.ID]
		line := SlotLine{Slot: m.Device, State: state(s), Description: describe(m), Serial: string(m.ID)}
		if s.Debt > 0 {
			line.Comment = fmt.Sprintf("owes revision %d", s.Debt)
		}
		r.Slots = append(r.Slots, line)
	}
	return r, nil
}

// EnvironmentReport is `show chassis environment`.
type EnvironmentReport struct {
	XMLName xml.Name          `xml:"environment-information"`
	Items   []EnvironmentItem `xml:"environment-item"`
}

// EnvironmentItem is one part and whether it is well.
type EnvironmentItem struct {
	Name        string `xml:"name"`
	Class       string `xml:"class,omitempty"` // on the first item of a class, as Junos has it
	Status      string `xml:"status"`
	Measurement string `xml:"comment,omitempty"`
}

// Text prints the four columns of Junos.
func (r EnvironmentReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Class", Width: 5}, {Title: "Item", Width: 30}, {Title: "Status", Width: 10}, {Title: "Measurement"}}}
	for _, i := range r.Items {
		t.Rows = append(t.Rows, []string{i.Class, i.Name, i.Status, i.Measurement})
	}
	w.Table(t)
}

func (c *Chassis) environment(ctx context.Context, call oper.Call) (report.Report, error) {
	members, all, err := c.selected(call)
	if err != nil {
		return nil, err
	}
	standing := c.fabric.View().Standing
	var r EnvironmentReport
	if all {
		for slot, d := range c.fabric.Directors(ctx) {
			item := EnvironmentItem{Name: engineName(slot), Status: "Absent"}
			if d.Online {
				item.Status, item.Measurement = "OK", fmt.Sprintf("CPU %d%% busy", d.Vitals.CPU)
			}
			r.Items = append(r.Items, item)
		}
	}
	for _, m := range members {
		item := EnvironmentItem{Name: place(m) + " " + m.Name(), Status: "OK"}
		if s := standing[m.ID]; !s.Connected {
			item.Status = "Absent"
		} else if s.Known && !s.Configured {
			item.Status = "Check"
		}
		r.Items = append(r.Items, item)
	}
	if len(r.Items) > 0 {
		r.Items[0].Class = "Misc"
	}
	return r, nil
}

// FirmwareReport is `show chassis firmware`.
type FirmwareReport struct {
	XMLName xml.Name       `xml:"firmware-information"`
	Modules []FirmwareItem `xml:"chassis>chassis-module"`
}

// FirmwareItem is one part and the software that it runs.
type FirmwareItem struct {
	Name    string `xml:"name"`
	Type    string `xml:"firmware>type"`
	Version string `xml:"firmware>firmware-version"`
}

// Text prints part, type and version.
func (r FirmwareReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Part", Width: 24}, {Title: "Type", Width: 10}, {Title: "Version"}}}
	for _, m := range r.Modules {
		t.Rows = append(t.Rows, []string{m.Name, m.Type, m.Version})
	}
	w.Table(t)
}

func (c *Chassis) firmware(_ context.Context, call oper.Call) (report.Report, error) {
	members, _, err := c.selected(call)
	if err != nil {
		return nil, err
	}
	var r FirmwareReport
	standing := c.fabric.View().Standing
	for _, m := range members {
		if standing[m.ID].Connected {
			r.Modules = append(r.Modules, FirmwareItem{Name: place(m) + " " + m.Name(), Type: "O/S", Version: "oneswitch " + ops.Release})
		}
	}
	return r, nil
}
