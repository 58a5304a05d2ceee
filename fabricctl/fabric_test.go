package fabricctl

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/reflector"
	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/speaker"
	"oneswitch/inventory"
)

// deadline is how long a test waits for a state.
const deadline = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fabric is two reflectors and their members in one process, on loopback
// addresses 127.N.x.y that no other test uses.
type fabric struct {
	t    *testing.T
	log  *slog.Logger
	net  byte
	port uint16
	fc   [2]*process
}

// process is something that runs until it is killed.
type process struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	r      *reflector.Reflector
}

func (p *process) kill() {
	p.cancel()
	p.done.Wait()
}

func newFabric(t *testing.T, n byte) *fabric {
	t.Helper()
	f := &fabric{t: t, net: n, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if testing.Verbose() {
		f.log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	l := f.listen(f.control(0), 0)
	f.port = uint16(l.Addr().(*net.TCPAddr).Port)
	l.Close()
	return f
}

func (f *fabric) listen(a netip.Addr, port uint16) net.Listener {
	f.t.Helper()
	l, err := f.protection().Listen(f.t.Context(), netip.AddrPortFrom(a, port))
	if err != nil {
		f.t.Fatal(err)
	}
	return l
}

// testSecret is the secret of every fabric here: all sessions are protected.
const testSecret = "0123456789abcdef0123456789abcdef"

func (f *fabric) protection() bgp.Protection {
	f.t.Helper()
	p, err := bgp.Protected([]byte(testSecret))
	if err != nil {
		f.t.Fatal(err)
	}
	return p
}

// control returns the address of FC-i, node that of node i.
func (f *fabric) control(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, f.net, 128, byte(6 + 2*i)})
}
func (f *fabric) node(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{127, f.net, 130, byte(8 + i)})
}

// start starts FC-i; expect are the clients of its former life.
func (f *fabric) start(i int, expect ...netip.Addr) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := reflector.New(reflector.Config{
		Local:      f.control(i),
		Reflectors: []netip.Addr{f.control(0), f.control(1)},
		Port:       f.port,
		Protection: f.protection(),
		Expect:     expect,
		Log:        f.log.With("fc", i),
	})
	l := f.listen(f.control(i), f.port)
	p := &process{cancel: cancel, r: r}
	p.done.Go(func() {
		if err := r.Run(ctx, l); err != nil {
			f.t.Error(err)
		}
	})
	f.fc[i] = p
	f.t.Cleanup(p.kill)
}

// member is a speaker with a plain model of what it was told.
type member struct {
	process
	*speaker.Speaker
	f       *fabric
	address netip.Addr
	mu      struct {
		sync.Mutex
		routes  map[route.Key]route.Route
		removed int
		synced  int
		up      map[netip.Addr]bool
		changed chan struct{}
	}
}

// join starts node i, subscribed to targets, with all its routes announced.
func (f *fabric) join(i int, targets []route.Target, routes ...route.Route) *member {
	f.t.Helper()
	m := &member{f: f, address: f.node(i)}
	m.mu.routes, m.mu.up, m.mu.changed = map[route.Key]route.Route{}, map[netip.Addr]bool{}, make(chan struct{})
	m.Speaker = speaker.New(speaker.Config{
		Local:      f.node(i),
		Reflectors: []netip.AddrPort{netip.AddrPortFrom(f.control(0), f.port), netip.AddrPortFrom(f.control(1), f.port)},
		Log:        f.log.With("node", i),
		Bind:       true,
		Protection: f.protection(),
	})
	m.Subscribe(targets)
	m.Announce(routes...)
	m.EndOfRIB()
	var ctx context.Context
	ctx, m.cancel = context.WithCancel(context.Background())
	m.done.Go(func() { m.Run(ctx) })
	m.done.Go(func() { m.follow(ctx) })
	f.t.Cleanup(m.kill)
	return m
}

func (m *member) follow(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-m.Events():
			m.take(e)
		}
	}
}

func (m *member) take(e speaker.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e.Kind {
	case speaker.Up, speaker.Down:
		m.mu.up[e.Peer] = e.Kind == speaker.Up
	case speaker.Synced:
		m.mu.synced++
	}
	for _, r := range e.Removed {
		m.mu.removed++
		delete(m.mu.routes, r.Key())
	}
	for _, r := range e.Changed {
		m.mu.routes[r.Key()] = r
	}
	close(m.mu.changed)
	m.mu.changed = make(chan struct{})
}

// await waits until ok holds for what the member knows.
func (m *member) await(what string, ok func() bool) {
	m.f.t.Helper()
	late := time.After(deadline)
	for {
		m.mu.Lock()
		good, changed := ok(), m.mu.changed
		n := len(m.mu.routes)
		m.mu.Unlock()
		if good {
			return
		}
		select {
		case <-changed:
		case <-late:
			m.f.t.Fatalf("%v: no %s; it has %d routes", m.address, what, n)
		}
	}
}

func (m *member) awaitRoutes(n int) {
	m.f.t.Helper()
	m.await(fmt.Sprintf("%d routes", n), func() bool { return len(m.mu.routes) == n })
}

func (m *member) awaitSynced(n int) {
	m.f.t.Helper()
	m.await(fmt.Sprintf("%d times synced", n), func() bool { return m.mu.synced >= n })
}

func (m *member) has(r route.Route) bool { return m.mu.routes[r.Key()] == r }

func (m *member) awaitRoute(r route.Route) {
	m.f.t.Helper()
	m.await(r.String(), func() bool { return m.has(r) })
}

func (m *member) losses() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mu.removed
}

// mac is station n in a domain behind node i.
func (f *fabric) mac(i int, domain inventory.DomainID, n int, seq uint32) route.MAC {
	return route.MAC{
		Domain: domain, MAC: inventory.MAC{0x02, 0, 0, byte(n >> 16), byte(n >> 8), byte(n)},
		NextHop: f.node(i), PortLabel: inventory.PortLabelFirst + 3, Seq: seq,
	}
}

func (f *fabric) flood(i int, domain inventory.DomainID) route.Flood {
	return route.Flood{Domain: domain, NextHop: f.node(i), TreeLabel: inventory.TreeLabel(domain)}
}

func domains(ds ...inventory.DomainID) []route.Target {
	var out []route.Target
	for _, d := range ds {
		out = append(out, route.DomainTarget(d))
	}
	return append(out, route.FabricTarget())
}

func TestRoutesReachWhoWantsThem(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 20)
	f.start(0)
	f.start(1)
	link := route.Link{NextHop: f.node(9), Device: 9, Port: inventory.Port{Kind: inventory.KindFTE, Num: 1}, Peer: 3}
	a := f.join(0, domains(1, 10), f.mac(0, 10, 1, 0), f.flood(0, 10))
	b := f.join(1, domains(1, 20), f.mac(1, 20, 2, 7), f.flood(1, 20))
	ic := f.join(9, []route.Target{route.FabricTarget(), route.TreeTarget()}, link)
	c := f.join(2, domains(1, 10, 20))
	c.awaitRoutes(5)
	c.awaitRoute(f.mac(1, 20, 2, 7))
	c.awaitRoute(link)
	a.awaitRoutes(1)
	b.awaitRoutes(1)
	ic.awaitRoutes(2) // the two floods, and no MAC
	ic.awaitRoute(f.flood(0, 10))

	a.Subscribe(domains(20)) // gains a domain
	a.awaitRoutes(3)
	a.Subscribe(domains(1)) // loses it
	a.awaitRoutes(1)
	if n := len(c.Table("bgp.bridgevpn.0")); n != 4 {
		t.Errorf("c shows %d EVPN routes, want 4", n)
	}
	f.poll("second copies", func() bool {
		for _, e := range c.Table("bgp.bridgevpn.0") {
			if len(e.Paths) != 2 || !e.Paths[0].Active || e.Paths[1].Active || e.Paths[0].Attrs.Originator != e.Paths[0].Attrs.NextHop {
				return false
			}
		}
		return true
	})
}

func TestMoveWinsAtOnce(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 21)
	f.start(0)
	f.start(1)
	a := f.join(0, domains(10), f.mac(0, 10, 1, 0))
	b := f.join(1, domains(10))
	c := f.join(2, domains(10))
	c.awaitRoute(f.mac(0, 10, 1, 0))
	b.awaitRoute(f.mac(0, 10, 1, 0))
	b.Announce(f.mac(1, 10, 1, 1)) // it has moved: a higher sequence number
	c.awaitRoute(f.mac(1, 10, 1, 1))
	c.awaitRoutes(1) // the loser is not reported beside it
	a.awaitRoute(f.mac(1, 10, 1, 1))
	a.Withdraw(f.mac(0, 10, 1, 0))
	b.awaitRoutes(0)
	c.awaitRoutes(1)
	b.Withdraw(f.mac(1, 10, 1, 1))
	c.awaitRoutes(0)
}

// TestMemberRestart kills a member and lets it come back: nobody loses a route
// that it still has, and everybody loses the one that it has not.
func TestMemberRestart(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 22)
	f.start(0)
	f.start(1)
	var routes []route.Route
	for n := range 500 {
		routes = append(routes, f.mac(0, 10, n, 0))
	}
	a := f.join(0, domains(10), routes...)
	b := f.join(1, domains(10))
	b.awaitRoutes(500)
	a.kill()
	f.awaitLost(f.node(0))
	b.awaitRoutes(500)
	a = f.join(0, domains(10), routes[:499]...)
	b.awaitRoutes(499)
	if n := b.losses(); n != 1 {
		t.Errorf("%d routes were withdrawn, want only the one that did not come back", n)
	}
	if a.losses() != 0 {
		t.Error("the member that returned saw a withdrawal")
	}
}

// awaitLost waits until both reflectors have noticed that a member is gone.
func (f *fabric) awaitLost(a netip.Addr) {
	f.t.Helper()
	for i := range f.fc {
		f.poll("loss of a member", func() bool {
			peers, err := f.fc[i].r.Peers(f.t.Context())
			if err != nil {
				f.t.Fatal(err)
			}
			for _, p := range peers {
				if p.Peer == a {
					return p.State != "Established"
				}
			}
			return true
		})
	}
}

func (f *fabric) poll(what string, ok func() bool) {
	f.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(deadline); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			f.t.Fatalf("no %s", what)
		}
	}
}

func TestReflectorsDie(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 23)
	f.start(0)
	f.start(1)
	clients := []netip.Addr{f.node(0), f.node(1), f.node(2)}
	a := f.join(0, domains(10), f.mac(0, 10, 1, 0), f.mac(0, 10, 2, 0))
	b := f.join(1, domains(10), f.mac(1, 10, 3, 0))
	c := f.join(2, domains(10))
	for _, m := range []*member{a, b, c} {
		m.awaitSynced(2)
	}
	c.awaitRoutes(3)

	f.fc[0].kill() // one
	c.await("loss of FC-0", func() bool { return !c.mu.up[f.control(0)] })
	a.Withdraw(f.mac(0, 10, 2, 0)) // told to FC-1 alone: proves FC-0's copy stale
	c.awaitRoutes(2)

	f.fc[1].kill() // both
	c.await("loss of FC-1", func() bool { return !c.mu.up[f.control(1)] })
	b.await("loss of both", func() bool { return !b.mu.up[f.control(0)] && !b.mu.up[f.control(1)] })
	b.Announce(f.mac(1, 10, 1, 1)) // a station moves while nobody reflects
	before := c.losses()
	c.awaitRoutes(2)

	f.start(0, clients...)
	c.awaitRoute(f.mac(1, 10, 1, 1)) // found as soon as one is back
	c.awaitRoutes(2)
	f.start(1, clients...)
	c.awaitSynced(4)
	c.awaitRoutes(2)
	if n := c.losses() - before; n != 1 { // the move replaced one
		t.Errorf("%d routes were withdrawn by the return of the reflectors", n)
	}
}

// TestEndOfRIBWaitsForClients: a reflector that returns before a client of its
// former life must not make others drop that client's routes.
func TestEndOfRIBWaitsForClients(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 24)
	f.start(0)
	a := f.join(0, domains(10), f.mac(0, 10, 1, 0))
	c := f.join(2, domains(10))
	c.awaitRoutes(1)
	f.fc[0].kill()
	a.kill()
	f.start(0, f.node(0), f.node(2))
	c.await("return of FC-0", func() bool { return c.mu.up[f.control(0)] })
	f.poll("membership of node 2", func() bool {
		es, err := f.fc[0].r.Table(t.Context(), route.Targets)
		return err == nil && len(es) >= 2
	})
	c.awaitRoutes(1)
	f.join(0, domains(10)) // it returns without the route
	c.awaitRoutes(0)
}

// TestReflectorsReturnBeforeAClient: both reflectors die one after the other, and a
// client before it was back at either. Each knows the client's routes from the other
// alone, and neither may drop them on the other's word, which is not whole.
func TestReflectorsReturnBeforeAClient(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 29)
	f.start(0)
	f.start(1)
	clients := []netip.Addr{f.node(0), f.node(2)}
	lone := f.mac(0, 10, 1, 0)
	a := f.join(0, domains(10), lone)
	c := f.join(2, domains(10), f.mac(2, 10, 2, 0))
	c.awaitSynced(2)
	c.awaitRoutes(1)
	f.fc[0].kill()
	c.await("loss of FC-0", func() bool { return !c.mu.up[f.control(0)] })
	a.kill()
	f.start(0, clients...)
	f.awaitPath(0, lone, f.control(1))
	f.fc[1].kill()
	c.await("loss of FC-1", func() bool { return !c.mu.up[f.control(1)] })
	f.start(1, clients...)
	f.awaitPath(0, f.mac(2, 10, 2, 0), f.control(1))
	later := f.mac(2, 10, 3, 0)
	c.Announce(later)
	f.awaitPath(0, later, f.control(1)) // what FC-1 says at the start has come before
	if c.awaitRoutes(1); c.losses() != 0 {
		t.Error("the routes of a client were withdrawn that nobody could ask")
	}
	f.join(0, domains(10)) // it returns without the route
	c.awaitRoutes(0)
}

// awaitPath waits until FC-i has a copy of a route, said just now, from a peer.
func (f *fabric) awaitPath(i int, r route.Route, from netip.Addr) {
	f.t.Helper()
	f.poll("copy of "+r.String(), func() bool {
		entries, err := f.fc[i].r.Table(f.t.Context(), route.EVPN)
		return err == nil && slices.ContainsFunc(entries, func(e route.Entry) bool {
			return e.Prefix == r.String() && slices.ContainsFunc(e.Paths, func(p route.Path) bool { return p.Peer == from && !p.Stale })
		})
	})
}

func TestForeignRoutesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 25)
	f.start(0)
	a := f.join(0, domains(10))
	c := f.join(2, domains(10))
	a.Announce(f.mac(1, 10, 1, 0), f.mac(0, 10, 2, 1<<31), f.mac(0, 10, 3, 0)) // another's, pinned, fine
	c.awaitRoute(f.mac(0, 10, 3, 0))
	c.awaitRoutes(1)
	peers, err := f.fc[0].r.Peers(t.Context())
	if err != nil || len(peers) != 2 || peers[0].Refused != 2 {
		t.Errorf("%+v, %v: want 2 routes refused", peers, err)
	}
}
