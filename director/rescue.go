package director

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/northbound"
	"oneswitch/director/session"
	"oneswitch/internal/report"
	"oneswitch/inventory/store"
)

var (
	_ northbound.Rescue = (*role)(nil)
	_ northbound.Later  = (*role)(nil)
)

// Rescue returns the rescue configuration.
func (r *role) Rescue(ctx context.Context) (string, bool, error) {
	c, err := r.db.Rescue(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return c.Config, err == nil, err
}

// SaveRescue keeps a configuration as rescue configuration.
func (r *role) SaveRescue(ctx context.Context, user, text string) error {
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return r.readOnly()
	}
	if err := r.db.SetRescue(ctx, epoch, commit.Change{User: user, At: r.clock.Now(), Config: text}); err != nil {
		return fmt.Errorf("save rescue configuration: %w", err)
	}
	return nil
}

// DeleteRescue forgets the rescue configuration.
func (r *role) DeleteRescue(ctx context.Context) error {
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return r.readOnly()
	}
	if err := r.db.DeleteRescue(ctx, epoch); err != nil {
		return fmt.Errorf("delete rescue configuration: %w", err)
	}
	return nil
}

// readOnly is the refusal of every change, with its reason.
func (r *role) readOnly() error {
	if err := r.data.ReadOnly(); err != nil {
		return err
	}
	return session.ErrReadOnly
}

// Pending is why nobody may commit at the moment.
func (r *role) Pending() error {
	s := r.waits().schedule
	if s.Due.IsZero() {
		return nil
	}
	return fmt.Errorf("another commit is pending: %s; `clear system commit` forgets it", requested(s))
}

// requested is how Junos shows a pending commit.
func requested(s store.Scheduled) string {
	return fmt.Sprintf("commit requested by %s via %s at %s", s.Change.User, s.Change.Client, report.Timestamp(s.Due))
}

// Schedule keeps a commit for later.
func (r *role) Schedule(ctx context.Context, c session.Change, at time.Time) error {
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return r.readOnly()
	}
	change := commit.Change{User: c.User, Client: c.Client, Comment: c.Comment, At: r.clock.Now(), Config: c.Text}
	if err := r.db.SetSchedule(ctx, epoch, store.Scheduled{Change: change, Due: at}); err != nil {
		return err
	}
	return r.learnWaiting(ctx)
}

// ClearSchedule forgets the commit that is kept for later.
func (r *role) ClearSchedule(ctx context.Context) (bool, error) {
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return false, r.readOnly()
	}
	had, err := r.db.DeleteSchedule(ctx, epoch)
	if err != nil {
		return false, err
	}
	return had, r.learnWaiting(ctx)
}

// CancelConfirmed takes the commit back that waits to be confirmed.
func (r *role) CancelConfirmed(ctx context.Context, by session.Claim) (bool, error) {
	if r.lease.Epoch() == 0 {
		return false, r.readOnly()
	}
	if err := r.Claim(by); err != nil {
		return false, err
	}
	return r.rollBack(ctx, true)
}
