package txn_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
)

func stamp(epoch, revision uint64, hash string) intent.Stamp {
	return intent.Stamp{Epoch: epoch, Revision: revision, Hash: hash}
}

func TestStep(t *testing.T) {
	t.Parallel()
	running := txn.State{Epoch: 3, Running: stamp(3, 5, "five")}
	held := running
	held.Held = txn.Held{Txn: "3-2", Stamp: stamp(3, 6, "six")}
	prepare := func(id string, epoch, revision uint64, hash string) txn.Request {
		return txn.Request{Verb: txn.Prepare, Txn: id, Stamp: stamp(epoch, revision, hash), Intent: true}
	}
	commit := func(id string, epoch, revision uint64, hash string, whole bool) txn.Request {
		return txn.Request{Verb: txn.Commit, Txn: id, Stamp: stamp(epoch, revision, hash), Intent: whole}
	}
	abort := func(id string, epoch uint64) txn.Request {
		return txn.Request{Verb: txn.Abort, Txn: id, Stamp: intent.Stamp{Epoch: epoch}}
	}
	ticketed := func(r txn.Request) txn.Request {
		r.Deadline = 77
		return r
	}
	waiting := txn.State{Epoch: 3, Running: stamp(3, 6, "six"), Ticket: txn.Ticket{Back: running.Running, Deadline: 77}}
	back := txn.State{Epoch: 3, Running: running.Running, Left: stamp(3, 6, "six")}
	for _, c := range []struct {
		name   string
		from   txn.State
		ask    txn.Request
		action txn.Action
		err    error
		to     txn.State
	}{
		{"prepare", running, prepare("3-2", 3, 6, "six"), txn.Hold, nil, held},
		{"prepare again", held, prepare("3-2", 3, 6, "six"), txn.None, nil, held},
		{"prepare of an old epoch", running, prepare("2-9", 2, 6, "six"), txn.None, txn.ErrStaleEpoch, running},
		{"prepare that is not newer", running, prepare("3-2", 3, 5, "five"), txn.None, txn.ErrNotNewer, running},
		{"prepare in the place of one whose abort was lost", held, prepare("3-9", 3, 6, "x"), txn.Hold, nil, txn.State{Epoch: 3, Running: running.Running, Held: txn.Held{Txn: "3-9", Stamp: stamp(3, 6, "x")}}},
		{"prepare of the next leader", held, prepare("4-1", 4, 7, "x"), txn.Hold, nil, txn.State{Epoch: 4, Running: running.Running, Held: txn.Held{Txn: "4-1", Stamp: stamp(4, 7, "x")}}},
		{"late prepare of a replaced transaction", txn.State{Epoch: 4, Held: txn.Held{Txn: "4-1", Stamp: stamp(4, 7, "x")}}, prepare("4-0", 4, 6, "six"), txn.None, txn.ErrNotNewer, txn.State{Epoch: 4, Held: txn.Held{Txn: "4-1", Stamp: stamp(4, 7, "x")}}},
		{"prepare without intent", running, txn.Request{Verb: txn.Prepare, Txn: "3-2", Stamp: stamp(3, 6, "six")}, txn.None, txn.ErrMalformed, running},
		{"commit", held, commit("3-2", 3, 6, "six", false), txn.Activate, nil, txn.State{Epoch: 3, Running: stamp(3, 6, "six")}},
		{"commit by the next leader", held, commit("3-2", 4, 6, "six", false), txn.Activate, nil, txn.State{Epoch: 4, Running: stamp(4, 6, "six")}},
		{"commit again", running, commit("3-1", 4, 5, "five", false), txn.None, nil, txn.State{Epoch: 4, Running: stamp(3, 5, "five")}},
		{"commit of what was never prepared", running, commit("3-2", 3, 6, "six", false), txn.None, txn.ErrNeedsIntent, running},
		{"commit with intent", running, commit("3-2", 3, 6, "six", true), txn.Adopt, nil, txn.State{Epoch: 3, Running: stamp(3, 6, "six")}},
		{"commit with other content than held", held, commit("3-2", 3, 6, "other", false), txn.None, txn.ErrNeedsIntent, held},
		{"commit of an older revision", running, commit("3-0", 3, 4, "four", true), txn.None, txn.ErrNotNewer, running},
		{"commit of another fifth revision", running, commit("3-0", 3, 5, "other", true), txn.None, txn.ErrDiverged, running},
		{"catch-up leaves a newer one prepared", txn.State{Epoch: 3, Held: held.Held}, commit("3-1", 3, 5, "five", true), txn.Adopt, nil, held},
		{"abort", held, abort("3-2", 3), txn.Drop, nil, running},
		{"abort again", running, abort("3-2", 3), txn.None, nil, running},
		{"abort of another", held, abort("3-1", 3), txn.None, nil, held},
		{"abort by a replaced leader", held, abort("3-2", 2), txn.None, txn.ErrStaleEpoch, held},
		{"fence", held, abort("fence-9", 9), txn.None, nil, txn.State{Epoch: 9, Running: held.Running, Held: held.Held}},
		{"no transaction", held, abort("", 9), txn.None, txn.ErrMalformed, held},
		{"no epoch", held, abort("3-2", 0), txn.None, txn.ErrMalformed, held},
		{"no hash", held, commit("3-2", 3, 6, "", false), txn.None, txn.ErrMalformed, held},
		{"commit to be confirmed", held, ticketed(commit("3-2", 3, 6, "six", false)), txn.Activate, nil, waiting},
		{"commit to be confirmed, again", waiting, ticketed(commit("3-2", 3, 6, "six", false)), txn.None, nil, waiting},
		{"first commit of all leaves no ticket", txn.State{Epoch: 3}, ticketed(commit("3-2", 3, 6, "six", true)), txn.Adopt, nil, txn.State{Epoch: 3, Running: stamp(3, 6, "six")}},
		{"second one goes back to where the first would have gone", waiting, ticketed(commit("3-3", 3, 7, "seven", true)), txn.Adopt, nil,
			txn.State{Epoch: 3, Running: stamp(3, 7, "seven"), Ticket: waiting.Ticket}},
		{"commit for good", waiting, commit("3-3", 3, 7, "seven", true), txn.Adopt, nil, txn.State{Epoch: 3, Running: stamp(3, 7, "seven")}},
		{"commit of what was taken back", back, commit("3-2", 3, 6, "six", true), txn.None, txn.ErrTakenBack, back},
		{"prepare of what was taken back", back, prepare("3-2", 3, 6, "six"), txn.None, txn.ErrNotNewer, back},
		{"commit after it was taken back", back, commit("4-1", 4, 7, "seven", true), txn.Adopt, nil, txn.State{Epoch: 4, Running: stamp(4, 7, "seven")}},
		{"no verb", held, txn.Request{Txn: "3-2", Stamp: stamp(3, 6, "six")}, txn.None, txn.ErrMalformed, held},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to, action, err := txn.Step(c.from, c.ask)
			if to != c.to || action != c.action || !errors.Is(err, c.err) {
				t.Errorf("got %+v, %s, %v\nwant %+v, %s, %v", to, action, err, c.to, c.action, c.err)
			}
		})
	}
}

func TestExpire(t *testing.T) {
	t.Parallel()
	waiting := txn.State{Epoch: 3, Running: stamp(3, 6, "six"), Ticket: txn.Ticket{Back: stamp(3, 5, "five"), Deadline: 77}}
	voted := waiting
	voted.Held = txn.Held{Txn: "3-3", Stamp: stamp(3, 7, "seven")}
	for _, c := range []struct {
		name string
		from txn.State
		to   txn.State
		ok   bool
	}{
		{"ticket", waiting, txn.State{Epoch: 3, Running: stamp(3, 5, "five"), Left: stamp(3, 6, "six")}, true},
		{"no ticket", txn.State{Epoch: 3, Running: stamp(3, 6, "six")}, txn.State{Epoch: 3, Running: stamp(3, 6, "six")}, false},
		{"a vote for something newer", voted, voted, false},
	} {
		if to, ok := txn.Expire(c.from); to != c.to || ok != c.ok {
			t.Errorf("%s: got %+v, %t, want %+v, %t", c.name, to, ok, c.to, c.ok)
		}
	}
}

// TestProperties: epochs and running revisions only grow; a request that is repeated
// at once gets the same answer and changes nothing; what is refused changes nothing
// but the epoch.
func TestProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var s txn.State
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			r := txn.Request{
				Verb:   txn.Verb(rapid.IntRange(0, 4).Draw(t, "verb")),
				Txn:    rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "txn"),
				Stamp:  stamp(rapid.Uint64Range(0, 4).Draw(t, "epoch"), rapid.Uint64Range(0, 5).Draw(t, "revision"), rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "hash")),
				Intent: rapid.Bool().Draw(t, "intent"), Deadline: rapid.Int64Range(0, 1).Draw(t, "deadline"),
			}
			if back, ok := txn.Expire(s); ok && rapid.Bool().Draw(t, "expire") {
				if back.Running != s.Ticket.Back || back.Left != s.Running {
					t.Fatalf("%+v went back to %+v", s, back)
				}
				s = back
			}
			next, action, err := txn.Step(s, r)
			if next.Epoch < s.Epoch || next.Running.Revision < s.Running.Revision {
				t.Fatalf("%+v went back to %+v", s, next)
			}
			if err != nil && (action != txn.None || next.Running != s.Running || next.Held != s.Held) {
				t.Fatalf("a refusal changed %+v to %+v, %s", s, next, action)
			}
			again, action, errAgain := txn.Step(next, r)
			if again != next || action != txn.None || (err == nil) != (errAgain == nil) && r.Verb != txn.Prepare {
				t.Fatalf("repeated, %+v became %+v, %s, %v after %v", next, again, action, errAgain, err)
			}
			s = next
		}
	})
}
