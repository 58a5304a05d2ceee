package screen

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// Processes is `show system processes`: those of one component.
type Processes struct {
	XMLName xml.Name        `xml:"system-process-information"`
	Style   string          `xml:"style,attr,omitempty"` // brief, detail, extensive or summary
	Now     report.Quantity `xml:"date-time"`
	Load    string          `xml:"load-averages,omitempty"`
	Memory  string          `xml:"memory-total,omitempty"`
	Free    string          `xml:"memory-free,omitempty"`
	Process []Process       `xml:"process"`
}

// Process is one process.
type Process struct {
	PID     int    `xml:"pid"`
	State   string `xml:"state"` // the letter of ps(1)
	CPU     string `xml:"cpu-time"`
	Memory  string `xml:"resident"`
	Command string `xml:"command"`
}

// CPUTime prints processor time as ps(1) does: 1:15.50.
func CPUTime(d time.Duration) string {
	h := d / (10 * time.Millisecond)
	return fmt.Sprintf("%d:%02d.%02d", h/6000, h/100%60, h%100)
}

// Octets prints a size as `df -h` does: 423G, 6.3G, 99M; it rounds up like df.
func Octets(n uint64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return fmt.Sprint(n)
	}
	v, i := float64(n)/1024, 0
	for v >= 1023.5 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	if v < 9.95 {
		return fmt.Sprintf("%.1f%c", v, units[i])
	}
	return fmt.Sprintf("%d%c", int(v+0.999999), units[i])
}

// Text prints the processes as ps does, in style detail and extensive under the
// head of top; in style summary the head alone.
func (r Processes) Text(w *report.Writer) {
	wide := r.Style == "detail" || r.Style == Extensive
	if wide || r.Style == "summary" {
		r.head(w)
	}
	if r.Style == "summary" {
		return
	}
	t := report.Table{Columns: []report.Column{{Title: "PID", Width: 5, Right: true}, {Title: "STAT", Width: 4}, {Title: "TIME", Width: 9, Right: true}}}
	if wide {
		w.Blank()
		t.Columns = append(t.Columns, report.Column{Title: "RES", Width: 6, Right: true})
	}
	t.Columns = append(t.Columns, report.Column{Title: "COMMAND"})
	for _, p := range r.Process {
		row := []string{fmt.Sprint(p.PID), p.State, p.CPU}
		if wide {
			row = append(row, p.Memory)
		}
		t.Rows = append(t.Rows, append(row, p.Command))
	}
	w.Table(t)
}

func (r Processes) head(w *report.Writer) {
	running := 0
	for _, p := range r.Process {
		if strings.HasPrefix(p.State, "R") {
			running++
		}
	}
	if r.Load != "" {
		w.Linef("load averages:  %s    %s", r.Load, r.Now.Text)
	}
	n := len(r.Process)
	word := "processes"
	if n == 1 {
		word = "process"
	}
	w.Linef("%d %s:  %d running, %d sleeping", n, word, running, n-running)
	if r.Memory != "" {
		w.Linef("Mem: %s Total, %s Free", r.Memory, r.Free)
	}
}
