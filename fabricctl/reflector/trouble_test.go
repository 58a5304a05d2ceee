package reflector

import (
	"bytes"
	"errors"
	"net/netip"
	"runtime"
	"sync"
	"testing"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

// station n of a sender.
func stationMAC(sender netip.Addr, n int, seq uint32) route.MAC {
	return route.MAC{
		Domain: 1, MAC: inventory.MAC{2, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)},
		NextHop: sender, PortLabel: inventory.PortLabelFirst, Seq: seq,
	}
}

// pair is a reflector with a sender and a receiver that keeps a table.
func pair(t *testing.T, net byte, cfg Config) (r *Reflector, addr netip.AddrPort, sender, receiver *station) {
	t.Helper()
	cfg.Local = netip.AddrFrom4([4]byte{127, net, 0, 100})
	r, addr = startHere(t, cfg)
	sender = newStation(netip.AddrFrom4([4]byte{127, net, 0, 1}))
	receiver = newStation(netip.AddrFrom4([4]byte{127, net, 0, 2}))
	receiver.rib = newRIB()
	return r, addr, sender, receiver
}

// TestMalformedUpdate is F61: a bad message costs its own route or its own session,
// and nobody else anything.
func TestMalformedUpdate(t *testing.T) {
	t.Parallel()
	_, addr, sender, receiver := pair(t, 71, Config{})
	join(t, addr, sender)
	join(t, addr, receiver)
	good := packed(stationMAC(sender.address, 1, 0), stationMAC(sender.address, 2, 0))
	sender.offer(good)
	poll(t, "two routes", func() bool { return receiver.rib.len() == 2 })

	bad := bytes.Clone(good[1]) // ORIGIN 9: treated as withdrawn
	at := bytes.Index(bad, []byte{route.FlagTransitive, route.AttrOrigin, 1, 0})
	bad[at+3] = 9
	sender.offer([][]byte{bad})
	poll(t, "one route", func() bool { return receiver.rib.len() == 1 })

	fatal := bytes.Clone(good[0]) // the attribute before the routes overruns the list
	fatal[bgp.HeaderLen+4+2], fatal[bgp.HeaderLen+4+3] = 0xff, 0xff
	sender.offer([][]byte{fatal})
	var note *bgp.Notification
	if err := <-sender.closed; !errors.As(err, &note) || !note.Received || note.Code != bgp.CodeUpdate {
		t.Errorf("the sender's session ended with %v", err)
	}
	third := newStation(netip.AddrFrom4([4]byte{127, 71, 0, 3}))
	join(t, addr, third) // the reflector lives
	third.offer(packed(stationMAC(third.address, 3, 0)))
	poll(t, "route of the third", func() bool { return receiver.rib.len() == 1 && receiver.rib.losses() == 2 })
	if len(receiver.closed) > 0 {
		t.Error("another session was reset")
	}
}

// TestSlowSessionSkipsTheJournal is F66: a session that does not read costs bounded
// memory, delays nobody, and has the right table when it reads again.
func TestSlowSessionSkipsTheJournal(t *testing.T) {
	t.Parallel()
	r, addr, sender, receiver := pair(t, 72, Config{JournalLimit: 1 << 20, SendHold: time.Minute})
	slow := newStation(netip.AddrFrom4([4]byte{127, 72, 0, 3}))
	slow.rib, slow.deaf, slow.open.Enhanced = newRIB(), make(chan struct{}), true
	hear := sync.OnceFunc(func() { close(slow.deaf) })
	join(t, addr, sender)
	join(t, addr, receiver)
	join(t, addr, slow)
	t.Cleanup(hear)
	const routes, rounds = 2000, 150 // about 12 MB of updates
	for round := range rounds {
		sender.offer([][]byte{burst(sender.address, routes, uint32(round))})
	}
	want := map[route.Key]held{}
	for n := range routes {
		m := stationMAC(sender.address, n, rounds-1)
		want[m.Key()] = held{nlri: string(route.AppendNLRI(nil, m)), seq: rounds - 1}
	}
	poll(t, "table of the quick one", func() bool { return receiver.rib.equal(want) })
	resyncs := 0
	peers, err := r.Peers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		resyncs += p.Resyncs
	}
	if resyncs == 0 {
		t.Error("the slow session was never made to skip")
	}
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	if mem.HeapInuse > 64<<20 {
		t.Errorf("%d MB of heap in use", mem.HeapInuse>>20)
	}
	hear()
	poll(t, "table of the slow one", func() bool { return slow.rib.equal(want) })
}

// burst encodes routes under one set of attributes.
func burst(sender netip.Addr, routes int, seq uint32) []byte {
	p := bgp.Packer{}
	p.Reach(route.EVPN, sender, route.AppendAttrs(nil, stationMAC(sender, 0, seq)))
	for n := range routes {
		p.Add(route.AppendNLRI(nil, stationMAC(sender, n, seq)))
	}
	p.End()
	return p.Buf
}

// TestDeafSessionIsCutOff: who takes nothing for the send hold time is closed, and
// its routes are kept.
func TestDeafSessionIsCutOff(t *testing.T) {
	t.Parallel()
	r, addr, sender, deaf := pair(t, 73, Config{SendHold: time.Second, Hold: 3 * time.Second})
	deaf.deaf = make(chan struct{})
	join(t, addr, sender)
	join(t, addr, deaf)
	t.Cleanup(func() { close(deaf.deaf) }) // before its session is waited for
	for round := range 400 {
		sender.offer([][]byte{burst(sender.address, 2000, uint32(round))})
	}
	poll(t, "end of the deaf session", func() bool {
		peers, err := r.Peers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		up := 0
		for _, p := range peers {
			if p.State == bgp.Established {
				up++
			}
		}
		return up == 1
	})
	if len(sender.closed) > 0 {
		t.Error("the sender's session was closed too")
	}
}

// TestRouteCap is F67: what is beyond the cap is refused, and the session is kept.
func TestRouteCap(t *testing.T) {
	t.Parallel()
	r, addr, sender, receiver := pair(t, 74, Config{MaxRoutes: 10})
	join(t, addr, sender)
	join(t, addr, receiver)
	sender.offer([][]byte{burst(sender.address, 25, 0)})
	poll(t, "ten routes", func() bool { return receiver.rib.len() == 10 })
	sender.offer(unpacked(stationMAC(sender.address, 0, 0)))
	poll(t, "nine routes", func() bool { return receiver.rib.len() == 9 })
	sender.offer(packed(stationMAC(sender.address, 20, 0))) // there is room again
	poll(t, "ten routes", func() bool { return receiver.rib.len() == 10 })
	if peers, err := r.Peers(t.Context()); err != nil || peers[0].Refused != 15 {
		t.Errorf("%+v, %v: want 15 routes refused", peers, err)
	}
}

// TestKeepingTimes follows a lost member's routes through RFC 4724 and RFC 9494.
func TestKeepingTimes(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Unix(1e9, 0))
	const long = 65535 * time.Second // hold times out of the way of the manual clock
	r, addr, sender, receiver := pair(t, 75, Config{Clock: c, Hold: long, SendHold: long, StaleTime: time.Hour})
	plain := newStation(netip.AddrFrom4([4]byte{127, 75, 0, 3})) // does not know long-lived graceful restart
	plain.rib = newRIB()
	evpn := []route.Family{route.EVPN}
	for _, s := range []*station{sender, receiver, plain} {
		s.open.Hold = long
		s.open.Restart = &bgp.Restart{Notification: true, Time: 2 * time.Minute, Families: evpn, Preserved: evpn}
		if s != plain {
			s.open.LongLived = []bgp.LongLived{{Family: route.EVPN, Preserved: true, Time: 24 * time.Hour}}
		}
		join(t, addr, s)
	}
	sender.offer([][]byte{burst(sender.address, 50, 0)})
	poll(t, "routes", func() bool { return receiver.rib.len() == 50 && plain.rib.len() == 50 })
	sender.session.Close(nil)
	down := func() bool {
		peers, err := r.Peers(t.Context())
		return err == nil && peers[0].State != bgp.Established
	}
	poll(t, "loss of the sender", down)
	advance(t, r, c, 119)
	if receiver.rib.len() != 50 || receiver.rib.losses()+plain.rib.losses() != 0 {
		t.Fatal("routes went within the restart time")
	}
	advance(t, r, c, 3)
	poll(t, "stale marks", func() bool { return stale(receiver.rib) == 50 && plain.rib.len() == 0 })
	if receiver.rib.losses() != 0 {
		t.Error("long-lived stale routes were withdrawn")
	}
	advance(t, r, c, 3600)
	poll(t, "end of all keeping", func() bool { return receiver.rib.len() == 0 })
	poll(t, "peer forgotten", func() bool { peers, err := r.Peers(t.Context()); return err == nil && len(peers) == 2 })
}

// advance moves the clock by whole seconds and waits until Run has seen them.
func advance(t *testing.T, r *Reflector, c *clock.Manual, seconds int) {
	t.Helper()
	for range seconds {
		c.Advance(time.Second)
		if _, err := r.Peers(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func stale(r *rib) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, h := range r.routes {
		if h.stale {
			n++
		}
	}
	return n
}

// TestRefresh answers ROUTE-REFRESH with the whole table.
func TestRefresh(t *testing.T) {
	t.Parallel()
	_, addr, sender, receiver := pair(t, 76, Config{})
	receiver.open.Enhanced, receiver.open.Refresh = true, true
	join(t, addr, sender)
	join(t, addr, receiver)
	sender.offer([][]byte{burst(sender.address, 30, 0)})
	poll(t, "routes", func() bool { return receiver.rib.len() == 30 })
	before := receiver.routes.Load()
	receiver.offer([][]byte{bgp.AppendRefresh(nil, bgp.Refresh{Family: route.EVPN})})
	select {
	case <-receiver.expect(before + 30):
	case <-time.After(10 * time.Second):
		t.Fatal("the table was not sent again")
	}
	poll(t, "end mark", func() bool {
		receiver.rib.mu.Lock()
		defer receiver.rib.mu.Unlock()
		return receiver.rib.refreshes == 1 && len(receiver.rib.routes) == 30
	})
}

// TestStrangersAreRefused: another AS, a router id that is not the address, and our
// own router id.
func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()
	_, addr, _, _ := pair(t, 77, Config{})
	for name, change := range map[string]func(*bgp.Open){
		"another AS": func(o *bgp.Open) { o.AS = 65000 },
		"borrowed":   func(o *bgp.Open) { o.RouterID = netip.MustParseAddr("127.77.0.2") },
		"ours":       func(o *bgp.Open) { o.RouterID = addr.Addr() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStation(netip.MustParseAddr("127.77.0.1"))
			change(&s.open)
			var note *bgp.Notification
			if err := s.connect(t.Context(), addr.String()); !errors.As(err, &note) || !note.Received {
				t.Errorf("the connection ended with %v", err)
			}
		})
	}
}

// TestRestartedPeerReplacesItsOldSession: the member was killed and nobody has
// noticed yet (RFC 4724 section 4.2).
func TestRestartedPeerReplacesItsOldSession(t *testing.T) {
	t.Parallel()
	_, addr, sender, receiver := pair(t, 78, Config{})
	evpn := []route.Family{route.EVPN}
	restart := &bgp.Restart{Notification: true, Time: 2 * time.Minute, Families: evpn, Preserved: evpn}
	sender.open.Restart = restart
	join(t, addr, sender)
	join(t, addr, receiver)
	sender.offer([][]byte{burst(sender.address, 40, 0)})
	poll(t, "routes", func() bool { return receiver.rib.len() == 40 })
	again := newStation(sender.address)
	again.open.Restart = restart
	join(t, addr, again)
	<-sender.closed
	again.offer([][]byte{burst(sender.address, 39, 0), bgp.AppendEndOfRIB(nil, route.EVPN)})
	poll(t, "39 routes", func() bool { return receiver.rib.len() == 39 })
	if n := receiver.rib.losses(); n != 1 {
		t.Errorf("%d withdrawals, want 1", n)
	}
}
