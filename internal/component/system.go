package component

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"oneswitch/internal/echo"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/internal/syslog"
	"oneswitch/internal/vitals"
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
		"get-alarm-information":          c.alarms,
		"get-log":                        c.showLog,
		"ping":                           c.ping,
		"traceroute":                     c.traceroute,
	} {
		if !c.cfg.Registry.Serves(name) {
			c.cfg.Registry.Register(name, c.here(h))
		}
	}
}

// here refuses a selector that names another component: the fabric as a whole is at
// the directors.
func (c *Component) here(h oper.Handler) oper.Handler {
	return func(ctx context.Context, call oper.Call) (report.Report, error) {
		for _, kind := range []string{"node-device", "interconnect-device", "node-group", "infrastructure", "director-device", "infrastructure-device"} {
			name := call.Args.Value(kind)
			if name == "" {
				continue
			}
			id, err := c.identity(ctx)
			if err != nil {
				return nil, err
			}
			if name != id.Name && name != string(id.Serial) {
				return nil, fmt.Errorf("%s is not here: this is %s", name, id.Name)
			}
		}
		return h(ctx, call)
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
	return screen.NewVersion(id.Name, id.Model, rpc.Release, id.Version), nil
}

// vitals takes a reading of the machine.
func (c *Component) vitals() vitals.Vitals { return vitals.NewMeter().Read() }

func (c *Component) uptime(context.Context, oper.Call) (report.Report, error) {
	now, v := c.cfg.Clock.Now(), c.vitals()
	return screen.Uptime{Now: report.At(now), Source: screen.LocalClock, Booted: screen.NewMoment(v.Booted, now, ""),
		Started: screen.NewMoment(c.started, now, ""), Load: screen.NewLoad(now, v.Booted, 0, v.Load)}, nil // operators log in at the directors
}

func (c *Component) processes(_ context.Context, call oper.Call) (report.Report, error) {
	return c.vitals().Screen(call.Args.Level(), c.cfg.Clock.Now()), nil
}

func (c *Component) users(context.Context, oper.Call) (report.Report, error) {
	now, v := c.cfg.Clock.Now(), c.vitals()
	var users []screen.User
	for _, s := range c.netconf.Sessions() {
		users = append(users, screen.User{User: s.Peer.User, TTY: fmt.Sprintf("p%d", s.ID), From: s.Peer.Remote, What: "netconf (mgd)"}.
			Seen(screen.Stay{Since: s.Since, Used: s.Used}, now))
	}
	return screen.NewUsers(screen.NewLoad(now, v.Booted, 0, v.Load), users), nil
}

// alarms names every director that we are not connected to, and what the role
// knows.
func (c *Component) alarms(ctx context.Context, _ oper.Call) (report.Report, error) {
	var all []screen.Alarm
	for _, d := range c.homes.absent() {
		all = append(all, screen.NewAlarm(d.since, screen.Major, fmt.Sprintf("Director %s is not connected", d.address)))
	}
	if c.cfg.Alarms != nil {
		own, err := c.cfg.Alarms(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	return screen.NewAlarms(all...), nil
}

// showLog is `show log`: the newest messages of this component. Files are kept by
// the directors.
func (c *Component) showLog(_ context.Context, call oper.Call) (report.Report, error) {
	const file = "messages"
	messages, _ := c.book.Since(0)
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.Line(syslog.Form{}) + "\n")
	}
	switch call.Args.Value("filename") {
	case file:
		return screen.LogText{Name: file, Lines: b.String()}, nil
	case "":
		modified := c.started
		if len(messages) > 0 {
			modified = messages[len(messages)-1].At
		}
		return screen.LogFiles{Files: []screen.LogFile{{Name: file, Size: int64(b.Len()), Modified: modified}}}, nil
	}
	return nil, fmt.Errorf("log file %s not found; there are: %s", call.Args.Value("filename"), file)
}

// ping leaves the component on the control network; a member has no address in the
// VLANs that it switches.
func (c *Component) ping(ctx context.Context, call oper.Call) (report.Report, error) {
	to, err := target(call)
	if err != nil {
		return nil, err
	}
	return echo.Ping(ctx, c.cfg.Clock, to, call.Args)
}

func (c *Component) traceroute(ctx context.Context, call oper.Call) (report.Report, error) {
	to, err := target(call)
	if err != nil {
		return nil, err
	}
	return echo.Traceroute(ctx, to, call.Args)
}

// target reads where a command goes: a component knows no names.
func target(call oper.Call) (echo.Target, error) {
	host := call.Args.Value("host")
	addr, err := netip.ParseAddr(host)
	if err != nil || !addr.Is4() {
		return echo.Target{}, fmt.Errorf("cannot resolve %s: Unknown host", host)
	}
	return echo.Target{Host: host, Address: addr}, nil
}

// silence is how long a director may say nothing before its connection counts as
// dead: it asks for a sign of life once a second.
const silence = 10 * time.Second
