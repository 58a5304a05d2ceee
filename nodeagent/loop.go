package nodeagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/speaker"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/journal"
)

// tickInterval is the engine's tick, and with it that of the probes.
const tickInterval = 25 * time.Millisecond

// routes is fabric control as the loop uses it.
type routes interface {
	Announce(...route.Route)
	Withdraw(...route.Route)
	Subscribe([]route.Target)
	EndOfRIB()
	Events() <-chan speaker.Event
}

// ports are the member's ports: kernel interfaces or cables.
type ports interface {
	// Run reports until ctx ends.
	Run(ctx context.Context) error
	// Events returns what happens at the ports, as events of the engine.
	Events() <-chan engine.Event
	// Set puts a port up or down and sets its MTU.
	Set(port inventory.Port, up bool, mtu int) error
	// Send sends a frame by a port.
	Send(port inventory.Port, frame []byte) error
}

// disk makes records durable.
type disk interface {
	Save(journal.Record) error
}

// plane forwards, and notes which probes came back.
type plane interface {
	dataplane.Plane
	dataplane.Echoes
}

// adapters are what the loop carries effects out with.
type adapters struct {
	plane  plane
	ports  ports
	routes routes
	disk   disk
}

// loop owns the engine and the plane.
type loop struct {
	adapters
	engine  *engine.Engine
	clock   clock.Clock
	log     *slog.Logger
	start   engine.Start // its tables are filled in by run
	views   chan func()
	calls   chan call
	writes  chan engine.WriteJournal
	written chan engine.Journaled
	ended   chan struct{}
	last    engine.RequestID
	waiting map[engine.RequestID]chan<- error
	failed  error // of the plane, in the effects in hand
}

// call is an event with somebody who waits for its outcome.
type call struct {
	request engine.Request
	clear   *engine.Clear // instead of the request
	done    chan<- error  // buffered
}

// errStopped answers whoever calls a loop that has ended.
var errStopped = errors.New("the member is shutting down")

func newLoop(e *engine.Engine, a adapters, c clock.Clock, log *slog.Logger) *loop {
	return &loop{
		adapters: a, engine: e, clock: c, log: log,
		views: make(chan func()), calls: make(chan call), ended: make(chan struct{}),
		writes: make(chan engine.WriteJournal, 1), written: make(chan engine.Journaled, 1),
		waiting: map[engine.RequestID]chan<- error{},
	}
}

// run is the loop. The disk works beside it.
func (l *loop) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	return together(cancel,
		func() error { return l.write(ctx) },
		func() error { return l.serve(ctx) },
	)
}

func (l *loop) serve(ctx context.Context) (err error) {
	defer close(l.ended)
	tables, err := l.plane.Dump()
	if err != nil {
		return fmt.Errorf("read the plane's tables: %w", err)
	}
	l.start.Tables = tables
	if err := l.step(l.start); err != nil {
		return err
	}
	ticker := l.clock.NewTicker(tickInterval)
	defer ticker.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case ev := <-l.ports.Events():
			err = l.step(ev)
		case ev, ok := <-l.plane.Events():
			if !ok {
				return errors.New("the plane reports no more")
			}
			err = l.step(engine.Learned{Learn: ev.Learn})
		case ev := <-l.routes.Events():
			err = l.route(ev)
		case ev := <-l.written:
			err = l.step(ev)
		case <-ticker.C():
			if err = l.step(engine.Echoed{Echoes: l.plane.Echoes()}); err == nil {
				err = l.step(engine.Tick{})
			}
		case f := <-l.views:
			f()
		case c := <-l.calls:
			err = l.call(c)
		}
	}
	return err
}

// write makes records durable, one after the other.
func (l *loop) write(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case w := <-l.writes:
			l.written <- engine.Journaled{Seq: w.Seq, Err: l.disk.Save(journal.Record(w.Record))}
		}
	}
}

func (l *loop) route(ev speaker.Event) error {
	switch ev.Kind {
	case speaker.Up, speaker.Down: // logged by the speaker; its routes are kept
	case speaker.Synced:
		return l.step(engine.Synced{Peer: ev.Peer})
	case speaker.Update:
		return l.step(engine.Routes{Removed: ev.Removed, Changed: ev.Changed})
	}
	return nil
}

func (l *loop) call(c call) error {
	if c.clear != nil {
		err := l.step(*c.clear)
		c.done <- err
		return err
	}
	l.last++
	c.request.ID = l.last
	l.waiting[l.last] = c.done
	return l.step(c.request)
}

// step lets the engine decide and carries its effects out, until nothing more
// follows from them. An engine that panics ends the agent: its state is not to be
// trusted any more. The plane forwards on, and the next start adopts it.
func (l *loop) step(ev engine.Event) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("engine broke on an event of type %T: %v", ev, p)
		}
	}()
	l.failed = nil
	var scan, probed bool
	for _, f := range l.engine.Step(l.clock.Now(), ev) {
		scan = l.carryOut(f) || scan
		s, sent := f.(engine.Send)
		probed = probed || sent && hello.IsProbe(s.Frame)
	}
	if l.failed != nil {
		tables, err := l.plane.Dump()
		if err != nil {
			return fmt.Errorf("read the plane's tables after an error: %w", err)
		}
		return l.step(engine.PlaneFailed{Err: l.failed, Tables: tables})
	}
	if probed {
		if err := l.step(engine.Echoed{Echoes: l.plane.Echoes()}); err != nil {
			return err
		}
	}
	if scan {
		return l.scanIdle()
	}
	return nil
}

func (l *loop) scanIdle() error {
	idle, err := l.plane.Idle()
	if err != nil {
		l.log.Warn("ages were not read", "error", err)
		return nil
	}
	ev := engine.Idle{MACs: make([]engine.Silence, len(idle))}
	for i, m := range idle {
		ev.MACs[i] = engine.Silence{Key: m.Key, For: m.Idle}
	}
	return l.step(ev)
}

// carryOut does one effect and reports whether ages are to be read after all others.
func (l *loop) carryOut(f engine.Effect) (scan bool) {
	switch f := f.(type) {
	case engine.WriteJournal:
		l.writes <- f // has room: the engine never has two under way
	case engine.SetPort:
		if err := l.ports.Set(f.Port, f.Up, f.MTU); err != nil {
			l.log.Warn("port was not set", "port", f.Port, "error", err)
		}
	case engine.Apply:
		if err := l.plane.Apply(f.Delta); err != nil {
			l.failed = fmt.Errorf("write forwarding tables: %w", err)
		}
	case engine.Announce:
		l.routes.Announce(f.Routes...)
	case engine.Withdraw:
		l.routes.Withdraw(f.Routes...)
	case engine.Subscribe:
		l.routes.Subscribe(f.Targets)
	case engine.EndOfRIB:
		l.routes.EndOfRIB()
	case engine.Send:
		if err := l.ports.Send(f.Port, f.Frame); err != nil {
			l.log.Debug("frame was not sent", "port", f.Port, "error", err) // it will be repeated
		}
	case engine.Reply:
		l.answer(f)
	case engine.Log:
		level := slog.LevelInfo
		if f.Warn {
			level = slog.LevelWarn
		}
		l.log.Log(context.Background(), level, f.Text, f.Args...)
	case engine.ScanIdle:
		return true
	}
	return false
}

// answer replies to a request. A plane that refused the tables of a commit is told:
// the decision stands, and the engine tries again.
func (l *loop) answer(r engine.Reply) {
	err := r.Err
	if err == nil && l.failed != nil {
		err = fmt.Errorf("committed, but not in force yet: %w", l.failed)
	}
	l.waiting[r.ID] <- err
	delete(l.waiting, r.ID)
}

// View runs f on the loop's goroutine.
func (l *loop) View(ctx context.Context, f func(*engine.Engine, dataplane.Plane)) error {
	done := make(chan struct{})
	select {
	case l.views <- func() { f(l.engine, l.plane); close(done) }:
		<-done
		return nil
	case <-l.ended:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Decide hands a leader's request to the engine and waits for its reply.
func (l *loop) Decide(ctx context.Context, r engine.Request) error {
	return l.submit(ctx, call{request: r})
}

// Clear forgets local addresses.
func (l *loop) Clear(ctx context.Context, keys engine.Clear) error {
	return l.submit(ctx, call{clear: &keys})
}

func (l *loop) submit(ctx context.Context, c call) error {
	done := make(chan error, 1)
	c.done = done
	select {
	case l.calls <- c:
	case <-l.ended:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-l.ended:
		return errStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}
