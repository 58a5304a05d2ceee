package store_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"oneswitch/director/lease"
	"oneswitch/internal/clock"
)

// cord is a lease.Store that can be cut, as kill -9 or a freeze would.
type cord struct {
	lease.Store
	cut atomic.Bool
}

var errCut = errors.New("cut")

func (c *cord) ReadLease(ctx context.Context) (lease.Row, error) {
	if c.cut.Load() {
		return lease.Row{}, errCut
	}
	return c.Store.ReadLease(ctx)
}

func (c *cord) KeepLease(ctx context.Context, token uint64) (bool, error) {
	if c.cut.Load() {
		return false, errCut
	}
	return c.Store.KeepLease(ctx, token)
}

func (c *cord) ReleaseLease(ctx context.Context, token uint64) error {
	if c.cut.Load() {
		return errCut
	}
	return c.Store.ReleaseLease(ctx, token)
}

// contractElection runs two real directors' leases on the real clock and kills the
// leader: the other one leads within 3 s (reliability.md F1), and never both.
func contractElection(t *testing.T, b bench) {
	start := func(name string) (*lease.Lease, *cord, context.CancelFunc) {
		c := &cord{Store: b.open(t, name)}
		l, err := lease.New(lease.Config{Holder: name, Store: c, Clock: clock.Real{}, Log: slog.New(slog.DiscardHandler)})
		check(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		t.Cleanup(func() {
			cancel()
			check(t, <-ended)
		})
		return l, c, cancel
	}
	within := func(l *lease.Lease, limit time.Duration, what string) lease.Event {
		t.Helper()
		select {
		case e := <-l.Events():
			return e
		case <-time.After(limit):
			t.Fatalf("%s: nothing within %s", what, limit)
			return lease.Event{}
		}
	}
	dg0, cord0, _ := start("dg0")
	if e := within(dg0, time.Second, "first director"); e.Epoch != 1 {
		t.Fatalf("first director: %+v", e)
	}
	dg1, _, stop1 := start("dg1")
	cord0.cut.Store(true)
	killed := time.Now()
	if e := within(dg1, 3*time.Second, "leader killed"); e.Epoch != 2 {
		t.Fatalf("second director: %+v", e)
	}
	t.Logf("leader replaced after %s", time.Since(killed).Round(time.Millisecond))
	if dg0.Epoch() != 0 {
		t.Fatal("the killed leader still says that it leads")
	}
	if e := within(dg0, time.Second, "killed leader"); e.Epoch != 0 {
		t.Fatalf("killed leader: %+v", e)
	}
	cord0.cut.Store(false)
	stop1()
	released := time.Now()
	if e := within(dg0, time.Second, "leader stopped in order"); e.Epoch != 3 {
		t.Fatalf("first director again: %+v", e)
	}
	t.Logf("leader that stopped in order replaced after %s", time.Since(released).Round(time.Millisecond))
}
