package memory

import (
	"bytes"
	"fmt"
	"maps"
	"sync"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/fib"
)

// Wire is the near end of a cable: it takes frames away from a port. Send must not
// keep the frame and must not block for long.
type Wire interface {
	Send(frame []byte) error
}

// WireFunc makes a function a Wire.
type WireFunc func(frame []byte) error

// Send calls the function.
func (f WireFunc) Send(frame []byte) error { return f(frame) }

// backlog bounds the events and the punted frames that wait for the owner.
const backlog = 4096

// Plane is the forwarding plane in Go.
type Plane struct {
	clock  clock.Clock
	events chan dataplane.Event
	punts  chan dataplane.Punt

	mu struct { // guards all below; never held while a frame is sent
		sync.Mutex
		tables fib.Tables
		slots  fib.Slots
		wires  map[inventory.Port]Wire
		ports  map[fib.Slot]dataplane.PortCounters
		drops  [fib.Reasons]uint64
		detour uint64
		echoes map[fib.Slot]fib.Echo
		heard  map[fib.MACKey]time.Time
	}
}

var (
	_ dataplane.Plane  = (*Plane)(nil)
	_ dataplane.Echoes = (*Plane)(nil)
)

// New returns a plane with empty tables and no cable.
func New(c clock.Clock) *Plane {
	p := &Plane{clock: c, events: make(chan dataplane.Event, backlog), punts: make(chan dataplane.Punt, backlog)}
	p.mu.tables = fib.NewTables()
	p.mu.slots = fib.Slots{}
	p.mu.wires = map[inventory.Port]Wire{}
	p.mu.ports = map[fib.Slot]dataplane.PortCounters{}
	p.mu.heard = map[fib.MACKey]time.Time{}
	p.mu.echoes = map[fib.Slot]fib.Echo{}
	return p
}

// Plug connects a port to a wire; nil pulls the cable.
func (p *Plane) Plug(port inventory.Port, w Wire) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w == nil {
		delete(p.mu.wires, port)
		return
	}
	p.mu.wires[port] = w
}

// Receive lets a frame arrive at a port. The caller keeps the frame.
func (p *Plane) Receive(port inventory.Port, frame []byte) {
	v, wires := p.decide(port, frame)
	for i, o := range v.Out {
		if wires[i] != nil {
			// A far end that does not take the frame is a lossy cable: nothing to do.
			_ = wires[i].Send(o.Frame)
		}
	}
	if v.Learn != nil {
		select {
		case p.events <- dataplane.Event{Learn: *v.Learn}:
		default:
		}
	}
	if v.Action == fib.Pass {
		select {
		case p.punts <- dataplane.Punt{Port: port, Frame: bytes.Clone(frame)}:
		default:
		}
	}
}

// decide looks the frame up, counts, and returns with the verdict the wire of each
// frame that leaves.
func (p *Plane) decide(port inventory.Port, frame []byte) (fib.Verdict, []Wire) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in := p.mu.slots[port]
	v := p.mu.tables.Lookup(in, frame)
	c := p.mu.ports[in]
	c.InFrames++
	c.InOctets += uint64(len(frame))
	if v.Action == fib.Drop {
		c.Dropped++
		p.mu.drops[v.Reason]++
	}
	if v.Detour {
		p.mu.detour++
	}
	if v.Action == fib.Noted {
		p.mu.echoes[in] = v.Echo
	}
	if in != 0 {
		p.mu.ports[in] = c
	}
	if v.Learn == nil && !port.IsFabric() {
		p.markHeard(in, frame)
	}
	wires := make([]Wire, len(v.Out))
	for i, o := range v.Out {
		c := p.mu.ports[o.Port]
		c.OutFrames++
		c.OutOctets += uint64(len(o.Frame))
		p.mu.ports[o.Port] = c
		wires[i] = p.mu.wires[p.mu.tables.Ports[o.Port].Name]
	}
	return v, wires
}

// markHeard notes that an address which the table has at this port is alive. The
// frame taught nothing, so if its source is in the table, it is there.
func (p *Plane) markHeard(in fib.Slot, frame []byte) {
	key, ok := p.mu.tables.Source(in, frame)
	if !ok {
		return
	}
	if _, ages := p.mu.heard[key]; ages {
		p.mu.heard[key] = p.clock.Now()
	}
}

// Send sends a frame of the owner's own by a port.
func (p *Plane) Send(port inventory.Port, frame []byte) error {
	p.mu.Lock()
	w := p.mu.wires[port]
	if slot := p.mu.slots[port]; slot != 0 && w != nil {
		c := p.mu.ports[slot]
		c.OutFrames++
		c.OutOctets += uint64(len(frame))
		p.mu.ports[slot] = c
	}
	p.mu.Unlock()
	if w == nil {
		return fmt.Errorf("send by port %s: no cable", port)
	}
	return w.Send(frame)
}

// Punts returns the channel of the frames that were handed up.
func (p *Plane) Punts() <-chan dataplane.Punt { return p.punts }

// Events returns the channel of what was learnt.
func (p *Plane) Events() <-chan dataplane.Event { return p.events }

// Apply patches the tables.
func (p *Plane) Apply(d fib.Delta) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for slot, port := range d.Ports.Set {
		if old, ok := p.mu.tables.Ports[slot]; ok && old.Name != port.Name {
			delete(p.mu.ports, slot)
		}
	}
	for _, slot := range d.Ports.Delete {
		delete(p.mu.ports, slot)
		delete(p.mu.echoes, slot)
	}
	p.mu.tables.Patch(d)
	p.mu.slots = p.mu.tables.Slots()
	now := p.clock.Now()
	for k, e := range d.FDB.Set {
		delete(p.mu.heard, k)
		if _, local := e.Local(); local && !e.Static {
			p.mu.heard[k] = now
		}
	}
	for _, k := range d.FDB.Delete {
		delete(p.mu.heard, k)
	}
	return nil
}

// Dump returns a copy of the tables.
func (p *Plane) Dump() (fib.Tables, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mu.tables.Clone(), nil
}

// Counters returns a copy of the counters.
func (p *Plane) Counters() (dataplane.Counters, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := dataplane.Counters{Ports: make(map[fib.Slot]dataplane.PortCounters, len(p.mu.tables.Ports)), Drops: p.mu.drops, Detours: p.mu.detour}
	for slot := range p.mu.tables.Ports {
		out.Ports[slot] = p.mu.ports[slot]
	}
	return out, nil
}

// Echoes returns a copy of what came back.
func (p *Plane) Echoes() map[fib.Slot]fib.Echo {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.mu.echoes)
}

// Idle returns the ages of the addresses behind own ports.
func (p *Plane) Idle() ([]dataplane.IdleMAC, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock.Now()
	out := make([]dataplane.IdleMAC, 0, len(p.mu.heard))
	for k, t := range p.mu.heard {
		slot, _ := p.mu.tables.FDB[k].Local()
		out = append(out, dataplane.IdleMAC{Key: k, Port: slot, Idle: now.Sub(t)})
	}
	return out, nil
}
