package director

import (
	"context"
	"errors"
	"sync"
	"time"

	"oneswitch/director/lease"
)

// Pauses of the loops below.
const (
	lookEvery    = time.Second            // at the datastore: newest revision, leader, members
	settleTime   = 150 * time.Millisecond // members enrol in bursts: one commit for all of them
	retryAfter   = 500 * time.Millisecond
	measureEvery = 2 * time.Second
)

// watch is the loop of the director: leadership, members that come and go, and
// the look at the datastore. It owns the leadership's own workers.
func (r *role) watch(ctx context.Context) {
	tick, meter := r.clock.NewTicker(lookEvery), r.clock.NewTicker(measureEvery)
	defer tick.Stop()
	defer meter.Stop()
	r.measure()
	resign := func() {}
	defer func() { resign() }()
	events := r.lease.Events()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			resign()
			resign = r.follow(ctx, e)
		case <-r.fleet.Changed():
			r.wake()
			r.reconsider()
		case <-tick.C():
			r.look(ctx)
			r.endIdle()
		case <-meter.C():
			r.measure()
		}
	}
}

// follow carries a change of leadership out and returns what ends it.
func (r *role) follow(ctx context.Context, e lease.Event) (end func()) {
	if e.Epoch == 0 {
		r.log.Warn("this director does not lead any more", "reason", e.Reason)
		r.driver.Retire()
		r.data.Demote()
		r.announce()
		return func() {}
	}
	r.log.Info("this director leads", "epoch", e.Epoch)
	r.driver.Lead(e.Epoch)
	r.announce()
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	workers.Go(func() { r.lead(ctx) })
	return func() {
		cancel()
		workers.Wait()
	}
}

// lead is what a leader does beside answering: it makes the newest revision its
// active configuration, ships the first one, and tells members what changed
// without a commit of an operator.
func (r *role) lead(ctx context.Context) {
	for ctx.Err() == nil {
		err := r.ship(ctx)
		if err == nil {
			err = r.refreshMembers(ctx)
		}
		if err == nil { // before anybody may commit: a commit must know what waits
			err = r.learnWaiting(ctx)
		}
		if err == nil {
			err = r.refreshConfiguration(ctx, true)
		}
		if err == nil {
			break
		}
		if ctx.Err() == nil {
			r.log.Warn("leadership not taken up yet", "err", err)
		}
		r.pause(ctx, retryAfter)
	}
	var watch sync.WaitGroup
	defer watch.Wait()
	watch.Go(func() { r.mail.moments.Run(ctx) })
	r.wake()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.mail.poke:
		}
		r.pause(ctx, settleTime)
		if err := r.reconcile(ctx); err != nil && ctx.Err() == nil {
			if !errors.Is(err, errNotReady) {
				r.log.Warn("members not reconciled with the inventory", "err", err)
			}
			r.pause(ctx, retryAfter)
			r.wake()
		}
	}
}

func (r *role) pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-r.clock.After(d):
	}
}

// wake asks the reconciler to look again.
func (r *role) wake() {
	select {
	case r.mail.poke <- struct{}{}:
	default: // it is asked already
	}
}

// reconsider looks anew whether a commit that waits to be confirmed has to go back.
func (r *role) reconsider() {
	if r.waits().confirm.Waits() {
		r.mail.moments.Poke()
	}
}

// look reads what another leader may have changed. A director that does not lead
// serves it to those who log in while no leader can be reached.
func (r *role) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	row, err := r.db.ReadLease(ctx)
	r.answered(row, errors.Join(err, r.lease.Fault()))
	if err != nil || r.leads() {
		return
	}
	if err := r.refreshMembers(ctx); err != nil {
		r.log.Warn("members not read", "err", err)
	}
	if err := errors.Join(r.refreshConfiguration(ctx, false), r.learnWaiting(ctx)); err != nil {
		r.log.Debug("configuration not read", "err", err)
	}
}
