package commit_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

// world is a whole fabric as the model checker sees it: two directors that run
// commit.Step, members that run txn.Step, a store, and a network that may lose,
// delay, reorder and repeat every message. It is a value; moves make new ones.
//
// The network is the bag of what was sent and not delivered. Any of it may be
// delivered at any time in any order, or never: that is delay, reordering and loss.
// A budget allows requests to be delivered once more.
type world struct {
	*bounds
	directors []director
	members   []txn.State
	store     ledger
	sent      []int // numbers of messages in the catalogue, sorted, no duplicates
	budget    budget
	told      []outcome // what operators were told, in order
	back      []back    // who went back by himself from what
}

type back struct {
	member   int
	revision uint64
}

// bounds say how far the checker goes, and which defect is planted.
type bounds struct {
	members   int
	proposals []proposal
	defect    defect

	catalogue map[message]int
	messages  []message
}

// proposal is what operator i asks, of which members.
// One that must be confirmed leaves tickets at its members.
type proposal struct {
	members []int
	confirm bool
}

// budget counts down what would otherwise go on for ever.
type budget struct {
	Takeovers int // of the lease, while the old leader goes on
	Proposals int
	Crashes   int // of directors
	Cuts      int // of connections
	Refusals  int // of members
	Failures  int // of the store, before or after it did what was asked
	Repeats   int // of requests
	Stale     int // reports that are delayed
	Lost      int // decisions that a lossy store loses
	Expiries  int // of tickets: their time is up
}

// defect is a planted bug that the checker has to find.
type defect string

const (
	healthy        defect = ""
	inMemory       defect = "decision in the leader's memory only"
	blindDecide    defect = "decision row is written without looking at its state and epoch"
	beforeDurable  defect = "COMMIT leaves before the decision row is durable"
	volatilePrep   defect = "prepare is not durable on the member"
	memberAlone    defect = "a prepared member gives up by itself"
	presumeAbort   defect = "a new leader aborts at the members without aborting in the store"
	guessOnError   defect = "a store that does not answer is taken for a no"
	lossyStore     defect = "the store loses its newest rows at a failover"
	lossyNoReading defect = "the store loses rows, and the new leader does not read the members first"
	ticketAnyway   defect = "a ticket counts although its member has voted for something newer"
	obeysAgain     defect = "a member that went back obeys when the same commit is delivered once more"
)

type director struct {
	state   commit.State
	armed   commit.Timer
	pending []commit.Effect // at the store, in order
	links   []bool          // connection to each member
}

// ledger is the store.
type ledger struct {
	token   uint64
	rows    []row
	current uint64
	wants   []commit.Want
}

type row struct {
	id       string
	epoch    uint64
	revision uint64
	verdict  commit.Verdict
	intents  []commit.Intent
	confirm  commit.Confirm
	yes      []bool // whose votes the decision counted
}

type outcome struct {
	ask     string
	txn     string
	verdict commit.Verdict
}

// message is an RPC or its answer. It is comparable.
type message struct {
	kind     string // prepare commit abort fence | voted acked seen
	director int
	member   int
	txn      string
	stamp    intent.Stamp
	whole    bool
	waits    bool // COMMIT: it leaves a ticket
	no       bool
	needs    bool
	seen     txn.State
}

func newWorld(b *bounds, limit budget) world {
	w := world{bounds: b, budget: limit, members: make([]txn.State, b.members)}
	for range 2 {
		w.directors = append(w.directors, director{state: commit.New(commit.DefaultLimits()), links: make([]bool, b.members)})
	}
	b.catalogue = map[message]int{}
	for d := range w.directors {
		for m := range w.members {
			w.connect(d, m)
		}
	}
	w.takeOver(0)
	for w.directors[0].state.Phase != commit.Ready { // the first leadership begins in peace
		if len(w.directors[0].pending) > 0 {
			w.persist(0, false, false)
			continue
		}
		w.deliver(w.sent[0], false)
	}
	return w
}

// deadline stands for any: in the model a ticket's time may be up at any moment.
func deadline() time.Time { return time.Unix(0, 1) }

// peacefully has proposal i carried out while nothing else happens.
func (w *world) peacefully(i int) {
	w.propose(0, i)
	for len(w.directors[0].pending) > 0 || len(w.sent) > 0 {
		if len(w.directors[0].pending) > 0 {
			w.persist(0, false, false)
			continue
		}
		w.deliver(w.sent[0], false)
	}
	w.told = nil
}

func (w world) clone() world {
	w.directors = slices.Clone(w.directors)
	for i := range w.directors {
		w.directors[i].pending = slices.Clip(w.directors[i].pending)
		w.directors[i].links = slices.Clone(w.directors[i].links)
	}
	w.members = slices.Clone(w.members)
	w.store.rows = slices.Clone(w.store.rows)
	w.store.wants = slices.Clone(w.store.wants)
	w.sent = slices.Clip(w.sent)
	w.told = slices.Clip(w.told)
	return w
}

func name(m int) inventory.MemberID { return inventory.MemberID("N" + strconv.Itoa(m)) }

func index(id inventory.MemberID) int { return int(id[1] - '0') }

// feed runs one event through a director and takes up its effects.
func (w *world) feed(d int, e commit.Event) {
	dir := &w.directors[d]
	next, effects := commit.Step(dir.state, e)
	dir.state = next
	for _, effect := range effects {
		w.take(d, effect)
	}
}

func (w *world) take(d int, effect commit.Effect) {
	dir := &w.directors[d]
	switch e := effect.(type) {
	case commit.Settle:
		w.execute(e)
	case commit.Recover, commit.Begin, commit.Decide, commit.Learn:
		dir.pending = append(dir.pending, e)
		if decide, ok := e.(commit.Decide); ok && w.defect == beforeDurable && decide.Verdict == commit.Committed {
			for _, in := range dir.state.Open.Intents {
				w.send(message{kind: "commit", director: d, member: index(in.Member), txn: decide.Txn,
					stamp: intent.Stamp{Epoch: decide.Epoch, Revision: dir.state.Open.Revision, Hash: in.Hash}})
			}
		}
	case commit.Fence:
		w.send(message{kind: "fence", director: d, member: index(e.Member), stamp: intent.Stamp{Epoch: e.Epoch}})
	case commit.Prepare:
		w.send(message{kind: "prepare", director: d, member: index(e.Intent.Member), txn: e.Txn, stamp: e.Stamp, whole: true})
	case commit.Commit:
		w.send(message{kind: "commit", director: d, member: index(e.Member), txn: e.Txn, stamp: e.Stamp, whole: e.Whole, waits: e.Confirm.Waits()})
	case commit.Abort:
		w.send(message{kind: "abort", director: d, member: index(e.Member), txn: e.Txn, stamp: intent.Stamp{Epoch: e.Epoch}})
	case commit.Arm:
		dir.armed = e.Timer
	case commit.Reply:
		w.told = append(w.told, outcome{e.Ask, e.Outcome.Txn, e.Outcome.Verdict})
	}
}

func (w *world) send(m message) {
	n, known := w.catalogue[m]
	if !known {
		n = len(w.messages)
		w.catalogue[m] = n
		w.messages = append(w.messages, m)
	}
	if i, have := slices.BinarySearch(w.sent, n); !have {
		w.sent = slices.Insert(slices.Clone(w.sent), i, n)
	}
}

// deliver hands over one message. A repeated one stays on the network as well.
func (w *world) deliver(n int, repeat bool) {
	if i, have := slices.BinarySearch(w.sent, n); have && !repeat {
		w.sent = slices.Delete(slices.Clone(w.sent), i, i+1)
	}
	m := w.messages[n]
	switch m.kind {
	case "seen", "voted", "acked":
		w.hear(m)
	default:
		w.answer(m, false)
	}
}

// takeOver gives director d the lease. The other one hears of it later, or never.
func (w *world) takeOver(d int) {
	w.store.token++
	w.feed(d, commit.Lead{Epoch: w.store.token})
}

func (w *world) connect(d, m int) {
	w.directors[d].links[m] = true
	w.feed(d, w.report(m, w.members[m]))
}

func (w *world) report(m int, s txn.State) commit.Seen {
	return commit.Seen{Member: name(m), Epoch: s.Epoch, Running: s.Running, Held: s.Held, Left: s.Left}
}

// propose is operator i asking director d, from the configuration that is current
// there.
func (w *world) propose(d, i int) {
	p := commit.Proposal{Ask: strconv.Itoa(i)}
	p.Change.Parent = w.directors[d].state.Current
	if w.proposals[i].confirm {
		p.Change.Confirm = commit.Confirm{Deadline: deadline()}
	}
	for _, m := range w.proposals[i].members {
		p.Intents = append(p.Intents, commit.Intent{Member: name(m), Hash: fmt.Sprintf("h%d.%d", i, m)})
	}
	w.feed(d, commit.Propose{Proposal: p})
}

// answer delivers one request to its member and puts the answer on the network.
func (w *world) answer(q message, refuse bool) {
	m := q.member
	if q.kind == "fence" {
		next, _, err := txn.Step(w.members[m], txn.Request{Verb: txn.Abort, Txn: "fence", Stamp: q.stamp})
		if err == nil {
			w.members[m] = next
		}
		w.hear(message{kind: "seen", director: q.director, member: m, seen: w.members[m]})
		return
	}
	if w.defect == obeysAgain && q.kind == "commit" {
		w.members[m].Left = intent.Stamp{}
	}
	verbs := map[string]txn.Verb{"prepare": txn.Prepare, "commit": txn.Commit, "abort": txn.Abort}
	r := txn.Request{Verb: verbs[q.kind], Txn: q.txn, Stamp: q.stamp, Intent: q.whole}
	if q.waits {
		r.Deadline = 1
	}
	if refuse {
		w.send(message{kind: "voted", director: q.director, member: m, txn: q.txn, no: true})
		return
	}
	before := w.members[m]
	next, action, err := txn.Step(w.members[m], r)
	w.members[m] = next
	w.witness(m, q, before, action)
	switch q.kind {
	case "prepare":
		w.send(message{kind: "voted", director: q.director, member: m, txn: q.txn, no: err != nil})
	case "commit":
		w.send(message{kind: "acked", director: q.director, member: m, stamp: q.stamp, no: err != nil, needs: errors.Is(err, txn.ErrNeedsIntent)})
	}
}

// hear delivers one answer to its director.
func (w *world) hear(a message) {
	switch a.kind {
	case "seen":
		w.feed(a.director, w.report(a.member, a.seen))
	case "voted":
		e := commit.Voted{Member: name(a.member), Txn: a.txn}
		if a.no {
			e.Refusal = &commit.Refusal{Member: name(a.member), Reason: "no"}
		}
		w.feed(a.director, e)
	case "acked":
		e := commit.Acked{Member: name(a.member), Stamp: a.stamp, NeedsIntent: a.needs}
		if a.no {
			e.Err = errors.New("refused")
		}
		w.feed(a.director, e)
	}
}
