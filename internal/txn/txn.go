// Package txn is the member's half of the two-phase commit: one pure transition
// function over what a member keeps on disk (reliability.md 3.2, rules D1-D5).
//
// It owns no state and runs on no goroutine: the node agent calls Step with its
// journal's content and a request, carries out the action durably, and only then
// answers. The model checker of director/commit explores this same function.
//
// Invariants: a member never decides alone (D4), never obeys a leader older than
// one it has heard (D4), never goes back to an older revision, and answers a
// repeated request as it answered the first (D3). The one exception is a commit that
// must be confirmed (D6): it leaves a ticket, by which the member goes back when
// nobody confirmed in time (Expire), though never while it has voted for something
// newer, for that may be the confirmation.
//
// It must never look into an intent, a file or a clock.
package txn

import (
	"errors"
	"fmt"

	"oneswitch/internal/intent"
)

// Verb is what the leader asks.
type Verb uint8

// The verbs, in the order of the protocol.
const (
	Prepare Verb = iota + 1
	Commit
	Abort
)

// String returns the RPC name of the verb.
func (v Verb) String() string {
	switch v {
	case Prepare:
		return "prepare"
	case Commit:
		return "commit"
	case Abort:
		return "abort"
	}
	return fmt.Sprintf("verb(%d)", uint8(v))
}

// Request is one RPC of a leader. Stamp.Epoch is the epoch of the leader that
// sends it, which may be later than the one that decided.
type Request struct {
	Verb   Verb
	Txn    string
	Stamp  intent.Stamp // Revision and Hash are empty on Abort
	Intent bool         // the request carries the intent, and its hash was found to be Stamp.Hash
	// Deadline is until when a Commit must be confirmed: Unix nanoseconds of the
	// member's clock; 0 is a commit for good.
	Deadline int64
}

// Held is an intent that a member has prepared and not yet heard the decision of.
// The zero value holds nothing.
type Held struct {
	Txn   string
	Stamp intent.Stamp
}

// State is what a member keeps on disk. It is comparable.
type State struct {
	Epoch   uint64       // highest epoch ever seen
	Running intent.Stamp // what the member carries out
	Held    Held         // what it has prepared
	Ticket  Ticket       // what it goes back to by itself; zero: nothing
	Left    intent.Stamp // what it went back from by itself, until something newer is committed
}

// Ticket lets a member take an unconfirmed commit back without anybody's word (D6).
type Ticket struct {
	Back     intent.Stamp // that holds again
	Deadline int64        // Unix nanoseconds of the member's clock; 0: there is no ticket
}

// Armed reports whether there is a ticket.
func (t Ticket) Armed() bool { return t.Deadline != 0 }

// Action is what the member must have made durable, file and directory, before
// it answers the request (D1).
type Action uint8

// The actions. Every one of them also stores State.Epoch when it has grown.
const (
	None     Action = iota // nothing beside the epoch
	Hold                   // store the carried intent as prepared, its resources reserved
	Activate               // make the prepared intent the running one
	Adopt                  // make the carried intent the running one
	Drop                   // forget the prepared intent
	Return                 // make the intent of the ticket the running one again
)

// String returns the word used in scripts and logs.
func (a Action) String() string {
	words := [...]string{"none", "hold", "activate", "adopt", "drop", "return"}
	if int(a) < len(words) {
		return words[a]
	}
	return fmt.Sprintf("action(%d)", uint8(a))
}

// What a refusal wraps. The texts are part of the wire contract only as far as
// people read them; NeedsIntent is told by its own error-tag (see Refusal).
var (
	ErrStaleEpoch  = errors.New("the sender is no longer the leader")
	ErrNotNewer    = errors.New("the revision is not newer than the running one")
	ErrNeedsIntent = errors.New("the transaction is not prepared here and the request carries no intent")
	ErrDiverged    = errors.New("the running configuration has the same revision and another content")
	ErrTakenBack   = errors.New("the commit was not confirmed in time and was taken back here")
	ErrMalformed   = errors.New("the request is incomplete")
)

// Step answers one request. On an error the state may still have grown its
// epoch; no action is due then beyond storing that.
func Step(s State, r Request) (State, Action, error) {
	if err := r.check(); err != nil {
		return s, None, err
	}
	if r.Stamp.Epoch < s.Epoch {
		return s, None, fmt.Errorf("%s of epoch %d, epoch %d was seen: %w", r.Verb, r.Stamp.Epoch, s.Epoch, ErrStaleEpoch)
	}
	s.Epoch = r.Stamp.Epoch
	switch r.Verb {
	case Prepare:
		return prepare(s, r)
	case Commit:
		return commit(s, r)
	default:
		if s.Held.Txn != r.Txn {
			return s, None, nil
		}
		s.Held = Held{}
		return s, Drop, nil
	}
}

func (r Request) check() error {
	whole := r.Txn != "" && r.Stamp.Epoch > 0
	if r.Verb != Abort {
		whole = whole && r.Stamp.Revision > 0 && r.Stamp.Hash != ""
	}
	switch {
	case r.Verb < Prepare || r.Verb > Abort:
		return fmt.Errorf("%s: %w", r.Verb, ErrMalformed)
	case !whole:
		return fmt.Errorf("%s needs transaction, epoch, revision and hash: %w", r.Verb, ErrMalformed)
	case r.Verb == Prepare && !r.Intent:
		return fmt.Errorf("prepare of %s carries no intent: %w", r.Txn, ErrMalformed)
	}
	return nil
}

// prepare replaces what an earlier transaction left held: a leader proposes the
// next one only after the last was decided, and whoever missed a commit is sent
// it before (reliability.md D5) or is sent the whole intent later.
func prepare(s State, r Request) (State, Action, error) {
	if newest := max(s.Running.Revision, s.Left.Revision); r.Stamp.Revision <= newest {
		return s, None, fmt.Errorf("prepare of revision %d, running %d: %w", r.Stamp.Revision, newest, ErrNotNewer)
	}
	if s.Held.Txn == r.Txn && sameContent(s.Held.Stamp, r.Stamp) {
		return s, None, nil // asked again: the vote is already durable
	}
	if r.Stamp.Revision < s.Held.Stamp.Revision {
		return s, None, fmt.Errorf("prepare of revision %d, %d is prepared: %w", r.Stamp.Revision, s.Held.Stamp.Revision, ErrNotNewer)
	}
	s.Held = Held{Txn: r.Txn, Stamp: r.Stamp}
	return s, Hold, nil
}

func commit(s State, r Request) (State, Action, error) {
	if sameContent(s.Running, r.Stamp) {
		return s, None, nil // D3: told again
	}
	switch {
	case r.Stamp.Revision == s.Running.Revision:
		return s, None, fmt.Errorf("commit of revision %d: %w", r.Stamp.Revision, ErrDiverged)
	case r.Stamp.Revision < s.Running.Revision:
		return s, None, fmt.Errorf("commit of revision %d, running %d: %w", r.Stamp.Revision, s.Running.Revision, ErrNotNewer)
	case r.Stamp.Revision <= s.Left.Revision:
		return s, None, fmt.Errorf("commit of revision %d: %w", r.Stamp.Revision, ErrTakenBack)
	}
	action := Adopt
	switch {
	case s.Held.Txn == r.Txn && sameContent(s.Held.Stamp, r.Stamp):
		action = Activate
	case !r.Intent:
		return s, None, fmt.Errorf("commit of %s: %w", r.Txn, ErrNeedsIntent)
	}
	s.Ticket = s.ticket(r.Deadline)
	s.Running, s.Left = r.Stamp, intent.Stamp{}
	if s.Held.Stamp.Revision <= r.Stamp.Revision {
		s.Held = Held{}
	}
	return s, action, nil
}

// ticket is what a commit leaves. A second one that must be confirmed goes back to
// where the first would have gone (RFC 6241 section 8.4.1); a commit for good leaves
// none, and neither does the first that a member ever carries out: there is nothing
// to go back to.
func (s State) ticket(deadline int64) Ticket {
	back := s.Running
	if s.Ticket.Armed() {
		back = s.Ticket.Back
	}
	if deadline == 0 || back == (intent.Stamp{}) {
		return Ticket{}
	}
	return Ticket{Back: back, Deadline: deadline}
}

// Expire takes the unconfirmed commit back. It reports false when there is no ticket,
// or while the member holds a vote for something newer: a prepared member never
// decides alone, and what it voted for may be the confirmation (D6: disarm all, then
// decide). An abort of that vote lets the ticket count again.
func Expire(s State) (State, bool) {
	if !s.Ticket.Armed() || s.Held.Txn != "" {
		return s, false
	}
	s.Running, s.Left, s.Ticket = s.Ticket.Back, s.Running, Ticket{}
	return s, true
}

// sameContent ignores the epoch: a later leader may deliver what an earlier one decided.
func sameContent(a, b intent.Stamp) bool {
	return a.Revision == b.Revision && a.Hash == b.Hash
}
