package commit_test

import (
	"hash/maphash"
	"strings"
	"testing"
	"time"
)

// node is a visited state and the way to it.
type node struct {
	from int
	move move
}

// explore visits every state that can be reached from w, breadth first, so that a
// broken promise comes with a shortest way to it. It stops at max states.
func explore(w world, max int) (states int, trace []string) {
	seed := maphash.MakeSeed()
	seen := map[uint64]bool{maphash.Bytes(seed, w.key()): true}
	nodes := []node{{from: -1}}
	frontier := []world{w}
	places := []int{0}
	for len(frontier) > 0 {
		var next []world
		var nextPlaces []int
		for i, w := range frontier {
			for _, m := range w.moves() {
				after, why := w.apply(m)
				if why != "" {
					return len(nodes), append(way(nodes, places[i]), m.String(), "BROKEN: "+why)
				}
				key := maphash.Bytes(seed, after.key())
				if seen[key] || len(nodes) >= max {
					continue
				}
				seen[key] = true
				nodes = append(nodes, node{places[i], m})
				next = append(next, after)
				nextPlaces = append(nextPlaces, len(nodes)-1)
			}
		}
		frontier, places = next, nextPlaces
	}
	return len(nodes), nil
}

func way(nodes []node, at int) []string {
	if at <= 0 {
		return nil
	}
	return append(way(nodes, nodes[at].from), nodes[at].move.String())
}

func both() []proposal { return []proposal{{members: []int{0, 1}}} }

// confirmed is a commit, one upon it that must be confirmed, and its confirmation.
func confirmed() []proposal {
	return []proposal{{members: []int{0, 1}}, {members: []int{0, 1}, confirm: true}, {members: []int{0, 1}}}
}

// begun is a world in which what the budget does not allow any more has been done.
func begun(b *bounds, limit budget) world {
	w := newWorld(b, limit)
	for i := range len(b.proposals) - limit.Proposals {
		w.peacefully(i)
	}
	return w
}

// TestModel visits every state within the bounds; no promise may be broken in any.
func TestModel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		members   int
		proposals []proposal
		budget    budget
	}{
		{"two takeovers", 2, both(), budget{Takeovers: 2, Proposals: 1}},
		{"takeover, repeated requests", 2, both(), budget{Takeovers: 1, Proposals: 1, Repeats: 2}},
		{"takeover, refusal", 2, both(), budget{Takeovers: 1, Proposals: 1, Refusals: 1, Repeats: 1}},
		{"takeover, store failures", 2, both(), budget{Takeovers: 1, Proposals: 1, Failures: 2}},
		{"takeover, member cut off", 2, both(), budget{Takeovers: 1, Proposals: 1, Cuts: 1}},
		{"takeover, leader dies", 2, both(), budget{Takeovers: 1, Proposals: 1, Crashes: 1}},
		{"takeover, late report", 2, both(), budget{Takeovers: 1, Proposals: 1, Stale: 1}},
		{"two commits, takeover", 2, []proposal{{members: []int{0, 1}}, {members: []int{1}}}, budget{Takeovers: 1, Proposals: 2}},
		{"two commits, refusal, cut", 2, []proposal{{members: []int{0, 1}}, {members: []int{1}}}, budget{Proposals: 2, Refusals: 1, Cuts: 1}},
		{"two commits, repeated requests", 2, []proposal{{members: []int{0, 1}}, {members: []int{0}}}, budget{Proposals: 2, Repeats: 1}},
		{"three members, takeover", 3, []proposal{{members: []int{0, 1, 2}}}, budget{Takeovers: 1, Proposals: 1}},
		{"store loses its newest rows", 2, both(), budget{Takeovers: 1, Proposals: 1, Lost: 1}},
		{"tickets run out, takeover", 2, confirmed(), budget{Takeovers: 1, Proposals: 1, Expiries: 2}},
		{"tickets run out, two takeovers", 2, confirmed(), budget{Takeovers: 2, Expiries: 2}},
		{"tickets run out, refusal, repeated requests", 2, confirmed(), budget{Proposals: 1, Expiries: 2, Refusals: 1, Repeats: 1}},
		{"tickets run out, member cut off", 2, confirmed(), budget{Proposals: 1, Expiries: 2, Cuts: 1}},
		{"commit to be confirmed, repeated requests", 2, confirmed(), budget{Proposals: 2, Expiries: 1, Repeats: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := bounds{members: c.members, proposals: c.proposals}
			if c.budget.Lost > 0 {
				b.defect = lossyStore
			}
			start := time.Now()
			n, trace := explore(begun(&b, c.budget), maxStates)
			if trace != nil {
				t.Fatalf("after %d states:\n%s", n, strings.Join(trace, "\n"))
			}
			t.Logf("%d states in %s", n, time.Since(start).Round(time.Millisecond))
		})
	}
}

// TestPlanted: the checker finds each of the defects that the rules D1-D5 exclude.
func TestPlanted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		defect defect
		budget budget
	}{
		{inMemory, budget{Takeovers: 1, Proposals: 1}},
		{blindDecide, budget{Takeovers: 1, Proposals: 1}},
		{beforeDurable, budget{Proposals: 1, Failures: 1}},
		{volatilePrep, budget{Proposals: 1}},
		{memberAlone, budget{Proposals: 1}},
		{presumeAbort, budget{Takeovers: 1, Proposals: 1}},
		{guessOnError, budget{Proposals: 1, Failures: 1}},
		{lossyNoReading, budget{Takeovers: 1, Proposals: 1, Lost: 1}},
		{ticketAnyway, budget{Proposals: 1, Expiries: 1}},
		{obeysAgain, budget{Proposals: 2, Expiries: 1, Repeats: 1}},
	} {
		t.Run(string(c.defect), func(t *testing.T) {
			t.Parallel()
			b := bounds{members: 2, proposals: both(), defect: c.defect}
			if c.budget.Expiries > 0 {
				b.proposals = confirmed()
			}
			n, trace := explore(begun(&b, c.budget), maxStates)
			if trace == nil && n < maxStates {
				t.Fatalf("not found in %d states", n)
			}
			t.Logf("found after %d states, in %d steps:\n%s", n, len(trace)-1, strings.Join(trace, "\n"))
		})
	}
}
