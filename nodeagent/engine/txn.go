package engine

import (
	"errors"
	"fmt"
	"slices"

	"oneswitch/internal/txn"
)

// requests are the RPCs of leaders: one is being made durable, others wait.
type requests struct {
	seq     uint64
	pending *decision
	queue   []Request
}

// decision is what a request leads to once the journal has it.
type decision struct {
	id     RequestID
	record Record
	action txn.Action
	err    error // of the request: the record then differs in its epoch alone
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
	next, action, err := txn.Step(e.rec.State, r.Txn)
	d := decision{id: r.ID, record: e.rec, action: action, err: err}
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
	if action == txn.None && next == e.rec.State {
		e.reply(r.ID, err)
		return
	}
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
	default:
		e.rec = d.record
		if d.action == txn.Activate || d.action == txn.Adopt {
			e.activate()
		}
		e.reply(d.id, d.err)
	}
	for e.requests.pending == nil && len(e.requests.queue) > 0 {
		r := e.requests.queue[0]
		e.requests.queue = slices.Delete(e.requests.queue, 0, 1)
		e.decide(r)
	}
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
