package component

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// registerCommon adds what every component answers alike, unless the role has a
// better answer of its own.
func (c *Component) registerCommon() {
	for name, h := range map[string]oper.Handler{
		"get-software-information":       c.version,
		"get-system-uptime-information":  c.uptime,
		"get-system-process-information": c.processes,
		"get-system-users-information":   c.users,
		"get-system-alarm-information":   c.alarms,
		"ping":                           c.ping,
	} {
		if !c.cfg.Registry.Serves(name) {
			c.cfg.Registry.Register(name, h)
		}
	}
}

// VersionReport is `show version`.
type VersionReport struct {
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

// Text prints the four lines that clients look for (northbound.md 0.11).
func (r VersionReport) Text(w *report.Writer) {
	w.Line("Hostname: " + r.HostName)
	w.Line("Model: " + r.Model)
	w.Line("Junos: " + r.Junos)
	for _, p := range r.Packages {
		w.Line(p.Comment)
	}
}

func (c *Component) version(ctx context.Context, call oper.Call) (report.Report, error) {
	id, err := c.identity(ctx)
	if err != nil {
		return nil, err
	}
	if name := call.Args.Value("component"); name != "" && name != "all" && name != id.Name && name != string(id.Serial) {
		return nil, fmt.Errorf("component %s not found", name)
	}
	return VersionReport{HostName: id.Name, Model: id.Model, Product: id.Model, Junos: id.Version, Packages: []Package{
		{Name: "junos", Comment: "JUNOS Base Version [" + rpc.Release + "]"},
		{Name: "oneswitch", Comment: "oneswitch Software Suite [" + id.Version + "]"},
	}}, nil
}

// UptimeReport is `show system uptime`.
type UptimeReport struct {
	XMLName xml.Name        `xml:"system-uptime-information"`
	Now     report.Quantity `xml:"current-time>date-time"`
	Booted  *Moment         `xml:"system-booted-time"`
	Started *Moment         `xml:"protocols-started-time"`
}

// Moment is a time and how long ago it was.
type Moment struct {
	At  report.Quantity `xml:"date-time"`
	Ago report.Quantity `xml:"time-length"`
}

func moment(t, now time.Time) *Moment {
	if t.IsZero() {
		return nil
	}
	return &Moment{At: report.At(t), Ago: report.Since(t, now)}
}

// Text prints a line for each moment.
func (r UptimeReport) Text(w *report.Writer) {
	w.Line("Current time: " + r.Now.Text)
	for _, line := range []struct {
		title string
		m     *Moment
	}{{"System booted", r.Booted}, {"Protocols started", r.Started}} {
		if line.m != nil {
			w.Linef("%s: %s (%s ago)", line.title, line.m.At.Text, line.m.Ago.Text)
		}
	}
}

func (c *Component) uptime(context.Context, oper.Call) (report.Report, error) {
	now := c.cfg.Clock.Now()
	return UptimeReport{Now: report.At(now), Booted: moment(booted(), now), Started: moment(c.started, now)}, nil
}

// booted returns when the machine started (proc(5)), the zero time where nobody says.
func booted() time.Time {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return time.Time{} // not a Linux
	}
	for line := range bytes.Lines(stat) {
		if seconds, ok := strings.CutPrefix(string(line), "btime "); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(seconds), 10, 64); err == nil {
				return time.Unix(n, 0)
			}
		}
	}
	return time.Time{}
}

// ProcessReport is `show system processes`: the one process that a component is.
type ProcessReport struct {
	XMLName   xml.Name  `xml:"system-process-information"`
	Processes []Process `xml:"process"`
}

// Process is one process.
type Process struct {
	PID     int    `xml:"pid"`
	State   string `xml:"state"`
	CPU     string `xml:"cpu-time"`
	Memory  string `xml:"resident"`
	Command string `xml:"command"`
}

// Text prints the processes as ps does.
func (r ProcessReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "PID", Width: 6, Right: true}, {Title: "STATE", Width: 5}, {Title: "TIME", Width: 9, Right: true},
		{Title: "RES", Width: 7, Right: true}, {Title: "COMMAND"},
	}}
	for _, p := range r.Processes {
		t.Rows = append(t.Rows, []string{strconv.Itoa(p.PID), p.State, p.CPU, p.Memory, p.Command})
	}
	w.Table(t)
}

func (c *Component) processes(context.Context, oper.Call) (report.Report, error) {
	return ProcessReport{Processes: []Process{ownProcess()}}, nil
}

// ownProcess reads /proc/self/stat (proc(5)); elsewhere only what Go knows is told.
func ownProcess() Process {
	p := Process{PID: os.Getpid(), State: "R", Command: strings.Join(os.Args, " ")}
	stat, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return p // not a Linux
	}
	// The command stands in parentheses and may hold blanks and parentheses itself.
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	const state, user, system, pages = 0, 11, 12, 21
	if len(fields) <= pages {
		return p
	}
	const ticksPerSecond = 100 // USER_HZ is 100 on every Linux that Go runs on
	ticks, _ := strconv.ParseInt(fields[user], 10, 64)
	more, _ := strconv.ParseInt(fields[system], 10, 64)
	resident, _ := strconv.ParseInt(fields[pages], 10, 64)
	ticks += more
	p.State = fields[state]
	p.CPU = fmt.Sprintf("%d:%02d.%02d", ticks/ticksPerSecond/60, ticks/ticksPerSecond%60, ticks%ticksPerSecond)
	p.Memory = fmt.Sprintf("%dM", resident*int64(os.Getpagesize())>>20)
	return p
}

// UsersReport is `show system users`: the management sessions.
type UsersReport struct {
	XMLName xml.Name        `xml:"system-users-information"`
	Now     report.Quantity `xml:"uptime-information>date-time"`
	Count   int             `xml:"uptime-information>active-user-count"`
	Users   []User          `xml:"uptime-information>user-table>user-entry"`
}

// User is one session.
type User struct {
	User  string `xml:"user"`
	TTY   string `xml:"tty"`
	From  string `xml:"from"`
	Login string `xml:"login-time"`
	What  string `xml:"command"`
}

// Text prints the table of w(1).
func (r UsersReport) Text(w *report.Writer) {
	w.Linef("%s  %d users", r.Now.Text, r.Count)
	t := report.Table{Columns: []report.Column{
		{Title: "USER", Width: 8}, {Title: "TTY", Width: 8}, {Title: "FROM", Width: 33}, {Title: "LOGIN@", Width: 7}, {Title: "WHAT"},
	}}
	for _, u := range r.Users {
		t.Rows = append(t.Rows, []string{u.User, u.TTY, u.From, u.Login, u.What})
	}
	w.Table(t)
}

func (c *Component) users(context.Context, oper.Call) (report.Report, error) {
	r := UsersReport{Now: report.At(c.cfg.Clock.Now())}
	for _, s := range c.netconf.Sessions() {
		r.Users = append(r.Users, User{User: s.Peer.User, TTY: fmt.Sprintf("p%d", s.ID), From: s.Peer.Remote,
			Login: s.Since.Format("3:04PM"), What: "netconf"})
	}
	r.Count = len(r.Users)
	return r, nil
}

// AlarmReport is `show system alarms`.
type AlarmReport struct {
	XMLName xml.Name `xml:"alarm-information"`
	Count   int      `xml:"alarm-summary>active-alarm-count"`
	Alarms  []Alarm  `xml:"alarm-detail"`
}

// Alarm is one active alarm.
type Alarm struct {
	Class string `xml:"alarm-class"`
	Text  string `xml:"alarm-description"`
}

func (r *AlarmReport) add(class, format string, args ...any) {
	r.Alarms = append(r.Alarms, Alarm{Class: class, Text: fmt.Sprintf(format, args...)})
	r.Count = len(r.Alarms)
}

// Text prints the alarms as Junos does.
func (r AlarmReport) Text(w *report.Writer) {
	if r.Count == 0 {
		w.Line("No alarms currently active")
		return
	}
	w.Linef("%d alarms currently active", r.Count)
	t := report.Table{Columns: []report.Column{{Title: "Class", Width: 6}, {Title: "Description"}}}
	for _, a := range r.Alarms {
		t.Rows = append(t.Rows, []string{a.Class, a.Text})
	}
	w.Table(t)
}

// alarms names every director that we are not connected to.
func (c *Component) alarms(context.Context, oper.Call) (report.Report, error) {
	var r AlarmReport
	for _, director := range c.homes.absent() {
		r.add("Major", "Director %s is not connected", director)
	}
	return r, nil
}
