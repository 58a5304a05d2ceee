package commit_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
)

// TestRandom takes random walks through worlds that are too large to be visited
// whole, and then heals them: with one leader, a store and a network that work,
// everybody ends up running what was decided (liveness), and holds nothing else.
func TestRandom(t *testing.T) {
	t.Parallel()
	const shards = 4
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			committed := 0
			for seed := shard; seed < seeds; seed += shards {
				committed += walk(t, uint64(seed))
			}
			t.Logf("%d walks, %d commits in them", seeds/shards, committed)
			if committed < seeds/shards/4 {
				t.Error("too few walks commit anything: they test little")
			}
		})
	}
}

func walk(t *testing.T, seed uint64) (committed int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	b := bounds{members: 2 + rng.IntN(2), proposals: []proposal{{members: []int{0, 1}}, {members: []int{1}}, {members: []int{0, 1}}, {members: []int{0}}}}
	if b.members == 3 {
		b.proposals = append(b.proposals, proposal{members: []int{0, 1, 2}}, proposal{members: []int{2}})
	}
	some := func(most int) int { return rng.IntN(most + 1) } // each walk has its own mix of faults
	w := newWorld(&b, budget{
		Takeovers: some(4), Proposals: len(b.proposals), Crashes: some(2), Cuts: some(5),
		Refusals: some(2), Failures: some(4), Repeats: some(8), Stale: some(3),
	})
	var trail []string
	for range 120 {
		moves := w.moves()
		if len(moves) == 0 {
			break
		}
		m := moves[rng.IntN(len(moves))]
		next, why := w.apply(m)
		trail = append(trail, m.String())
		if why != "" {
			t.Fatalf("seed %d: %s\n%s", seed, why, strings.Join(trail, "\n"))
		}
		w = next
	}
	next, why := w.apply(move{format: "heal", apply: (*world).heal})
	if why == "" {
		why = next.unrest()
	}
	if why != "" {
		t.Fatalf("seed %d: %s\n%s", seed, why, strings.Join(trail, "\n"))
	}
	for _, r := range next.store.rows {
		if r.verdict == commit.Committed {
			committed++
		}
	}
	return committed
}

// leader returns the director whose epoch is the lease's, -1 when it died.
func (w *world) leader() int {
	for d, dir := range w.directors {
		if dir.state.Epoch == w.store.token {
			return d
		}
	}
	return -1
}

// heal ends all faults and lets everything take its course.
func (w *world) heal() {
	if w.leader() < 0 {
		w.takeOver(0)
	}
	d := w.leader()
	w.feed(1-d, commit.Retire{})
	w.directors[1-d].pending = nil
	for m := range w.members {
		w.connect(d, m)
	}
	for range 200 {
		w.settle(d)
	}
}

// settle is one round of a world in which everything works.
func (w *world) settle(d int) {
	for len(w.directors[d].pending) > 0 {
		w.persist(d, false, false)
	}
	for len(w.sent) > 0 {
		w.deliver(w.sent[0], false)
	}
	w.feed(d, commit.Tick{})
	if len(w.directors[d].pending)+len(w.sent) > 0 {
		return
	}
	for m, s := range w.members { // the audit
		w.feed(d, w.report(m, s))
	}
	if len(w.directors[d].pending)+len(w.sent) > 0 {
		return
	}
	if dir := &w.directors[d]; dir.armed != 0 && dir.state.Timer == dir.armed {
		dir.armed = 0
		w.feed(d, commit.Expired{Timer: dir.state.Timer})
	}
}

// unrest says what did not come to rest; empty is good.
func (w *world) unrest() string {
	d := w.leader()
	s := w.directors[d].state
	if s.Phase != commit.Ready || s.Frozen() != "" || len(s.Debts()) > 0 {
		return fmt.Sprintf("healed, the leader is %s, frozen %q, owed by %v", s.Phase, s.Frozen(), s.Debts())
	}
	wants := map[string]intent.Stamp{}
	for _, v := range w.store.wants {
		wants[string(v.Member)] = v.Stamp
		if !v.Settled {
			return fmt.Sprintf("healed, the debt of %s is not settled", v.Member)
		}
	}
	for m, state := range w.members {
		want := wants[string(name(m))]
		if state.Running.Revision != want.Revision || state.Running.Hash != want.Hash {
			return fmt.Sprintf("healed, %s runs %v, decided was %v", name(m), state.Running, want)
		}
		if state.Held.Txn != "" {
			return fmt.Sprintf("healed, %s still holds %s", name(m), state.Held.Txn)
		}
	}
	for i, r := range w.store.rows {
		// The abort of the newest may have been lost; the next begin makes up for it.
		if r.verdict == commit.Undecided && i < len(w.store.rows)-1 {
			return fmt.Sprintf("healed, %s is undecided", r.id)
		}
	}
	return ""
}
