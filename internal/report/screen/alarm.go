package screen

import (
	"cmp"
	"encoding/xml"
	"slices"
	"time"

	"oneswitch/internal/report"
)

// Alarms is `show system alarms` and `show chassis alarms` (QF-REF 3.4).
type Alarms struct {
	XMLName xml.Name     `xml:"alarm-information"`
	Summary AlarmSummary `xml:"alarm-summary"`
	Alarm   []Alarm      `xml:"alarm-detail"`
}

// AlarmSummary counts the alarms.
type AlarmSummary struct {
	None  *struct{} `xml:"no-active-alarms"`
	Count int       `xml:"active-alarm-count,omitempty"`
}

// Alarm is one active alarm.
type Alarm struct {
	Time  report.Quantity `xml:"alarm-time"`
	Class string          `xml:"alarm-class"` // Major or Minor
	Text  string          `xml:"alarm-description"`
	Type  string          `xml:"alarm-type,omitempty"` // Chassis, Fabric, Configuration, System
}

// The classes of alarms.
const (
	Major = "Major"
	Minor = "Minor"
)

// NewAlarms returns the screen of some alarms: the oldest first.
func NewAlarms(alarms ...Alarm) Alarms {
	r := Alarms{Alarm: slices.Clone(alarms), Summary: AlarmSummary{Count: len(alarms)}}
	if len(alarms) == 0 {
		r.Summary.None = &struct{}{}
	}
	slices.SortStableFunc(r.Alarm, func(a, b Alarm) int {
		return cmp.Or(cmp.Compare(a.Time.Seconds, b.Time.Seconds), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Text, b.Text))
	})
	return r
}

// NewAlarm returns an alarm that began at a moment.
func NewAlarm(since time.Time, class, text string) Alarm {
	return Alarm{Time: report.At(since), Class: class, Text: text}
}

// Text prints the alarms as Junos does.
func (r Alarms) Text(w *report.Writer) {
	if len(r.Alarm) == 0 {
		w.Line("No alarms currently active")
		return
	}
	w.Linef("%d alarms currently active", len(r.Alarm)) // Junos says "1 alarms" as well
	t := report.Table{Columns: []report.Column{{Title: "Alarm time", Width: 24}, {Title: "Class", Width: 6}, {Title: "Description"}}}
	for _, a := range r.Alarm {
		t.Rows = append(t.Rows, []string{a.Time.Text, a.Class, a.Text})
	}
	w.Table(t)
}
