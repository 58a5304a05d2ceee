package commit_test

import (
	"errors"
	"slices"
	"strings"

	"oneswitch/director/commit"
)

var errStore = errors.New("the store does not answer")

// persist carries out the oldest pending effect of director d. With silent the
// store does it and its answer is lost; with dead it does nothing and says so.
func (w *world) persist(d int, silent, dead bool) {
	dir := &w.directors[d]
	effect := dir.pending[0]
	dir.pending = dir.pending[1:]
	var result commit.Event
	if !dead {
		result = w.execute(effect)
	}
	if silent || dead {
		result = failed(effect)
		if w.defect == guessOnError {
			if e, ok := effect.(commit.Decide); ok {
				result = commit.Learned{Txn: e.Txn, Verdict: commit.Aborted}
				w.feed(d, commit.Decided{Txn: e.Txn, Err: errStore})
			}
		}
	}
	if result != nil {
		w.feed(d, result)
	}
}

func failed(effect commit.Effect) commit.Event {
	switch e := effect.(type) {
	case commit.Recover:
		return commit.Recovered{Epoch: e.Epoch, Err: errStore}
	case commit.Begin:
		return commit.Begun{Txn: e.Transaction.ID, Err: errStore}
	case commit.Decide:
		return commit.Decided{Txn: e.Txn, Err: errStore}
	case commit.Learn:
		return commit.Learned{Txn: e.Txn, Err: errStore}
	}
	return nil
}

var errFenced = errors.New("fenced")

// execute is the store of inventory/store in the small: every write is fenced, the
// decision is a compare-and-set.
func (w *world) execute(effect commit.Effect) commit.Event {
	s := &w.store
	switch e := effect.(type) {
	case commit.Recover:
		return w.recover(e)
	case commit.Begin:
		t := e.Transaction
		if e.Epoch != s.token {
			return commit.Begun{Txn: t.ID, Err: errFenced}
		}
		for i := range s.rows { // its abort did not reach us
			if s.rows[i].verdict == commit.Undecided {
				s.rows[i].verdict = commit.Aborted
			}
		}
		s.rows = append(s.rows, row{t.ID, e.Epoch, t.Revision, commit.Undecided, t.Intents, t.Change.Confirm, nil})
		return commit.Begun{Txn: t.ID}
	case commit.Decide:
		return w.decide(e)
	case commit.Learn:
		if i := w.row(e.Txn); i >= 0 {
			return commit.Learned{Txn: e.Txn, Verdict: s.rows[i].verdict}
		}
		return commit.Learned{Txn: e.Txn, Verdict: commit.Aborted}
	case commit.Settle:
		i := slices.IndexFunc(s.wants, func(v commit.Want) bool { return v.Member == e.Member && v.Stamp == e.Stamp })
		if e.Epoch == s.token && i >= 0 {
			s.wants[i].Settled = true
		}
	}
	return nil
}

func (w *world) recover(e commit.Recover) commit.Event {
	s := &w.store
	if e.Epoch != s.token {
		return commit.Recovered{Epoch: e.Epoch, Err: errFenced}
	}
	l := commit.Ledger{Current: s.current, Wants: slices.Clone(s.wants)}
	for i, r := range s.rows {
		l.Last = max(l.Last, r.revision)
		if r.verdict == commit.Undecided && w.defect != presumeAbort {
			s.rows[i].verdict = commit.Aborted
		}
	}
	return commit.Recovered{Epoch: e.Epoch, Ledger: l}
}

func (w *world) row(id string) int {
	return slices.IndexFunc(w.store.rows, func(r row) bool { return r.id == id })
}

func (w *world) decide(e commit.Decide) commit.Event {
	s := &w.store
	fenced := e.Epoch != s.token
	switch w.defect {
	case inMemory:
		if e.Verdict == commit.Committed {
			return commit.Decided{Txn: e.Txn, Won: true}
		}
	case blindDecide, presumeAbort:
		fenced = false
	}
	if fenced {
		return commit.Decided{Txn: e.Txn, Err: errFenced}
	}
	i := w.row(e.Txn)
	if i < 0 {
		return commit.Decided{Txn: e.Txn}
	}
	if r := s.rows[i]; w.defect != blindDecide && (r.verdict != commit.Undecided || r.epoch != e.Epoch) {
		return commit.Decided{Txn: e.Txn}
	}
	s.rows[i].verdict = e.Verdict
	if e.Verdict == commit.Committed {
		s.rows[i].yes = w.yes(e)
		w.makeCurrent(s.rows[i])
	}
	return commit.Decided{Txn: e.Txn, Won: true}
}

// yes are the members whose votes the leader counted that decides.
func (w *world) yes(e commit.Decide) []bool {
	out := make([]bool, w.bounds.members)
	for _, d := range w.directors {
		for _, m := range d.state.Members {
			if d.state.Open != nil && d.state.Open.ID == e.Txn && m.Vote == commit.Yes {
				out[index(m.ID)] = true
			}
		}
	}
	return out
}

func (w *world) makeCurrent(r row) {
	s := &w.store
	s.current = r.revision
	for _, in := range r.intents {
		want := commit.Want{Member: in.Member, Txn: r.id, Confirm: r.confirm}
		want.Stamp.Epoch, want.Stamp.Revision, want.Stamp.Hash = r.epoch, r.revision, in.Hash
		i, have := slices.BinarySearchFunc(s.wants, want, func(a, b commit.Want) int { return strings.Compare(string(a.Member), string(b.Member)) })
		if have {
			s.wants[i] = want
		} else {
			s.wants = slices.Insert(s.wants, i, want)
		}
	}
}

// loseTail is a failover to a replica that never got the newest decision.
func (w *world) loseTail() {
	s := &w.store
	i := len(s.rows) - 1
	if i < 0 || s.rows[i].verdict != commit.Committed {
		return
	}
	lost := s.rows[i]
	s.rows = s.rows[:i]
	s.wants = slices.DeleteFunc(s.wants, func(v commit.Want) bool { return v.Txn == lost.id })
	s.current = 0
	for _, r := range s.rows {
		if r.verdict == commit.Committed {
			s.current = r.revision
		}
	}
}
