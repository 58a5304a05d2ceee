package engine

import (
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
)

// Liveness of fabric links. A link can have a carrier and lose everything, in one
// direction or in both. So every link is asked: a probe goes out at every tick, the
// plane at the far end sends it back, whether or not its agent lives, and our own plane
// notes it, whether or not we get to look. An agent that is dead, frozen, starting or
// short of processor time neither loses an answer nor asks for one: no link goes down
// by it.
const (
	silentAfter = 4  // probes in a row without an answer
	aliveAfter  = 8  // answers in a row of a link that was silent
	neverAfter  = 40 // probes without any answer, of a link whose far end is known
)

// liveness is what the probes tell of one fabric link since it came up.
type liveness struct {
	adopted  bool   // the plane used the link when we started
	asked    uint64 // number of the last probe
	answered uint64 // number of the last one that was answered
	row      int    // answers in a row
	state    lifeState
}

// lifeState is the verdict.
type lifeState uint8

const (
	unknown lifeState = iota // no probe was answered since the link came up
	alive
	silent
)

// trusted reports whether the probes speak for a link. A new one must have answered,
// one that the plane used at our start is believed until it has not. If no link is
// alive, the fault is more likely our own, or the far ends are too old to answer: then
// all are used as their hellos say, for there is nothing to lose.
func (e *Engine) trusted(p *port) bool {
	switch l := &p.life; {
	case l.state == alive:
		return true
	case l.state == unknown && l.adopted:
		return true
	default:
		return l.asked >= silentAfter && !e.anyAlive()
	}
}

func (e *Engine) anyAlive() bool {
	for _, p := range e.ports.byName {
		if p.life.state == alive && p.far.Device != 0 && p.up() {
			return true
		}
	}
	return false
}

// probe asks every fabric link and judges those that have not answered. It counts in
// probes and not in time: whoever was kept from running asks late and judges late.
func (e *Engine) probe() {
	if !e.adoption.listed {
		return
	}
	for _, p := range e.sortedFabric() {
		if !p.up() {
			continue
		}
		l := &p.life
		if l.asked-l.answered >= silentAfter {
			l.row = 0
			if l.state == alive || l.state == unknown && p.far.Device != 0 && l.asked >= neverAfter {
				e.verdict(p, silent)
			}
		}
		if l.asked == silentAfter {
			e.out.rebuild = true // see trusted
		}
		e.ask(p)
	}
}

func (e *Engine) ask(p *port) {
	p.life.asked++
	e.send(p, hello.Probe(p.MAC, hello.Count{Life: p.said.own.Life, Number: p.life.asked}))
}

// echoed takes in which probes came back.
func (e *Engine) echoed(echoes map[fib.Slot]fib.Echo) {
	for _, p := range e.sortedFabric() {
		c, l := echoes[p.slot], &p.life
		if c.Life != p.said.own.Life || c.Number > l.asked || c.Number <= l.answered {
			continue // of another life, or known
		}
		if c.Number > l.answered+1 {
			l.row = 0
		}
		l.answered = c.Number
		l.row++
		if l.state == unknown || l.state == silent && l.row >= aliveAfter {
			e.verdict(p, alive)
		}
	}
}

func (e *Engine) verdict(p *port, s lifeState) {
	old := p.life.state
	p.life.state = s
	e.out.rebuild = true
	switch {
	case s == silent:
		e.warn("fabric link has a carrier and does not answer probes", "port", p.Port, "member", p.far.Serial)
	case old == silent:
		e.log("fabric link answers probes again", "port", p.Port, "member", p.far.Serial)
	}
}
