package nodeagent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/speaker"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/dataplane/memory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/journal"
)

// patience is how long a test waits for a state.
const patience = 20 * time.Second

// hub stands for the reflectors: it hands every member the routes of the others.
type hub struct {
	mu      sync.Mutex
	members map[*client]bool
	routes  map[route.Key]owned
}

type owned struct {
	route route.Route
	owner string
}

// client is a member's end of the hub.
type client struct {
	hub    *hub
	owner  string
	events chan speaker.Event
}

// join gives a member its end; what it announced in a former life is kept until it
// says End-of-RIB.
func (h *hub) join(owner string) *client {
	c := &client{h, owner, make(chan speaker.Event, 4096)}
	h.mu.Lock()
	defer h.mu.Unlock()
	all := speaker.Event{Kind: speaker.Update}
	for _, o := range h.routes {
		if o.owner != owner {
			all.Changed = append(all.Changed, o.route)
		}
	}
	c.events <- all
	c.events <- speaker.Event{Kind: speaker.Synced, Peer: netip.MustParseAddr("128.0.128.6")}
	h.members[c] = true
	return c
}

func (c *client) tell(ev speaker.Event) {
	for m := range c.hub.members {
		if m.owner != c.owner {
			m.events <- ev
		}
	}
}

func (c *client) leave() {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	delete(c.hub.members, c)
}

// Announce hands routes to the others.
func (c *client) Announce(routes ...route.Route) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	for _, r := range routes {
		c.hub.routes[r.Key()] = owned{r, c.owner}
	}
	c.tell(speaker.Event{Kind: speaker.Update, Changed: routes})
}

// Withdraw takes routes back.
func (c *client) Withdraw(routes ...route.Route) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	for _, r := range routes {
		delete(c.hub.routes, r.Key())
	}
	c.tell(speaker.Event{Kind: speaker.Update, Removed: routes})
}

// Subscribe does nothing: everybody gets everything.
func (c *client) Subscribe([]route.Target) {}

// EndOfRIB does nothing: a member of these tests announces all it had again.
func (c *client) EndOfRIB() {}

// Events returns what the others say.
func (c *client) Events() <-chan speaker.Event { return c.events }

// wired are ports whose cables are function calls.
type wired struct {
	plane  *memory.Plane
	ports  []inventory.Port
	events chan engine.Event
}

// Run lists the ports and hands punted frames up.
func (w *wired) Run(ctx context.Context) error {
	report := func(ev engine.Event) {
		select {
		case w.events <- ev:
		case <-ctx.Done():
		}
	}
	for i, p := range w.ports {
		report(engine.PortChange{Port: p, Index: i + 1, MAC: inventory.MAC{2, 1, 0, 0, 0, byte(i + 1)}, Admin: true, Carrier: true, MTU: 9300})
	}
	report(engine.PortsListed{})
	for {
		select {
		case <-ctx.Done():
			return nil
		case p := <-w.plane.Punts():
			report(engine.Frame{Port: p.Port, Frame: p.Frame})
		}
	}
}

// Events returns what happens at the ports.
func (w *wired) Events() <-chan engine.Event { return w.events }

// Set does nothing.
func (w *wired) Set(inventory.Port, bool, int) error { return nil }

// Send sends a frame.
func (w *wired) Send(p inventory.Port, frame []byte) error { return w.plane.Send(p, frame) }

// box is one member: its plane and disk outlive its agent.
type box struct {
	t      *testing.T
	fabric *fabric
	peer   intent.Peer
	plane  *memory.Plane
	ports  []inventory.Port
	state  string
	loop   *loop
	kill   func()
}

// fabric is two nodes under one interconnect.
type fabric struct {
	t     *testing.T
	hub   *hub
	boxes []*box
	hosts map[string]chan []byte // frames that reached a host
}

func newFabric(t *testing.T) *fabric {
	t.Helper()
	f := &fabric{t: t, hub: &hub{members: map[*client]bool{}, routes: map[route.Key]owned{}}, hosts: map[string]chan []byte{}}
	for i, p := range []intent.Peer{
		{Member: "N0", Name: "Node0", Role: inventory.RoleNode, Device: 1},
		{Member: "N1", Name: "Node1", Role: inventory.RoleNode, Device: 2},
		{Member: "IC", Name: "IC-Left", Role: inventory.RoleInterconnect, Device: 9},
	} {
		p.Address = netip.AddrFrom4([4]byte{128, 0, 130, byte(4 + 2*i)})
		b := &box{t: t, fabric: f, peer: p, plane: memory.New(clock.Real{}), state: filepath.Join(t.TempDir(), "state")}
		if p.Role == inventory.RoleNode {
			b.ports = []inventory.Port{access(0), access(1), uplink(1, 0)}
		} else {
			b.ports = []inventory.Port{uplink(0, 0), uplink(0, 1)}
		}
		f.boxes = append(f.boxes, b)
	}
	for i, b := range f.boxes[:2] {
		f.connect(b.plane, uplink(1, 0), f.boxes[2].plane, uplink(0, uint16(i)))
		for n := range 2 {
			name, in := fmt.Sprintf("h%d%d", i, n), make(chan []byte, 4096)
			f.hosts[name] = in
			b.plane.Plug(access(uint16(n)), memory.WireFunc(func(frame []byte) error { in <- bytes.Clone(frame); return nil }))
		}
	}
	for _, b := range f.boxes {
		b.start()
	}
	return f
}

func access(n uint16) inventory.Port { return inventory.Port{Kind: inventory.KindXE, Num: n} }
func uplink(pic uint8, n uint16) inventory.Port {
	return inventory.Port{Kind: inventory.KindFTE, PIC: pic, Num: n}
}

func (f *fabric) connect(a *memory.Plane, pa inventory.Port, b *memory.Plane, pb inventory.Port) {
	a.Plug(pa, memory.WireFunc(func(frame []byte) error { b.Receive(pb, frame); return nil }))
	b.Plug(pb, memory.WireFunc(func(frame []byte) error { a.Receive(pa, frame); return nil }))
}

// start starts the box's agent on the plane and the journal that are there.
func (b *box) start() {
	b.t.Helper()
	disk, record, damage, err := journal.Open(b.state)
	if err != nil || damage != nil {
		b.t.Fatal(err, damage)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(b.t.Output(), nil)).With("member", b.peer.Name)
	}
	e := engine.New(engine.Config{Serial: b.peer.Member, Role: b.peer.Role, Address: b.peer.Address})
	c := b.fabric.hub.join(string(b.peer.Member))
	w := &wired{b.plane, b.ports, make(chan engine.Event, 256)}
	b.loop = newLoop(e, adapters{b.plane, w, c, disk}, clock.Real{}, log)
	b.loop.start.Record = engine.Record(record)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	l := b.loop
	go func() {
		done <- together(cancel, func() error { return l.run(ctx) }, func() error { return w.Run(ctx) })
	}()
	b.kill = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			b.t.Errorf("%s: %v", b.peer.Name, err)
		}
		c.leave()
	})
	b.t.Cleanup(func() { b.kill() })
}

// commit gives every box its intent: access port 1 is in VLAN v10 where it is told.
func (f *fabric) commit(revision uint64, v10 ...int) {
	f.t.Helper()
	for i, b := range f.boxes {
		in := intent.Intent{Member: b.peer.Member, Name: b.peer.Name, Role: b.peer.Role, Device: b.peer.Device, Aging: 300}
		for _, p := range f.boxes {
			in.Peers = append(in.Peers, p.peer)
		}
		if b.peer.Role == inventory.RoleNode {
			in.Domains = []intent.Domain{{ID: 1, Name: "default", Tag: 1}}
		}
		for _, n := range v10 {
			if n == i {
				in.Domains = append(in.Domains, intent.Domain{ID: 10, Name: "v10", Tag: 10})
				in.Ports = append(in.Ports, intent.Port{Port: access(1), Mode: intent.Access, Domains: []inventory.DomainID{10}})
			}
		}
		in = in.Canonical()
		hash, err := in.Hash()
		if err != nil {
			f.t.Fatal(err)
		}
		r := engine.Request{Intent: &in}
		r.Txn = txn.Request{Verb: txn.Prepare, Txn: fmt.Sprint("t", revision), Stamp: intent.Stamp{Epoch: 1, Revision: revision, Hash: hash}, Intent: true}
		for _, verb := range []txn.Verb{txn.Prepare, txn.Commit} {
			r.Txn.Verb = verb
			if err := b.loop.Decide(f.t.Context(), r); err != nil {
				f.t.Fatalf("%s of %s: %v", verb, b.peer.Name, err)
			}
		}
	}
}

func hostMAC(host string) []byte { return []byte{2, 0xaa, 0, 0, host[1], host[2]} }

// frame builds a frame between hosts; "" is broadcast.
func frame(to, from, payload string) []byte {
	dst := []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
	if to != "" {
		dst = hostMAC(to)
	}
	b := append(append(append([]byte{}, dst...), hostMAC(from)...), 0x08, 0x00)
	return append(append(b, payload...), make([]byte, 46)...)
}

// send lets a host send a frame.
func (f *fabric) send(from string, b []byte) {
	node, port := int(from[1]-'0'), uint16(from[2]-'0')
	f.boxes[node].plane.Receive(access(port), b)
}

// got reports whether a host gets the frame; what else it gets is passed over. Frames
// of the planes travel by function calls, so what was sent has arrived or never will.
func (f *fabric) got(host string, want []byte) bool {
	for {
		select {
		case b := <-f.hosts[host]:
			if bytes.Equal(b, want) {
				return true
			}
		default:
			return false
		}
	}
}

// until repeats what is tried ten times a second until it is so.
func (f *fabric) until(what string, is func() bool) {
	f.t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !is() {
		select {
		case <-ticker.C:
		case <-deadline:
			f.t.Fatalf("waited %s for %s", patience, what)
		}
	}
}

// ready waits until unicast flows between two hosts both ways and is known, not flooded.
func (f *fabric) ready(a, b, stranger string) {
	f.t.Helper()
	for _, way := range [][2]string{{a, b}, {b, a}} {
		f.until(way[0]+" to reach "+way[1], func() bool {
			f.send(way[1], frame("", way[1], "I am here"))
			fr := frame(way[1], way[0], "ping")
			f.send(way[0], fr)
			return f.got(way[1], fr) && !f.got(stranger, fr)
		})
	}
}

func TestFabricForwards(t *testing.T) {
	t.Parallel()
	f := newFabric(t)
	f.commit(1)
	f.until("a broadcast to reach all hosts", func() bool {
		b := frame("", "h00", "who has")
		f.send("h00", b)
		reached := 0
		for _, h := range []string{"h01", "h10", "h11"} {
			if f.got(h, b) {
				reached++
			}
		}
		return reached == 3
	})
	f.ready("h00", "h10", "h11")
	f.ready("h00", "h01", "h10") // local switching

	// VLAN v10 on both nodes: its hosts meet each other and nobody else.
	f.commit(2, 0, 1)
	f.ready("h01", "h11", "h00")
	b := frame("", "h01", "v10 alone")
	f.send("h01", b)
	if !f.got("h11", b) || f.got("h00", b) || f.got("h10", b) {
		t.Error("VLAN v10 is not isolated")
	}
}

// TestKillLosesNothing kills every agent in turn while hosts talk: not one frame of
// those in flight may be lost (reliability.md F48, F51).
func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	f := newFabric(t)
	f.commit(1)
	f.ready("h00", "h10", "h11")
	sent, lost := 0, 0
	talk := func() {
		sent++
		fr := frame("h10", "h00", fmt.Sprint("number ", sent))
		f.send("h00", fr)
		if !f.got("h10", fr) {
			lost++
		}
	}
	for round := range 2 {
		for _, b := range f.boxes {
			b.kill()
			for range 200 {
				talk()
			}
			b.start()
			f.until(b.peer.Name+" to be back", func() bool {
				talk()
				var synced bool
				err := b.loop.View(t.Context(), func(e *engine.Engine, _ dataplane.Plane) { synced = e.Synced() && e.Record().Running != nil })
				return err == nil && synced
			})
			for range 200 {
				talk()
			}
		}
		t.Logf("round %d: %d sent, %d lost", round, sent, lost)
	}
	// All at once, and back at once.
	for _, b := range f.boxes {
		b.kill()
	}
	for range 200 {
		talk()
	}
	for _, b := range f.boxes {
		b.start()
	}
	f.until("hellos and routes to settle", func() bool { talk(); return sent%1000 == 0 })
	if lost > 0 {
		t.Errorf("%d of %d frames were lost", lost, sent)
	}
}

// TestHostMoves moves a host to the other node; the old place must not attract it.
func TestHostMoves(t *testing.T) {
	t.Parallel()
	f := newFabric(t)
	f.commit(1)
	f.ready("h00", "h10", "h11")
	// h00's address now speaks behind the port of h11.
	f.until("the address to be found at its new place", func() bool {
		f.send("h11", frame("", "h00", "I am here now"))
		fr := frame("h00", "h10", "where are you")
		f.send("h10", fr)
		return f.got("h11", fr) && !f.got("h00", fr)
	})
	var seq uint32
	err := f.boxes[1].loop.View(t.Context(), func(e *engine.Engine, _ dataplane.Plane) {
		for _, m := range e.MACs() {
			if m.Key.MAC == inventory.MAC(hostMAC("h00")) {
				seq = m.Seq
			}
		}
	})
	if err != nil || seq != 1 {
		t.Errorf("mobility sequence number %d, %v, want 1 (RFC 7432 section 7.7)", seq, err)
	}
}
