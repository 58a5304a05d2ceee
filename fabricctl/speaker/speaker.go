package speaker

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
)

// Config says who the speaker is and whom it speaks to.
type Config struct {
	Local      netip.Addr       // control address: source address and router id
	AS         uint32           // autonomous system of the fabric; 0 means 100
	Reflectors []netip.AddrPort // all fabric controls
	Clock      clock.Clock      // nil means the machine's clock
	Log        *slog.Logger
	Bind       bool // bind the source address of connections to Local
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
// the new one in Changed of the same event.
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
	Since       time.Time // of the present state
	Flaps       int
	In, Out     uint64                       // messages
	Tables      map[route.Family]TableCounts // by family
}

// TableCounts are the figures of one table of one peer.
type TableCounts struct {
	Active   int // chosen as the best copy
	Received int
	Stale    int
}

// Speaker is the client end of fabric control.
type Speaker struct {
	cfg    Config
	events chan Event
}

// New returns a speaker that does nothing until Run.
func New(cfg Config) *Speaker { return &Speaker{cfg: cfg, events: make(chan Event)} }

// Run keeps the sessions until ctx ends. On return all routes announced stay with
// the reflectors: they keep them as stale (graceful restart).
func (s *Speaker) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Announce adds or replaces routes of our own. It never blocks on the network.
func (s *Speaker) Announce(routes ...route.Route) {}

// Withdraw takes back routes of our own; only their keys matter.
func (s *Speaker) Withdraw(routes ...route.Route) {}

// Subscribe replaces the set of route targets that we want to receive. Nothing
// but what they match is sent to us. route.AllTargets stands for everything.
func (s *Speaker) Subscribe(targets []route.Target) {}

// EndOfRIB says that everything we had to announce after our start has been
// announced; reflectors then drop what they kept of our former life.
func (s *Speaker) EndOfRIB() {}

// Events returns the channel of reports. It must be read.
func (s *Speaker) Events() <-chan Event { return s.events }

// Peers returns the state of all sessions, in the order of Config.Reflectors.
func (s *Speaker) Peers() []PeerStatus { return nil }

// Table returns the routes of a table (route.Family.Table) sorted by prefix, with
// every reflector's copy; nil for a table that does not exist.
func (s *Speaker) Table(name string) []route.Entry { return nil }
