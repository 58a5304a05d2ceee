package journal_test

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/director/alarm"
	"oneswitch/director/journal"
	"oneswitch/internal/clock"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/syslog"
	"oneswitch/inventory/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is where a journal writes.
type desk struct {
	mu     sync.Mutex // guards what follows
	leads  bool
	lines  []string // of the log files
	events []string
}

func (d *desk) with(do func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	do()
}

func (d *desk) config(c clock.Clock) journal.Config {
	return journal.Config{Host: "dg0", Clock: c, Log: slog.New(slog.DiscardHandler),
		Leads: func() (yes bool) { d.with(func() { yes = d.leads }); return yes },
		Post: func(m syslog.Message) {
			d.with(func() { d.lines = append(d.lines, m.Host+" "+m.Process+" "+m.Tag+" "+m.Text) })
		},
		Keep: func(_ context.Context, s store.Severity, text string) error {
			d.with(func() { d.events = append(d.events, string(s)+" "+text) })
			return nil
		},
	}
}

// until lets time pass until the event log holds what is wanted.
func (d *desk) until(t *testing.T, c *clock.Manual, want string) {
	t.Helper()
	patience := time.After(10 * time.Second)
	for {
		var have string
		d.with(func() { have = strings.Join(d.events, "|") })
		if have == want {
			return
		}
		select {
		case <-patience:
			t.Fatalf("event log: %s, want %s", have, want)
		case <-time.After(time.Millisecond):
			c.Advance(50 * time.Millisecond)
		}
	}
}

func TestEventLog(t *testing.T) {
	t.Parallel()
	d, c := &desk{leads: true}, clock.NewManual(time.Date(2012, 8, 25, 9, 52, 8, 0, time.UTC))
	j := journal.New(d.config(c))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- j.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	dead := alarm.Condition{Class: alarm.Major, Area: alarm.System, Key: "director dg1", Text: "Director dg1 does not answer"}
	j.Alarm(alarm.Change{Condition: dead})
	j.Note(false, "commit: revision 5")
	want := "alarm Major alarm set: Director dg1 does not answer|notice commit: revision 5"
	d.until(t, c, want)

	// One who does not lead says nothing of alarms, unless it leads soon after.
	d.with(func() { d.leads = false })
	j.Alarm(alarm.Change{Condition: dead, Over: true})
	j.Note(true, "of my own")
	want += "|alarm of my own"
	d.until(t, c, want)
	c.Advance(20 * time.Second)
	j.Moved("Fabric port a leads to b now")
	short := alarm.Condition{Key: "short", Class: alarm.Minor, Text: "over before anybody could tell"}
	j.Alarm(alarm.Change{Condition: short})
	j.Alarm(alarm.Change{Condition: short, Over: true})
	j.Note(false, "marker") // what stands before it has been held by now
	want += "|notice marker"
	d.until(t, c, want)
	d.with(func() { d.leads = true })
	d.until(t, c, want+"|notice Fabric port a leads to b now")

	var lines []string
	d.with(func() { lines = d.lines })
	for i, want := range []string{
		"dg0 alarmd  Alarm set: color=RED, class=SYSTEM, reason=Director dg1 does not answer",
		"dg0 fabricd  commit: revision 5",
		"dg0 alarmd  Alarm cleared: color=RED, class=SYSTEM, reason=Director dg1 does not answer",
		"dg0 fabricd  of my own",
		"dg0 fabricd  Fabric port a leads to b now",
		"dg0 alarmd  Alarm set: color=YELLOW, class=, reason=over before anybody could tell",
		"dg0 alarmd  Alarm cleared: color=YELLOW, class=, reason=over before anybody could tell",
		"dg0 fabricd  marker",
	} {
		if i >= len(lines) || lines[i] != want {
			t.Errorf("line %d of %q is not %q", i, lines, want)
		}
	}
}

func TestLogins(t *testing.T) {
	t.Parallel()
	d := &desk{}
	j := journal.New(d.config(clock.Real{}))
	l := sshnet.Login{User: "admin", Remote: netip.MustParseAddrPort("192.0.2.9:51234")}
	for _, c := range []struct {
		method string
		ok     bool
		want   string
	}{
		{"password", true, "dg0 sshd  Accepted password for admin from 192.0.2.9 port 51234 ssh2"},
		{"password", false, "dg0 sshd SSHD_LOGIN_FAILED Login failed for user 'admin' from host '192.0.2.9'"},
		{"publickey", true, "dg0 sshd  Accepted publickey for admin from 192.0.2.9 port 51234 ssh2"},
		{"publickey", false, ""}, // clients try what they have
	} {
		d.lines = nil
		if got := j.Tried(l, c.method, c.ok); got != c.ok || strings.Join(d.lines, "|") != c.want {
			t.Errorf("%s %t: %t, %q", c.method, c.ok, got, d.lines)
		}
	}
}
