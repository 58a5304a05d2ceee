package speaker

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
)

// Config says who the speaker is and whom it speaks to.
type Config struct {
	Local      netip.Addr       // control address: source address and router id
	AS         uint32           // autonomous system of the fabric; 0 means 100
	Reflectors []netip.AddrPort // all fabric controls
	Hold       time.Duration    // 0 means 9 s
	Clock      clock.Clock      // nil means the machine's clock
	Log        *slog.Logger
	Bind       bool // bind the source address of connections to Local
	Protection bgp.Protection
}

// Kind says what an Event tells.
type Kind uint8

// The kinds of event.
const (
	Up     Kind = iota + 1 // the session to Peer is established
	Down                   // the session to Peer was lost; its routes are kept
	Synced                 // Peer has sent everything it has; the updates before this event hold all of it
	Update                 // Removed and Changed differ from what was reported before
)

// Event is one report. A consumer applies Removed first and Changed after it.
//
// For a station (domain, MAC, IP) that several nodes announce, only the winner by
// route.Better is reported. When the winner changes, the old one is in Removed and
// the new one in Changed of the same event. Routes of our own are not reported.
type Event struct {
	Kind    Kind
	Peer    netip.Addr // of Up, Down and Synced
	Changed []route.Route
	Removed []route.Route
}

// PeerStatus is the state of one session.
type PeerStatus struct {
	Peer        netip.Addr
	AS          uint32
	Established bool
	State       string    // in the words of RFC 4271 section 8.2.2
	Since       time.Time // of the present state
	Flaps       int
	In, Out     uint64 // messages, over all sessions
	Tables      map[route.Family]TableCounts
}

// TableCounts are the figures of one table of one peer.
type TableCounts struct {
	Active   int // chosen as the best copy
	Received int
	Stale    int // kept for the reflector's return
}

// Speaker is the client end of fabric control.
type Speaker struct {
	cfg     Config
	events  chan Event
	out     *outbox
	lines   []*line // one to each reflector
	batches chan *batch
	calls   chan func(*table)
	stopped chan struct{} // closed when Run has returned
}

// New returns a speaker that does nothing until Run; routes may be announced
// before.
func New(cfg Config) *Speaker {
	if cfg.AS == 0 {
		cfg.AS = 100 // QF-REF 1.9
	}
	if cfg.Hold == 0 {
		cfg.Hold = 9 * time.Second
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.Real{}
	}
	s := &Speaker{
		cfg:     cfg,
		events:  make(chan Event),
		out:     newOutbox(len(cfg.Reflectors), cfg.Clock.Now),
		batches: make(chan *batch),
		calls:   make(chan func(*table)),
		stopped: make(chan struct{}),
	}
	for i, a := range cfg.Reflectors {
		s.lines = append(s.lines, newLine(s, i, a))
	}
	return s
}

// Run keeps the sessions until ctx ends. Routes announced stay with the
// reflectors, which keep them for our return (graceful restart). Run may be called
// once.
func (s *Speaker) Run(ctx context.Context) error {
	defer close(s.stopped)
	var sessions sync.WaitGroup
	defer sessions.Wait()
	for _, l := range s.lines {
		l.ctx = ctx
		sessions.Go(func() { l.run(ctx) })
	}
	t := newTable(s.cfg.Clock, len(s.lines))
	for {
		var events chan<- Event
		next, ok := t.next()
		if ok {
			events = s.events
		}
		select {
		case <-ctx.Done():
			return nil
		case events <- next:
			t.taken()
		case b := <-s.batches:
			t.apply(b)
			b.done <- struct{}{}
		case f := <-s.calls:
			f(t)
		}
	}
}

// do runs f on the goroutine of Run; false means that it does not run any more.
func (s *Speaker) do(f func(*table)) bool {
	done := make(chan struct{})
	select {
	case s.calls <- func(t *table) { f(t); close(done) }:
		<-done
		return true
	case <-s.stopped:
		return false
	}
}

// Announce adds or replaces routes of our own. It never blocks on the network.
func (s *Speaker) Announce(routes ...route.Route) {
	s.out.announce(routes)
	s.wake()
}

// Withdraw takes back routes of our own; only their keys matter.
func (s *Speaker) Withdraw(routes ...route.Route) {
	s.out.withdraw(routes)
	s.wake()
}

// Subscribe replaces the set of route targets that we want to receive. Nothing
// but what they match is sent to us. route.AllTargets stands for everything.
// Reflectors send nothing before the first call, which may have no targets.
func (s *Speaker) Subscribe(targets []route.Target) {
	s.out.subscribe(s.cfg.AS, targets)
	s.wake()
}

// EndOfRIB says that everything we had to announce after our start has been
// announced; reflectors then drop what they kept of our former life.
func (s *Speaker) EndOfRIB() {
	s.out.end()
	s.wake()
}

func (s *Speaker) wake() {
	for _, l := range s.lines {
		l.wake()
	}
}

// Events returns the channel of reports. It must be read.
func (s *Speaker) Events() <-chan Event { return s.events }

// Peers returns the state of all sessions, in the order of Config.Reflectors. It
// and Table wait for Run to begin.
func (s *Speaker) Peers() []PeerStatus {
	out := make([]PeerStatus, len(s.lines))
	for i, l := range s.lines {
		out[i] = l.report()
	}
	s.do(func(t *table) {
		for i := range out {
			out[i].Tables = t.counts(i)
		}
	})
	return out
}

// Table returns the routes of a table (route.Family.Table) sorted by prefix, with
// every reflector's copy; nil for a table that does not exist.
func (s *Speaker) Table(name string) []route.Entry {
	f, err := route.ParseTable(name)
	if err != nil {
		return nil
	}
	var out []route.Entry
	s.do(func(t *table) { out = t.list(f, s.cfg.Reflectors) })
	return s.out.list(out, f, s.cfg.Local)
}

// open is our OPEN for one more session.
func (s *Speaker) open(first bool) bgp.Open {
	return bgp.FabricOpen(s.cfg.AS, s.cfg.Local, s.cfg.Hold, staleTime, first)
}

// staleTime is how long reflectors are asked to keep our routes after the restart time.
const staleTime = 24 * time.Hour

// dial connects to a reflector.
func (s *Speaker) dial(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
	from := netip.Addr{}
	if s.cfg.Bind {
		from = s.cfg.Local
	}
	return s.cfg.Protection.Dial(ctx, from, to)
}
