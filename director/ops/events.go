package ops

import (
	"context"
	"encoding/xml"
	"fmt"
	"slices"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// maxEvents is how many lines `show fabric events` prints at most.
const maxEvents = 1000

// EventReport is `show fabric events`: what happened to the fabric, and who did what.
type EventReport struct {
	XMLName xml.Name    `xml:"fabric-event-information"`
	Lines   []EventLine `xml:"fabric-event"`
}

// EventLine is one line.
type EventLine struct {
	At     report.Quantity `xml:"date-time"`
	Origin string          `xml:"host-name"`
	Text   string          `xml:"message"`
}

// Text prints the lines as syslog does.
func (r EventReport) Text(w *report.Writer) {
	for _, l := range r.Lines {
		w.Linef("%s  %s %s", l.At.Text, l.Origin, l.Text)
	}
}

func (o *Operations) events(ctx context.Context, _ oper.Call) (report.Report, error) {
	found, err := o.fabric.Events(ctx, maxEvents)
	if err != nil {
		return nil, fmt.Errorf("read event log: %w", err)
	}
	var r EventReport
	for _, e := range slices.Backward(found) { // oldest first
		r.Lines = append(r.Lines, EventLine{At: report.At(e.At), Origin: e.Origin, Text: e.Text})
	}
	return r, nil
}
