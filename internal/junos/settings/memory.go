package settings

import (
	"maps"

	"oneswitch/internal/junos/conf"
)

// keepRounds is for how many rounds what was not used is remembered: the candidates
// of several sessions may be checked in turn.
const keepRounds = 32

// memory is what was found out about statements, whatever stands elsewhere. The zero
// value is ready.
type memory[T any] struct {
	of    map[*conf.Node]*memo[T]
	round uint64
	live  int // remembered after the last clean-up
}

type memo[T any] struct {
	value T
	round uint64 // in which it was used last
}

// begin starts a round. It forgets what has not been used for long, when much has
// come in since the last time.
func (m *memory[T]) begin() {
	if m.of == nil {
		m.of = make(map[*conf.Node]*memo[T])
	}
	m.round++
	if len(m.of) < 2*m.live+1024 {
		return
	}
	maps.DeleteFunc(m.of, func(_ *conf.Node, k *memo[T]) bool { return k.round+keepRounds < m.round })
	m.live = len(m.of)
}

// find returns what is known of a statement; find finds it out when nothing is.
func (m *memory[T]) find(n *conf.Node, find func() T) T {
	k, ok := m.of[n]
	if !ok {
		k = &memo[T]{value: find()}
		m.of[n] = k
	}
	k.round = m.round
	return k.value
}
