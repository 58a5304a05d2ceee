package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"oneswitch/director/commit"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

// ErrNotConnected is what a request to an absent member ends with.
var ErrNotConnected = errors.New("not connected")

// How a component that has stopped or a cable that was cut is noticed: TCP keeps the
// connection of a frozen process for ever, and that of a cut cable for minutes.
const (
	beat     = time.Second
	lifeless = 3 * time.Second
)

// maxListed bounds how many strangers are listed; it is far above any fabric.
const maxListed = 4096

// Roster enrols members: it remembers the host key of each serial number at first
// contact and refuses any other afterwards. What it gets holds what the component
// said of itself; what it returns has the device id.
type Roster interface {
	Enrol(ctx context.Context, contact inventory.Member) (inventory.Member, error)
}

// Config is what a Fleet needs.
type Config struct {
	Listener net.Listener // where components call home
	Key      sshnet.Key   // private fabric key
	Roster   Roster
	Clock    clock.Clock
	Log      *slog.Logger
	Audit    time.Duration // between two looks at a member's stamp; 0: 10 s
	Beat     time.Duration // between two signs of life; 0: 1 s
	Patience time.Duration // for a sign of life, after which a connection is dead; 0: 3 s
}

// Status is what is known of one component.
type Status struct {
	Member    inventory.Member // as enrolled; its alias is not known here
	Connected bool
	Since     time.Time // of the present state
	Name      string    // as the component calls itself
	Version   string
	Started   time.Time
	Epoch     uint64
	Running   intent.Stamp
	Held      string    // prepared transaction, if any
	Problem   string    // why the last connection ended, or why a newcomer was turned away
	Refused   time.Time // when somebody with its serial number was turned away last; zero: never
}

// Fleet keeps the connections to all components.
type Fleet struct {
	cfg     Config
	changed chan struct{}
	wake    chan struct{} // events is not empty

	mu      sync.Mutex // guards the group below
	members map[inventory.MemberID]*entry
	events  []commit.Event // for the Driver, oldest first
}

type entry struct {
	status Status
	link   *link // nil while not connected
}

var _ Members = (*Fleet)(nil)

// New returns a fleet that accepts nobody until Run.
func New(cfg Config) (*Fleet, error) {
	if cfg.Listener == nil || cfg.Roster == nil || cfg.Clock == nil || cfg.Log == nil {
		return nil, errors.New("fleet: listener, roster, clock or log is missing")
	}
	if cfg.Audit <= 0 {
		cfg.Audit = 10 * time.Second
	}
	cfg.Beat, cfg.Patience = cmp.Or(cfg.Beat, beat), cmp.Or(cfg.Patience, lifeless)
	return &Fleet{
		cfg:     cfg,
		changed: make(chan struct{}, 1),
		wake:    make(chan struct{}, 1),
		members: map[inventory.MemberID]*entry{},
	}, nil
}

// Members lists every component seen since start, in order of serial number.
func (f *Fleet) Members() []Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Status, 0, len(f.members))
	for _, e := range f.members {
		out = append(out, e.status)
	}
	slices.SortFunc(out, func(a, b Status) int { return strings.Compare(string(a.Member.ID), string(b.Member.ID)) })
	return out
}

// Changed receives a value after any change of Members; changes coalesce. It has
// one reader.
func (f *Fleet) Changed() <-chan struct{} { return f.changed }

// Happened receives a value when Drain has something. It has one reader.
func (f *Fleet) Happened() <-chan struct{} { return f.wake }

// Drain returns what members reported and who came and went, oldest first, and
// forgets it.
func (f *Fleet) Drain() []commit.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.events
	f.events = nil
	return out
}

// post wants f.mu held.
func (f *Fleet) post(e commit.Event) {
	f.events = append(f.events, e)
	nudge(f.wake)
	nudge(f.changed)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // one is waiting to be read already
	}
}

// join makes l the connection of its member. A connection that proved the same key
// is the same member come back: it takes the place of the old one, which is
// perhaps dead without knowing.
func (f *Fleet) join(l *link, m inventory.Member, id rpc.Identity) {
	f.mu.Lock()
	e := f.members[m.ID]
	if e == nil {
		e = &entry{}
		f.members[m.ID] = e
	}
	old := e.link
	if old != nil {
		f.post(commit.Gone{Member: m.ID})
	}
	e.link = l
	e.status = Status{Member: m, Connected: true, Since: f.cfg.Clock.Now()}
	f.report(e, id)
	f.mu.Unlock()
	if old != nil {
		old.close()
	}
}

// report wants f.mu held.
func (f *Fleet) report(e *entry, id rpc.Identity) {
	s := &e.status
	s.Name, s.Version, s.Started = id.Name, id.Version, time.Unix(0, id.Started)
	s.Epoch, s.Running, s.Held = id.Epoch, id.Running, ""
	seen := commit.Seen{Member: s.Member.ID, Epoch: id.Epoch, Running: id.Running}
	if id.Prepared != nil {
		s.Held = id.Prepared.Txn
		seen.Held = txn.Held{Txn: id.Prepared.Txn, Stamp: id.Prepared.Stamp}
	}
	if id.Left != nil {
		seen.Left = *id.Left
	}
	// Only nodes and interconnects carry intents; fabric controls are just listed.
	if s.Member.Role == inventory.RoleNode || s.Member.Role == inventory.RoleInterconnect {
		f.post(seen)
		return
	}
	nudge(f.changed)
}

// update notes a new report of l, unless l was replaced meanwhile.
func (f *Fleet) update(l *link, member inventory.MemberID, id rpc.Identity) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.members[member]; e != nil && e.link == l {
		f.report(e, id)
	}
}

// leave notes that l ended, unless l was replaced meanwhile.
func (f *Fleet) leave(l *link, member inventory.MemberID, why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.members[member]
	if e == nil || e.link != l {
		return
	}
	e.link = nil
	e.status.Connected, e.status.Since = false, f.cfg.Clock.Now()
	if why != nil {
		e.status.Problem = why.Error()
	}
	f.post(commit.Gone{Member: member})
}

// turnAway notes why somebody with that serial number was refused. The incumbent,
// if there is one, stays as it is.
func (f *Fleet) turnAway(contact inventory.Member, why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.members[contact.ID]
	if e == nil {
		if len(f.members) >= maxListed {
			return
		}
		e = &entry{status: Status{Member: contact, Since: f.cfg.Clock.Now()}}
		e.status.Member.HostKey = "" // not pinned
		f.members[contact.ID] = e
	}
	e.status.Problem, e.status.Refused = why.Error(), f.cfg.Clock.Now()
	nudge(f.changed)
}

// remembers fills in m when this very key was enrolled for that serial number since
// start: a store that is away for a while cuts no member off.
func (f *Fleet) remembers(contact inventory.Member, m *inventory.Member) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.members[contact.ID]
	if e == nil || contact.HostKey == "" || e.status.Member.HostKey != contact.HostKey {
		return false
	}
	*m = e.status.Member
	m.Address, m.Model = contact.Address, contact.Model
	return true
}

func (f *Fleet) find(member inventory.MemberID) (*link, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.members[member]; e != nil && e.link != nil {
		return e.link, nil
	}
	return nil, fmt.Errorf("%s: %w", member, ErrNotConnected)
}

// Commitments returns the member's session for commit traffic.
func (f *Fleet) Commitments(member inventory.MemberID) (rpc.Caller, error) {
	l, err := f.find(member)
	if err != nil {
		return nil, err
	}
	return l.commits, nil
}

// Report asks a member who it is and feeds the answer to Drain and Members.
func (f *Fleet) Report(ctx context.Context, member inventory.MemberID) error {
	l, err := f.find(member)
	if err != nil {
		return err
	}
	id, err := rpc.Component{Caller: l.commits}.Identity(ctx)
	if err != nil {
		return fmt.Errorf("identity of %s: %w", member, err)
	}
	f.update(l, member, id)
	return nil
}
