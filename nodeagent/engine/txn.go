package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"oneswitch/internal/txn"
)

// requests are the RPCs of leaders: one is being made durable, others wait.
type requests struct {
	seq     uint64
	pending *decision
	queue   []Request
	due     time.Time // when the ticket counts; zero: there is none
}

// decision is what a request leads to once the journal has it.
type decision struct {
	id     RequestID // 0: of nobody, the member goes back by itself
	record Record
	action txn.Action
	err    error // of the request: the record then differs in its epoch alone
	within time.Duration
}

// maxQueue bounds what directors may pile up while the disk is slow.
const maxQueue = 64

// ErrBusy answers a request that found too many others waiting for the disk.
var ErrBusy = errors.New("too many requests wait for the journal")

func (e *Engine) request(r Request) {
	switch {
	case e.requests.pending == nil:
		e.decide(r)
	case len(e.requests.queue) >= maxQueue:
		e.reply(r.ID, ErrBusy)
	default:
		e.requests.queue = append(e.requests.queue, r)
	}
}

// decide runs the member's half of the protocol and sends the outcome to the disk.
func (e *Engine) decide(r Request) {
	if r.Within > 0 {
		r.Txn.Deadline = e.now.Add(r.Within).UnixNano()
	}
	next, action, err := txn.Step(e.rec.State, r.Txn)
	d := decision{id: r.ID, record: e.rec, action: action, err: err, within: r.Within}
	d.record.State = next
	switch action {
	case txn.Hold:
		d.record.Held = r.Intent
	case txn.Activate:
		d.record.Running = e.rec.Held
	case txn.Adopt:
		d.record.Running = r.Intent
	}
	if next.Held == (txn.Held{}) {
		d.record.Held = nil
	}
	switch {
	case !next.Ticket.Armed():
		d.record.Back = nil
	case !e.rec.State.Ticket.Armed():
		d.record.Back = e.rec.Running
	}
	if action == txn.None && next == e.rec.State {
		e.reply(r.ID, err)
		return
	}
	e.write(d)
}

func (e *Engine) write(d decision) {
	e.requests.seq++
	e.requests.pending = &d
	e.emit(WriteJournal{e.requests.seq, d.record})
}

func (e *Engine) journaled(ev Journaled) {
	d := e.requests.pending
	if d == nil || ev.Seq != e.requests.seq {
		return
	}
	e.requests.pending = nil
	switch {
	case ev.Err != nil:
		e.warn("journal was not written", "error", ev.Err)
		e.reply(d.id, fmt.Errorf("make the transaction durable: %w", ev.Err))
		if d.action == txn.Return {
			e.requests.due = e.now.Add(returnRetry)
		}
	default:
		e.durable(*d)
	}
	for e.requests.pending == nil && len(e.requests.queue) > 0 {
		r := e.requests.queue[0]
		e.requests.queue = slices.Delete(e.requests.queue, 0, 1)
		e.decide(r)
	}
}

// durable takes in what is on the disk now.
func (e *Engine) durable(d decision) {
	e.rec = d.record
	switch d.action {
	case txn.Activate, txn.Adopt:
		e.requests.due = time.Time{}
		if e.rec.State.Ticket.Armed() {
			e.requests.due = e.now.Add(d.within + returnGrace)
		}
		e.activate()
	case txn.Return:
		e.requests.due = time.Time{}
		e.warn("commit was not confirmed in time: what held before it holds again", "taken back", e.rec.State.Left.Revision)
		e.activate()
	}
	e.reply(d.id, d.err)
}

const (
	// returnGrace is how long after the deadline a member waits for a director to take
	// the commit back everywhere: it is alive, then its PREPARE comes at once.
	returnGrace = time.Second
	// returnRetry is the time between two attempts to write down that it went back.
	returnRetry = time.Second
)

// resumeTicket finds out at the start when the ticket of the journal counts: all that
// is left of its time is what the clock of the machine says.
func (e *Engine) resumeTicket() {
	if t := e.rec.State.Ticket; t.Armed() {
		e.requests.due = time.Unix(0, t.Deadline).Add(returnGrace)
	}
}

// goBack takes an unconfirmed commit back when its time is up, unless a vote for
// something newer is held or a request of a leader is being made durable.
func (e *Engine) goBack() {
	if e.requests.due.IsZero() || e.now.Before(e.requests.due) || e.requests.pending != nil || len(e.requests.queue) > 0 {
		return
	}
	next, ok := txn.Expire(e.rec.State)
	if !ok {
		return
	}
	d := decision{record: e.rec, action: txn.Return}
	d.record.State, d.record.Running, d.record.Back = next, e.rec.Back, nil
	e.write(d)
}

// activate carries the running intent out.
func (e *Engine) activate() {
	s := e.rec.State.Running
	e.log("configuration in force", "rev", s.Revision, "epoch", s.Epoch)
	e.adoptIntent()
	for _, p := range e.sorted() {
		e.configure(p)
		p.lldp.Soon(e.now)
	}
}

// adoptIntent refreshes what is derived from the intent.
func (e *Engine) adoptIntent() {
	clear(e.peers)
	for _, p := range e.intent().Peers {
		e.peers[p.Address] = p.Device
	}
	e.out.rebuild, e.out.resolve = true, true
}
