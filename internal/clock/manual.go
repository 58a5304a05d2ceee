package clock

import (
	"slices"
	"sync"
	"time"
)

// Manual is a clock for tests: time stands still until Advance moves it.
type Manual struct {
	mu struct {
		sync.Mutex
		now     time.Time
		waiting []*alarm        // unordered; few in a test
		grown   []chan struct{} // closed when an alarm is added, see Await
	}
}

var _ Clock = (*Manual)(nil)

// alarm is one pending moment of a Timer or a Ticker.
type alarm struct {
	clock  *Manual
	c      chan time.Time
	at     time.Time
	period time.Duration // 0 for a Timer
}

// NewManual returns a clock that shows t0.
func NewManual(t0 time.Time) *Manual {
	m := &Manual{}
	m.mu.now = t0
	return m
}

// Now returns the time that Advance has reached.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mu.now
}

// After returns a channel that receives once the clock was advanced by d.
func (m *Manual) After(d time.Duration) <-chan time.Time { return m.NewTimer(d).C() }

// NewTimer returns a timer that fires when the clock was advanced by d.
func (m *Manual) NewTimer(d time.Duration) Timer {
	a := &alarm{clock: m, c: make(chan time.Time, 1)}
	a.Reset(d)
	return a
}

// NewTicker returns a ticker that fires each time the clock passes a multiple of
// d from now.
func (m *Manual) NewTicker(d time.Duration) Ticker {
	if d <= 0 {
		panic("clock: ticker period is not positive")
	}
	a := &alarm{clock: m, c: make(chan time.Time, 1), period: d}
	a.Reset(d)
	return ticker{a}
}

// Advance moves the clock by d and fires, in order, everything that falls due.
// It does not wait for the receivers to act.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	end := m.mu.now.Add(d)
	for {
		next := -1
		for i, a := range m.mu.waiting {
			if !a.at.After(end) && (next < 0 || a.at.Before(m.mu.waiting[next].at)) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		m.fire(next)
	}
	m.mu.now = end
}

// fire delivers the alarm at index i; the lock is held.
func (m *Manual) fire(i int) {
	a := m.mu.waiting[i]
	if a.at.After(m.mu.now) {
		m.mu.now = a.at
	}
	select {
	case a.c <- m.mu.now:
	default: // nobody took the last tick: drop this one, as time.Ticker does
	}
	if a.period > 0 {
		a.at = a.at.Add(a.period)
		return
	}
	m.mu.waiting = slices.Delete(m.mu.waiting, i, i+1)
}

// Await blocks until at least n timers and tickers are pending, so that a test
// can advance the clock only after the code under test has armed its timers.
func (m *Manual) Await(n int) {
	for {
		m.mu.Lock()
		if len(m.mu.waiting) >= n {
			m.mu.Unlock()
			return
		}
		grown := make(chan struct{})
		m.mu.grown = append(m.mu.grown, grown)
		m.mu.Unlock()
		<-grown
	}
}

// C returns the channel of the alarm.
func (a *alarm) C() <-chan time.Time { return a.c }

// Stop takes the alarm off the clock.
func (a *alarm) Stop() bool {
	m := a.clock
	m.mu.Lock()
	defer m.mu.Unlock()
	return a.disarm()
}

// Reset arms the alarm at d from now.
func (a *alarm) Reset(d time.Duration) bool {
	m := a.clock
	m.mu.Lock()
	defer m.mu.Unlock()
	pending := a.disarm()
	a.at = m.mu.now.Add(d)
	if d <= 0 && a.period == 0 {
		a.c <- m.mu.now
		return pending
	}
	m.mu.waiting = append(m.mu.waiting, a)
	for _, c := range m.mu.grown {
		close(c)
	}
	m.mu.grown = nil
	return pending
}

// disarm removes the alarm and any time not yet received; the lock is held.
func (a *alarm) disarm() bool {
	m := a.clock
	select {
	case <-a.c:
	default:
	}
	i := slices.Index(m.mu.waiting, a)
	if i < 0 {
		return false
	}
	m.mu.waiting = slices.Delete(m.mu.waiting, i, i+1)
	return true
}

// ticker is an alarm whose Stop has no result.
type ticker struct{ a *alarm }

func (t ticker) C() <-chan time.Time { return t.a.C() }
func (t ticker) Stop()               { t.a.Stop() }
