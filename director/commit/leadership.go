package commit

import (
	"time"

	"oneswitch/internal/txn"
)

// lead starts a leadership: first the store is asked what was decided, then every
// member what it runs; only then anything is written (D5).
func (m *machine) lead(epoch uint64) {
	m.Phase, m.Epoch, m.Serial = Recovering, epoch, 0
	m.Current, m.Last = 0, 0
	for i := range m.Members {
		r := &m.Members[i]
		*r = Member{ID: r.ID, Connected: r.Connected, Running: r.Running, Want: Want{Member: r.ID}}
	}
	m.emit(Recover{Epoch: epoch})
}

// retire ends the leadership (D8). An operator who waits is told what is certain:
// before the decision was asked for, nobody will ever commit it, because the next
// leader aborts what it finds open and this one's epoch writes no more.
func (m *machine) retire() {
	switch {
	case m.Waiting != nil:
		m.refuse(m.Waiting.Ask, "this director lost the leadership")
	case m.Phase == Beginning || m.Phase == Preparing:
		m.reply(Aborted, "this director lost the leadership before the decision")
	case m.Phase == Deciding || m.Phase == Learning:
		m.reply(Undecided, "this director lost the leadership while the decision was written")
	case m.Phase == Delivering:
		m.reply(Committed, "")
	}
	m.Phase, m.Epoch, m.Waiting, m.Open = Idle, 0, nil, nil
	m.Timer++
	for i := range m.Members {
		r := &m.Members[i]
		r.Vote, r.Paying, r.Read, r.Stray, r.Beyond = NotAsked, false, false, "", ""
	}
}

func (m *machine) recovered(e Recovered) {
	if m.Phase != Recovering || e.Epoch != m.Epoch {
		return
	}
	if e.Err != nil {
		m.arm(m.Limits.Retry)
		return
	}
	m.Phase, m.Last, m.Current = Reading, e.Ledger.Last, e.Ledger.Current
	for _, w := range e.Ledger.Wants {
		m.member(w.Member).Want = w
	}
	for _, r := range m.Members {
		if r.Connected {
			m.emit(Fence{Member: r.ID, Epoch: m.Epoch})
		}
	}
	m.arm(m.Limits.Read)
	m.readOn()
}

// readOn ends the reading as soon as nobody is missing.
func (m *machine) readOn() {
	for _, r := range m.Members {
		if !r.Read && (r.Connected || r.Want.Stamp.Revision != 0) {
			return
		}
	}
	m.ready()
}

// ready opens for business: what members hold and nobody will decide is aborted,
// what they owe is paid, and a proposal that waited is taken up.
func (m *machine) ready() {
	m.Phase = Ready
	m.Timer++
	for i := range m.Members {
		m.tidy(&m.Members[i])
	}
	if m.Waiting != nil {
		m.take()
	}
}

func (m *machine) seen(e Seen) {
	r := m.member(e.Member)
	if !r.Connected {
		r.Connected, r.Failures, r.Failed, r.Wait = true, 0, "", 0
	}
	r.Running, r.Left = e.Running, e.Left
	if m.Phase < Reading {
		return // the fence that follows recovery asks again
	}
	r.Read = true
	m.judge(r, e)
	r.Stray = ""
	if m.stray(*r, e.Held) {
		r.Stray = e.Held.Txn
	}
	if m.Phase == Reading {
		m.readOn()
		return
	}
	m.tidy(r)
}

// stray reports whether nobody will decide any more what a member holds. What is
// not newer than its debt may have been committed; paying the debt clears it.
func (m *machine) stray(r Member, held txn.Held) bool {
	open := m.Open != nil && held.Txn == m.Open.ID
	return held.Txn != "" && !open && held.Stamp.Revision > r.Want.Stamp.Revision
}

// judge freezes commits while a member contradicts the store: then the store is
// an old copy, or lost its last rows at a failover (reliability.md F20, F27).
func (m *machine) judge(r *Member, e Seen) {
	var why string
	switch want := r.Want.Stamp; {
	case e.Epoch > m.Epoch:
		why = sprint("%s has heard epoch %d, the datastore gave out %d: it is an old copy", r.ID, e.Epoch, m.Epoch)
		m.emit(Resign{Seen: e.Epoch})
	case e.Running.Revision > want.Revision:
		why = sprint("%s runs revision %d, the datastore holds %d for it: refusing to commit", r.ID, e.Running.Revision, want.Revision)
	case e.Running.Revision == want.Revision && e.Running.Hash != want.Hash && want.Revision != 0:
		why = sprint("%s runs another revision %d than the datastore holds: refusing to commit", r.ID, want.Revision)
	}
	if why != "" && r.Beyond == "" {
		m.alarm("%s", why)
	}
	if why == "" && r.Beyond != "" {
		m.note("%s agrees with the datastore again", r.ID)
	}
	r.Beyond = why
}

// tidy brings one member, which has been read, up to what was decided. While
// anything contradicts the store nothing is aborted: what one member holds may be
// what another runs.
func (m *machine) tidy(r *Member) {
	if !r.Connected || !r.Read {
		return
	}
	if r.Stray != "" && m.Frozen() == "" {
		m.emit(Abort{Member: r.ID, Txn: r.Stray, Epoch: m.Epoch})
		r.Stray = ""
	}
	switch {
	case r.WentBack():
		// What is decided next brings it along with everybody else.
	case r.Owes():
		m.pay(r, false)
	case !r.Want.Settled && r.Want.Stamp.Revision != 0:
		m.settle(r)
	}
}

func (m *machine) gone(id memberID) {
	r := m.member(id)
	r.Connected, r.Read, r.Paying, r.Stray = false, false, false, ""
	if m.Phase == Preparing && r.Vote == Asked {
		m.vote(r, &Refusal{Member: id, Reason: "the connection was lost while it prepared"})
		return
	}
	m.paid()
}

func (m *machine) tick() {
	if m.Phase < Ready {
		return
	}
	for i := range m.Members {
		r := &m.Members[i]
		if r.Wait > 0 {
			r.Wait--
		}
		if r.Connected && r.Read && r.Owes() {
			m.pay(r, true)
		}
	}
}

func (m *machine) arm(after time.Duration) {
	m.Timer++
	m.emit(Arm{Timer: m.Timer, After: after})
}
