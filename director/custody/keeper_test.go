package custody

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oneswitch/internal/clock"
)

// address counts who holds it, and how often it was held.
type address struct {
	held, times atomic.Int32
	lost        chan error
}

func (a *address) Hold(ctx context.Context, _ func() time.Time, _ clock.Clock, _ *slog.Logger) error {
	a.times.Add(1)
	a.held.Add(1)
	defer a.held.Add(-1)
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.lost:
		return err
	}
}

// bench is a Keeper with what it asks.
type bench struct {
	address
	mu       sync.Mutex
	leads    bool
	store    bool
	replaced bool
	peers    []Peer
}

func (b *bench) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

func (b *bench) config(door netip.AddrPort) Config {
	return Config{Address: b, Door: door, Clock: clock.Real{}, Log: slog.New(slog.DiscardHandler),
		Leads: func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.leads },
		Until: func() time.Time {
			b.mu.Lock()
			defer b.mu.Unlock()
			if !b.leads {
				return time.Time{}
			}
			return time.Now().Add(time.Second)
		},
		Store: func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.store },
		Replaced: func(context.Context) (bool, error) {
			b.mu.Lock()
			defer b.mu.Unlock()
			if !b.store {
				return false, context.DeadlineExceeded
			}
			return b.replaced, nil
		},
		Peers: func(context.Context) []Peer { b.mu.Lock(); defer b.mu.Unlock(); return b.peers },
	}
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

// TestKeeper: the last leader keeps the address through an outage of the datastore and
// gives it to whoever leads afterwards; who is connected to it hears of that at once.
func TestKeeper(t *testing.T) {
	t.Parallel()
	b := &bench{leads: true, store: true, peers: []Peer{{Answers: true}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	k := New(b.config(l.Addr().(*net.TCPAddr).AddrPort()))
	doors := k.Guard(l)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := k.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	defer running.Wait()
	defer cancel()
	holds := func(want int32) func() bool { return func() bool { return b.held.Load() == want } }
	eventually(t, "the leader holds it", holds(1))
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := doors.Accept(); err != nil {
		t.Fatal(err)
	}
	b.set(func() { b.leads, b.store = false, false })
	looks := time.NewTimer(4 * every)
	<-looks.C
	if !holds(1)() || time.Until(k.until()) < time.Second {
		t.Errorf("the last leader left the address when the datastore went (it may answer for %v)", time.Until(k.until()))
	}
	b.set(func() { b.store, b.replaced = true, true })
	eventually(t, "another one leads", holds(0))
	if time.Until(k.until()) > 0 {
		t.Error("who is replaced may answer still")
	}
	_ = client.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := client.Read(make([]byte, 1)); err == nil || isTimeout(err) {
		t.Errorf("a client of the address that left: %v", err)
	}
	b.set(func() { b.leads, b.replaced = true, false })
	eventually(t, "it leads again", holds(1))
	cancel()
	eventually(t, "it stops", holds(0))
}

// TestLostAddress: an address that was not renewed in time is held again by a director
// that still leads, and by no other.
func TestLostAddress(t *testing.T) {
	t.Parallel()
	b := &bench{leads: true, store: true, peers: []Peer{{Answers: true}}}
	b.lost = make(chan error)
	k := New(b.config(netip.MustParseAddrPort("127.0.0.1:9")))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := k.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	defer running.Wait()
	defer cancel()
	eventually(t, "the leader holds it", func() bool { return b.held.Load() == 1 })
	b.lost <- context.DeadlineExceeded
	eventually(t, "it holds it again", func() bool { return b.held.Load() == 1 && b.times.Load() == 2 })
	b.set(func() { b.leads, b.replaced = false, true })
	b.lost <- context.DeadlineExceeded // thawed, and another one leads
	looks := time.NewTimer(4 * every)
	<-looks.C
	if held, times := b.held.Load(), b.times.Load(); held != 0 || times != 2 {
		t.Errorf("held by %d, %d times; want nobody after two times", held, times)
	}
}

func isTimeout(err error) bool {
	e, ok := err.(net.Error)
	return ok && e.Timeout()
}

// TestVacantAddress: what nobody answers at is taken without the datastore; what
// somebody answers at is not.
func TestVacantAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	k := New((&bench{}).config(l.Addr().(*net.TCPAddr).AddrPort()))
	if !k.answered(t.Context()) {
		t.Error("an open door does not answer")
	}
	_ = l.Close()
	if !k.answered(t.Context()) {
		t.Error("a machine that refuses does not answer")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // stands for an answer that does not come in time
	if k.answered(ctx) {
		t.Error("nobody answers")
	}
}
