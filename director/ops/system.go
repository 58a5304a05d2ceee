package ops

import (
	"context"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Release and Model are what the fabric tells about itself. Clients parse both: a
// release of another form stops PyEZ, a model that does not begin with QFX is no
// switch to it (northbound.md 3.2).
const (
	Release = rpc.Release
	Model   = "qfx3000-g"
)

// VersionReport is `show version`.
type VersionReport struct {
	XMLName  xml.Name         `xml:"software-information"`
	HostName string           `xml:"host-name"`
	Model    string           `xml:"product-model"`
	Product  string           `xml:"product-name"`
	Junos    string           `xml:"junos-version"`
	Packages []VersionPackage `xml:"package-information"`
}

// VersionPackage is one line of software.
type VersionPackage struct {
	Name    string `xml:"name"`
	Comment string `xml:"comment"`
}

// Text prints the four lines that clients look for (trap 11).
func (r VersionReport) Text(w *report.Writer) {
	w.Line("Hostname: " + r.HostName)
	w.Line("Model: " + r.Model)
	w.Line("Junos: " + r.Junos)
	for _, p := range r.Packages {
		w.Line(p.Comment)
	}
}

func (o *Operations) version(ctx context.Context, c oper.Call) (report.Report, error) {
	v := o.fabric.View()
	own := VersionReport{HostName: v.HostName, Model: Model, Product: Model, Junos: Release, Packages: []VersionPackage{
		{Name: "junos", Comment: fmt.Sprintf("JUNOS Base Version [%s]", Release)},
		{Name: "oneswitch", Comment: fmt.Sprintf("oneswitch Software Suite [%s]", Release)},
	}}
	name := c.Args.Value("component")
	if name == "" {
		return own, nil
	}
	members := v.roles(inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl)
	out := report.MultiComponent{}
	if name == "all" {
		out.Parts = append(out.Parts, report.Part{Name: v.Self, Report: own})
	} else if members = named(members, name); len(members) == 0 {
		return nil, fmt.Errorf("component %s not found", name)
	}
	asked, err := o.perComponent(ctx, oper.Call{RPC: c.RPC, Args: without(c.Args, "component"), Peer: c.Peer}, members)
	if multi, ok := asked.(report.MultiComponent); ok {
		out.Parts = append(out.Parts, multi.Parts...)
	}
	return out, err
}

// UptimeReport is `show system uptime`.
type UptimeReport struct {
	XMLName xml.Name        `xml:"system-uptime-information"`
	Now     report.Quantity `xml:"current-time>date-time"`
	Booted  *Moment         `xml:"system-booted-time"`
	Started *Moment         `xml:"protocols-started-time"`
	Changed *Moment         `xml:"last-configured-time"`
}

// Moment is a time and how long ago it was.
type Moment struct {
	At   report.Quantity `xml:"date-time"`
	Ago  report.Quantity `xml:"time-length"`
	User string          `xml:"user,omitempty"`
}

// Text prints a line for each moment.
func (r UptimeReport) Text(w *report.Writer) {
	w.Line("Current time: " + r.Now.Text)
	for _, line := range []struct {
		title string
		m     *Moment
	}{{"System booted", r.Booted}, {"Protocols started", r.Started}, {"Last configured", r.Changed}} {
		if line.m == nil {
			continue
		}
		by := ""
		if line.m.User != "" {
			by = " by " + line.m.User
		}
		w.Linef("%s: %s (%s)%s", line.title, line.m.At.Text, line.m.Ago.Text, by)
	}
}

func moment(t, now time.Time, user string) *Moment {
	if t.IsZero() {
		return nil
	}
	return &Moment{At: report.At(t), Ago: report.Quantity{Seconds: int64(now.Sub(t) / time.Second), Text: report.Ago(now.Sub(t))}, User: user}
}

func (o *Operations) uptime(ctx context.Context, _ oper.Call) (report.Report, error) {
	now, v := o.clock.Now(), o.fabric.View()
	r := UptimeReport{Now: report.At(now), Booted: moment(v.Own.Vitals.Booted, now, ""), Started: moment(v.Started, now, "")}
	if commits, err := o.fabric.Commits(ctx, 1); err == nil && len(commits) > 0 {
		r.Changed = moment(commits[0].At, now, commits[0].User)
	}
	return r, nil
}

// ProcessReport is `show system processes` of the director that answers.
type ProcessReport struct {
	XMLName   xml.Name      `xml:"system-process-information"`
	Processes []ProcessLine `xml:"process"`
}

// ProcessLine is one process.
type ProcessLine struct {
	PID     int    `xml:"pid"`
	State   string `xml:"state"`
	CPU     string `xml:"cpu-time"`
	Memory  string `xml:"resident"`
	Command string `xml:"command"`
}

// Text prints the processes as ps does.
func (r ProcessReport) Text(w *report.Writer) {
	t := report.Table{Columns: []report.Column{
		{Title: "PID", Width: 6, Right: true}, {Title: "STATE", Width: 5}, {Title: "TIME", Width: 9, Right: true}, {Title: "RES", Width: 7, Right: true}, {Title: "COMMAND"},
	}}
	for _, p := range r.Processes {
		t.Rows = append(t.Rows, []string{fmt.Sprint(p.PID), p.State, p.CPU, p.Memory, p.Command})
	}
	w.Table(t)
}

func (o *Operations) processes(context.Context, oper.Call) (report.Report, error) {
	var r ProcessReport
	for _, p := range o.fabric.View().Own.Vitals.Processes {
		r.Processes = append(r.Processes, ProcessLine{PID: p.PID, State: p.State,
			CPU:    fmt.Sprintf("%d:%02d.%02d", int(p.CPU)/60, int(p.CPU)%60, int(p.CPU*100)%100),
			Memory: octets(p.RSSKB << 10), Command: p.Command})
	}
	return r, nil
}

// UsersReport is `show system users`.
type UsersReport struct {
	XMLName xml.Name        `xml:"system-users-information"`
	Now     report.Quantity `xml:"uptime-information>date-time"`
	Up      string          `xml:"uptime-information>up-time"`
	Count   int             `xml:"uptime-information>active-user-count"`
	Load    string          `xml:"uptime-information>load-average-1"`
	Users   []UserLine      `xml:"uptime-information>user-table>user-entry"`
}

// UserLine is one login.
type UserLine struct {
	User    string `xml:"user"`
	TTY     string `xml:"tty"`
	From    string `xml:"from"`
	Login   string `xml:"login-time"`
	Command string `xml:"command"`
}

// Text prints the table of w(1).
func (r UsersReport) Text(w *report.Writer) {
	users := "users"
	if r.Count == 1 {
		users = "user"
	}
	w.Linef("%s  up %s, %d %s, load averages: %s", r.Now.Text, r.Up, r.Count, users, r.Load)
	t := report.Table{Columns: []report.Column{
		{Title: "USER", Width: 8}, {Title: "TTY", Width: 8}, {Title: "FROM", Width: 33}, {Title: "LOGIN@", Width: 7}, {Title: "WHAT"},
	}}
	for _, u := range r.Users {
		t.Rows = append(t.Rows, []string{u.User, u.TTY, u.From, u.Login, u.Command})
	}
	w.Table(t)
}

func (o *Operations) users(context.Context, oper.Call) (report.Report, error) {
	now, self := o.clock.Now(), o.fabric.View().Own
	r := UsersReport{Now: report.At(now)}
	if !self.Vitals.Booted.IsZero() {
		r.Up = longUptime(now.Sub(self.Vitals.Booted))
	}
	var load []string
	for _, l := range self.Vitals.Load {
		load = append(load, fmt.Sprintf("%.2f", l))
	}
	r.Load = strings.Join(load, ", ")
	for i, l := range o.desk.Logins() {
		r.Users = append(r.Users, UserLine{User: l.User, TTY: fmt.Sprintf("p%d", i), From: l.From,
			Login: l.Since.UTC().Format("3:04PM"), Command: l.Client})
	}
	r.Count = len(r.Users)
	return r, nil
}

// AlarmReport is `show system alarms`.
type AlarmReport struct {
	XMLName xml.Name    `xml:"alarm-information"`
	Count   int         `xml:"alarm-summary>active-alarm-count"`
	Alarms  []AlarmLine `xml:"alarm-detail"`
}

// AlarmLine is one active alarm.
type AlarmLine struct {
	Class string `xml:"alarm-class"`
	Text  string `xml:"alarm-description"`
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

func (o *Operations) alarms(ctx context.Context, _ oper.Call) (report.Report, error) {
	v := o.fabric.View()
	var r AlarmReport
	add := func(class, format string, args ...any) {
		r.Alarms = append(r.Alarms, AlarmLine{Class: class, Text: fmt.Sprintf(format, args...)})
	}
	if v.Frozen != "" {
		add("Major", "Commits are suspended: %s", v.Frozen)
	}
	for _, d := range o.fabric.Directors(ctx) {
		if !d.Online {
			add("Major", "Director %s does not answer", d.Name)
		}
	}
	for _, m := range v.Members.Members() {
		st := v.Standing[m.ID]
		switch {
		case !st.Connected:
			add("Major", "%s %s is disconnected", m.Role, m.Name())
		case st.Debt != 0:
			add("Minor", "%s owes revision %d", m.Name(), st.Debt)
		}
	}
	r.Count = len(r.Alarms)
	return r, nil
}
