package lease

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"oneswitch/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// row is a store in memory whose answers take time, fail, or get lost.
type row struct {
	Row
	clock  *clock.Manual
	before time.Duration // that a request takes to arrive
	after  time.Duration // that an answer takes
	fault  fault
}

type fault uint8

const (
	works  fault = iota
	dead         // the request never arrives
	silent       // it is carried out, and the answer gets lost
	faults       // how many there are
)

var errStore = errors.New("the store does not answer")

// do carries out a request in the time and with the fault that are set.
func (r *row) do(f func()) error {
	r.clock.Advance(r.before)
	if r.fault != dead {
		f()
	}
	r.clock.Advance(r.after)
	if r.fault != works {
		return errStore
	}
	return nil
}

func (r *row) ReadLease(context.Context) (out Row, err error) {
	err = r.do(func() { out = r.Row })
	return out, err
}

func (r *row) TakeLease(_ context.Context, holder string, seen Row, token uint64) (won bool, err error) {
	err = r.do(func() {
		if won = r.Token == seen.Token && r.Beat == seen.Beat; won {
			r.Row = Row{Holder: holder, Token: token}
		}
	})
	return won, err
}

func (r *row) KeepLease(_ context.Context, token uint64) (kept bool, err error) {
	err = r.do(func() {
		if kept = r.Token == token; kept {
			r.Beat++
		}
	})
	return kept, err
}

func (r *row) ReleaseLease(_ context.Context, token uint64) error {
	return r.do(func() {
		if r.Token == token {
			r.Holder = ""
			r.Beat++
		}
	})
}

// contender is one director that takes its turns when the test says so.
type contender struct {
	*Lease
	election *election
}

func newContender(t interface{ Fatal(...any) }, name string, s Store, c clock.Clock) contender {
	l, err := New(Config{Holder: name, Store: s, Clock: c, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l.events = make(chan Event, 10_000)
	return contender{l, &election{timing: l.cfg.Timing}}
}

func newRow() *row {
	return &row{clock: clock.NewManual(time.Unix(1_700_000_000, 0))}
}

// events returns what was told since the last call.
func (c contender) told() (out []uint64) {
	for len(c.events) > 0 {
		out = append(out, (<-c.events).Epoch)
	}
	return out
}

// TestScenarios walks the two contenders through what happens to leaders.
func TestScenarios(t *testing.T) {
	t.Parallel()
	beat := DefaultTiming().Beat
	for _, c := range []struct {
		name string
		play func(t *testing.T, s *row, a, b contender, run func(d time.Duration, who ...contender))
	}{
		{"free lease is taken at once, by one", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(2*beat, a, b)
			expect(t, a, 1)
			expect(t, b, 0)
		}},
		{"killed leader is replaced within 3 s", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			start := s.clock.Now()
			for b.Epoch() == 0 {
				run(beat, b)
			}
			if took := s.clock.Now().Sub(start); took > 3*time.Second {
				t.Errorf("replaced after %s", took)
			}
			expect(t, b, 2)
		}},
		{"frozen leader serves no more by the clock alone", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			s.clock.Advance(DefaultTiming().TTL)
			expect(t, a, 0)
			run(beat, a) // thawed
			if told := a.told(); len(told) != 2 || told[1] != 0 {
				t.Errorf("the thawed leader told %v", told)
			}
		}},
		{"released lease is taken without waiting", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			a.release(t.Context(), a.election)
			run(2*beat, b)
			expect(t, b, 2)
		}},
		{"slow store changes nothing", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			s.before, s.after = 450*time.Millisecond, 450*time.Millisecond
			for range 20 { // both ask at the same time: only the leader's calls move the clock
				a.turn(t.Context(), a.election)
				expect(t, a, 1)
			}
		}},
		{"leader without a store steps down, contender without one takes nothing", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			s.fault = dead
			run(3*DefaultTiming().TTL, a, b)
			expect(t, a, 0)
			expect(t, b, 0)
			s.fault = works
			run(beat, b)
			expect(t, b, 0) // it has not seen the row stand still
			run(DefaultTiming().TTL+2*beat, b)
			expect(t, b, 2)
		}},
		{"leader that hears of a later epoch goes beyond it", func(t *testing.T, s *row, a, b contender, run func(time.Duration, ...contender)) {
			run(time.Second, a, b)
			a.election.floor = 40
			a.stepDown(a.election, "test")
			expect(t, a, 0)
			run(DefaultTiming().TTL+3*beat, a)
			expect(t, a, 41)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newRow()
			a, b := newContender(t, "dg0", s, s.clock), newContender(t, "dg1", s, s.clock)
			run := func(d time.Duration, who ...contender) {
				for end := s.clock.Now().Add(d); s.clock.Now().Before(end); s.clock.Advance(beat) {
					for _, w := range who {
						w.turn(t.Context(), w.election)
					}
				}
			}
			c.play(t, s, a, b, run)
		})
	}
}

func expect(t *testing.T, c contender, epoch uint64) {
	t.Helper()
	if got := c.Epoch(); got != epoch {
		t.Errorf("%s leads epoch %d, want %d", c.cfg.Holder, got, epoch)
	}
}

// TestOneLeader: whatever the store and the scheduler do, no two directors serve at
// one moment, epochs only grow, and when the faults end somebody leads.
func TestOneLeader(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newRow()
		all := []contender{newContender(t, "dg0", s, s.clock), newContender(t, "dg1", s, s.clock), newContender(t, "dg2", s, s.clock)}
		highest := uint64(0)
		look := func() {
			serving := 0
			for _, c := range all {
				if c.Epoch() != 0 {
					serving++
				}
				for _, e := range c.told() {
					if e != 0 && e <= highest {
						t.Fatalf("epoch %d after %d", e, highest)
					}
					highest = max(highest, e)
				}
			}
			if serving > 1 {
				t.Fatalf("%d directors serve at once", serving)
			}
		}
		millis := func(most int, what string) time.Duration {
			return time.Duration(rapid.IntRange(0, most).Draw(t, what)) * time.Millisecond
		}
		for range rapid.IntRange(1, 150).Draw(t, "turns") {
			c := rapid.SampledFrom(all).Draw(t, "who")
			s.before, s.after = millis(700, "before"), millis(700, "after")
			s.fault = fault(max(0, rapid.IntRange(-6, int(faults)-1).Draw(t, "fault")))
			if rapid.IntRange(0, 30).Draw(t, "release") == 0 {
				s.fault = works
				c.release(context.Background(), c.election)
			} else {
				c.turn(context.Background(), c.election)
			}
			look()
			s.clock.Advance(millis(600, "pause"))
			look()
		}
		s.before, s.after, s.fault = 0, 0, works
		for range 40 {
			for _, c := range all {
				c.turn(context.Background(), c.election)
				look()
			}
			s.clock.Advance(DefaultTiming().Beat)
		}
		for _, c := range all {
			if c.Epoch() != 0 {
				return
			}
		}
		t.Fatalf("nobody leads: the row is %+v", s.Row)
	})
}

// TestRun: the loop itself, on a manual clock.
func TestRun(t *testing.T) {
	t.Parallel()
	s := newRow()
	l, err := New(Config{Holder: "dg0", Store: s, Clock: s.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- l.Run(ctx) }()
	if e := <-l.Events(); e.Epoch != 1 || l.Epoch() != 1 {
		t.Fatalf("first event is %+v, epoch %d", e, l.Epoch())
	}
	l.Raise(9)
	if e := <-l.Events(); e.Epoch != 0 {
		t.Fatalf("raised, it tells %+v", e)
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if e, open := <-l.Events(); open {
		t.Fatalf("after the end: %+v", e)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		holder string
		timing Timing
		ok     bool
	}{
		{"dg0", Timing{}, true},
		{"", Timing{}, false},
		{"dg0", Timing{TTL: time.Second, Margin: 900 * time.Millisecond, Beat: 100 * time.Millisecond}, false},
		{"dg0", Timing{TTL: time.Second, Beat: 100 * time.Millisecond}, false},
	} {
		t.Run(fmt.Sprintf("%s %v", c.holder, c.timing), func(t *testing.T) {
			t.Parallel()
			if _, err := New(Config{Holder: c.holder, Timing: c.timing}); (err == nil) != c.ok {
				t.Errorf("err = %v", err)
			}
		})
	}
}
