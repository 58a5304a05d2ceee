package fleet

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"oneswitch/director/commit"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// DecisionLog is the durable half of the protocol: inventory/store.
type DecisionLog interface {
	Recover(ctx context.Context, epoch uint64) (commit.Ledger, error)
	Begin(ctx context.Context, epoch uint64, t commit.Transaction) error
	Decide(ctx context.Context, epoch uint64, txn string, v commit.Verdict, refusals []commit.Refusal) (won bool, err error)
	Learn(ctx context.Context, txn string) (commit.Verdict, error)
	Settle(ctx context.Context, epoch uint64, member inventory.MemberID, want intent.Stamp) error
}

// Intents hands out what a member was last decided to run, for a catch-up.
type Intents interface {
	Intent(ctx context.Context, member inventory.MemberID, txn string) (commit.Intent, error)
}

// Members is the way to the members and what they report: a Fleet.
type Members interface {
	Commitments(member inventory.MemberID) (rpc.Caller, error)
	Report(ctx context.Context, member inventory.MemberID) error
	Happened() <-chan struct{}
	Drain() []commit.Event
}

// DriverConfig is what a Driver needs.
type DriverConfig struct {
	Log     DecisionLog
	Intents Intents
	Members Members
	Clock   clock.Clock
	Logger  *slog.Logger
	Limits  commit.Limits                 // zero: commit.DefaultLimits
	Note    func(alarm bool, text string) // event log; must not block; may be nil
	Resign  func(seen uint64)             // lease.Raise; must not block; may be nil
	// Progress hears how far the open transaction is; must not block; may be nil.
	Progress func(commit.Progress)
}

// Driver runs commits: it owns the commit.State.
type Driver struct {
	cfg      DriverConfig
	incoming chan commit.Event
	done     chan struct{} // closed when Run has returned
	shown    atomic.Pointer[commit.State]
	asked    atomic.Uint64

	mu      sync.Mutex // guards the group below
	waiting map[string]chan commit.Outcome
}

// verdictPatience is how long a commit whose leader was replaced waits for the new
// leader to say what became of it (reliability.md F2).
const verdictPatience = 5 * time.Second

// ErrStopped is what a commit ends with when the driver stops under it.
var ErrStopped = errors.New("this director stops")

// NewDriver returns a driver that leads nothing until Lead.
func NewDriver(cfg DriverConfig) *Driver {
	if cfg.Limits == (commit.Limits{}) {
		cfg.Limits = commit.DefaultLimits()
	}
	d := &Driver{
		cfg:      cfg,
		incoming: make(chan commit.Event),
		done:     make(chan struct{}),
		waiting:  map[string]chan commit.Outcome{},
	}
	s := commit.New(cfg.Limits)
	d.shown.Store(&s)
	return d
}

// State returns the present state: what members run, what they owe, what is open.
func (d *Driver) State() commit.State { return *d.shown.Load() }

// Lead starts a leadership.
func (d *Driver) Lead(epoch uint64) { d.feed(commit.Lead{Epoch: epoch}) }

// Retire ends the leadership. When it returns, nothing new is begun in it.
func (d *Driver) Retire() { d.feed(commit.Retire{}) }

// feed hands an event to the loop; false when the loop has ended.
func (d *Driver) feed(e commit.Event) bool {
	select {
	case d.incoming <- e:
		return true
	case <-d.done:
		return false
	}
}

// Commit proposes a change and waits for the outcome. When ctx ends first, the
// commit goes on all the same and its outcome is in the store.
func (d *Driver) Commit(ctx context.Context, change commit.Change, intents []commit.Intent) (commit.Outcome, error) {
	ask := strconv.FormatUint(d.asked.Add(1), 10)
	answer := make(chan commit.Outcome, 1)
	d.await(ask, answer)
	defer d.await(ask, nil)
	if !d.feed(commit.Propose{Proposal: commit.Proposal{Ask: ask, Change: change, Intents: intents}}) {
		return commit.Outcome{}, ErrStopped
	}
	select {
	case o := <-answer:
		return d.follow(ctx, o), nil
	case <-ctx.Done():
		return commit.Outcome{}, ctx.Err()
	case <-d.done:
	}
	select { // the last thing that Run does is to answer
	case o := <-answer:
		return d.follow(ctx, o), nil
	default:
		return commit.Outcome{}, ErrStopped
	}
}

func (d *Driver) await(ask string, answer chan commit.Outcome) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if answer == nil {
		delete(d.waiting, ask)
		return
	}
	d.waiting[ask] = answer
}

// follow looks after a transaction whose decision this director asked for and did not
// see: the new leader aborts it within moments, if it is not committed.
func (d *Driver) follow(ctx context.Context, o commit.Outcome) commit.Outcome {
	if o.Verdict != commit.Undecided {
		return o
	}
	ctx, cancel := context.WithTimeout(ctx, verdictPatience)
	defer cancel()
	again := d.cfg.Clock.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		if v, err := d.cfg.Log.Learn(ctx, o.Txn); err == nil && v != commit.Undecided {
			o.Verdict = v
			return o
		}
		select {
		case <-again.C():
		case <-ctx.Done():
			return o
		}
	}
}
