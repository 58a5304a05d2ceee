package chassis

import (
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"oneswitch/director/ops"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/vitals"
)

// EngineReport is `show chassis routing-engine`.
type EngineReport struct {
	XMLName xml.Name `xml:"route-engine-information"`
	Engines []Engine `xml:"route-engine"`
}

// Engine is one director as a Routing Engine. Shares are percentages.
type Engine struct {
	Slot   int    `xml:"slot"`
	State  string `xml:"mastership-state"` // master or backup; Present when it does not answer
	Status string `xml:"status"`
	Model  string `xml:"model"`
	Serial string `xml:"serial-number"`
	*Usage        // nil when it does not answer
	Load   *Load
}

// Usage is how busy a director is, and since when.
type Usage struct {
	MemoryMB   uint64          `xml:"memory-dram-size"`
	MemoryUsed int             `xml:"memory-buffer-utilization"`
	CPUBusy    int             `xml:"cpu-user"`
	CPUIdle    int             `xml:"cpu-idle"`
	StartTime  report.Quantity `xml:"start-time"`
	UpTime     report.Quantity `xml:"up-time"`
}

// Load is the average number of processes that wanted to run.
type Load struct {
	XMLName xml.Name `xml:"load-averages"`
	One     string   `xml:"load-average-one"`
	Five    string   `xml:"load-average-five"`
	Fifteen string   `xml:"load-average-fifteen"`
}

// Text prints a block for each slot.
func (r EngineReport) Text(w *report.Writer) {
	w.Line("Routing Engine status:")
	for _, e := range r.Engines {
		w.Linef("  Slot %d:", e.Slot)
		rows := [][]string{{"Current state", e.State}}
		if e.Usage != nil {
			rows = append(rows,
				[]string{"DRAM", fmt.Sprintf("%d MB", e.MemoryMB)},
				[]string{"Memory utilization", fmt.Sprintf("%d percent", e.MemoryUsed)},
				[]string{"CPU utilization:"},
				[]string{"  Busy", fmt.Sprintf("%d percent", e.CPUBusy)},
				[]string{"  Idle", fmt.Sprintf("%d percent", e.CPUIdle)})
		}
		rows = append(rows, []string{"Model", e.Model}, []string{"Serial ID", e.Serial})
		if e.Usage != nil {
			rows = append(rows, []string{"Start time", e.StartTime.Text}, []string{"Uptime", e.UpTime.Text})
		}
		w.Table(report.Table{NoHeader: true, Indent: 4, Columns: []report.Column{{Width: 30}, {}}, Rows: rows})
		if e.Load != nil {
			w.Table(report.Table{NoHeader: true, Indent: 4, Columns: []report.Column{{Width: 30}, {Width: 10}, {Width: 10}, {}},
				Rows: [][]string{{"Load averages:", "1 minute", "5 minute", "15 minute"}, {"", e.Load.One, e.Load.Five, e.Load.Fifteen}}})
		}
	}
}

func (c *Chassis) engines(ctx context.Context, call oper.Call) (report.Report, error) {
	want := call.Args.Value("slot")
	var r EngineReport
	for slot, d := range c.fabric.Directors(ctx) {
		if want == "" || want == fmt.Sprint(slot) {
			r.Engines = append(r.Engines, c.engine(slot, d))
		}
	}
	if len(r.Engines) == 0 {
		return nil, fmt.Errorf("routing engine %s not found", want)
	}
	return r, nil
}

func (c *Chassis) engine(slot int, d ops.Director) Engine {
	e := Engine{Slot: slot, State: "Present", Status: "Absent", Model: directorModel, Serial: d.Name}
	if !d.Online {
		return e
	}
	e.State, e.Status = "backup", "OK"
	if d.Master {
		e.State = "master"
	}
	v := d.Vitals
	started := time.Unix(d.Started, 0).UTC()
	e.Usage = &Usage{MemoryMB: v.TotalKB >> 10, MemoryUsed: used(v), CPUBusy: v.CPU, CPUIdle: 100 - v.CPU,
		StartTime: report.At(started), UpTime: report.Elapsed(c.clock.Now().Sub(started))}
	if len(v.Load) == 3 {
		e.Load = &Load{One: fmt.Sprintf("%.2f", v.Load[0]), Five: fmt.Sprintf("%.2f", v.Load[1]), Fifteen: fmt.Sprintf("%.2f", v.Load[2])}
	}
	return e
}

// used is the share of the memory that is in use, in percent.
func used(v vitals.Vitals) int {
	if v.TotalKB == 0 || v.FreeKB > v.TotalKB {
		return 0
	}
	return int((v.TotalKB - v.FreeKB) * 100 / v.TotalKB)
}

// StorageReport is `show system storage` of the director that answers.
type StorageReport struct {
	XMLName xml.Name     `xml:"system-storage-information"`
	Disks   []FileSystem `xml:"filesystem"`
}

// FileSystem is one line of df(1).
type FileSystem struct {
	Name    string `xml:"filesystem-name"`
	Blocks  uint64 `xml:"total-blocks"` // of 512 octets, as the two below
	Used    uint64 `xml:"used-blocks"`
	Avail   uint64 `xml:"available-blocks"`
	Percent int    `xml:"used-percent"`
	Mount   string `xml:"mounted-on"`
}

const block = 512 // octets

// Text prints the lines of df -h.
func (r StorageReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{{Title: "Filesystem", Width: 22}, {Title: "Size", Width: 10, Right: true}, {Title: "Used", Width: 10, Right: true},
		{Title: "Avail", Width: 10, Right: true}, {Title: "Capacity", Width: 9, Right: true}, {Title: "Mounted on"}}}
	for _, d := range r.Disks {
		t.Rows = append(t.Rows, []string{d.Name, screen.Octets(d.Blocks * block), screen.Octets(d.Used * block), screen.Octets(d.Avail * block), fmt.Sprintf("%d%%", d.Percent), d.Mount})
	}
	w.Table(t)
}

func (c *Chassis) storage(context.Context, oper.Call) (report.Report, error) {
	var r StorageReport
	for _, d := range c.fabric.View().Own.Vitals.Disks {
		f := FileSystem{Name: d.Mount, Blocks: d.Size / block, Used: d.Used / block, Avail: d.Avail / block, Mount: d.Mount}
		if all := d.Used + d.Avail; all > 0 {
			f.Percent = int((d.Used*100 + all - 1) / all) // df rounds up, and leaves out what is reserved
		}
		r.Disks = append(r.Disks, f)
	}
	return r, nil
}

// MemoryReport is `show system memory` of the director that answers, in kilobytes.
type MemoryReport struct {
	XMLName   xml.Name        `xml:"system-memory-information"`
	Total     uint64          `xml:"system-memory-summary-information>system-memory-total"`
	Free      uint64          `xml:"system-memory-summary-information>system-memory-free"`
	Percent   int             `xml:"system-memory-summary-information>system-memory-free-percent"`
	Processes []ProcessMemory `xml:"pmap-terse-information>pmap-terse-summary"`
}

// ProcessMemory is what one process keeps in memory.
type ProcessMemory struct {
	PID      int    `xml:"pid"`
	Command  string `xml:"process-name"`
	Resident uint64 `xml:"resident"`
}

// Text prints the totals, then the processes.
func (r MemoryReport) Text(w *report.Writer) {
	w.Line("System memory usage distribution:")
	w.Table(report.Table{NoHeader: true, Indent: 8, Columns: []report.Column{{Width: 15, Right: true}, {Width: 10, Right: true}, {}}, Rows: [][]string{
		{"Total memory:", fmt.Sprint(r.Total), "Kbytes"},
		{"Free memory:", fmt.Sprint(r.Free), fmt.Sprintf("Kbytes (%d%%)", r.Percent)},
	}})
	w.Blank()
	t := report.Table{Columns: []report.Column{{Title: "PID", Width: 6, Right: true}, {Title: "Resident", Width: 10, Right: true}, {Title: "Command"}}}
	for _, p := range r.Processes {
		t.Rows = append(t.Rows, []string{fmt.Sprint(p.PID), screen.Octets(p.Resident << 10), p.Command})
	}
	w.Table(t)
}

func (c *Chassis) memory(context.Context, oper.Call) (report.Report, error) {
	v := c.fabric.View().Own.Vitals
	r := MemoryReport{Total: v.TotalKB, Free: v.FreeKB, Percent: 100 - used(v)}
	for _, p := range v.Processes {
		r.Processes = append(r.Processes, ProcessMemory{PID: p.PID, Command: p.Command, Resident: p.RSSKB})
	}
	return r, nil
}

// LicenseReport is `show system license`: nothing here needs one.
type LicenseReport struct {
	XMLName xml.Name `xml:"license-summary-information"`
	Usage   struct{} `xml:"license-usage-summary"`
	usage   bool
}

// Text prints that none is used and none installed.
func (r LicenseReport) Text(w *report.Writer) {
	w.Line("License usage: none")
	if !r.usage {
		w.Blank()
		w.Line("Licenses installed: none")
	}
}

func (c *Chassis) licenses(_ context.Context, call oper.Call) (report.Report, error) {
	return LicenseReport{usage: call.Args.Has("usage")}, nil
}
