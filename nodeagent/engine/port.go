package engine

import (
	"maps"
	"slices"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/lldp"
)

// port is one port that is there now.
type port struct {
	PortChange
	slot     fib.Slot
	wanted   SetPort   // last asked for; the zero value before the first time
	flapped  time.Time // last carrier change; zero before the first
	changes  uint64    // carrier changes
	bad      uint64    // frames for ourselves that were malformed
	full     bool      // the MAC limit was reached, and that was said
	lldp     lldp.Port
	far      far
	said     said
	life     liveness
	macs     map[fib.MACKey]bool // local addresses behind it
	departed time.Time           // when one last left for another port or member; zero when long ago
}

// The MTUs that the engine asks for. A fabric link must take the longest access
// frame, three labels and an outer Ethernet header (dataplane.md section 5).
const (
	accessMTU  = 1500
	fabricMTU  = 9300
	etherFrame = 14 // Junos counts the Ethernet header into the MTU, Linux does not
)

// up reports whether the port may carry frames.
func (p *port) up() bool { return p.Admin && p.Carrier }

func (e *Engine) portChange(ev PortChange) {
	p, known := e.ports.byName[ev.Port]
	if !known {
		p = &port{PortChange: ev, macs: map[fib.MACKey]bool{}}
		e.renew(p)
		e.appear(p)
	}
	was, old := known && p.up(), p.PortChange
	p.PortChange = ev
	if known && old.Index != ev.Index {
		// Another interface of the same name: the cable was moved.
		e.flush(p)
		p.lldp.Link(false, e.now)
		e.part(p)
		p.wanted, was = SetPort{}, false
	}
	if was != p.up() {
		e.carrier(p, known)
	}
	e.configure(p)
	e.out.rebuild = e.out.rebuild || !known || was != p.up() || old.Index != ev.Index || old.MAC != ev.MAC
}

// appear gives a new port its slot.
func (e *Engine) appear(p *port) {
	names := slices.Collect(maps.Keys(e.ports.slots))
	if _, ok := e.ports.slots[p.Port]; !ok {
		names = append(names, p.Port)
	}
	e.ports.slots = fib.Assign(e.ports.slots, names)
	e.ports.byName[p.Port] = p
	if p.slot = e.ports.slots[p.Port]; p.slot == 0 {
		e.warn("port is not used: the member has no port label left", "port", p.Port)
		return
	}
	e.ports.bySlot[p.slot] = p
	e.inherit(p)
}

// carrier takes in that a port went up or down.
func (e *Engine) carrier(p *port, known bool) {
	if known {
		p.flapped, p.changes = e.now, p.changes+1
		e.log("link "+upDown(p.up()), "port", p.Port)
	}
	p.lldp.Link(p.up(), e.now)
	if p.up() {
		e.sendLLDP(p)
		e.sendHello(p)
		return
	}
	e.part(p)
	e.flush(p)
}

// part ends what was between us and the far end of a link.
func (e *Engine) part(p *port) {
	p.far, p.life = far{}, liveness{}
	e.renew(p)
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func (e *Engine) portGone(name inventory.Port) {
	p, ok := e.ports.byName[name]
	if !ok {
		return
	}
	e.flush(p)
	delete(e.ports.byName, name)
	delete(e.ports.bySlot, p.slot)
	e.log("port is gone", "port", name)
	e.out.rebuild = true
}

// configure asks for the port's administrative state and MTU if the wish differs
// from the last one. What somebody else changes by hand in between stays: an agent
// that fights its operator during an outage makes it longer.
func (e *Engine) configure(p *port) {
	want := SetPort{Port: p.Port, Up: true, MTU: accessMTU}
	if p.Port.IsFabric() {
		want.MTU = fabricMTU
	} else if c, ok := e.configured(p.Port); ok {
		want.Up = !c.Disable
		if c.MTU != 0 {
			want.MTU = int(c.MTU) - etherFrame
		}
	}
	if want == p.wanted {
		return
	}
	first := p.wanted == (SetPort{})
	p.wanted = want
	if !first || p.Admin != want.Up || p.MTU != want.MTU {
		e.emit(want)
	}
}

// configured returns what the running intent says of an access port.
func (e *Engine) configured(name inventory.Port) (intent.Port, bool) {
	ports := e.intent().Ports
	i := slices.IndexFunc(ports, func(p intent.Port) bool { return p.Port == name })
	if i < 0 {
		return intent.Port{}, false
	}
	return ports[i], true
}

// frame takes in a frame that the plane handed up. LACP has no part in it yet: its
// frames are for nobody.
func (e *Engine) frame(ev Frame) {
	p, ok := e.ports.byName[ev.Port]
	if !ok || len(ev.Frame) < etherFrame {
		return
	}
	var err error
	switch ether := uint16(ev.Frame[12])<<8 | uint16(ev.Frame[13]); {
	case ether == lldp.EtherType:
		_, err = p.lldp.Receive(ev.Frame, e.now)
	case ether == hello.EtherType && hello.IsProbe(ev.Frame): // our plane was not ready to answer it
	case ether == hello.EtherType && p.Port.IsFabric():
		err = e.helloFrame(p, ev.Frame)
	}
	if err != nil {
		// Once a port: whoever sends garbage must not fill the log with it.
		if p.bad++; p.bad == 1 {
			e.warn("malformed frame dropped; further ones are counted only", "port", p.Port, "error", err)
		}
	}
}

// sendLLDP sends who we are, when it is time.
func (e *Engine) sendLLDP(p *port) {
	if !p.lldp.Due(e.now) {
		return
	}
	pdu := lldp.PDU{
		Chassis: lldp.ID{Subtype: lldp.ChassisMAC, Value: string(e.cfg.Chassis[:])},
		Port:    lldp.ID{Subtype: lldp.PortInterface, Value: p.Port.String()},
		TTL:     lldp.Hold, SystemName: e.name(), SystemDescription: e.cfg.About,
		Supported: lldp.CapBridge, Enabled: lldp.CapBridge,
	}
	if c, ok := e.configured(p.Port); ok {
		pdu.PortDescription = c.Description
	}
	e.send(p, pdu.Marshal(p.MAC))
}

func (e *Engine) send(p *port, frame []byte) {
	e.out.send = append(e.out.send, Send{p.Port, frame})
}

// sorted returns the ports in the order of their names, for effects and screens.
func (e *Engine) sorted() []*port {
	return slices.SortedFunc(maps.Values(e.ports.byName), func(a, b *port) int { return a.Port.Compare(b.Port) })
}

// sortedFabric returns the fabric ports in that order.
func (e *Engine) sortedFabric() []*port {
	var out []*port
	for name, p := range e.ports.byName {
		if name.IsFabric() {
			out = append(out, p)
		}
	}
	return slices.SortedFunc(slices.Values(out), func(a, b *port) int { return a.Port.Compare(b.Port) })
}
