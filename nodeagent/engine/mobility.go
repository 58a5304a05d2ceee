package engine

import (
	"slices"
	"time"

	"oneswitch/nodeagent/fib"
)

// An address that moves maxMoves times within moveWindow is frozen where it is for
// another moveWindow: somebody has it twice, or there is a loop (RFC 7432 section
// 15.1, with its default numbers).
const (
	maxMoves   = 5
	moveWindow = 180 * time.Second
)

// mobility is the recent history of one address.
type mobility struct {
	moves  []time.Time // at most maxMoves, ascending
	frozen time.Time   // until then; zero when it may move
}

func (e *Engine) frozen(key fib.MACKey) bool {
	m := e.macs.mobility[key]
	return m != nil && !m.frozen.IsZero()
}

// move notes that an address has moved and freezes it if it did too often.
func (e *Engine) move(key fib.MACKey, from, to string) {
	m := e.macs.mobility[key]
	if m == nil {
		m = &mobility{}
		e.macs.mobility[key] = m
	}
	m.moves = slices.DeleteFunc(m.moves, func(t time.Time) bool { return e.now.Sub(t) >= moveWindow })
	m.moves = append(m.moves, e.now)
	e.log("MAC address moved", "mac", key.MAC, "domain", key.Domain, "from", from, "to", to)
	if len(m.moves) >= maxMoves {
		m.frozen = e.now.Add(moveWindow)
		e.warn("MAC address moves too often: frozen where it is now", "mac", key.MAC, "domain", key.Domain,
			"from", from, "to", to, "moves", len(m.moves), "seconds", int(moveWindow/time.Second))
	}
}

// thaw frees the addresses whose time has passed and forgets those that stayed.
func (e *Engine) thaw() {
	for _, key := range sortedKeys(e.macs.mobility) {
		m := e.macs.mobility[key]
		switch {
		case !m.frozen.IsZero() && !e.now.Before(m.frozen):
			delete(e.macs.mobility, key)
			e.log("MAC address may move again", "mac", key.MAC, "domain", key.Domain)
			e.settle(key)
		case m.frozen.IsZero() && e.now.Sub(m.moves[len(m.moves)-1]) >= moveWindow:
			delete(e.macs.mobility, key)
		}
	}
}

// departedFor is how long a port is known as one that stations have left: until all
// ingress nodes have heard of it, and some more.
const departedFor = 5 * time.Second

// depart notes that a station has left a port that stays up.
func (e *Engine) depart(p *port) {
	e.out.rebuild = e.out.rebuild || p.departed.IsZero()
	p.departed = e.now
}

// settleDown forgets departures that everybody has heard of.
func (e *Engine) settleDown() {
	for _, p := range e.ports.byName {
		if !p.departed.IsZero() && e.now.Sub(p.departed) >= departedFor {
			p.departed = time.Time{}
			e.out.rebuild = true
		}
	}
}
