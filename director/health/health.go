// Package health watches the fabric for a director: it asks members and directors
// how they fare once in a while, keeps the board of alarms, and collects what
// components write into their logs.
//
// Run has three goroutines: one asks members, which may take until a deadline, one
// asks directors, the third judges once a second by what is known, so that nobody who
// is silent delays an alarm.
// The board belongs to the judge; Active hands out copies.
//
// Invariants: a question never waits for a member that is not connected; a member's
// message is passed on once, as long as director and member live.
//
// It must never change anything: it asks, and it tells.
package health

import (
	"context"
	"encoding/xml"
	"slices"
	"sync"
	"time"

	"oneswitch/director/alarm"
	"oneswitch/director/ops"
	"oneswitch/internal/clock"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
	"oneswitch/inventory/topology"
)

// How often things are looked at (reliability.md I11: evidence within 5 s).
const (
	judgeEvery = time.Second // by what is known, and directors
	askEvery   = 3 * time.Second
	deadline   = 2 * time.Second
)

// Config is what a Watch needs. The functions are called from goroutines of the
// Watch, never two at a time of one.
type Config struct {
	// Look returns what is known at this moment, but for directors, links and the
	// rescue configuration.
	Look func() alarm.State
	// Ask sends one operation to several members at once.
	Ask func(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []ops.Answer
	// Directors asks every director how it fares.
	Directors func(ctx context.Context) []ops.Director
	// Rescue reports whether there is a rescue configuration.
	Rescue func(ctx context.Context) (bool, error)
	// Tell hears of alarms that begin and end, and of cables that were moved.
	Tell Listener
	// Clock is where time comes from.
	Clock clock.Clock
}

// Listener hears what happens. Its methods must not block.
type Listener interface {
	// Alarm hears that an alarm has begun, or is over.
	Alarm(c alarm.Change)
	// Moved hears of a cable that leads elsewhere now.
	Moved(text string)
	// Heard hears a message of a component's log.
	Heard(m syslog.Message)
}

// Watch watches.
type Watch struct {
	cfg   Config
	mu    sync.Mutex // guards what follows
	asked asked
	alarm []alarm.Condition
}

// asked is what the last questions have brought.
type asked struct {
	directors []alarm.Director
	links     []alarm.Condition
	noRescue  bool
}

// New returns a watch that knows nothing until Run.
func New(cfg Config) *Watch { return &Watch{cfg: cfg} }

// Active returns the alarms, the oldest first.
func (w *Watch) Active() []alarm.Condition {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.alarm)
}

// Run watches until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	var asking sync.WaitGroup
	defer asking.Wait()
	asking.Go(func() { w.every(ctx, askEvery, w.round(ctx)) })
	asking.Go(func() { w.every(ctx, judgeEvery, func() { w.directors(ctx) }) })
	tick := w.cfg.Clock.NewTicker(judgeEvery)
	defer tick.Stop()
	var board alarm.Board
	for {
		w.judge(&board)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C():
		}
	}
}

// judge brings the board up to date.
func (w *Watch) judge(board *alarm.Board) {
	s := w.cfg.Look()
	w.mu.Lock()
	s.Directors, s.Links, s.NoRescue = w.asked.directors, w.asked.links, w.asked.noRescue
	w.mu.Unlock()
	changes := board.Step(s.Now, alarm.Conditions(s))
	w.mu.Lock()
	w.alarm = board.Active()
	w.mu.Unlock()
	for _, c := range changes {
		w.cfg.Tell.Alarm(c)
	}
}

// every does something at once and then again and again.
func (w *Watch) every(ctx context.Context, pause time.Duration, do func()) {
	tick := w.cfg.Clock.NewTicker(pause)
	defer tick.Stop()
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-tick.C():
		}
	}
}

// round returns what asks all members, with the memory that it needs between rounds.
func (w *Watch) round(ctx context.Context) func() {
	var wiring alarm.Wiring
	next := map[inventory.MemberID]uint64{}
	return func() {
		members := w.cfg.Look().Members
		var links []alarm.Condition
		var noRescue bool
		var all sync.WaitGroup
		all.Go(func() { links = w.links(ctx, members, &wiring) })
		all.Go(func() { w.collect(ctx, members, next) })
		all.Go(func() {
			has, err := w.cfg.Rescue(ctx)
			noRescue = err == nil && !has
		})
		all.Wait()
		w.mu.Lock()
		defer w.mu.Unlock()
		if ctx.Err() == nil {
			w.asked.links, w.asked.noRescue = links, noRescue
		}
	}
}

// directors asks every director.
func (w *Watch) directors(ctx context.Context) {
	var out []alarm.Director
	for _, d := range w.cfg.Directors(ctx) {
		out = append(out, alarm.Director{Name: d.Name, Address: d.Address, Online: d.Online})
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() == nil {
		w.asked.directors = out
	}
}

// connected returns those who can be asked.
func connected(members []alarm.Member, roles ...inventory.Role) []inventory.MemberID {
	var out []inventory.MemberID
	for _, m := range members {
		if m.Enrolled && m.Connected && slices.Contains(roles, m.Role) {
			out = append(out, m.ID)
		}
	}
	return out
}

// links asks for the fabric ports and compares them with what should be.
func (w *Watch) links(ctx context.Context, members []alarm.Member, wiring *alarm.Wiring) []alarm.Condition {
	told := map[inventory.MemberID][]alarm.Port{}
	op := []byte("<get-chassis-fabric-device/>")
	for _, a := range w.cfg.Ask(ctx, connected(members, inventory.RoleNode, inventory.RoleInterconnect), op, deadline) {
		var r screen.FabricPorts
		if a.Err == nil && xml.Unmarshal(a.Reply, &r) == nil {
			told[a.Member] = ports(a.Member, r, members)
		}
	}
	wrong, moved := wiring.Look(members, told)
	for _, text := range moved {
		w.cfg.Tell.Moved(text)
	}
	return wrong
}

// ports turns a screen into ends of links: far members are told by alias.
func ports(of inventory.MemberID, r screen.FabricPorts, members []alarm.Member) []alarm.Port {
	var out []alarm.Port
	for _, p := range r.Port {
		near, err := inventory.ParsePort(p.Port)
		if err != nil || p.Admin != screen.Up { // one that is shut is nobody's trouble
			continue
		}
		port := alarm.Port{End: topology.End{Member: of, Port: near}, Up: p.Link == screen.Up}
		for _, m := range members {
			if far, err := inventory.ParsePort(p.RemotePort); err == nil && (p.Remote == m.Name() || p.Remote == string(m.ID)) {
				port.Far = topology.End{Member: m.ID, Port: far}
			}
		}
		out = append(out, port)
	}
	return out
}

// collect fetches what components have written since the last round. The first
// look at one fetches nothing older: another director, or this one before its
// restart, has it.
func (w *Watch) collect(ctx context.Context, members []alarm.Member, next map[inventory.MemberID]uint64) {
	names := map[inventory.MemberID]string{}
	for _, m := range members {
		names[m.ID] = m.Name()
	}
	var mu sync.Mutex // guards next
	var asking sync.WaitGroup
	for _, id := range connected(members, inventory.RoleNode, inventory.RoleInterconnect, inventory.RoleFabricControl) {
		asking.Go(func() {
			mu.Lock()
			since, known := next[id]
			mu.Unlock()
			op, err := xml.Marshal(rpc.LogRequest{Since: since})
			if err != nil {
				return
			}
			var log rpc.Log
			a := w.cfg.Ask(ctx, []inventory.MemberID{id}, op, deadline)
			if len(a) != 1 || a[0].Err != nil || xml.Unmarshal(a[0].Reply, &log) != nil {
				return
			}
			mu.Lock()
			next[id] = log.Next
			mu.Unlock()
			for _, m := range log.Messages {
				if known {
					m.Host = names[id]
					w.cfg.Tell.Heard(m)
				}
			}
		})
	}
	asking.Wait()
}
