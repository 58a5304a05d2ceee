package commit

import (
	"fmt"
	"slices"

	"oneswitch/inventory"
)

// Step is the leader's transition function. An event that belongs to an earlier
// transaction, epoch or timer changes nothing.
func Step(s State, e Event) (State, []Effect) {
	m := machine{State: s.clone()}
	m.on(e)
	return m.State, m.effects
}

// machine is one call of Step: the new state and the effects so far.
type machine struct {
	State
	effects []Effect
}

func (s State) clone() State {
	s.Members = slices.Clone(s.Members)
	if s.Open != nil {
		open := *s.Open
		open.Refusals = slices.Clone(open.Refusals)
		s.Open = &open
	}
	return s
}

func (m *machine) on(e Event) {
	switch e := e.(type) {
	case Lead:
		m.retire()
		m.lead(e.Epoch)
	case Retire:
		m.retire()
	case Recovered:
		m.recovered(e)
	case Seen:
		m.seen(e)
	case Gone:
		m.gone(e.Member)
	case Propose:
		m.propose(e.Proposal)
	case Begun:
		m.begun(e)
	case Voted:
		m.voted(e)
	case Decided:
		m.decided(e)
	case Learned:
		m.learned(e)
	case Acked:
		m.acked(e)
	case Expired:
		m.expired(e.Timer)
	case Tick:
		m.tick()
	default:
		panic(fmt.Sprintf("commit: unknown event %T", e))
	}
}

func (m *machine) emit(e Effect) { m.effects = append(m.effects, e) }

func (m *machine) alarm(format string, args ...any) {
	m.emit(Note{Alarm: true, Text: fmt.Sprintf(format, args...)})
}

func (m *machine) note(format string, args ...any) {
	m.emit(Note{Text: fmt.Sprintf(format, args...)})
}

// expired acts on the newest timer alone: entering a phase arms a new one.
func (m *machine) expired(t Timer) {
	if t != m.Timer {
		return
	}
	switch m.Phase {
	case Recovering:
		m.emit(Recover{Epoch: m.Epoch})
	case Reading:
		m.ready()
	case Paying:
		m.begin()
	case Preparing:
		m.late()
	case Deciding:
		m.emit(Decide{Epoch: m.Epoch, Txn: m.Open.ID, Verdict: Committed})
	case Learning:
		m.emit(Learn{Txn: m.Open.ID})
	case Delivering:
		m.conclude()
	}
}

// member returns the place of id, made when it is new. The pointer is good until
// the next call.
func (m *machine) member(id inventory.MemberID) *Member {
	i, ok := m.find(id)
	if !ok {
		m.Members = slices.Insert(m.Members, i, Member{ID: id, Want: Want{Member: id}})
	}
	return &m.Members[i]
}
