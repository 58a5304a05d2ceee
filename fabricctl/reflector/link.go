package reflector

import (
	"context"
	"net"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
)

// link is one session's end here: the Plugin of its bgp.Session. Its methods run
// on the session's goroutines; peer is the core's, cursor the writer's.
type link struct {
	ctx     context.Context // the run context of the reflector
	r       *Reflector
	session *bgp.Session
	parser  *guard.Parser
	batch   batch
	noted   time.Time // when a fault was last logged
	peer    *peer
	cursor  *cursor
}

var _ bgp.Plugin = (*link)(nil)

// batch is what one read brought. The reader fills it and waits for done.
type batch struct {
	link      *link
	updates   []guard.Update
	refreshes []route.Family
	done      chan struct{}
}

func newLink(ctx context.Context, r *Reflector) *link {
	l := &link{ctx: ctx, r: r}
	l.batch = batch{link: l, done: make(chan struct{}, 1)}
	return l
}

// Opened asks the core.
func (l *link) Opened(s *bgp.Session) (note *bgp.Notification) {
	l.session = s
	policy := guard.Policy{Self: l.r.cfg.Local, Cluster: l.r.cfg.Local, Reserved: l.r.isReflector(s.Peer().RouterID)}
	if !policy.Reserved {
		policy.Owner = s.Peer().RouterID
	}
	l.parser = guard.NewParser(policy)
	l.r.do(l.ctx, func(c *core) { note = c.admit(l) })
	return note
}

// Established joins the session to its peer.
func (l *link) Established(*bgp.Session) {
	l.r.do(l.ctx, func(c *core) { c.attach(l) })
}

// Received checks what was read and waits until the core has taken it in.
func (l *link) Received(s *bgp.Session, messages []byte) *bgp.Notification {
	b := &l.batch
	b.updates, b.refreshes = b.updates[:0], b.refreshes[:0]
	l.parser.Reset()
	var ending *bgp.Notification
	for t, body := range bgp.Messages(messages) {
		switch t {
		case bgp.TypeUpdate:
			var u guard.Update
			if u, ending = l.parser.Parse(body); ending == nil {
				b.updates = append(b.updates, u)
				l.note(u)
			}
		case bgp.TypeRefresh:
			ending = l.refresh(body)
		}
		if ending != nil {
			break
		}
	}
	if len(b.updates)+len(b.refreshes) > 0 && !l.hand(b) {
		return nil // the reflector is shutting down
	}
	return ending
}

// hand gives the batch to the core and waits for it.
func (l *link) hand(b *batch) bool {
	select {
	case l.r.batches <- b:
	case <-l.r.stopped:
		return false
	}
	select {
	case <-b.done:
		return true
	case <-l.r.stopped:
		return false
	}
}

// refresh notes a request; marks and unknown sub-types are passed over
// (RFC 7313 section 5).
func (l *link) refresh(body []byte) *bgp.Notification {
	req, note := bgp.ParseRefresh(body)
	if note == nil && req.Sub == bgp.RefreshRequest {
		l.batch.refreshes = append(l.batch.refreshes, req.Family)
	}
	return note
}

// note logs a fault with its sender's name, once a second at most.
func (l *link) note(u guard.Update) {
	if u.Fault == nil {
		return
	}
	if now := l.r.cfg.Clock.Now(); now.Sub(l.noted) >= time.Second {
		l.noted = now
		l.r.cfg.Log.Warn("routes refused", "peer", l.session.Remote(), "routes", u.Refused, "reason", u.Fault)
	}
}

// Pull takes the next segments from the journal.
func (l *link) Pull(_ *bgp.Session, bufs net.Buffers) (net.Buffers, int) {
	if l.cursor == nil {
		return bufs, 0
	}
	return l.cursor.pull(bufs)
}

// Closed tells the core.
func (l *link) Closed(_ *bgp.Session, err error) {
	l.r.do(l.ctx, func(c *core) { c.detach(l, err) })
}
