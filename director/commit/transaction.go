package commit

import (
	"fmt"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

type memberID = inventory.MemberID

func sprint(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// propose takes up a proposal, or says at once why not.
func (m *machine) propose(p Proposal) {
	switch {
	case m.Phase == Idle:
		m.refuse(p.Ask, "this director does not lead")
	case m.Waiting != nil || m.Open != nil:
		m.refuse(p.Ask, "another commit is in progress")
	default:
		m.Waiting = &p
		if m.Phase == Ready {
			m.take()
		}
	}
}

// take checks the waiting proposal against what is current. Members that are being
// brought up to an earlier revision come first.
func (m *machine) take() {
	p := m.Waiting
	if why := m.objection(*p); why != "" {
		m.Waiting = nil
		m.refuse(p.Ask, why)
		return
	}
	for _, r := range m.Members {
		if r.Paying {
			m.Phase = Paying
			m.arm(m.Limits.Pay)
			return
		}
	}
	m.begin()
}

func (m *machine) objection(p Proposal) string {
	if why := m.Frozen(); why != "" {
		return why
	}
	if p.Change.Parent != m.Current {
		return sprint("the configuration was made from revision %d, meanwhile %d is current", p.Change.Parent, m.Current)
	}
	named := make(map[memberID]bool, len(p.Intents))
	for _, in := range p.Intents {
		if in.Member == "" || in.Hash == "" || named[in.Member] {
			return sprint("the intent of member %q is incomplete or stands twice", in.Member)
		}
		named[in.Member] = true
	}
	return ""
}

// begin opens the transaction. A member that is away never blocks it: it will owe.
func (m *machine) begin() {
	p := *m.Waiting
	if why := m.objection(p); why != "" { // something was seen while debts were paid
		m.Waiting, m.Phase = nil, Ready
		m.refuse(p.Ask, why)
		return
	}
	m.Serial++
	m.Last++
	m.Waiting, m.Phase = nil, Beginning
	m.Open = &Transaction{Proposal: p, ID: sprint("%d-%d", m.Epoch, m.Serial), Revision: m.Last}
	m.emit(Begin{Epoch: m.Epoch, Transaction: *m.Open})
}

func (m *machine) begun(e Begun) {
	if m.Phase != Beginning || e.Txn != m.Open.ID {
		return
	}
	if e.Err != nil {
		// The row may stand all the same; nobody was asked, so abort is safe.
		m.emit(Decide{Epoch: m.Epoch, Txn: m.Open.ID, Verdict: Aborted})
		m.refuse(m.Open.Ask, "the datastore did not take it: "+e.Err.Error())
		m.close()
		return
	}
	m.Phase = Preparing
	m.progress(StageBegun)
	m.arm(m.Limits.Prepare)
	for _, in := range m.Open.Intents {
		r := m.member(in.Member)
		if !r.Connected || !r.Read || r.Paying {
			r.Vote = Absent
			m.tell(in.Member, StageAbsent, "")
			continue
		}
		r.Vote = Asked
		m.tell(in.Member, StageAsked, "")
		m.emit(Prepare{Txn: m.Open.ID, Stamp: m.stamp(in.Hash), Intent: in})
	}
	m.count()
}

func (m *machine) stamp(hash string) intent.Stamp {
	return intent.Stamp{Epoch: m.Epoch, Revision: m.Open.Revision, Hash: hash}
}

func (m *machine) voted(e Voted) {
	if m.Phase != Preparing || e.Txn != m.Open.ID {
		return
	}
	if r := m.member(e.Member); r.Vote == Asked {
		m.vote(r, e.Refusal)
	}
}

// vote counts one. After the first refusal the others get a moment, so that an
// operator hears of all refusals and not of one at each attempt.
func (m *machine) vote(r *Member, no *Refusal) {
	r.Vote = Yes
	if no == nil {
		m.tell(r.ID, StageReady, "")
	} else {
		r.Vote = No
		m.tell(r.ID, StageRefused, no.Reason)
		m.Open.Refusals = append(m.Open.Refusals, *no)
		if len(m.Open.Refusals) == 1 {
			m.arm(m.Limits.Refused)
		}
	}
	m.count()
}

// count decides once every vote is in.
func (m *machine) count() {
	for _, r := range m.Members {
		if r.Vote == Asked {
			return
		}
	}
	if len(m.Open.Refusals) > 0 {
		m.abort()
		return
	}
	m.Phase = Deciding
	m.Timer++
	m.progress(StageDeciding)
	m.emit(Decide{Epoch: m.Epoch, Txn: m.Open.ID, Verdict: Committed})
}

// late ends the voting. Without a refusal so far the whole time was given, and
// silence is one (reliability.md F30).
func (m *machine) late() {
	if len(m.Open.Refusals) == 0 {
		for _, r := range m.Members {
			if r.Vote == Asked {
				m.Open.Refusals = append(m.Open.Refusals, Refusal{Member: r.ID, Reason: sprint("no answer to prepare within %s", m.Limits.Prepare)})
			}
		}
	}
	m.abort()
}

// abort needs no durable row first: only this leader could have decided commit,
// and from here on it does not; without the row the next leader aborts as well.
func (m *machine) abort() {
	m.progress(StageAborted)
	m.emit(Decide{Epoch: m.Epoch, Txn: m.Open.ID, Verdict: Aborted, Refusals: m.Open.Refusals})
	for _, r := range m.Members {
		if r.Vote >= Asked && r.Connected {
			m.emit(Abort{Member: r.ID, Txn: m.Open.ID, Epoch: m.Epoch})
		}
	}
	m.reply(Aborted, "")
	m.close()
}

func (m *machine) decided(e Decided) {
	switch {
	case m.Phase != Deciding || e.Txn != m.Open.ID:
	case e.Won:
		m.deliver()
	case e.Err != nil:
		// The write may have happened: ask, never guess.
		m.Phase = Learning
		m.arm(m.Limits.Retry)
	default:
		m.Phase = Learning
		m.emit(Learn{Txn: m.Open.ID})
	}
}

func (m *machine) learned(e Learned) {
	if m.Phase != Learning || e.Txn != m.Open.ID {
		return
	}
	switch {
	case e.Err != nil:
		m.arm(m.Limits.Retry)
	case e.Verdict == Committed:
		m.deliver()
	case e.Verdict == Aborted:
		m.reply(Aborted, "another director took over and aborted it")
		m.close()
	default:
		m.Phase = Deciding
		m.arm(m.Limits.Retry)
	}
}

// close ends the open transaction, whatever became of it.
func (m *machine) close() {
	m.Open, m.Phase = nil, Ready
	m.Timer++
	for i := range m.Members {
		m.Members[i].Vote = NotAsked
	}
}

// progress tells how far the transaction is, tell how far one member is.
func (m *machine) progress(s Stage) { m.tell("", s, "") }

func (m *machine) tell(id memberID, s Stage, why string) {
	m.emit(Progress{Revision: m.Open.Revision, Member: id, Stage: s, Reason: why})
}

func (m *machine) refuse(ask, why string) {
	m.emit(Reply{Ask: ask, Outcome: Outcome{Verdict: Refused, Reason: why}})
}

func (m *machine) reply(v Verdict, reason string) {
	o := Outcome{Verdict: v, Txn: m.Open.ID, Revision: m.Open.Revision, Refusals: m.Open.Refusals, Reason: reason}
	if v == Committed {
		for _, in := range m.Open.Intents {
			if m.member(in.Member).Owes() {
				o.Owing = append(o.Owing, in.Member)
			}
		}
	}
	m.emit(Reply{Ask: m.Open.Ask, Outcome: o})
}
