package commit_test

import (
	"encoding/binary"
	"fmt"
	"slices"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
)

// violation is a broken promise; it travels up by panic so that the model stays
// readable.
type violation struct{ text string }

func (w *world) broken(format string, args ...any) { panic(violation{fmt.Sprintf(format, args...)}) }

// witness checks what a member, which was as it was before, just did.
func (w *world) witness(m int, q message, before txn.State, action txn.Action) {
	held := before.Held
	i := w.row(q.txn)
	switch action {
	case txn.Activate, txn.Adopt:
		if w.defect == lossyStore || w.defect == lossyNoReading {
			return // the row that it followed may be lost by now
		}
		if left := w.members[m].Left; left.Revision != 0 && left.Revision >= q.stamp.Revision || w.wentBack(m, q.stamp.Revision) {
			w.broken("%s obeys revision %d again, which it took back", name(m), q.stamp.Revision)
		}
		if i < 0 || w.store.rows[i].verdict != commit.Committed {
			w.broken("%s runs revision %d, and no decision says so", name(m), q.stamp.Revision)
		}
	case txn.Drop:
		if i >= 0 && w.store.rows[i].verdict == commit.Committed {
			w.broken("%s was told to abort %s, which is committed", name(m), q.txn)
		}
		for other, s := range w.members {
			if r := s.Running; r.Revision != 0 && r.Revision == held.Stamp.Revision {
				w.broken("%s was told to abort %s, which %s runs", name(m), q.txn, name(other))
			}
		}
	}
}

// expire is that a member's ticket has run out: it goes back by itself (D6). Whoever
// voted for something that was decided must not.
func (w *world) expire(m int, next txn.State) {
	for _, r := range w.store.rows {
		if r.verdict == commit.Committed && r.revision > w.members[m].Running.Revision && r.yes[m] {
			w.broken("%s goes back by itself from revision %d, and its vote was counted for revision %d, which is committed", name(m), w.members[m].Running.Revision, r.revision)
		}
	}
	i := slices.IndexFunc(w.store.rows, func(r row) bool { return r.revision == next.Running.Revision && r.verdict == commit.Committed })
	if i < 0 {
		w.broken("%s goes back to revision %d, which nobody ever committed", name(m), next.Running.Revision)
	}
	w.back = append(slices.Clip(w.back), back{m, w.members[m].Running.Revision})
	w.members[m] = next
}

func (w *world) wentBack(m int, revision uint64) bool {
	return slices.Contains(w.back, back{m, revision})
}

// check looks at the promises that hold in every state.
func (w *world) check() {
	for _, o := range w.told {
		i := w.row(o.txn)
		committed := i >= 0 && w.store.rows[i].verdict == commit.Committed
		lossy := w.defect == lossyStore || w.defect == lossyNoReading
		switch {
		case o.verdict == commit.Committed && !committed && !lossy:
			w.broken("operator %s was told that %s is committed, and it is not", o.ask, o.txn)
		case (o.verdict == commit.Aborted || o.verdict == commit.Refused) && committed:
			w.broken("operator %s was told that %s is %s, and it is committed", o.ask, o.txn, o.verdict)
		}
	}
	for d, dir := range w.directors {
		w.votes(d, dir)
	}
	w.agreement()
}

// votes: a yes that counts is held by its member, durably, until the decision (D1).
func (w *world) votes(d int, dir director) {
	open := dir.state.Open
	if open == nil || dir.state.Epoch != w.store.token || dir.state.Phase > commit.Deciding {
		return
	}
	for _, m := range dir.state.Members {
		s := w.members[index(m.ID)]
		if m.Vote == commit.Yes && s.Held.Txn != open.ID && s.Running.Revision < open.Revision {
			w.broken("director %d counts the yes of %s to %s, which holds %q", d, m.ID, open.ID, s.Held.Txn)
		}
	}
}

// agreement: one revision is one fact; no two members run parts of two of them.
func (w *world) agreement() {
	for m, s := range w.members {
		for _, r := range w.store.rows {
			if r.revision != s.Running.Revision || r.verdict != commit.Committed {
				continue
			}
			for _, in := range r.intents {
				if in.Member == name(m) && in.Hash != s.Running.Hash {
					w.broken("%s runs %s as revision %d, decided was %s", name(m), s.Running.Hash, r.revision, in.Hash)
				}
			}
		}
	}
}

// move is one thing that may happen next.
type move struct {
	format string
	args   []any
	apply  func(*world)
}

func (m move) String() string { return fmt.Sprintf(m.format, m.args...) }

// moves lists everything that may happen in w.
func (w *world) moves() []move {
	var out []move
	add := func(apply func(*world), format string, args ...any) {
		out = append(out, move{format, args, apply})
	}
	for d := range w.directors {
		w.directorMoves(d, add)
	}
	for _, n := range w.sent {
		w.networkMoves(n, add)
	}
	if w.budget.Lost > 0 && (w.defect == lossyStore || w.defect == lossyNoReading) {
		add(func(w *world) { w.budget.Lost--; w.loseTail() }, "the store loses its newest decision")
	}
	for m, s := range w.members {
		w.memberMoves(m, s, add)
	}
	return out
}

type adder func(apply func(*world), format string, args ...any)

func (w *world) directorMoves(d int, add adder) {
	dir := w.directors[d]
	s := dir.state
	if len(dir.pending) > 0 {
		add(func(w *world) { w.persist(d, false, false) }, "store does %T of director %d", dir.pending[0], d)
		if w.budget.Failures > 0 {
			add(func(w *world) { w.budget.Failures--; w.persist(d, true, false) }, "store does %T of director %d, its answer is lost", dir.pending[0], d)
			add(func(w *world) { w.budget.Failures--; w.persist(d, false, true) }, "store fails %T of director %d", dir.pending[0], d)
		}
	}
	if s.Timer == dir.armed && s.Phase != commit.Idle && !(s.Phase == commit.Reading && w.defect == lossyStore) {
		add(func(w *world) {
			w.directors[d].armed = 0 // a timer fires once
			w.feed(d, commit.Expired{Timer: dir.armed})
		}, "director %d: time is up while %s", d, s.Phase)
	}
	if next := len(w.proposals) - w.budget.Proposals; w.budget.Proposals > 0 && s.Phase >= commit.Ready && s.Open == nil && s.Waiting == nil {
		add(func(w *world) { w.budget.Proposals--; w.propose(d, next) }, "operator %d asks director %d", next, d)
	}
	if w.budget.Takeovers > 0 && s.Epoch != w.store.token {
		add(func(w *world) { w.budget.Takeovers--; w.takeOver(d) }, "director %d takes over", d)
	}
	if s.Phase != commit.Idle && s.Epoch != w.store.token {
		add(func(w *world) { w.feed(d, commit.Retire{}) }, "director %d hears that it lost the lease", d)
	}
	if w.budget.Crashes > 0 && s.Phase != commit.Idle {
		add(func(w *world) { w.budget.Crashes--; w.crash(d) }, "director %d dies and starts again", d)
	}
	for _, m := range s.Members {
		if m.Connected && m.Owes() && !m.Paying && s.Phase >= commit.Ready {
			add(func(w *world) { w.feed(d, commit.Tick{}) }, "director %d: tick", d)
			return
		}
	}
}

func (w *world) crash(d int) {
	links := w.directors[d].links
	w.directors[d] = director{state: commit.New(commit.DefaultLimits()), links: links}
	for m, up := range links {
		if up {
			w.connect(d, m)
		}
	}
}

func (w *world) networkMoves(n int, add adder) {
	q := w.messages[n]
	if q.kind == "seen" || q.kind == "voted" || q.kind == "acked" {
		add(func(w *world) { w.deliver(n, false) }, "director %d hears %s %s of %s (no %v, needs %v)", q.director, q.kind, q.txn, name(q.member), q.no, q.needs)
		return
	}
	add(func(w *world) { w.deliver(n, false) }, "%s gets %s %s of epoch %d", name(q.member), q.kind, q.txn, q.stamp.Epoch)
	if w.budget.Repeats > 0 && q.kind != "fence" {
		add(func(w *world) { w.budget.Repeats--; w.deliver(n, true) }, "%s gets %s %s of epoch %d, not for the last time", name(q.member), q.kind, q.txn, q.stamp.Epoch)
	}
	if q.kind == "prepare" && w.budget.Refusals > 0 {
		add(func(w *world) { w.budget.Refusals--; w.answer(q, true) }, "%s refuses %s", name(q.member), q.txn)
	}
}

func (w *world) memberMoves(m int, s txn.State, add adder) {
	for d, dir := range w.directors {
		switch {
		case dir.links[m] && w.budget.Cuts > 0:
			add(func(w *world) {
				w.budget.Cuts--
				w.directors[d].links[m] = false
				w.feed(d, commit.Gone{Member: name(m)})
			}, "%s loses director %d", name(m), d)
		case !dir.links[m]:
			add(func(w *world) { w.connect(d, m) }, "%s reaches director %d", name(m), d)
		}
		if w.budget.Stale > 0 && dir.links[m] {
			add(func(w *world) {
				w.budget.Stale--
				w.send(message{kind: "seen", director: d, member: m, seen: s})
			}, "%s reports to director %d, slowly", name(m), d)
		}
	}
	if w.budget.Expiries > 0 && s.Ticket.Armed() {
		held := s.Held
		if w.defect == ticketAnyway {
			s.Held = txn.Held{}
		}
		if next, ok := txn.Expire(s); ok {
			next.Held = held
			add(func(w *world) { w.budget.Expiries--; w.expire(m, next) }, "the ticket of %s has run out", name(m))
		}
		s.Held = held
	}
	if s.Held.Txn != "" && (w.defect == volatilePrep || w.defect == memberAlone) {
		add(func(w *world) {
			if i := w.row(s.Held.Txn); w.defect == memberAlone && i >= 0 && w.store.rows[i].verdict == commit.Committed {
				w.broken("%s gave up %s by itself, which is committed", name(m), s.Held.Txn)
			}
			w.members[m].Held = txn.Held{}
		}, "%s forgets what it prepared", name(m))
	}
}

// key names a state. Timers count for ever, so only whether one is armed is kept;
// failures count for ever as well, and nothing looks beyond the third.
func (w *world) key() []byte {
	b := make([]byte, 0, 512)
	for _, dir := range w.directors {
		b = dir.key(b)
	}
	for _, m := range w.members {
		b = stampKey(append(number(b, m.Epoch, m.Ticket.Back.Revision, m.Left.Revision), m.Held.Txn...), m.Running)
		b = boolKey(b, m.Ticket.Armed())
	}
	b = number(b, w.store.token, w.store.current, uint64(len(w.store.rows)))
	for _, r := range w.store.rows {
		b = append(append(b, r.id...), byte(r.verdict))
	}
	for _, v := range w.store.wants {
		b = boolKey(stampKey(append(append(b, v.Member...), v.Txn...), v.Stamp), v.Settled)
	}
	g := w.budget
	for _, n := range []int{g.Takeovers, g.Proposals, g.Crashes, g.Cuts, g.Refusals, g.Failures, g.Repeats, g.Stale, g.Lost, g.Expiries, len(w.back), len(w.told)} {
		b = number(b, uint64(n))
	}
	for _, o := range w.told {
		b = append(append(append(b, o.ask...), o.txn...), byte(o.verdict))
	}
	for _, n := range w.sent {
		b = number(b, uint64(n))
	}
	return b
}

func (d director) key(b []byte) []byte {
	s := d.state
	b = number(append(b, byte(s.Phase)), s.Epoch, s.Current, s.Last, s.Serial)
	b = boolKey(b, append(d.links, s.Timer == d.armed, s.Waiting != nil)...)
	for _, p := range d.pending {
		b = append(b, effectKey(p))
	}
	if s.Open != nil {
		b = number(append(b, s.Open.ID...), uint64(len(s.Open.Refusals)))
	}
	for _, m := range s.Members {
		b = boolKey(b, m.Connected, m.Read, m.Beyond != "", m.Paying, m.Wait > 0, m.Want.Settled, m.Want.Confirm.Waits())
		b = number(b, m.Left.Revision)
		b = append(append(append(b, m.Want.Txn...), m.Stray...), byte(min(m.Failures, 3)), byte(m.Vote))
		b = stampKey(stampKey(b, m.Running), m.Want.Stamp)
	}
	return b
}

func effectKey(e commit.Effect) byte {
	switch e := e.(type) {
	case commit.Recover:
		return 'R'
	case commit.Begin:
		return 'B'
	case commit.Decide:
		return 'D' + byte(e.Verdict)
	}
	return 'L'
}

func number(b []byte, ns ...uint64) []byte {
	for _, n := range ns {
		b = binary.AppendUvarint(b, n)
	}
	return b
}

func boolKey(b []byte, flags ...bool) []byte {
	for _, f := range flags {
		if f {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

func stampKey(b []byte, s intent.Stamp) []byte {
	return append(append(number(b, s.Epoch, s.Revision), s.Hash...), ';')
}

// apply makes a move and checks the promises. A broken one comes back as text.
func (w world) apply(m move) (next world, why string) {
	next = w.clone()
	defer func() {
		if r := recover(); r != nil {
			v, ok := r.(violation)
			if !ok {
				panic(r)
			}
			why = v.text
		}
	}()
	m.apply(&next)
	next.check()
	return next, ""
}
