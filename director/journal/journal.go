// Package journal is where a director writes down what happens: into its log files,
// into the event log of the fabric that all directors share, and into the log of
// its own process.
//
// A Journal may be used from any goroutine; Run writes the event log, which may take
// its time, on one of its own. Nothing that is written waits for a disk or the
// datastore.
//
// Invariants: an alarm stands in the event log once, by the leader, and in the log
// files of every director; a line that cannot be kept is counted, never waited for.
//
// It must never decide what happens next.
package journal

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"oneswitch/director/alarm"
	"oneswitch/director/health"
	"oneswitch/internal/clock"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/syslog"
	"oneswitch/inventory/store"
)

var _ health.Listener = (*Journal)(nil)

// Config is what a Journal needs.
type Config struct {
	Host  string                                                                // name of this director
	Leads func() bool                                                           // whether this director leads
	Post  func(syslog.Message)                                                  // into the log files; must not block
	Keep  func(ctx context.Context, severity store.Severity, text string) error // into the event log
	Clock clock.Clock
	Log   *slog.Logger
}

// Journal writes.
type Journal struct {
	cfg    Config
	events chan event
}

// patience bounds one line of the event log.
const patience = 2 * time.Second

// waiting bounds how many lines wait for the datastore.
const waiting = 256

// New returns a journal whose event log waits for Run.
func New(cfg Config) *Journal { return &Journal{cfg: cfg, events: make(chan event, waiting)} }

// event is a line for the event log of the fabric.
type event struct {
	severity store.Severity
	text     string
	leaders  time.Time // when it happened, where the leader alone says it; zero: whoever sees it
	alarm    string    // key of an alarm; empty: it is about none
	over     bool      // the alarm's end
}

// Note tells everybody of something: the log of the process, the log files, and the
// event log of the fabric. It must not block the driver.
func (j *Journal) Note(alarm bool, text string) {
	level, severity := slog.LevelInfo, syslog.Notice
	if alarm {
		level, severity = slog.LevelWarn, syslog.Warning
	}
	j.cfg.Log.Log(context.Background(), level, text)
	j.Say("fabricd", severity, text)
	j.keep(event{text: text}, alarm)
}

// keep hands a line to the writer of the event log; one too many is left out.
func (j *Journal) keep(e event, alarm bool) {
	e.severity = store.Notice
	if alarm {
		e.severity = store.Alarm
	}
	select {
	case j.events <- e:
	default:
		j.cfg.Log.Warn("event log is behind, a line was left out")
	}
}

// succession is how long before it leads a director may have seen what the leader
// would have said: that the leader is dead is seen by its successor alone.
const succession = 8 * time.Second

// Run writes the event log until ctx ends. What the leader says is held for a while
// by who is not: perhaps it leads by then.
func (j *Journal) Run(ctx context.Context) error {
	again := j.cfg.Clock.NewTicker(time.Second)
	defer again.Stop()
	var held []event
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-j.events:
			if !e.leaders.IsZero() && !j.cfg.Leads() {
				held = hold(held, e)
				continue
			}
			j.write(ctx, e)
		case <-again.C():
			held = slices.DeleteFunc(held, func(e event) bool { return j.cfg.Clock.Now().Sub(e.leaders) > succession })
			if len(held) > 0 && j.cfg.Leads() {
				for _, e := range held {
					j.write(ctx, e)
				}
				held = nil
			}
		}
	}
}

// hold adds an event to those that are held. An alarm that is over before anybody
// could tell of it is not told.
func hold(held []event, e event) []event {
	before := len(held)
	if e.over {
		held = slices.DeleteFunc(held, func(x event) bool { return x.alarm == e.alarm })
	}
	if len(held) < before {
		return held
	}
	return append(held, e)
}

func (j *Journal) write(ctx context.Context, e event) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := j.cfg.Keep(ctx, e.severity, e.text); err != nil {
		j.cfg.Log.Warn("event not logged", "err", err)
	}
}

// Post writes a message into the log files of this director. It must not block.
func (j *Journal) Post(m syslog.Message) {
	if m.At.IsZero() {
		m.At = j.cfg.Clock.Now()
	}
	if m.Host == "" {
		m.Host = j.cfg.Host
	}
	j.cfg.Post(m)
}

// Say posts a message of one of the daemons that a director is.
func (j *Journal) Say(process string, s syslog.Severity, text string) {
	j.Post(syslog.Message{Facility: syslog.Daemon, Severity: s, Process: process, PID: os.Getpid(), Text: text})
}

// Alarm hears that an alarm has begun, or is over. The leader alone writes it into
// the event log of the fabric: its board is the one that operators see.
func (j *Journal) Alarm(c alarm.Change) {
	color, verb, severity := "RED", "set", syslog.Warning
	if c.Class == alarm.Minor {
		color = "YELLOW"
	}
	if c.Over {
		verb, severity = "cleared", syslog.Notice
	}
	j.Say("alarmd", severity, "Alarm "+verb+": color="+color+", class="+strings.ToUpper(string(c.Area))+", reason="+c.Text)
	j.keep(event{text: string(c.Class) + " alarm " + verb + ": " + c.Text, leaders: j.cfg.Clock.Now(),
		alarm: c.Key, over: c.Over}, !c.Over)
}

// Moved hears of a cable that leads elsewhere now.
func (j *Journal) Moved(text string) {
	j.Say("fabricd", syslog.Notice, text)
	j.keep(event{text: text, leaders: j.cfg.Clock.Now()}, false)
}

// Heard writes what a component has logged.
func (j *Journal) Heard(m syslog.Message) { j.Post(m) }

// Tried records an attempt of an operator to log in, and returns its outcome.
func (j *Journal) Tried(l sshnet.Login, method string, ok bool) bool {
	m := syslog.Message{Facility: syslog.Authorization, Severity: syslog.Info, Process: "sshd", PID: os.Getpid()}
	host := l.Remote.Addr().String()
	switch {
	case ok:
		m.Text = "Accepted " + method + " for " + l.User + " from " + host + " port " + strconv.Itoa(int(l.Remote.Port())) + " ssh2"
	case method != "password":
		return false // clients try keys that nobody gave them as a matter of course
	default:
		m.Severity, m.Tag, m.Text = syslog.Notice, "SSHD_LOGIN_FAILED", "Login failed for user '"+l.User+"' from host '"+host+"'"
		m.Params = []syslog.Param{{Name: "username", Value: l.User}, {Name: "source-address", Value: host}}
	}
	j.Post(m)
	return ok
}
