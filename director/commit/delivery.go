package commit

import "oneswitch/internal/intent"

// maxWait is how many ticks lie at most between two tries at a member that cannot
// carry out what was decided.
const maxWait = 10

// deliver follows the decision: every touched member owes from now on, and those
// that are there are told.
func (m *machine) deliver() {
	m.Phase, m.Current = Delivering, m.Open.Revision
	m.progress(StageDecided)
	m.arm(m.Limits.Deliver)
	for _, in := range m.Open.Intents {
		r := m.member(in.Member)
		r.Want = Want{Member: in.Member, Txn: m.Open.ID, Stamp: m.stamp(in.Hash), Confirm: m.Open.Change.Confirm}
		r.Paying, r.Failures, r.Failed, r.Wait = false, 0, "", 0
		if r.Connected && r.Read {
			m.pay(r, r.Vote != Yes)
		}
	}
	m.paid()
}

// pay sends what a member owes. One that prepared it needs no more than the word; one
// that took it back by itself is left alone, until something newer is decided.
func (m *machine) pay(r *Member, whole bool) {
	if r.Paying || r.Wait > 0 || r.Beyond != "" || r.WentBack() {
		return
	}
	r.Paying = true
	m.send(r, whole)
}

// send carries the sender's epoch: an earlier leader's decision is still a fact,
// but members listen to the newest leader alone (D3, D4).
func (m *machine) send(r *Member, whole bool) {
	stamp := intent.Stamp{Epoch: m.Epoch, Revision: r.Want.Stamp.Revision, Hash: r.Want.Stamp.Hash}
	m.emit(Commit{Member: r.ID, Txn: r.Want.Txn, Stamp: stamp, Whole: whole, Confirm: r.Want.Confirm})
}

func (m *machine) acked(e Acked) {
	r := m.member(e.Member)
	if m.Phase < Ready || !r.Paying || e.Stamp.Epoch != m.Epoch || !sameContent(e.Stamp, r.Want.Stamp) {
		return // of an earlier leadership or revision
	}
	switch {
	case e.NeedsIntent && r.Failures == 0:
		r.Failures++
		m.send(r, true)
		return
	case e.Err != nil || e.NeedsIntent:
		m.unpaid(r, e)
	default:
		r.Running, r.Paying, r.Failures, r.Failed, r.Wait = e.Stamp, false, 0, "", 0
		r.Left = intent.Stamp{}
		m.settle(r)
		if r.Vote != NotAsked {
			m.tell(r.ID, StageDelivered, "")
		}
	}
	m.paid()
}

func (m *machine) settle(r *Member) {
	r.Want.Settled = true
	m.emit(Settle{Epoch: m.Epoch, Member: r.ID, Stamp: r.Want.Stamp})
}

// unpaid leaves the decision as it stands: the member is listed as owing and tried
// again, ever more slowly (reliability.md F33).
func (m *machine) unpaid(r *Member, e Acked) {
	r.Paying = false
	r.Failed = "it did not have the intent that it was sent"
	if e.Err != nil {
		r.Failed = e.Err.Error()
	}
	if e.Lost {
		return // its return starts anew
	}
	r.Failures++
	r.Wait = min(r.Failures, maxWait)
	if r.Failures == 3 {
		m.alarm("%s does not carry out revision %d: %s", r.ID, r.Want.Stamp.Revision, r.Failed)
	}
}

// paid goes on when nobody who matters is being paid any more: before a
// transaction that is everybody, afterwards whom it touched.
func (m *machine) paid() {
	if m.Phase != Paying && m.Phase != Delivering {
		return
	}
	for _, r := range m.Members {
		if r.Paying && (m.Phase == Paying || r.Vote != NotAsked) {
			return
		}
	}
	if m.Phase == Paying {
		m.begin()
		return
	}
	m.conclude()
}

// conclude answers the operator. Members that are still being told go on.
func (m *machine) conclude() {
	for _, in := range m.Open.Intents {
		if r := m.member(in.Member); r.Owes() {
			m.tell(r.ID, StageOwes, r.Failed)
		}
	}
	m.reply(Committed, "")
	m.close()
}
