package fleet

import (
	"context"
	"log/slog"

	"oneswitch/director/commit"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
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

// DriverConfig is what a Driver needs.
type DriverConfig struct {
	Log     DecisionLog
	Intents Intents
	Fleet   *Fleet
	Clock   clock.Clock
	Logger  *slog.Logger
	Limits  commit.Limits                 // zero: commit.DefaultLimits
	Note    func(alarm bool, text string) // event log; must not block
	Resign  func(seen uint64)             // asks the lease to be raised above an epoch some member has seen; must not block
}

// Driver runs commits: it owns the commit.State.
type Driver struct{ cfg DriverConfig }

// NewDriver returns a driver that leads nothing until Lead.
func NewDriver(cfg DriverConfig) *Driver { return &Driver{cfg: cfg} }

// Run drives until ctx ends. A commit that waits is answered before it returns.
func (d *Driver) Run(ctx context.Context) error { return nil }

// Lead starts a leadership; the lease calls it by way of the root.
func (d *Driver) Lead(epoch uint64) {}

// Retire ends the leadership.
func (d *Driver) Retire() {}

// Commit proposes a change and waits for the outcome. When ctx ends first, the
// commit goes on and its outcome is in the store.
func (d *Driver) Commit(ctx context.Context, change commit.Change, intents []commit.Intent) (commit.Outcome, error) {
	return commit.Outcome{}, nil
}

// State returns the present state: what members run, what they owe, what is open.
func (d *Driver) State() commit.State { return commit.State{} }
