package commit

import (
	"slices"
	"strings"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

// Phase says what the leader is busy with.
type Phase uint8

// The phases. Only in Ready is a proposal taken up at once.
const (
	Idle       Phase = iota // not leading
	Recovering              // waits for the store: what was decided, what was open (D5)
	Reading                 // waits for the members: what they run and hold (D5)
	Ready                   // nothing open
	Paying                  // a proposal waits until members that owe have been paid
	Beginning               // waits for the transaction's row
	Preparing               // waits for votes
	Deciding                // waits for the decision row
	Learning                // the store did not say whether the decision was written
	Delivering              // decided: waits until members have carried it out
)

func phaseWords() []string {
	return []string{"idle", "recovering", "reading", "ready", "paying", "beginning", "preparing", "deciding", "learning", "delivering"}
}

// String returns the word shown to operators.
func (p Phase) String() string { return phaseWords()[p] }

// Vote is where one member stands in the open transaction.
type Vote uint8

// The votes. NotAsked is the zero value and that of untouched members.
const (
	NotAsked Vote = iota
	Absent        // touched, but away when the transaction began: it will owe
	Asked         // PREPARE is under way
	Yes           // prepared durably
	No            // refused, or lost
)

// String returns the word used in scripts and screens.
func (v Vote) String() string {
	return []string{"-", "absent", "asked", "yes", "no"}[v]
}

// Member is what the leader knows of one member.
type Member struct {
	ID        inventory.MemberID
	Connected bool
	Read      bool         // has reported since this leadership began
	Running   intent.Stamp // as it last reported or acknowledged
	Want      Want         // last decided for it, by the store; zero when nothing ever was
	Beyond    string       // why it cannot be reconciled with the store; empty is healthy
	Stray     string       // transaction that it holds and that nobody will decide any more
	Paying    bool         // a Commit is under way to it
	Failures  int          // payments that failed in a row; 0 again when paid or reconnected
	Failed    string       // why the last payment failed
	Wait      int          // ticks until the next one is tried
	Vote      Vote         // in the open transaction
	Left      intent.Stamp // what it went back from by itself (D6), as it last reported
}

// Owes reports whether the member is known not to run what was decided for it.
func (m Member) Owes() bool {
	return m.Want.Stamp.Revision != 0 && !sameContent(m.Want.Stamp, m.Running)
}

// WentBack reports whether the member took back by itself what was last decided for
// it, since nobody confirmed it in time (D6). It is not sent the same once more.
func (m Member) WentBack() bool { return m.Left.Revision != 0 && sameContent(m.Left, m.Want.Stamp) }

// Want is what was last decided for one member.
type Want struct {
	Member  inventory.MemberID
	Txn     string
	Stamp   intent.Stamp // its epoch is that of the leader that decided
	Settled bool         // the store knows that the member runs it
	Confirm Confirm      // until when it must be confirmed
}

// State is the whole memory of the leader. The zero value leads nothing. It is a
// value: Step never changes what its argument refers to.
type State struct {
	Phase   Phase
	Epoch   uint64    // of this leadership; 0 when Idle
	Current uint64    // newest committed revision
	Last    uint64    // highest revision ever given out, aborted ones included
	Serial  uint64    // transactions begun in this epoch
	Timer   Timer     // the newest armed timer; older expiries are ignored
	Members []Member  // in order of ID
	Waiting *Proposal // taken up, but not begun
	Open    *Transaction
	Limits  Limits
}

// Limits are the deadlines of one commit.
type Limits struct {
	Read    time.Duration // for known members to report to a new leader
	Prepare time.Duration // for all votes
	Refused time.Duration // for the remaining votes once one member has refused
	Deliver time.Duration // for acknowledgements before the operator is answered
	Pay     time.Duration // for members that owe, before a proposal begins without them
	Retry   time.Duration // between attempts at a store that does not answer
}

// DefaultLimits keeps a verdict within 11 s of a member that never answers
// (reliability.md F30) and within 2 s of one that refuses (F32).
func DefaultLimits() Limits {
	return Limits{
		Read: time.Second, Prepare: 10 * time.Second, Refused: 500 * time.Millisecond,
		Deliver: 5 * time.Second, Pay: 3 * time.Second, Retry: 250 * time.Millisecond,
	}
}

// New returns the state of a director that does not lead.
func New(l Limits) State { return State{Limits: l} }

// Transaction is a proposal that is being worked on.
type Transaction struct {
	Proposal
	ID       string // unique for ever: epoch and serial number
	Revision uint64
	Refusals []Refusal
}

// Proposal is a change that somebody wants committed on all members or none.
type Proposal struct {
	Ask     string // chosen by the asker; comes back in Reply
	Change  Change
	Intents []Intent // of the touched members alone; may be empty
}

// Change says who changed what; the leader passes it to the store untouched.
type Change struct {
	Parent  uint64 // revision that the configuration was made from; refused when it is not the current one
	User    string
	Client  string // cli, netconf, other
	Comment string
	At      time.Time
	Config  string // whole configuration in text form
	Confirm Confirm
}

// Confirm says until when a commit must be confirmed, and what holds again when it
// is not. The zero value is a commit for good, which confirms whatever waits.
type Confirm struct {
	Base     uint64 // revision to go back to
	Deadline time.Time
	After    time.Duration // that the operator asked for
	Persist  string        // what whoever confirms must know; empty: nothing (RFC 6241 section 8.4)
	Owner    string        // session that alone may confirm, and whose end takes it back; empty: any may
}

// Waits reports whether the commit is one that must be confirmed.
func (c Confirm) Waits() bool { return !c.Deadline.IsZero() }

// Intent is what one touched member shall run.
type Intent struct {
	Member inventory.MemberID
	Hash   string // of the canonical intent
	XML    string // canonical intent; never looked into here
}

// Refusal is one member's reason not to prepare.
type Refusal struct {
	Member inventory.MemberID
	Path   string // configuration statement or intent element, as the member named it
	Reason string
}

// Verdict is the end of a transaction.
type Verdict uint8

// The verdicts. Undecided is what an operator is told when the store went away
// with the decision: the transaction's row will tell.
const (
	Undecided Verdict = iota
	Committed
	Aborted
	Refused // nothing was begun
)

// String returns the word shown to operators.
func (v Verdict) String() string {
	return []string{"undecided", "committed", "aborted", "refused"}[v]
}

// Outcome answers a proposal.
type Outcome struct {
	Verdict  Verdict
	Txn      string // empty when nothing was begun
	Revision uint64 // 0 when nothing was begun
	Refusals []Refusal
	Reason   string               // why not committed, where no member refused
	Owing    []inventory.MemberID // committed, but these are still to be brought up to it
}

// Member returns what is known of the member id.
func (s State) Member(id inventory.MemberID) (Member, bool) {
	i, ok := s.find(id)
	if !ok {
		return Member{}, false
	}
	return s.Members[i], true
}

// Debts lists the members that do not run what was decided for them.
func (s State) Debts() []Member {
	return slices.DeleteFunc(slices.Clone(s.Members), func(m Member) bool { return !m.Owes() })
}

// Frozen says why no commit is accepted until somebody repairs it; empty means
// that none is refused on principle (D5).
func (s State) Frozen() string {
	for _, m := range s.Members {
		if m.Beyond != "" {
			return m.Beyond
		}
	}
	return ""
}

func sameContent(a, b intent.Stamp) bool { return a.Revision == b.Revision && a.Hash == b.Hash }

func (s State) find(id inventory.MemberID) (int, bool) {
	return slices.BinarySearchFunc(s.Members, id, func(m Member, id inventory.MemberID) int {
		return strings.Compare(string(m.ID), string(id))
	})
}
