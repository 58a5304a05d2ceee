package moment_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"oneswitch/director/moment"
	"oneswitch/internal/clock"
)

// board is the datastore: one task, which outlives whoever watches it.
type board struct {
	mu     sync.Mutex
	at     time.Time
	fails  int
	broken bool
	done   chan string
}

func (b *board) next(who string) moment.Next {
	return func(context.Context) (moment.Task, bool, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.broken {
			b.broken = false
			return moment.Task{}, false, errors.New("no answer")
		}
		return moment.Task{What: "roll back", At: b.at, Do: func(context.Context) error { return b.do(who) }}, !b.at.IsZero(), nil
	}
}

func (b *board) do(who string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails > 0 {
		b.fails--
		return errors.New("a member refused")
	}
	b.at = time.Time{}
	b.done <- who
	return nil
}

func (b *board) set(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = at
}

type watch struct {
	*moment.Watch
	kill func()
}

func begin(t *testing.T, b *board, c clock.Clock, who string) watch {
	t.Helper()
	w := moment.New(moment.Config{Next: b.next(who), Clock: c, Log: slog.New(slog.DiscardHandler)})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	kill := sync.OnceFunc(func() { cancel(); <-ended })
	t.Cleanup(kill)
	return watch{w, kill}
}

// TestTheNextLeaderKeepsTheDeadline kills the leader before the deadline: the one
// after it acts at the deadline, not before and not twice.
func TestTheNextLeaderKeepsTheDeadline(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := clock.NewManual(start)
	b := &board{at: start.Add(10 * time.Minute), done: make(chan string, 2)}
	first := begin(t, b, c, "dg0")
	c.Await(1)
	c.Advance(4 * time.Minute)
	first.kill()
	begin(t, b, c, "dg1")
	c.Await(1)
	c.Advance(6*time.Minute - time.Second)
	select {
	case who := <-b.done:
		t.Fatalf("%s acted before the deadline", who)
	default:
	}
	c.Await(1)
	c.Advance(time.Second)
	if who := <-b.done; who != "dg1" {
		t.Errorf("%s acted", who)
	}
}

func TestAMomentThatHasPassedIsMetAtOnce(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	b := &board{at: c.Now().Add(-time.Hour), done: make(chan string, 1), broken: true, fails: 1}
	begin(t, b, c, "dg0")
	for range 2 { // the datastore, then a member
		c.Await(1)
		c.Advance(moment.RetryAfter)
	}
	<-b.done
}

func TestPokeLooksAgain(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	b := &board{done: make(chan string, 1)}
	w := begin(t, b, c, "dg0")
	b.set(c.Now().Add(time.Minute))
	w.Poke()
	c.Await(1)
	b.set(c.Now()) // restarted, to now
	w.Poke()
	<-b.done
}
