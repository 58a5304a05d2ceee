package screen

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/report"
)

// Version is `show version` of one component. Clients parse it: a release of
// another form stops PyEZ, a model that does not begin with QFX is no switch to it
// (northbound.md 3.2).
type Version struct {
	XMLName  xml.Name  `xml:"software-information"`
	HostName string    `xml:"host-name"`
	Model    string    `xml:"product-model"`
	Product  string    `xml:"product-name"`
	Junos    string    `xml:"junos-version"`
	Packages []Package `xml:"package-information"`
}

// Package is one piece of software.
type Package struct {
	Name    string `xml:"name"`
	Comment string `xml:"comment"`
}

// NewVersion describes a component that runs a version of the software on the
// platform whose release it tells.
func NewVersion(host, model, release, version string) Version {
	return Version{HostName: host, Model: model, Product: model, Junos: release, Packages: []Package{
		{Name: "junos", Comment: "JUNOS Base Version [" + release + "]"},
		{Name: "oneswitch", Comment: "oneswitch Software Suite [" + version + "]"},
	}}
}

// Text prints the four lines that clients look for (northbound.md 0.11).
func (r Version) Text(w *report.Writer) {
	w.Line("Hostname: " + r.HostName)
	w.Line("Model: " + r.Model)
	w.Line("Junos: " + r.Junos)
	for _, p := range r.Packages {
		w.Line(p.Comment)
	}
}

// Uptime is `show system uptime`.
type Uptime struct {
	XMLName xml.Name        `xml:"system-uptime-information"`
	Now     report.Quantity `xml:"current-time>date-time"`
	Source  string          `xml:"time-source"`
	Booted  *Moment         `xml:"system-booted-time"`
	Started *Moment         `xml:"protocols-started-time"`
	Changed *Moment         `xml:"last-configured-time"`
	Load    Load            `xml:"uptime-information"`
}

// LocalClock is the source of time of a machine that nobody disciplines as far as
// we know.
const LocalClock = "LOCAL CLOCK"

// Moment is a time and how long ago it was.
type Moment struct {
	At   report.Quantity `xml:"date-time"`
	Ago  report.Quantity `xml:"time-length"`
	User string          `xml:"user,omitempty"`
}

// NewMoment returns the moment t as of now, nil for the zero time.
func NewMoment(t, now time.Time, user string) *Moment {
	if t.IsZero() {
		return nil
	}
	ago := max(now.Sub(t), 0)
	return &Moment{At: report.At(t), Ago: report.Quantity{Seconds: int64(ago / time.Second), Text: report.Ago(ago)}, User: user}
}

// String prints the moment as every screen does.
func (m Moment) String() string {
	by := ""
	if m.User != "" {
		by = " by " + m.User
	}
	return m.At.Text + " (" + m.Ago.Text + ")" + by
}

// Text prints a line for each moment and the line of uptime(1).
func (r Uptime) Text(w *report.Writer) {
	w.Line("Current time: " + r.Now.Text)
	w.Line("Time Source:  " + r.Source)
	for _, line := range []struct {
		title string
		m     *Moment
	}{{"System booted", r.Booted}, {"Protocols started", r.Started}, {"Last configured", r.Changed}} {
		if line.m != nil {
			w.Line(line.title + ": " + line.m.String())
		}
	}
	r.Load.text(w)
}

// Load is the first line of w(1): the time, how long the machine is up, who is on
// it and how busy it is.
type Load struct {
	Now     report.Quantity  `xml:"date-time"`
	Up      *report.Quantity `xml:"up-time"` // absent where the machine does not tell
	Count   int              `xml:"active-user-count"`
	Minute  string           `xml:"load-average-1,omitempty"`
	Five    string           `xml:"load-average-5,omitempty"`
	Fifteen string           `xml:"load-average-15,omitempty"`
	Users   []User           `xml:"user-table>user-entry"` // of `show system users` alone
}

// NewLoad returns the line as of now; load are the averages of 1, 5 and 15
// minutes, or none.
func NewLoad(now, booted time.Time, users int, load []float64) Load {
	l := Load{Now: report.Quantity{Seconds: now.Unix(), Text: now.Format("3:04PM")}, Count: users}
	if !booted.IsZero() {
		up := now.Sub(booted)
		l.Up = &report.Quantity{Seconds: int64(up / time.Second), Text: upTime(up)}
	}
	if len(load) == 3 {
		l.Minute, l.Five, l.Fifteen = fmt.Sprintf("%.2f", load[0]), fmt.Sprintf("%.2f", load[1]), fmt.Sprintf("%.2f", load[2])
	}
	return l
}

func (l Load) text(w *report.Writer) {
	up, load := "", ""
	if l.Up != nil {
		up = "  up " + l.Up.Text
	}
	if l.Minute != "" {
		load = ", load averages: " + strings.Join([]string{l.Minute, l.Five, l.Fifteen}, ", ")
	}
	w.Linef("%s%s%s, %d %s%s", strings.Repeat(" ", max(0, len("10:04PM")-len(l.Now.Text))), l.Now.Text, up, l.Count, plural(l.Count, "user"), load)
}

// upTime prints a duration as uptime(1) does: 4 days, 2:26; 1 day, 3 mins; 12 mins.
func upTime(d time.Duration) string {
	minutes := int(max(d, 0) / time.Minute)
	var parts []string
	if days := minutes / (24 * 60); days > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", days, plural(days, "day")))
	}
	switch h, m := minutes/60%24, minutes%60; {
	case h > 0 && m > 0:
		parts = append(parts, fmt.Sprintf("%d:%02d", h, m))
	case h > 0:
		parts = append(parts, fmt.Sprintf("%d %s", h, plural(h, "hr")))
	case m > 0:
		parts = append(parts, fmt.Sprintf("%d %s", m, plural(m, "min")))
	case len(parts) == 0:
		s := int(max(d, 0) / time.Second)
		parts = append(parts, fmt.Sprintf("%d %s", s, plural(s, "sec")))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// Users is `show system users`: the sessions of operators.
type Users struct {
	XMLName xml.Name `xml:"system-users-information"`
	Load    Load     `xml:"uptime-information"`
}

// NewUsers returns the sessions under the line of uptime(1).
func NewUsers(l Load, users []User) Users {
	l.Count, l.Users = len(users), users
	return Users{Load: l}
}

// User is one session.
type User struct {
	User  string          `xml:"user"`
	TTY   string          `xml:"tty"`
	From  string          `xml:"from"`
	Login report.Quantity `xml:"login-time"`
	Idle  report.Quantity `xml:"idle-time"`
	What  string          `xml:"command"`
}

// Stay is when a session began and when it was last of use.
type Stay struct{ Since, Used time.Time }

// Seen fills in when the user came and how long nothing has come from him, as of now.
func (u User) Seen(s Stay, now time.Time) User {
	idle := max(now.Sub(s.Used), 0)
	u.Login = report.Quantity{Seconds: s.Since.Unix(), Text: loginTime(s.Since, now)}
	u.Idle = report.Quantity{Seconds: int64(idle / time.Second), Text: idleTime(idle)}
	return u
}

// loginTime prints when somebody came as w(1) does: today, this week, earlier.
func loginTime(t, now time.Time) string {
	t = t.In(now.Location())
	switch age := now.Sub(t); {
	case age < 24*time.Hour && t.Day() == now.Day():
		return t.Format("3:04PM")
	case age < 7*24*time.Hour:
		return t.Format("Mon03PM")
	}
	return t.Format("02Jan06")
}

// idleTime prints how long nothing came as w(1) does: -, minutes, hours and
// minutes, days.
func idleTime(d time.Duration) string {
	switch minutes := int(d / time.Minute); {
	case minutes < 1:
		return "-"
	case minutes < 60:
		return fmt.Sprint(minutes)
	case minutes < 36*60:
		return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%ddays", minutes/60/24)
	}
}

// Text prints the table of w(1).
func (r Users) Text(w *report.Writer) {
	r.Load.text(w)
	t := report.Table{Columns: []report.Column{
		{Title: "USER", Width: 8}, {Title: "TTY", Width: 8}, {Title: "FROM", Width: 33}, {Title: "LOGIN@", Width: 6}, {Title: "IDLE", Width: 5, Right: true}, {Title: "WHAT"},
	}}
	for _, u := range r.Load.Users {
		t.Rows = append(t.Rows, []string{u.User, u.TTY, u.From, u.Login.Text, u.Idle.Text, u.What})
	}
	w.Table(t)
}
