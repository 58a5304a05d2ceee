package custody

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"oneswitch/internal/clock"
)

// Address is the virtual address on this machine: a vip.Address.
type Address interface {
	// Hold keeps the address until ctx ends, then removes it. It asks again and again
	// until when it may answer, and never answers longer. An error means that this machine
	// has it no more: it could not be set, or was not renewed in time.
	Hold(ctx context.Context, until func() time.Time, c clock.Clock, log *slog.Logger) error
}

// Config is what a Keeper needs. The functions are called from the goroutine of Run.
type Config struct {
	Address Address
	Leads   func() bool // quick: by the lease and the clock alone
	// Until is when that ends if nothing more is heard, zero when it does not lead.
	Until func() time.Time
	Store func() bool // quick: the datastore answered the last time
	// Replaced asks the datastore whether another director leads.
	Replaced func(ctx context.Context) (bool, error)
	// Peers asks the other directors how they fare.
	Peers func(ctx context.Context) []Peer
	// Door is where whoever has the virtual address serves.
	Door  netip.AddrPort
	Clock clock.Clock
	Log   *slog.Logger
}

// How often is looked, and how long one look may take.
const (
	every    = 250 * time.Millisecond
	patience = 400 * time.Millisecond
)

// grace is how long a custodian, who has no lease, may answer after a look.
const grace = 3 * time.Second

// Keeper holds the virtual address when it is this director's turn.
type Keeper struct {
	cfg    Config
	guests guests
	keeps  atomic.Pointer[time.Time] // until when a custodian may answer; nil for all others
}

// New returns a Keeper that holds nothing before Run.
func New(cfg Config) *Keeper { return &Keeper{cfg: cfg} }

// Run looks and holds until ctx ends.
func (k *Keeper) Run(ctx context.Context) error {
	tick := k.cfg.Clock.NewTicker(every)
	defer tick.Stop()
	var s State
	var h held
	defer func() { k.leave(&h) }()
	for {
		began := k.cfg.Clock.Now()
		seen := k.look(ctx, s)
		next := s.Next(seen)
		k.keeps.Store(custodian(next.Holding && !seen.Leads, began))
		switch {
		case next.Holding && !s.Holding:
			k.hold(ctx, &h)
		case !next.Holding:
			k.leave(&h)
		}
		s = next
		select {
		case <-ctx.Done():
			return nil
		case err := <-h.lost:
			// Whoever was stopped for that long may have been replaced: look before holding
			// again. Who is connected is told if it comes to that.
			k.cfg.Log.Error("virtual address not held", "err", err)
			s.Holding, h.lost = false, nil
		case <-tick.C():
		}
	}
}

// custodian returns until when a director may answer that looked at began; nil for one
// that is no custodian.
func custodian(is bool, began time.Time) *time.Time {
	if !is {
		return nil
	}
	until := began.Add(grace)
	return &until
}

// held is the address in this director's hands. The zero value is none.
type held struct {
	lost <-chan error // tells that it was lost
	end  func()       // lets go of it
}

// look finds out what Next has to know, and no more: a leader that holds the address
// and a standby with a datastore ask nobody.
func (k *Keeper) look(ctx context.Context, s State) View {
	v := View{Leads: k.cfg.Leads(), Store: k.cfg.Store()}
	switch {
	case v.Leads && s.Holding, !v.Leads && !s.Holding && v.Store:
		return v
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var asking sync.WaitGroup
	asking.Go(func() { v.Peers = k.cfg.Peers(ctx) })
	if !v.Leads {
		asking.Go(func() {
			replaced, err := k.cfg.Replaced(ctx)
			v.Store, v.Replaced = err == nil, replaced
		})
	}
	asking.Wait()
	if !v.Leads && !s.Holding && !v.Store && !slices.ContainsFunc(v.Peers, func(p Peer) bool { return p.Answers && p.Holds }) {
		v.Vacant = !k.answered(ctx)
	}
	return v
}

// answered tries the door at the virtual address. A refusal is an answer: some machine
// has the address.
func (k *Keeper) answered(ctx context.Context) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", k.cfg.Door.String())
	if err != nil {
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	_ = conn.Close() // it has answered
	return true
}

// hold begins to hold the address, or begins again with one that was lost.
func (k *Keeper) hold(ctx context.Context, h *held) {
	if h.end != nil {
		h.end()
	}
	k.cfg.Log.Info("this director answers at the virtual address", "address", k.cfg.Door.Addr().String(), "leads", k.cfg.Leads())
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	lost := make(chan error, 1)
	var holding sync.WaitGroup
	holding.Go(func() {
		if err := k.cfg.Address.Hold(ctx, k.until, k.cfg.Clock, k.cfg.Log); err != nil {
			lost <- err
		}
	})
	*h = held{lost, func() { cancel(); holding.Wait() }}
}

// until returns when this director has to be silent: a leader by its lease, a custodian
// some time after its last look. Who has just been thawed and has not looked yet is
// neither, and its moment has passed.
func (k *Keeper) until() time.Time {
	if t := k.cfg.Until(); !t.IsZero() {
		return t
	}
	if t := k.keeps.Load(); t != nil {
		return *t
	}
	return k.cfg.Clock.Now()
}

// leave ends the holding, if there is one: first whoever is connected to the address is
// told, as long as there is an address to tell it from.
func (k *Keeper) leave(h *held) {
	if h.end == nil {
		return
	}
	k.cfg.Log.Info("this director leaves the virtual address", "address", k.cfg.Door.Addr().String(), "connections", k.guests.reset(k.cfg.Door.Addr()))
	h.end()
	*h = held{}
}

// Guard returns a listener whose connections to the virtual address are reset when the
// address leaves. Without that a client that waits for an answer waits for ever: the
// kernel cannot send from an address that it does not have any more.
func (k *Keeper) Guard(l net.Listener) net.Listener { return guarded{l, &k.guests} }
