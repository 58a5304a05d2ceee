package speaker

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
)

// line is the session to one reflector, again and again: the Plugin of each
// bgp.Session in turn.
type line struct {
	ctx    context.Context // of Run
	s      *Speaker
	index  int
	to     netip.AddrPort
	parser *guard.Parser
	batch  batch
	status struct {
		sync.Mutex
		session *bgp.Session // established, else nil
		state   bgp.State
		since   time.Time
		flaps   int
		started bool // a session has been opened before
		in, out uint64
		noted   time.Time
	}
}

var _ bgp.Plugin = (*line)(nil)

// batch is what the table has to know of one read, or of a session's beginning or
// end. The session waits for done.
type batch struct {
	index    int
	kind     Kind // Up, Down or Update
	peer     netip.Addr
	words    []word
	families []route.Family // of Up: those that both ends carry
	done     chan struct{}
}

// word is one message: an UPDATE, or a mark of enhanced route refresh among them.
type word struct {
	update guard.Update
	mark   bgp.Refresh // Family is 0 when it is none
}

func newLine(s *Speaker, index int, to netip.AddrPort) *line {
	l := &line{s: s, index: index, to: to}
	l.parser = guard.NewParser(guard.Policy{Self: s.cfg.Local, Reserved: true})
	l.status.state, l.status.since = bgp.Idle, s.cfg.Clock.Now()
	return l
}

func (l *line) run(ctx context.Context) {
	bgp.Peer{
		Dial: func(ctx context.Context) (net.Conn, error) { return l.s.dial(ctx, l.to) },
		Config: func() bgp.Config {
			l.status.Lock()
			first := !l.status.started
			l.status.Unlock()
			return bgp.Config{Open: l.s.open(first), Clock: l.s.cfg.Clock, Plugin: l}
		},
		State: l.enter,
	}.Run(ctx)
}

func (l *line) enter(st bgp.State) {
	l.status.Lock()
	defer l.status.Unlock()
	if (st == bgp.Established) != (l.status.state == bgp.Established) {
		l.status.since = l.s.cfg.Clock.Now()
	}
	l.status.state = st
}

// Opened refuses a neighbour of another autonomous system.
func (l *line) Opened(s *bgp.Session) *bgp.Notification {
	if s.Peer().AS != l.s.cfg.AS {
		l.s.cfg.Log.Warn("refuse BGP session", "peer", l.to.Addr(), "as", s.Peer().AS)
		return &bgp.Notification{Code: bgp.CodeOpen, Sub: bgp.SubBadAS}
	}
	return nil
}

// Established makes the outbox owe everything to the reflector.
func (l *line) Established(s *bgp.Session) {
	l.status.Lock()
	l.status.session, l.status.started = s, true
	l.status.Unlock()
	up := batch{kind: Up}
	for _, f := range route.Families() {
		if s.Carries(f) {
			up.families = append(up.families, f)
		}
	}
	l.hand(&up)
	l.s.out.start(l.index, s.Carries)
	l.s.cfg.Log.Info("BGP session established", "peer", l.to.Addr())
}

// Received checks what was read and waits until the table has it.
func (l *line) Received(s *bgp.Session, messages []byte) *bgp.Notification {
	b := &l.batch
	*b = batch{kind: Update, words: b.words[:0], done: b.done}
	l.parser.Reset()
	var ending *bgp.Notification
	for t, body := range bgp.Messages(messages) {
		switch t {
		case bgp.TypeUpdate:
			var u guard.Update
			if u, ending = l.parser.Parse(body); ending == nil {
				b.words = append(b.words, word{update: u})
				l.note(u)
			}
		case bgp.TypeRefresh:
			var r bgp.Refresh
			if r, ending = bgp.ParseRefresh(body); ending == nil && r.Sub == bgp.RefreshRequest {
				l.s.out.again(l.index, r.Family)
				s.Wake()
			} else if ending == nil {
				b.words = append(b.words, word{mark: r})
			}
		}
		if ending != nil {
			break
		}
	}
	l.hand(b)
	return ending
}

// note logs what a reflector should never have sent, once a second at most.
func (l *line) note(u guard.Update) {
	if u.Fault == nil {
		return
	}
	l.status.Lock()
	now := l.s.cfg.Clock.Now()
	due := now.Sub(l.status.noted) >= time.Second
	if due {
		l.status.noted = now
	}
	l.status.Unlock()
	if due {
		l.s.cfg.Log.Warn("routes refused", "peer", l.to.Addr(), "routes", u.Refused, "reason", u.Fault)
	}
}

// Pull takes what the reflector is owed.
func (l *line) Pull(_ *bgp.Session, bufs net.Buffers) (net.Buffers, int) {
	return l.s.out.pull(l.index, bufs)
}

// Closed keeps everything that was learned: only the reflector's own complete
// table, after its return, takes it away.
func (l *line) Closed(s *bgp.Session, err error) {
	l.s.out.stop(l.index)
	in, out := s.Counters()
	l.status.Lock()
	was := l.status.session != nil
	l.status.session = nil
	l.status.in += in
	l.status.out += out
	if was {
		l.status.flaps++
	}
	l.status.Unlock()
	if was {
		l.s.cfg.Log.Warn("BGP session lost", "peer", l.to.Addr(), "reason", err)
		l.hand(&batch{kind: Down})
	}
}

// hand gives a batch to the table and waits until it has been taken in.
func (l *line) hand(b *batch) {
	b.index, b.peer = l.index, l.to.Addr()
	if b.done == nil {
		b.done = make(chan struct{}, 1)
	}
	select {
	case l.s.batches <- b:
		<-b.done
	case <-l.ctx.Done():
	}
}

func (l *line) wake() {
	l.status.Lock()
	s := l.status.session
	l.status.Unlock()
	if s != nil {
		s.Wake()
	}
}

func (l *line) report() PeerStatus {
	l.status.Lock()
	defer l.status.Unlock()
	st := PeerStatus{
		Peer: l.to.Addr(), AS: l.s.cfg.AS, State: string(l.status.state), Since: l.status.since,
		Flaps: l.status.flaps, In: l.status.in, Out: l.status.out,
	}
	if s := l.status.session; s != nil {
		in, out := s.Counters()
		st.Established, st.In, st.Out = true, st.In+in, st.Out+out
	}
	return st
}
