package director

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/moment"
	"oneswitch/director/session"
	"oneswitch/director/verdict"
	"oneswitch/internal/netconf"
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
func (r *role) confirmBy(ask session.Confirm) commit.Confirm {
	if ask.After == 0 {
		return commit.Confirm{}
	}
	c := commit.Confirm{Base: r.driver.State().Current, Deadline: r.clock.Now().Add(ask.After), After: ask.After, Persist: ask.Persist, Owner: ask.Owner}
	if w := r.waits().confirm; w.Waits() {
		c.Base = w.Base
	}
	return c
}

// RollbackIn is how long the commit that is not confirmed yet still waits.
func (r *role) RollbackIn() time.Duration {
	c := r.waits().confirm
	if !c.Waits() {
		return 0
	}
	return max(c.Deadline.Sub(r.clock.Now()), 0)
}

// Claim is why an operator may not confirm what waits: it takes the persist-id, or it
// belongs to another session (RFC 6241 section 8.4.1).
func (r *role) Claim(by session.Claim) error {
	c := r.waits().confirm
	wrong := subtle.ConstantTimeCompare([]byte(c.Persist), []byte(by.Persist)) != 1
	switch left := c.Deadline.Sub(r.clock.Now()).Round(time.Second); {
	case !c.Waits() && by.Persist != "":
		return errors.New("no commit waits for this persist-id")
	case !c.Waits():
		return nil
	case c.Persist != "" && by.Persist == "":
		return fmt.Errorf("a confirmed commit of %s waits for its persist-id; it goes back in %s", c.User, left)
	case wrong:
		return errors.New("no commit waits for this persist-id")
	case c.Owner != "" && c.Owner != by.Owner:
		return fmt.Errorf("a confirmed commit of %s waits to be confirmed by the session that made it; it goes back in %s, or when that session ends", c.User, left)
	}
	return nil
}

// Confirm makes the commit permanent that waits to be confirmed: it commits the same
// configuration on all members that hold a ticket. Preparing disarms them, the
// decision takes the deadline away (reliability.md 3.2 D6).
func (r *role) Confirm(ctx context.Context, by session.Change) (uint64, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitPatience)
	defer cancel()
	if r.lease.Epoch() == 0 {
		return 0, r.readOnly()
	}
	if !r.waits().confirm.Waits() {
		return 0, nil
	}
	tree, _ := r.data.Active()
	intents, err := r.intents(ctx, tree)
	if err != nil {
		return 0, err
	}
	touched, err := r.touched(intents, everybody)
	if err != nil {
		return 0, err
	}
	told(by.Progress)(verdict.Affected(r.names(), len(intents), touched))
	revision, err := r.again(ctx, tree, touched, repeat{parent: r.driver.State().Current, user: by.User, client: by.Client, comment: by.Comment, progress: by.Progress})
	r.data.Repeated(revision)
	if err != nil {
		r.relearn(ctx)
		return 0, fmt.Errorf("the commit is not confirmed: %w", err)
	}
	return revision, r.learnWaiting(ctx)
}

// overdue reports whether a commit that waits has to go back now: a member did so by
// itself while no director was there, or the session that it belongs to has ended.
func (r *role) overdue(c store.Confirmation) bool {
	if c.Owner != "" && !r.alive(c.Owner) {
		return true
	}
	return slices.ContainsFunc(r.driver.State().Members, func(m commit.Member) bool { return m.WentBack() && m.Want.Confirm.Waits() })
}

// sessionName is how a confirmed commit names the session that it belongs to. A
// session ends with its director, so the name is good for this run of it alone.
func (r *role) sessionName(id uint32) string {
	return fmt.Sprintf("%s/%d/%d", r.file.Serial, r.started.UnixNano(), id)
}

func (r *role) alive(owner string) bool {
	return slices.ContainsFunc(r.netconf.Sessions(), func(s netconf.Session) bool { return r.sessionName(s.ID) == owner })
}

// nextMoment is what the leader's watch waits for.
func (r *role) nextMoment(ctx context.Context) (moment.Task, bool, error) {
	c, err := r.db.Confirmation(ctx)
	waits := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return moment.Task{}, false, err
	}
	if waits && r.overdue(c) {
		c.Deadline = r.clock.Now()
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
		if waited = err == nil && (now || !r.clock.Now().Before(c.Deadline) || r.overdue(c)); !waited {
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
	r.tell(true, notConfirmed)
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
		r.tell(true, "Pending commit failed: "+reason(res))
	}
	if found {
		if _, err := r.db.DeleteSchedule(ctx, r.lease.Epoch()); err != nil {
			return err
		}
	}
	return r.learnWaiting(ctx)
}
