package commit

import (
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

// Event is what happened. The set is closed.
type Event interface{ event() }

// Lead starts a leadership.
type Lead struct{ Epoch uint64 }

// Retire ends it: the lease was lost or given back (D8).
type Retire struct{}

// Recovered answers Recover with what the store holds: all transactions left open
// by earlier leaders are aborted in it.
type Recovered struct {
	Epoch  uint64
	Ledger Ledger
	Err    error
}

// Ledger is what the store holds of transactions when none is open.
type Ledger struct {
	Current uint64 // newest committed revision
	Last    uint64 // highest revision ever given out, aborted ones included
	Wants   []Want
}

// Seen is a member's own account of itself: at connect, after a fence, at audits.
type Seen struct {
	Member  inventory.MemberID
	Epoch   uint64
	Running intent.Stamp
	Held    txn.Held
	Left    intent.Stamp // what it went back from by itself; zero: nothing
}

// Gone says that the connection to a member ended.
type Gone struct{ Member inventory.MemberID }

// Propose asks for a commit.
type Propose struct{ Proposal Proposal }

// Begun answers Begin.
type Begun struct {
	Txn string
	Err error
}

// Voted answers Prepare. A nil Refusal is a yes.
type Voted struct {
	Member  inventory.MemberID
	Txn     string
	Refusal *Refusal
}

// Decided answers Decide.
type Decided struct {
	Txn string
	Won bool  // the row was changed from preparing, durably
	Err error // the store did not say
}

// Learned answers Learn.
type Learned struct {
	Txn     string
	Verdict Verdict // Undecided: the row still says preparing
	Err     error
}

// Acked answers Commit.
type Acked struct {
	Member      inventory.MemberID
	Stamp       intent.Stamp // that was sent
	NeedsIntent bool         // the member had not prepared it: send it whole
	Lost        bool         // the connection ended; what became of it is not known
	Err         error        // the member refused, or was lost
}

// Expired says that a timer ran out.
type Expired struct{ Timer Timer }

// Tick comes every second or so: time to try again what failed.
type Tick struct{}

func (Lead) event()      {}
func (Retire) event()    {}
func (Recovered) event() {}
func (Seen) event()      {}
func (Gone) event()      {}
func (Propose) event()   {}
func (Begun) event()     {}
func (Voted) event()     {}
func (Decided) event()   {}
func (Learned) event()   {}
func (Acked) event()     {}
func (Expired) event()   {}
func (Tick) event()      {}

// Effect is what shall be done. The set is closed. The package comment states
// the order that is owed to them.
type Effect interface{ effect() }

// Recover asks the store, in one fenced transaction, to abort every transaction
// still open and to tell what it holds. Result: Recovered.
type Recover struct{ Epoch uint64 }

// Fence asks a member to hear the epoch and to report. Result: Seen.
type Fence struct {
	Member inventory.MemberID
	Epoch  uint64
}

// Begin makes the transaction's row durable, with its configuration and intents.
// Result: Begun.
type Begin struct {
	Epoch       uint64
	Transaction Transaction
}

// Prepare sends PREPARE. Result: Voted.
type Prepare struct {
	Txn    string
	Stamp  intent.Stamp
	Intent Intent
}

// Decide changes the transaction's row from preparing to the verdict by
// compare-and-set. With Committed the same store transaction makes the revision
// the current one and writes down every touched member's debt. Result: Decided.
type Decide struct {
	Epoch   uint64
	Txn     string
	Verdict Verdict
	// Refusals are kept with an aborted transaction, for show system commit.
	Refusals []Refusal
}

// Learn reads the transaction's row after Decide ended without an answer.
// Result: Learned.
type Learn struct{ Txn string }

// Commit sends COMMIT, which also pays debts. With Whole it carries the intent
// out of the store. Result: Acked.
type Commit struct {
	Member inventory.MemberID
	Txn    string
	Stamp  intent.Stamp // epoch of the sender, revision and hash of the decision
	Whole  bool
	// Confirm says by when the member goes back by itself unless it hears of a newer
	// commit (D6).
	Confirm Confirm
}

// Abort sends ABORT. Nobody waits for the answer: a member that missed it tells
// at its next report what it holds.
type Abort struct {
	Member inventory.MemberID
	Txn    string
	Epoch  uint64
}

// Settle notes in the store that a member's debt is paid. When that fails the
// next leader pays it again, which changes nothing.
type Settle struct {
	Epoch  uint64
	Member inventory.MemberID
	Stamp  intent.Stamp
}

// Arm starts a timer. Result: Expired, unless it is disarmed by a newer one.
type Arm struct {
	Timer Timer
	After time.Duration
}

// Timer names one armed timer.
type Timer uint64

// Reply answers a proposal.
type Reply struct {
	Ask     string
	Outcome Outcome
}

// Resign asks the lease to be given up or raised: some member has heard a later
// epoch than the store ever gave out.
type Resign struct{ Seen uint64 }

// Note is a line for the event log.
type Note struct {
	Alarm bool
	Text  string
}

func (Recover) effect() {}
func (Fence) effect()   {}
func (Begin) effect()   {}
func (Prepare) effect() {}
func (Decide) effect()  {}
func (Learn) effect()   {}
func (Commit) effect()  {}
func (Abort) effect()   {}
func (Settle) effect()  {}
func (Arm) effect()     {}
func (Reply) effect()   {}
func (Resign) effect()  {}
func (Note) effect()    {}
