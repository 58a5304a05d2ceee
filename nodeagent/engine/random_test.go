package engine

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
)

// world drives an engine with random events and holds what the outside would hold.
type world struct {
	t      *rapid.T
	e      *Engine
	now    time.Time
	plane  fib.Tables
	disk   Record
	own    map[route.Key]route.Route // what the reflectors have of us
	state  map[inventory.Port]PortChange
	rev    uint64
	hellos uint64
	lost   map[inventory.Port]bool // links that lose everything
}

func worldPorts() []inventory.Port {
	return []inventory.Port{
		{Kind: inventory.KindXE}, {Kind: inventory.KindXE, Num: 1}, {Kind: inventory.KindXE, Num: 2},
		{Kind: inventory.KindFTE, PIC: 1}, {Kind: inventory.KindFTE, PIC: 1, Num: 1},
	}
}

func nodeAddr(d int) netip.Addr { return netip.AddrFrom4([4]byte{128, 0, 130, byte(2 * d)}) }

func (w *world) step(ev Event) {
	var answers []Echoed
	defer func() {
		for _, f := range answers {
			w.step(f)
		}
	}()
	for _, f := range w.e.Step(w.now, ev) {
		switch f := f.(type) {
		case Send:
			if hello.IsProbe(f.Frame) && !w.lost[f.Port] {
				answers = append(answers, echoOf(w.e, f))
			}
		case Apply:
			w.plane.Patch(f.Delta)
		case WriteJournal:
			w.disk = f.Record
			w.step(Journaled{Seq: f.Seq})
		case Announce:
			for _, r := range f.Routes {
				w.own[r.Key()] = r
			}
		case Withdraw:
			for _, r := range f.Routes {
				if _, ok := w.own[r.Key()]; !ok {
					w.t.Fatalf("%v is withdrawn and was not announced", r)
				}
				delete(w.own, r.Key())
			}
		case Reply:
			if f.Err != nil {
				w.t.Fatalf("commit: %v", f.Err)
			}
		}
	}
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t, now: time.Unix(1000, 0), plane: fib.NewTables(), own: map[route.Key]route.Route{}, state: map[inventory.Port]PortChange{}, lost: map[inventory.Port]bool{}}
	w.boot()
	w.commit()
	return w
}

// boot kills the agent and starts it again on what is left of it.
func (w *world) boot() {
	w.e = New(Config{Serial: "N1", Role: inventory.RoleNode, Address: nodeAddr(1)})
	w.step(Start{Record: w.disk, Tables: w.plane.Clone()})
	for _, p := range slices.SortedFunc(maps.Keys(w.state), inventory.Port.Compare) {
		w.step(w.state[p])
	}
	clear(w.own) // reflectors drop what is not announced again before End-of-RIB
	w.step(PortsListed{})
}

func (w *world) commit() {
	in := intent.Intent{Member: "N1", Name: "Node1", Role: inventory.RoleNode, Device: 1, Aging: 300}
	for d := 1; d <= 4; d++ {
		p := intent.Peer{Member: inventory.MemberID(fmt.Sprint("N", d)), Role: inventory.RoleNode, Device: inventory.DeviceID(d), Address: nodeAddr(d)}
		if d == 4 {
			p.Role = inventory.RoleInterconnect
		}
		in.Peers = append(in.Peers, p)
	}
	in.Domains = []intent.Domain{{ID: 1, Tag: 1}, {ID: 2, Tag: 2}}
	for _, p := range worldPorts()[:3] {
		switch rapid.IntRange(0, 3).Draw(w.t, "mode") {
		case 1:
			in.Ports = append(in.Ports, intent.Port{Port: p, Mode: intent.Access, Domains: []inventory.DomainID{2}})
		case 2:
			in.Ports = append(in.Ports, intent.Port{Port: p, Mode: intent.Trunk, Native: 1, Domains: []inventory.DomainID{2}})
		case 3:
			in.Ports = append(in.Ports, intent.Port{Port: p, Mode: intent.NoMode})
		}
	}
	w.rev++
	stamp := intent.Stamp{Epoch: 1, Revision: w.rev, Hash: fmt.Sprint(w.rev)}
	w.step(Request{ID: RequestID(w.rev), Txn: txn.Request{Verb: txn.Commit, Txn: stamp.Hash, Stamp: stamp, Intent: true}, Intent: &in})
}

func (w *world) anyPort() inventory.Port { return rapid.SampledFrom(worldPorts()).Draw(w.t, "port") }

func (w *world) anyKey() fib.MACKey {
	return fib.MACKey{
		Domain: inventory.DomainID(rapid.IntRange(1, 3).Draw(w.t, "domain")),
		MAC:    inventory.MAC{2, 0, 0, 0, 0, byte(rapid.IntRange(0, 5).Draw(w.t, "mac"))},
	}
}

func (w *world) anyRoute() route.Route {
	via := nodeAddr(rapid.IntRange(2, 5).Draw(w.t, "via")) // 5 is nobody we know
	k := w.anyKey()
	if rapid.Bool().Draw(w.t, "flood") {
		return route.Flood{Domain: k.Domain, NextHop: via, TreeLabel: inventory.TreeLabel(k.Domain)}
	}
	return route.MAC{
		Domain: k.Domain, MAC: k.MAC, NextHop: via, PortLabel: 17,
		Seq: rapid.Uint32Range(0, 3).Draw(w.t, "seq"), Sticky: rapid.IntRange(0, 9).Draw(w.t, "sticky") == 0,
	}
}

func (w *world) event() {
	switch rapid.IntRange(0, 10).Draw(w.t, "event") {
	case 0, 1:
		p := w.anyPort()
		w.state[p] = PortChange{Port: p, Index: rapid.IntRange(1, 3).Draw(w.t, "index"), Admin: true, Carrier: rapid.IntRange(0, 3).Draw(w.t, "up") > 0}
		w.step(w.state[p])
	case 2:
		p := w.anyPort()
		delete(w.state, p)
		w.step(PortGone{p})
	case 3, 4:
		k := w.anyKey()
		w.step(Learned{fib.Learn{Port: fib.Slot(rapid.IntRange(0, 6).Draw(w.t, "slot")), Domain: k.Domain, MAC: k.MAC}})
	case 5:
		w.step(Routes{Changed: []route.Route{w.anyRoute(), w.anyRoute()}, Removed: []route.Route{w.anyRoute()}})
	case 6:
		p := w.anyPort()
		h := hello.Hello{
			Source: inventory.MAC{2, 9}, Serial: "N4", Device: 4, Role: inventory.RoleInterconnect, Port: inventory.Port{Kind: inventory.KindFTE},
			Heard: 1, Reach: []inventory.DeviceID{1, inventory.DeviceID(rapid.IntRange(2, 3).Draw(w.t, "reach"))},
		}
		w.hellos++
		h.Count = hello.Count{Life: rapid.Uint64Range(1, 2).Draw(w.t, "life"), Number: w.hellos - rapid.Uint64Range(0, 1).Draw(w.t, "late")}
		if port := w.e.ports.byName[p]; port != nil && rapid.Bool().Draw(w.t, "echo") {
			h.Echo = port.said.own
		}
		f, err := h.Seal(hello.Key{})
		if err != nil {
			w.t.Fatal(err)
		}
		w.step(Frame{p, f})
	case 7:
		w.lost[w.anyPort()] = rapid.Bool().Draw(w.t, "lost")
		for range 8 {
			w.now = w.now.Add(25 * time.Millisecond)
			w.step(Tick{})
		}
	case 8:
		w.now = w.now.Add(rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, 200 * time.Second}).Draw(w.t, "pass"))
		w.step(Tick{})
	case 9:
		w.commit()
	case 10:
		w.step(PlaneFailed{fmt.Errorf("refused"), w.plane.Clone()})
		w.now = w.now.Add(time.Second)
		w.step(Tick{})
	}
}

// check holds the invariants between any two events.
func (w *world) check() {
	for key, entry := range w.plane.FDB {
		d, ok := w.plane.Domains[key.Domain]
		if !ok {
			w.t.Fatalf("address %v is in a domain that is not there", key)
		}
		slot, local := entry.Local()
		if !local {
			continue
		}
		if p := w.plane.Ports[slot]; !p.Up || !(d.Tagged.Has(slot) || d.Untagged.Has(slot)) {
			w.t.Fatalf("address %v is behind a port that is down or not in its domain: %+v", key, p)
		}
	}
	locals := 0
	for _, r := range w.own {
		m, ok := r.(route.MAC)
		if !ok {
			continue
		}
		locals++
		if e := w.plane.FDB[fib.MACKey{Domain: m.Domain, MAC: m.MAC}]; e.Device != 0 || e.Label != m.PortLabel {
			w.t.Fatalf("we announce %v with label %d and forward it to %+v", m, m.PortLabel, e)
		}
	}
	for _, e := range w.plane.FDB {
		if e.Device == 0 {
			locals--
		}
	}
	if locals != 0 {
		w.t.Fatalf("announced addresses less forwarded ones: %d", locals)
	}
}

// TestRandomLife holds the invariants through any sequence of events, and that a
// restart changes nothing in the tables as long as nothing has changed outside.
func TestRandomLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			w.event()
			w.check()
		}
		before := w.plane.Clone()
		w.boot()
		w.check()
		d := fib.Diff(before, w.plane)
		if n := len(d.FDB.Delete) + len(d.Nodes.Delete) + len(d.Trees.Delete) + len(d.Ports.Delete) + len(d.VLANs.Delete) + len(d.Domains.Delete); n > 0 {
			t.Fatalf("a restart took away: %+v", d)
		}
	})
}
