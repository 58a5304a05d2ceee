package engine

import (
	"errors"
	"slices"
	"time"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
)

// Hello timing. A hello that is missing never takes a link down while the carrier
// is there: the neighbour's agent may be restarting, and its data plane forwards.
const (
	helloInterval = 100 * time.Millisecond
	helloFresh    = time.Second // so long we tell the neighbour that we hear it
	deafAfter     = time.Second // so long it may say that it does not hear us
)

// far is what is believed of the other end of a fabric link: heard, or adopted from
// the tables that the plane held at the start.
type far struct {
	hello.Hello
	heard   time.Time // last hello; zero when adopted
	adopted bool
	deaf    time.Time // since when it says that it does not hear us; zero when it does
	oneWay  bool      // deaf for too long: our frames do not arrive
}

// said is what passes between the two ends of a link for hellos to be told from their
// own recordings.
type said struct {
	own        hello.Count // of our last hello by this port
	echo       hello.Count // the neighbour's last one, believed or not: we echo it
	lives      uint64      // of our port
	challenged time.Time   // when a hello was last answered at once
	forged     uint64      // hellos that no member of ours has sealed
	replayed   uint64      // hellos that were not new
}

// recent is how many hellos back an echo of ours proves that its sender is alive: at
// the usual pace some three seconds.
const recent = 32

// fresh reports whether a hello with a good seal was sent just now. In a life that we
// know numbers grow; a new life must echo a recent hello of ours, which nothing that
// was recorded before can (RFC 8967 section 3.2).
func (p *port) fresh(h hello.Hello) bool {
	if known := p.far.Count; known != (hello.Count{}) && known.Life == h.Count.Life {
		return h.Count.Number > known.Number
	}
	return h.Echo.Life == p.said.own.Life && h.Echo.Number <= p.said.own.Number && h.Echo.Number+recent > p.said.own.Number
}

// renew begins a life of the port: what was said in the former one is worth nothing.
func (e *Engine) renew(p *port) {
	p.said.lives++
	p.said.own = hello.Count{Life: hello.NewLife(e.cfg.Key, e.cfg.Random, p.Port.String(), p.said.lives)}
	p.said.echo = hello.Count{}
}

// helloFrame opens a hello and takes it in if it is new.
func (e *Engine) helloFrame(p *port, frame []byte) error {
	h, err := hello.Open(frame, e.cfg.Key)
	if errors.Is(err, hello.ErrForged) {
		if p.said.forged++; p.said.forged == 1 {
			e.warn("forged hello dropped; further ones are counted only", "port", p.Port)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if h.Serial == e.cfg.Serial {
		return nil // our own frame: a looped cable, which is no neighbour
	}
	if h.Count.Life != p.said.echo.Life || h.Count.Number > p.said.echo.Number {
		p.said.echo = h.Count
	}
	if p.fresh(h) {
		e.heard(p, h)
		return nil
	}
	if h.Count.Life == p.far.Count.Life {
		p.said.replayed++
		return nil
	}
	// Perhaps a new life of the neighbour: let it echo us. A recording gets no further.
	if e.now.Sub(p.said.challenged) >= helloInterval/2 {
		p.said.challenged = e.now
		e.sendHello(p)
	}
	return nil
}

// heard takes in a hello.
func (e *Engine) heard(p *port, h hello.Hello) {
	old, usable := p.far, e.usable(p)
	p.far.Hello, p.far.heard, p.far.adopted = h, e.now, false
	e.judge(p, h.Heard)
	if old.Serial != h.Serial || old.Port != h.Port {
		e.log("fabric neighbor", "port", p.Port, "member", h.Serial, "peer", h.Port)
		e.sendHello(p)
	}
	if p.life.state == unknown && e.adoption.listed {
		e.ask(p) // at once: the link is used when it has answered
	}
	same := old.Device == h.Device && old.Source == h.Source && slices.Equal(old.Reach, h.Reach)
	if !same || usable != e.usable(p) {
		e.out.rebuild = true
	}
}

// judge finds a link on which we hear the neighbour and it does not hear us.
func (e *Engine) judge(p *port, heard inventory.DeviceID) {
	self := e.device()
	switch {
	case heard == self || self == 0:
		if p.far.oneWay {
			e.log("fabric link works both ways again", "port", p.Port)
		}
		p.far.deaf, p.far.oneWay = time.Time{}, false
	case p.far.deaf.IsZero():
		p.far.deaf = e.now
	case !p.far.oneWay && e.now.Sub(p.far.deaf) >= deafAfter:
		p.far.oneWay = true
		e.warn("fabric link works one way only: the neighbor does not hear us", "port", p.Port, "member", p.far.Serial)
	}
}

// usable reports whether frames may be sent to the far end: it is a member that our
// intent knows, under the device id it claims, and of the other role. Two nodes, or
// two interconnects, never forward to each other.
func (e *Engine) usable(p *port) bool {
	if p.far.Device == 0 || p.far.oneWay || !p.up() || !e.trusted(p) {
		return false
	}
	if p.far.adopted || e.orphan() {
		return true
	}
	for _, peer := range e.intent().Peers {
		if peer.Member == p.far.Serial {
			return peer.Device == p.far.Device && peer.Role != e.cfg.Role
		}
	}
	return false
}

// local is the port as the table builder wants it.
func (e *Engine) local(p *port) fib.Local {
	l := fib.Local{Port: p.Port, Index: p.Index, MAC: p.MAC, Up: p.up(), Departed: !p.departed.IsZero()}
	if e.usable(p) {
		l.Far = fib.Far{Device: p.far.Device, MAC: p.far.Source, Reach: p.far.Reach}
		if e.transit() {
			l.Far.Reach = nil // a node passes nothing on
		}
	}
	return l
}

// reach is what we tell the neighbours: interconnects name the nodes they send to.
func (e *Engine) reach() []inventory.DeviceID {
	if !e.transit() {
		return nil
	}
	var out []inventory.DeviceID
	for _, p := range e.ports.byName {
		if e.usable(p) {
			out = append(out, p.far.Device)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), hello.MaxReach)]
}

// sendHello is silent before all ports are listed: an interconnect that names half of
// the nodes it reaches would cut the other half off.
func (e *Engine) sendHello(p *port) {
	if !p.Port.IsFabric() || !p.up() || !e.adoption.listed {
		return
	}
	h := hello.Hello{
		Source: p.MAC, Serial: e.cfg.Serial, Device: e.device(), Role: e.cfg.Role, Port: p.Port, Reach: e.reach(),
	}
	if e.now.Sub(p.far.heard) < helloFresh {
		h.Heard = p.far.Device
	}
	p.said.own.Number++
	h.Count, h.Echo = p.said.own, p.said.echo
	frame, err := h.Seal(e.cfg.Key)
	if err != nil {
		e.warn("hello was not sent", "port", p.Port, "error", err)
		return
	}
	e.send(p, frame)
}

func (e *Engine) sendHellos() {
	for _, p := range e.sorted() {
		e.sendHello(p)
	}
}
