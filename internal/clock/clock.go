// Package clock is where time comes from: the machine's clock in production, a
// hand-moved one in tests.
//
// Clocks own no goroutine. Real has no state; Manual guards its own with a lock
// and fires timers on the goroutine that calls Advance.
//
// Invariant: on a Manual clock no timer fires before Advance has reached its
// moment, and timers fire in the order of their moments. Pure packages must not
// import this package: they receive times in events.
package clock

import "time"

// Clock tells the time and wakes its callers.
type Clock interface {
	// Now returns the current time.
	Now() time.Time
	// After returns a channel that receives the time once d has passed.
	After(d time.Duration) <-chan time.Time
	// NewTimer returns a timer that fires once, after d.
	NewTimer(d time.Duration) Timer
	// NewTicker returns a ticker that fires every d; d must be positive.
	NewTicker(d time.Duration) Ticker
}

// Timer is a single shot, with the semantics of time.Timer since Go 1.23: after
// Stop or Reset returns, no stale time is received.
type Timer interface {
	// C returns the channel on which the time is delivered.
	C() <-chan time.Time
	// Stop prevents the timer from firing and reports whether it was pending.
	Stop() bool
	// Reset makes the timer fire after d and reports whether it was pending.
	Reset(d time.Duration) bool
}

// Ticker fires again and again; ticks that nobody receives are dropped.
type Ticker interface {
	// C returns the channel on which the ticks are delivered.
	C() <-chan time.Time
	// Stop ends the ticks; the channel is not closed.
	Stop()
}

// Real is the machine's clock.
type Real struct{}

var _ Clock = Real{}

// Now returns time.Now.
func (Real) Now() time.Time { return time.Now() }

// After is time.After.
func (Real) After(d time.Duration) <-chan time.Time { return time.After(d) }

// NewTimer wraps time.NewTimer.
func (Real) NewTimer(d time.Duration) Timer { return realTimer{time.NewTimer(d)} }

// NewTicker wraps time.NewTicker.
func (Real) NewTicker(d time.Duration) Ticker { return realTicker{time.NewTicker(d)} }

type realTimer struct{ t *time.Timer }

func (t realTimer) C() <-chan time.Time        { return t.t.C }
func (t realTimer) Stop() bool                 { return t.t.Stop() }
func (t realTimer) Reset(d time.Duration) bool { return t.t.Reset(d) }

type realTicker struct{ t *time.Ticker }

func (t realTicker) C() <-chan time.Time { return t.t.C }
func (t realTicker) Stop()               { t.t.Stop() }
