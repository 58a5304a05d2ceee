package screen

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// LogFiles is `show log` without a name: the files there are.
type LogFiles struct {
	XMLName xml.Name  `xml:"log-file-list"`
	Files   []LogFile `xml:"log-file"`
}

// LogFile is one file.
type LogFile struct {
	Name     string    `xml:"file-name"`
	Size     int64     `xml:"file-size"` // octets
	Modified time.Time `xml:"file-date"`
}

// Text prints what ls(1) prints.
func (r LogFiles) Text(w *report.Writer) {
	t := report.Table{NoHeader: true, Columns: []report.Column{{Width: 10, Right: true}, {}, {}}}
	for _, f := range r.Files {
		t.Rows = append(t.Rows, []string{fmt.Sprint(f.Size), f.Modified.Format("Jan _2 15:04"), f.Name})
	}
	w.Table(t)
}

// LogText is `show log FILE`.
type LogText struct {
	XMLName xml.Name `xml:"file-content"`
	Name    string   `xml:"filename,attr"`
	Lines   string   `xml:",chardata"`
}

// Text prints the lines.
func (r LogText) Text(w *report.Writer) {
	for line := range strings.Lines(r.Lines) {
		w.Line(strings.TrimSuffix(line, "\n"))
	}
}
