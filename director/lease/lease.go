// Package lease elects the director that leads, by a row in the store that
// carries a token, and tells when this one does.
//
// The goroutine of Run owns the election; what others may ask (Epoch) is guarded
// and cheap. The token of the row is the epoch of the leadership.
//
// Invariants: no two directors hold the same epoch, because taking the lease is a
// compare-and-set; a contender takes it only after the row stood still for a whole
// TTL of its own monotonic clock, so no database clock is compared (reliability.md
// D7); a leader stops serving a margin before its own TTL ends (D8). Safety never
// rests on any clock: every write of a leader is fenced by the row, every RPC
// carries the epoch.
//
// It must never take the lease because another director cannot be reached.
package lease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"oneswitch/internal/clock"
)

// Row is the lease as the store holds it.
type Row struct {
	Holder string // empty when the last leader gave it back
	Token  uint64 // grows by one with every taking: the epoch
	Beat   uint64 // grows with every write of the leader
}

// Store is what the lease needs of the store. Take reports false when the row is
// not as it was seen, Keep when it has another token; true means durable.
type Store interface {
	ReadLease(ctx context.Context) (Row, error)
	TakeLease(ctx context.Context, holder string, seen Row, token uint64) (bool, error)
	KeepLease(ctx context.Context, token uint64) (bool, error)
	ReleaseLease(ctx context.Context, token uint64) error
}

// Event is a change of leadership at this director. Epoch 0 means that it does
// not lead any more.
type Event struct {
	Epoch  uint64
	Reason string
}

// Config is what a Lease needs.
type Config struct {
	Holder string // name of this director, dg0
	Store  Store
	Clock  clock.Clock
	Log    *slog.Logger
	Timing Timing
}

// Timing is how long things last. The zero value means DefaultTiming.
type Timing struct {
	TTL    time.Duration // a row that stands still for so long is up for taking
	Margin time.Duration // a leader stops serving so long before its TTL ends
	Beat   time.Duration // time between two beats or two looks
}

// DefaultTiming has a leader replaced within 3 s of its sudden end, and has it
// outlive a store that takes 900 ms for every beat (reliability.md F1, F14).
func DefaultTiming() Timing {
	return Timing{TTL: 2 * time.Second, Margin: 150 * time.Millisecond, Beat: 250 * time.Millisecond}
}

// Lease takes part in the election for one director.
type Lease struct {
	cfg    Config
	events chan Event
	raise  chan uint64

	mu    sync.Mutex // guards the group below
	epoch uint64     // 0: not leading
	until time.Time  // serve no longer than this
	fault error      // of the last write of the lease; nil: it was written, or nobody tried
	said  time.Time  // when a fault was logged last
}

// New returns a Lease that does nothing until Run.
func New(cfg Config) (*Lease, error) {
	if cfg.Timing == (Timing{}) {
		cfg.Timing = DefaultTiming()
	}
	switch t := cfg.Timing; {
	case cfg.Holder == "":
		return nil, errors.New("lease: holder is empty")
	case t.Margin <= 0 || t.Beat <= 0 || t.Margin+t.Beat >= t.TTL:
		return nil, fmt.Errorf("lease: margin %s and beat %s leave nothing of the TTL %s", t.Margin, t.Beat, t.TTL)
	}
	return &Lease{cfg: cfg, events: make(chan Event, 16), raise: make(chan uint64, 1)}, nil
}

// Events carries every change of leadership at this director, in order. Exactly
// one reader must keep reading it while Run runs; it is closed when Run returns.
func (l *Lease) Events() <-chan Event { return l.events }

// Epoch returns the epoch in which this director leads at this moment, 0 when it
// does not. It needs no store and is right even when Run is stuck in one: the
// answer turns to 0 by the clock alone.
func (l *Lease) Epoch() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epoch == 0 || !l.cfg.Clock.Now().Before(l.until) {
		return 0
	}
	return l.epoch
}

// Fault is why the store did not take the lease's last write; nil when it did. A store
// that is only read has no leader either.
func (l *Lease) Fault() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.fault
}

// wrote notes how a write of the lease ended.
func (l *Lease) wrote(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fault = err
}

// sayAgain is the time between two lines of the log about a store that does not answer.
const sayAgain = time.Minute

// complain logs that the store does not answer: at first, and once in a while.
func (l *Lease) complain(what string, err error) {
	l.mu.Lock()
	now := l.cfg.Clock.Now()
	due := l.said.IsZero() || now.Sub(l.said) >= sayAgain
	if due {
		l.said = now
	}
	l.mu.Unlock()
	if due {
		l.cfg.Log.Warn(what, "err", err)
	}
}

// relieved logs that it answers again.
func (l *Lease) relieved() {
	l.mu.Lock()
	was := !l.said.IsZero()
	l.said = time.Time{}
	l.mu.Unlock()
	if was {
		l.cfg.Log.Info("the datastore answers again")
	}
}

// Until returns the moment until which this director leads if nothing more is heard from
// the store, zero when it does not lead. Like Epoch it is right even when Run is stuck.
func (l *Lease) Until() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epoch == 0 || !l.cfg.Clock.Now().Before(l.until) {
		return time.Time{}
	}
	return l.until
}

// Raise gives the lease up, if this director holds it, and makes it take none with
// an epoch up to seen: some member has heard of that one, so it would refuse.
func (l *Lease) Raise(seen uint64) {
	select {
	case l.raise <- seen:
	default: // one is under way; the next report of that member asks again
	}
}
