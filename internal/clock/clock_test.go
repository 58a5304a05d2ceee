package clock

import (
	"testing"
	"time"
)

func epoch() time.Time { return time.Date(2012, 4, 1, 0, 0, 0, 0, time.UTC) }

func received(c <-chan time.Time) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestManualTimerFiresAtItsMoment(t *testing.T) {
	t.Parallel()
	m := NewManual(epoch())
	timer := m.NewTimer(3 * time.Second)
	m.Advance(2999 * time.Millisecond)
	if received(timer.C()) {
		t.Fatal("the timer fired early")
	}
	m.Advance(time.Millisecond)
	if !received(timer.C()) {
		t.Fatal("the timer did not fire")
	}
	if timer.Stop() {
		t.Error("Stop says that a fired timer was pending")
	}
	if m.Now() != epoch().Add(3*time.Second) {
		t.Errorf("now = %v", m.Now())
	}
}

func TestManualStopAndReset(t *testing.T) {
	t.Parallel()
	m := NewManual(epoch())
	timer := m.NewTimer(time.Second)
	if !timer.Stop() {
		t.Error("Stop says that a pending timer was not pending")
	}
	m.Advance(time.Minute)
	if received(timer.C()) {
		t.Error("a stopped timer fired")
	}
	timer.Reset(time.Second)
	m.Advance(time.Second)
	timer.Reset(time.Second) // the undelivered time of the first run must be gone
	if received(timer.C()) {
		t.Error("a stale time was received after Reset")
	}
	m.Advance(time.Second)
	if !received(timer.C()) {
		t.Error("the timer did not fire after Reset")
	}
}

func TestManualTickerDropsMissedTicks(t *testing.T) {
	t.Parallel()
	m := NewManual(epoch())
	tick := m.NewTicker(time.Second)
	m.Advance(5 * time.Second)
	if !received(tick.C()) || received(tick.C()) {
		t.Error("five missed ticks must leave exactly one")
	}
	m.Advance(time.Second)
	if !received(tick.C()) {
		t.Error("the ticker stopped by itself")
	}
	tick.Stop()
	m.Advance(time.Minute)
	if received(tick.C()) {
		t.Error("a stopped ticker ticked")
	}
}

func TestManualFiresInOrder(t *testing.T) {
	t.Parallel()
	m := NewManual(epoch())
	late, soon := m.After(2*time.Second), m.After(time.Second)
	m.Advance(time.Hour)
	if a, b := <-soon, <-late; !a.Before(b) {
		t.Errorf("fired at %v and %v", a, b)
	}
	if !received(m.After(0)) {
		t.Error("After(0) is not due at once")
	}
}

func TestManualAwait(t *testing.T) {
	t.Parallel()
	m := NewManual(epoch())
	done := make(chan struct{})
	go func() {
		<-m.After(time.Second)
		close(done)
	}()
	m.Await(1)
	m.Advance(time.Second)
	<-done
}

func TestReal(t *testing.T) {
	t.Parallel()
	var c Clock = Real{}
	t0 := c.Now()
	timer, tick := c.NewTimer(time.Millisecond), c.NewTicker(time.Millisecond)
	defer tick.Stop()
	<-timer.C()
	<-tick.C()
	<-c.After(0)
	timer.Reset(time.Hour)
	if !timer.Stop() || !c.Now().After(t0) {
		t.Error("the real clock misbehaves")
	}
}
