package lease

import (
	"context"
	"time"
)

// Run takes part in the election until ctx ends; then it gives the lease back, if
// it holds it, so that another director need not wait for the TTL. One Run per
// Lease.
func (l *Lease) Run(ctx context.Context) error {
	defer close(l.events)
	e := &election{timing: l.cfg.Timing}
	beat := l.cfg.Clock.NewTicker(l.cfg.Timing.Beat)
	defer beat.Stop()
	for {
		l.turn(ctx, e)
		select {
		case <-ctx.Done():
			l.release(context.WithoutCancel(ctx), e)
			return nil
		case <-beat.C():
		case floor := <-l.raise:
			e.floor = max(e.floor, floor)
			l.stepDown(e, "a member has heard a later epoch than the datastore gave out")
		}
	}
}

// turn does what is due at this beat.
func (l *Lease) turn(ctx context.Context, e *election) {
	now := l.cfg.Clock.Now()
	ctx, cancel := context.WithTimeout(ctx, l.cfg.Timing.TTL-l.cfg.Timing.Margin)
	defer cancel()
	switch e.next(now) {
	case giveUp:
		l.stepDown(e, "the datastore did not confirm the lease in time")
	case keep:
		l.keep(ctx, e, now)
	case take:
		l.take(ctx, e, now)
	case look:
		l.look(ctx, e)
		if now := l.cfg.Clock.Now(); e.next(now) == take { // a free one is taken at once
			l.take(ctx, e, now)
		}
	}
}

func (l *Lease) look(ctx context.Context, e *election) {
	row, err := l.cfg.Store.ReadLease(ctx)
	if err != nil {
		l.complain("read lease", err)
		e.blind()
		return
	}
	if l.Fault() == nil {
		l.relieved()
	}
	e.observe(l.cfg.Clock.Now(), row)
}

func (l *Lease) take(ctx context.Context, e *election, now time.Time) {
	token := e.token()
	won, err := l.cfg.Store.TakeLease(ctx, l.cfg.Holder, e.row, token)
	l.wrote(err)
	switch {
	case err != nil:
		// It may have been written all the same: then the row has a token that
		// nobody serves, and is taken again after a TTL.
		l.complain("take lease", err)
		e.blind()
	case !won:
		e.blind()
	default:
		e.won(now, token)
		l.publish(e)
		l.events <- Event{Epoch: token, Reason: "lease taken"}
	}
}

func (l *Lease) keep(ctx context.Context, e *election, now time.Time) {
	kept, err := l.cfg.Store.KeepLease(ctx, e.epoch)
	l.wrote(err)
	switch {
	case err != nil:
		l.complain("keep lease", err)
		if e.next(l.cfg.Clock.Now()) == giveUp {
			l.stepDown(e, "the datastore is unreachable")
		}
	case !kept:
		l.stepDown(e, "another director leads")
	default:
		e.won(now, e.epoch)
		l.publish(e)
	}
}

// stepDown stops serving before anything else. The send waits for the reader: an
// event must neither overtake another nor get lost.
func (l *Lease) stepDown(e *election, reason string) {
	was := e.epoch
	e.lost()
	l.publish(e)
	if was != 0 {
		l.events <- Event{Reason: reason}
	}
}

// release tells the roots first: when the row is free, nobody here serves any more.
func (l *Lease) release(ctx context.Context, e *election) {
	epoch := e.epoch
	if epoch == 0 {
		return
	}
	e.lost()
	l.publish(e)
	l.events <- Event{Reason: "this director stops"}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if err := l.cfg.Store.ReleaseLease(ctx, epoch); err != nil {
		l.cfg.Log.Warn("release lease", "epoch", epoch, "err", err)
	}
}

func (l *Lease) publish(e *election) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch, l.until = e.epoch, e.until
}
