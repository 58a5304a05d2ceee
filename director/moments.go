package director

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/moment"
	"oneswitch/director/session"
	"oneswitch/inventory/store"
)

// notConfirmed is the comment of a rollback, and what sessions are told.
const notConfirmed = "Commit was not confirmed; automatic rollback complete."

// waiting is what the datastore keeps for its moment, as this director saw it last.
type waiting struct {
	confirm  store.Confirmation // Waits is false: none
	schedule store.Scheduled    // without its text; Due is zero: none
}

// learnWaiting reads what waits. The leader asks after everything that may have
// changed it, the others once in a while.
func (r *role) learnWaiting(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	var w waiting
	var err error
	if w.confirm, err = r.db.Confirmation(ctx); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if w.schedule, err = r.db.Schedule(ctx); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	w.schedule.Change.Config = ""
	r.now.Lock()
	r.now.waiting = w
	r.now.Unlock()
	r.mail.moments.Poke()
	return nil
}

func (r *role) waits() waiting {
	r.now.Lock()
	defer r.now.Unlock()
	return r.now.waiting
}

// confirmBy says until when a commit must be confirmed. A second one restarts the
// clock and goes back to where the first would have gone (RFC 6241 section 8.4.1).
func (r *role) confirmBy(after time.Duration) commit.Confirm {
	if after == 0 {
		return commit.Confirm{}
	}
	c := commit.Confirm{Base: r.driver.State().Current, Deadline: r.clock.Now().Add(after), After: after}
	if w := r.waits().confirm; w.Waits() {
		c.Base = w.Base
	}
	return c
}

// Confirm makes the commit permanent that waits to be confirmed.
func (r *role) Confirm(ctx context.Context) (bool, error) {
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return false, session.ErrReadOnly
	}
	if !r.waits().confirm.Waits() {
		return false, nil
	}
	waited, err := r.db.Confirm(ctx, epoch)
	if err != nil {
		return false, err
	}
	return waited, r.learnWaiting(ctx)
}

// nextMoment is what the leader's watch waits for.
func (r *role) nextMoment(ctx context.Context) (moment.Task, bool, error) {
	c, err := r.db.Confirmation(ctx)
	waits := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return moment.Task{}, false, err
	}
	s, err := r.db.Schedule(ctx)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return moment.Task{}, false, err
	case err == nil && (!waits || s.Due.Before(c.Deadline)):
		return moment.Task{What: "pending commit", At: s.Due, Do: r.commitScheduled}, true, nil
	}
	return moment.Task{What: "rollback of an unconfirmed commit", At: c.Deadline,
		Do: func(ctx context.Context) error { _, err := r.rollBack(ctx, false); return err }}, waits, nil
}

// rollBack takes the unconfirmed commit back: an ordinary commit of what was active
// before it. Unless now is set, it happens only when the deadline has passed, for an
// operator may have confirmed or restarted the clock at this very moment.
func (r *role) rollBack(ctx context.Context, now bool) (waited bool, err error) {
	res, err := r.data.Replace(ctx, func() (session.Change, bool, error) {
		c, err := r.db.Confirmation(ctx)
		if errors.Is(err, store.ErrNotFound) {
			return session.Change{}, false, nil
		}
		if waited = err == nil && (now || !r.clock.Now().Before(c.Deadline)); !waited {
			return session.Change{}, false, err
		}
		text, err := r.db.Config(ctx, c.Base)
		return session.Change{Text: text, User: "root", Client: "other", Comment: notConfirmed}, true, err
	})
	switch {
	case err != nil:
		return waited, fmt.Errorf("roll back: %w", err)
	case !waited:
		return false, r.learnWaiting(ctx)
	case !res.Committed:
		return true, fmt.Errorf("roll back: %s", reason(res))
	}
	r.note(true, notConfirmed)
	return true, nil
}

// reason is why a commit without an operator failed, in one line.
func reason(res session.Result) string {
	for _, m := range res.Members {
		if m.Text != "" {
			return m.Name + ": " + m.Text
		}
	}
	for _, p := range res.Problems {
		return p.Path + " " + p.Text
	}
	return "no member was changed"
}

// commitScheduled carries the pending commit out. If it fails it is not tried
// again: the fabric may be another one than the operator thought of.
func (r *role) commitScheduled(ctx context.Context) error {
	found := false
	res, err := r.data.Replace(ctx, func() (session.Change, bool, error) {
		s, err := r.db.Schedule(ctx)
		if errors.Is(err, store.ErrNotFound) {
			return session.Change{}, false, nil
		}
		found = err == nil && !r.clock.Now().Before(s.Due)
		c := s.Change
		return session.Change{Text: c.Config, User: c.User, Client: c.Client, Comment: c.Comment}, found, err
	})
	if err != nil {
		return fmt.Errorf("carry out pending commit: %w", err)
	}
	if found && !res.Committed {
		r.note(true, "Pending commit failed: "+reason(res))
	}
	if found {
		if _, err := r.db.DeleteSchedule(ctx, r.lease.Epoch()); err != nil {
			return err
		}
	}
	return r.learnWaiting(ctx)
}
