package reflector

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/internal/clock"
)

// Config says who the reflector is. Only Local and Log are needed.
type Config struct {
	Local        netip.Addr       // control address: router id, cluster id, and next hop of what is ours
	AS           uint32           // 0 means 100 (QF-REF 1.9)
	Reflectors   []netip.Addr     // the other fabric controls: non-clients; we call those with a higher address
	Port         uint16           // TCP port of the other fabric controls; 0 means 179
	Protection   bgp.Protection   // of the connections to them; that of the others is the listener's
	Expect       []netip.Addr     // clients of our former life, see Joined
	Joined       func(netip.Addr) // told of every established session, on the goroutine of Run: must not block
	Deferral     time.Duration    // the longest wait for Expect; 0 means 2 minutes
	Hold         time.Duration    // 0 means 9 s
	SendHold     time.Duration    // 0 means twice the hold time
	StaleTime    time.Duration    // the longest that routes are kept as long-lived stale; 0 means 24 h
	MaxRoutes    int              // of one peer; 0 means 1,048,576
	JournalLimit uint64           // bytes that a session may lag; 0 means 64 MiB
	Clock        clock.Clock      // nil means the machine's clock
	Log          *slog.Logger
}

func (c Config) orStandard() Config {
	c.AS = cmpOr(c.AS, 100)
	c.Port = cmpOr(c.Port, 179)
	c.Deferral = cmpOr(c.Deferral, 2*time.Minute)
	c.Hold = cmpOr(c.Hold, 9*time.Second)
	c.StaleTime = cmpOr(c.StaleTime, 24*time.Hour)
	c.MaxRoutes = cmpOr(c.MaxRoutes, 1<<20)
	c.JournalLimit = cmpOr(c.JournalLimit, 64<<20)
	if c.Clock == nil {
		c.Clock = clock.Real{}
	}
	c.Reflectors = slices.DeleteFunc(slices.Clone(c.Reflectors), func(a netip.Addr) bool { return a == c.Local })
	c.Expect = slices.DeleteFunc(slices.Clone(c.Expect), func(a netip.Addr) bool { return slices.Contains(c.Reflectors, a) })
	return c
}

func cmpOr[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

// Reflector is a running fabric control.
type Reflector struct {
	cfg     Config
	batches chan *batch
	calls   chan func(*core)
	stopped chan struct{} // closed when nothing is taken in any more
	again   restarting
}

// restarting tells how many neighbours have been told that we have just started
// (the R bit of RFC 4724 is set in the first session with each).
type restarting struct {
	sync.Mutex
	told map[netip.Addr]bool
}

// New returns a reflector that does nothing until Run.
func New(cfg Config) *Reflector {
	return &Reflector{
		cfg:     cfg.orStandard(),
		batches: make(chan *batch, 64),
		calls:   make(chan func(*core)),
		stopped: make(chan struct{}),
		again:   restarting{told: map[netip.Addr]bool{}},
	}
}

// Run serves connections from l until ctx ends, and closes l. When it returns all
// sessions are closed, in a way that makes neighbours keep our routes. Run may be
// called once.
func (r *Reflector) Run(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	failed := make(chan error, 1)
	workers.Go(func() { failed <- r.accept(ctx, l) })
	workers.Go(func() { <-ctx.Done(); l.Close() })
	for _, a := range r.cfg.Reflectors {
		if r.cfg.Local.Less(a) { // one of the two calls: no collisions (RFC 4271 section 6.8)
			workers.Go(func() { r.peerWith(ctx, a) })
		}
	}
	return r.loop(ctx, failed)
}

// loop owns the core.
func (r *Reflector) loop(ctx context.Context, failed <-chan error) error {
	defer close(r.stopped)
	c := newCore(r.cfg)
	tick := r.cfg.Clock.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case f := <-r.calls:
			f(c)
		case b := <-r.batches:
			c.take(b)
			r.drain(c)
		case <-tick.C():
			c.tick()
		}
		c.publish()
		c.serve()
	}
}

// drainMost bounds the batches of one step: enough to pack well under load, few
// enough for a change not to wait long.
const drainMost = 32

// drain takes in what else is waiting, so that it is packed together.
func (r *Reflector) drain(c *core) {
	for range drainMost {
		select {
		case b := <-r.batches:
			c.take(b)
		default:
			return
		}
	}
}

// take applies one batch and lets its reader go on.
func (c *core) take(b *batch) {
	if p := b.link.peer; p != nil && p.link == b.link {
		c.apply(p, b.updates)
		for _, f := range b.refreshes {
			if fam, ok := indexOf(f); ok {
				p.refresh[fam] = true
			}
		}
	}
	b.done <- struct{}{}
}

// do runs f on the goroutine of Run and waits for it; false means that Run has
// ended, or that ctx ended before f was begun.
func (r *Reflector) do(ctx context.Context, f func(*core)) bool {
	done := make(chan struct{})
	select {
	case r.calls <- func(c *core) { f(c); close(done) }:
		<-done
		return true
	case <-r.stopped:
		return false
	case <-ctx.Done():
		return false
	}
}

// openMost bounds connections that have not sent an OPEN yet.
const openMost = 512

func (r *Reflector) accept(ctx context.Context, l net.Listener) error {
	var sessions sync.WaitGroup
	defer sessions.Wait()
	places := make(chan struct{}, maxPeers+openMost)
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept BGP connection: %w", err)
		}
		select {
		case places <- struct{}{}:
		default:
			conn.Close()
			continue
		}
		sessions.Go(func() {
			defer func() { <-places }()
			remote := netip.Addr{}
			if a, ok := conn.RemoteAddr().(*net.TCPAddr); ok {
				remote = a.AddrPort().Addr().Unmap()
			}
			if err := bgp.Accept(ctx, conn, r.config(remote, newLink(ctx, r))); err != nil {
				r.cfg.Log.Debug("BGP connection ended", "peer", remote, "reason", err)
			}
		})
	}
}

// peerWith keeps a session to another reflector.
func (r *Reflector) peerWith(ctx context.Context, a netip.Addr) {
	bgp.Peer{
		Dial: func(ctx context.Context) (net.Conn, error) {
			return r.cfg.Protection.Dial(ctx, r.cfg.Local, netip.AddrPortFrom(a, r.cfg.Port))
		},
		Config: func() bgp.Config { return r.config(a, newLink(ctx, r)) },
	}.Run(ctx)
}

func (r *Reflector) isReflector(a netip.Addr) bool { return slices.Contains(r.cfg.Reflectors, a) }

// config is what we offer to the neighbour at a.
func (r *Reflector) config(a netip.Addr, l *link) bgp.Config {
	r.again.Lock()
	first := !r.again.told[a]
	if len(r.again.told) < maxPeers {
		r.again.told[a] = true
	}
	r.again.Unlock()
	open := bgp.FabricOpen(r.cfg.AS, r.cfg.Local, r.cfg.Hold, r.cfg.StaleTime, first)
	return bgp.Config{Open: open, SendHold: r.cfg.SendHold, Clock: r.cfg.Clock, Plugin: l}
}
