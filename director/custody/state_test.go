package custody

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNext(t *testing.T) {
	t.Parallel()
	quiet, there := Peer{}, Peer{Answers: true}
	with := func(p Peer, change func(*Peer)) []Peer {
		change(&p)
		return []Peer{p}
	}
	holding := State{Holding: true}
	for _, c := range []struct {
		name string
		from State
		view View
		want bool
	}{
		{"the leader takes it", State{}, View{Leads: true, Store: true, Peers: []Peer{there}}, true},
		{"the leader waits for a custodian to let go", State{}, View{Leads: true, Store: true, Peers: with(there, func(p *Peer) { p.Holds = true })}, false},
		{"but not for ever", State{waited: handover - 1}, View{Leads: true, Store: true, Peers: with(there, func(p *Peer) { p.Holds = true })}, true},
		{"a standby does not", State{}, View{Store: true, Peers: []Peer{there}}, false},
		{"a standby does not take what is vacant while the datastore answers", State{vacant: 9}, View{Store: true, Vacant: true, Peers: []Peer{quiet}}, false},
		{"the last leader keeps it without the datastore", holding, View{Peers: []Peer{there}}, true},
		{"and while a new one is elected", holding, View{Store: true, Peers: []Peer{there}}, true},
		{"until the datastore names another leader", holding, View{Store: true, Replaced: true, Peers: []Peer{quiet}}, false},
		{"or that one is heard", holding, View{Peers: with(there, func(p *Peer) { p.Leads = true })}, false},
		{"whom nobody hears is cut off", State{Holding: true, silent: deaf - 1}, View{Peers: []Peer{quiet}}, false},
		{"unless there is nobody else", State{Holding: true, silent: 99}, View{}, true},
		{"or it was found vacant", State{Holding: true, alone: true, silent: 99}, View{Peers: []Peer{quiet}}, true},
		{"of two custodians the first stays", holding, View{Peers: with(there, func(p *Peer) { p.Holds = true })}, true},
		{"and the second goes", holding, View{Peers: with(there, func(p *Peer) { p.Holds, p.Before = true, true })}, false},
		{"what is vacant is taken without the datastore", State{vacant: empty - 1}, View{Vacant: true, Peers: []Peer{there}}, true},
		{"by the first of those who are heard", State{vacant: 99}, View{Vacant: true, Peers: with(there, func(p *Peer) { p.Before = true })}, false},
		{"what somebody answers at is not vacant", State{vacant: 99}, View{Peers: []Peer{quiet}}, false},
	} {
		if got := c.from.Next(c.view).Holding; got != c.want {
			t.Errorf("%s: holds %t", c.name, got)
		}
	}
}

// group is two directors, what they can reach, and who leads.
type group struct {
	state  [2]State
	store  [2]bool // the datastore answers it
	up     [2]bool // the process
	hear   bool    // they hear each other, and clients of each the other
	leader int     // by the lease; -1: nobody
}

// look has director i look once.
func (g *group) look(i int) {
	if !g.up[i] {
		g.state[i] = State{}
		return
	}
	j := 1 - i
	reachable := g.up[j] && g.hear
	g.state[i] = g.state[i].Next(View{
		Leads: g.leader == i && g.store[i], Store: g.store[i], Replaced: g.store[i] && g.leader == j,
		Vacant: !(reachable && g.state[j].Holding) && !g.state[i].Holding,
		Peers:  []Peer{{Answers: reachable, Leads: reachable && g.leader == j && g.store[j], Holds: reachable && g.state[j].Holding, Before: j < i}},
	})
}

func (g *group) holders() int {
	n := 0
	for i, s := range g.state {
		if s.Holding && g.up[i] { // the kernel ends what a dead process held
			n++
		}
	}
	return n
}

// elect moves the lease as the datastore would: to somebody who reaches it.
func (g *group) elect(favourite int) {
	if g.leader >= 0 && g.up[g.leader] && g.store[g.leader] {
		return
	}
	for _, i := range []int{favourite, 1 - favourite} {
		if g.up[i] && g.store[i] {
			g.leader = i
			return
		}
	}
	if g.leader >= 0 && !g.up[g.leader] {
		g.leader = -1
	}
}

// TestExactlyOneAnswers: whatever happened before, when things stay as they are for a
// while, exactly one director that is alive holds the address in each part of the
// network; and those who hear each other never hold it both at once.
func TestExactlyOneAnswers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := group{store: [2]bool{true, true}, up: [2]bool{true, true}, hear: true, leader: -1}
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			healed := g.hear
			switch rapid.IntRange(0, 3).Draw(t, "change") {
			case 0:
				i := rapid.IntRange(0, 1).Draw(t, "director")
				g.store[i] = !g.store[i]
			case 1:
				both := rapid.Bool().Draw(t, "answers")
				g.store = [2]bool{both, both}
			case 2:
				i := rapid.IntRange(0, 1).Draw(t, "director")
				g.up[i] = !g.up[i]
			case 3:
				g.hear = !g.hear
			}
			healed = !healed && g.hear
			for round := range rapid.IntRange(1, 6).Draw(t, "looks") {
				g.elect(rapid.IntRange(0, 1).Draw(t, "favourite"))
				first := rapid.IntRange(0, 1).Draw(t, "first")
				for _, i := range []int{first, 1 - first} {
					g.look(i)
					if n := g.holders(); n > 1 && g.hear && !(healed && round < 2) {
						t.Fatalf("both hold the address: %+v", g)
					}
				}
			}
		}
		for range 3 * handover {
			g.elect(0)
			g.look(0)
			g.look(1)
		}
		alive := 0
		for _, up := range g.up {
			if up {
				alive++
			}
		}
		switch n := g.holders(); {
		case alive == 0 && n != 0, alive > 0 && n == 0:
			t.Fatalf("%d hold the address: %+v", n, g)
		case g.hear && n > 1:
			t.Fatalf("both hold the address for good: %+v", g)
		}
	})
}
