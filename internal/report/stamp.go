package report

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Timestamp prints a moment as Junos does: 2012-08-25 09:52:08 PDT.
func Timestamp(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// Duration prints how long a session is up, as `show bgp summary` does: 12, 12:03,
// 6:43:58, 3d 6:43:58, 1w3d 15:28:00.
func Duration(d time.Duration) string {
	days, h, m, s := split(d)
	switch {
	case days != "":
		return fmt.Sprintf("%s %d:%02d:%02d", days, h, m, s)
	case h > 0:
		return fmt.Sprintf("%d:%02d:%02d", h, m, s)
	case m > 0:
		return fmt.Sprintf("%d:%02d", m, s)
	}
	return fmt.Sprint(s)
}

// Age prints how old a route is, as `show route` does: 00:12:03, 3d 06:43:58,
// 1w3d 15:28:00.
func Age(d time.Duration) string {
	days, h, m, s := split(d)
	if days != "" {
		days += " "
	}
	return fmt.Sprintf("%s%02d:%02d:%02d", days, h, m, s)
}

// Ago prints the distance of a moment, as in `System booted: ... (3d 16:23 ago)`:
// 00:12:03 ago within a day, without seconds after it.
func Ago(d time.Duration) string {
	days, h, m, s := split(d)
	if days != "" {
		return fmt.Sprintf("%s %02d:%02d ago", days, h, m)
	}
	return fmt.Sprintf("%02d:%02d:%02d ago", h, m, s)
}

// Elapsed is how long a machine is up, as the chassis screens have it: 3 days, 1 hour,
// 12 minutes, 5 seconds.
func Elapsed(d time.Duration) Quantity {
	n := int64(max(d, 0) / time.Second)
	var words []string
	for _, unit := range []struct {
		name    string
		seconds int64
	}{{"day", 86400}, {"hour", 3600}, {"minute", 60}, {"second", 1}} {
		count := n / unit.seconds
		n %= unit.seconds
		switch {
		case count == 0 && (unit.seconds > 1 || len(words) > 0):
		case count == 1:
			words = append(words, "1 "+unit.name)
		default:
			words = append(words, fmt.Sprintf("%d %ss", count, unit.name))
		}
	}
	return Quantity{Seconds: int64(max(d, 0) / time.Second), Text: strings.Join(words, ", ")}
}

// split returns weeks and days in their printed form (1w3d, 3d or empty) and the
// rest in hours, minutes and seconds. A negative age, which a stepped clock can
// cause, counts as zero.
func split(d time.Duration) (days string, h, m, s int64) {
	n := int64(max(d, 0) / time.Second)
	day := n / 86400
	if day >= 7 {
		days = fmt.Sprintf("%dw", day/7)
	}
	if day > 0 {
		days += fmt.Sprintf("%dd", day%7)
	}
	return days, n % 86400 / 3600, n % 3600 / 60, n % 60
}

// Quantity is an element that a person reads as text and a program as a number:
// <time-length junos:seconds="86400">1 day</time-length>. The prefix junos is
// declared on the rpc-reply around it.
type Quantity struct {
	Seconds int64  `xml:"junos:seconds,attr"`
	Text    string `xml:",chardata"`
}

// UnmarshalXML reads a Quantity that another component wrote: the prefix of its
// attribute was declared on the reply and has lost its declaration here.
func (q *Quantity) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	for _, a := range start.Attr {
		if a.Name.Local == "seconds" {
			n, err := strconv.ParseInt(a.Value, 10, 64)
			if err != nil {
				return fmt.Errorf("seconds of %s: %w", start.Name.Local, err)
			}
			q.Seconds = n
		}
	}
	return d.DecodeElement(&q.Text, &start)
}

// Since returns the age of t at now as a Quantity.
func Since(t, now time.Time) Quantity {
	d := now.Sub(t)
	return Quantity{Seconds: int64(max(d, 0) / time.Second), Text: Duration(d)}
}

// At returns the moment t as a Quantity of seconds since 1970.
func At(t time.Time) Quantity { return Quantity{Seconds: t.Unix(), Text: Timestamp(t)} }
