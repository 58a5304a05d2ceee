// Package logs keeps the log files of a director and sends copies to remote hosts:
// what `system syslog` configures, and `show log` reads (QF-REF 4.6).
//
// One goroutine, Run, owns the files; each remote host has a goroutine of its own
// with a bounded queue, so that one that is dead or slow costs its own messages and
// nothing else (reliability.md F98). Post may be called from anywhere and never
// blocks. Files are read by the goroutine that asks.
//
// Invariants: a file never grows beyond its size by more than one message, and no
// more than its number of old files is kept; names lead nowhere outside the
// directory; what was lost is counted and said.
//
// It must never decide what is worth a message.
package logs

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/syslog"
)

// Default is the file that Junos keeps without being told.
const Default = "messages"

// What a file is when nobody says otherwise.
const (
	DefaultSize  = 1 << 20 // octets before it is set aside
	DefaultFiles = 10      // that were set aside
)

// File is one log file.
type File struct {
	Name   string
	Filter syslog.Filter
	Form   syslog.Form
	Size   int64 // octets; at least one line is written all the same
	Files  int   // old files that are kept
}

// Host is one remote host.
type Host struct {
	Address  string // name or address
	Port     uint16
	Source   netip.Addr // local address; invalid: the system's choice
	Facility int        // number to send instead of the message's own; negative: its own
	Prefix   string     // before the text
	Filter   syslog.Filter
	Form     syslog.Form
}

// Rules is what goes where.
type Rules struct {
	Files []File
	Hosts []Host
}

// Shipped are the rules of a switch without `system syslog`.
func Shipped() Rules {
	file := func(name string, s ...syslog.Selector) File {
		return File{Name: name, Filter: syslog.Filter{Selectors: s}, Size: DefaultSize, Files: DefaultFiles}
	}
	return Rules{Files: []File{
		file(Default, syslog.Selector{Facility: syslog.Any, Severity: syslog.Notice}, syslog.Selector{Facility: syslog.Authorization, Severity: syslog.Info},
			syslog.Selector{Facility: syslog.Daemon, Severity: syslog.Info}),
		file("interactive-commands", syslog.Selector{Facility: syslog.Commands, Severity: syslog.Debug}),
	}}
}

// queue is how many messages may wait for the disk, and for each host.
const queue = 1024

// Logs is the log of a director.
type Logs struct {
	dir   string
	clock clock.Clock
	log   *slog.Logger
	posts chan syslog.Message
	rules chan Rules // at most one, the newest
	clear chan clearing
	lost  atomic.Uint64

	mu         sync.Mutex // guards what follows
	configured settings.Syslog
}

// clearing asks the owner of the files to empty one.
type clearing struct {
	name string
	all  bool // old files as well
	done chan error
}

// Open makes the directory and returns a log that keeps nothing until Run.
func Open(dir string, c clock.Clock, log *slog.Logger) (*Logs, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make directory of log files: %w", err)
	}
	return &Logs{dir: dir, clock: c, log: log, posts: make(chan syslog.Message, queue), rules: make(chan Rules, 1), clear: make(chan clearing)}, nil
}

// Post hands a message over. One too many is counted and lost.
func (l *Logs) Post(m syslog.Message) {
	select {
	case l.posts <- m:
	default:
		l.lost.Add(1)
	}
}

// Apply puts rules in force for the messages that follow. It does not block.
func (l *Logs) Apply(r Rules) {
	for {
		select {
		case l.rules <- r:
			return
		case <-l.rules: // overtaken
		}
	}
}

// Clear empties a file, and with all forgets its old ones.
func (l *Logs) Clear(ctx context.Context, name string, all bool) error {
	c := clearing{name, all, make(chan error, 1)}
	select {
	case l.clear <- c:
		return <-c.done
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// writer is a Run at work.
type writer struct {
	*Logs
	root  *os.Root
	files []*open
	hosts []*sender
	told  time.Time // when trouble was last told
	ill   bool      // the last write failed
}

// Run writes until ctx ends. Messages that wait then are still written.
func (l *Logs) Run(ctx context.Context) error {
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return fmt.Errorf("open directory of log files: %w", err)
	}
	defer root.Close()
	w := &writer{Logs: l, root: root}
	var sending sync.WaitGroup
	defer sending.Wait()
	defer w.use(ctx, Rules{}, &sending)
	w.use(ctx, Shipped(), &sending)
	again := l.clock.NewTicker(time.Second)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			for {
				select {
				case m := <-l.posts:
					w.write(m)
				default:
					return nil
				}
			}
		case m := <-l.posts:
			select {
			case r := <-l.rules: // they were there before it
				w.use(ctx, r, &sending)
			default:
			}
			w.write(m)
		case r := <-l.rules:
			w.use(ctx, r, &sending)
		case c := <-l.clear:
			c.done <- w.empty(c.name, c.all)
		case <-again.C():
			w.tell()
		}
	}
}

// use puts rules in force: files that stay are kept open.
func (w *writer) use(ctx context.Context, r Rules, sending *sync.WaitGroup) {
	for _, f := range w.files {
		f.close()
	}
	for _, h := range w.hosts {
		h.stop()
	}
	w.files, w.hosts = nil, nil
	for _, f := range r.Files {
		w.files = append(w.files, &open{File: f, root: w.root})
	}
	for _, h := range r.Hosts {
		s := newSender(h, w.log)
		w.hosts = append(w.hosts, s)
		sending.Go(func() { s.run(ctx) })
	}
}

func (w *writer) write(m syslog.Message) {
	for _, f := range w.files {
		if !f.Filter.Takes(m) {
			continue
		}
		if err := f.write(m.Line(f.Form)); err != nil {
			w.lost.Add(1)
			if !w.ill {
				w.log.Error("log file not written", "file", f.Name, "err", err)
			}
			w.ill = true
			continue
		}
		w.ill = false
	}
	for _, h := range w.hosts {
		if h.Filter.Takes(m) {
			h.post(m)
		}
	}
}

// tell says what was lost, at most once a minute.
func (w *writer) tell() {
	now := w.clock.Now()
	if now.Sub(w.told) < time.Minute {
		return
	}
	n := w.lost.Swap(0)
	for _, h := range w.hosts {
		n += h.lost.Swap(0)
	}
	if n > 0 {
		w.told = now
		w.log.Warn("log messages were lost", "count", n)
	}
}
