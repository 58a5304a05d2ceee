package report

import "time"

// Timestamp prints a moment as Junos does: 2012-08-25 09:52:08 PDT.
func Timestamp(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// Duration prints an age as Junos does: 12:03, 6:43:58, 3d 6:43:58, 1w3d 15:28:00.
func Duration(d time.Duration) string { return "" }

// Quantity is an element that a person reads as text and a program as a number:
// <time-length junos:seconds="86400">1 day</time-length>.
type Quantity struct {
	Seconds int64  `xml:"junos:seconds,attr"`
	Text    string `xml:",chardata"`
}

// Since returns the age of t at now as a Quantity.
func Since(t, now time.Time) Quantity { return Quantity{} }

// At returns the moment t as a Quantity of seconds since 1970.
func At(t time.Time) Quantity { return Quantity{} }
