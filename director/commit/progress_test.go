package commit_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

// TestProgress: whoever listens hears of each step in its order, in words.
func TestProgress(t *testing.T) {
	t.Parallel()
	s := commit.New(commit.DefaultLimits())
	var heard []string
	feed := func(events ...commit.Event) {
		for _, e := range events {
			next, effects := commit.Step(s, e)
			s = next
			for _, effect := range effects {
				if p, ok := effect.(commit.Progress); ok {
					heard = append(heard, p.Text(func(id inventory.MemberID) string { return "node " + string(id) }))
				}
			}
		}
	}
	intents := []commit.Intent{{Member: "A", Hash: "a"}, {Member: "B", Hash: "b"}, {Member: "C", Hash: "c"}}
	stamp := func(revision uint64, hash string) intent.Stamp {
		return intent.Stamp{Epoch: 7, Revision: revision, Hash: hash}
	}
	feed(commit.Lead{Epoch: 7}, commit.Recovered{Epoch: 7}, commit.Seen{Member: "A"}, commit.Seen{Member: "B"}, commit.Expired{Timer: s.Timer})
	feed(commit.Propose{Proposal: commit.Proposal{Ask: "1", Intents: intents}}, commit.Begun{Txn: "7-1"},
		commit.Voted{Member: "A", Txn: "7-1"}, commit.Voted{Member: "B", Txn: "7-1"}, commit.Decided{Txn: "7-1", Won: true},
		commit.Acked{Member: "A", Stamp: stamp(1, "a")}, commit.Acked{Member: "B", Stamp: stamp(1, "b"), Err: errors.New("the disk is full")})
	feed(commit.Propose{Proposal: commit.Proposal{Ask: "2", Change: commit.Change{Parent: 1}, Intents: intents[:1]}}, commit.Begun{Txn: "7-2"},
		commit.Voted{Member: "A", Txn: "7-2", Refusal: &commit.Refusal{Member: "A", Reason: "no room"}})
	want := []string{
		"transaction of revision 1 is durable, asking members to prepare",
		"node A: prepare", "node B: prepare",
		"node C: does not answer, is brought up to this configuration when it returns",
		"node A: prepared", "node B: prepared",
		"all members are prepared, writing the decision",
		"decided: revision 1 is committed",
		"node A: committed",
		"node B: owes this configuration, is brought up to it later (the disk is full)",
		"node C: owes this configuration, is brought up to it later",
		"transaction of revision 2 is durable, asking members to prepare",
		"node A: prepare", "node A: refused: no room",
		"revision 2 is aborted, no member is changed",
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}
