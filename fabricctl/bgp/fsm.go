package bgp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"
)

// Peer is a neighbour that we call: it is dialled again whenever the session is
// lost.
type Peer struct {
	Dial   func(context.Context) (net.Conn, error)
	Config func() Config // asked before every session: R of Restart changes
	State  func(State)   // told of every change; may be nil
}

// State is a state of RFC 4271 section 8.2.2. Active has no use here: who waits
// for a connection uses Accept.
type State string

// The states.
const (
	Idle        State = "Idle"
	Connect     State = "Connect"
	OpenSent    State = "OpenSent"
	OpenConfirm State = "OpenConfirm"
	Established State = "Established"
)

// Waits between two attempts. A neighbour that cannot be reached is tried again
// within a second, since a reflector that returns should be used at once; one that
// we part from in disagreement is damped (RFC 4271 section 8.1.1,
// DampPeerOscillations).
const (
	retryWait   = 500 * time.Millisecond
	dampedWait  = 2 * time.Second
	longestWait = 30 * time.Second
	openWait    = 10 * time.Second // for OPEN; RFC 4271 section 8.2.2 suggests 4 minutes
	dialWait    = time.Second      // a neighbour that is down does not refuse: see Protection
)

// machine is the state machine of one neighbour. Each state is a method that
// does the state's work and returns the next state; nil ends the machine.
type machine struct {
	peer   Peer
	cfg    Config
	conn   net.Conn
	s      *Session
	redial bool
	damped int // disagreements in a row
	err    error
}

type state func(*machine, context.Context) state

// Run keeps a session with the neighbour until ctx ends.
func (p Peer) Run(ctx context.Context) {
	m := &machine{peer: p, redial: true}
	m.loop(ctx, (*machine).connect)
}

// Accept carries one accepted connection and returns why it ended.
func Accept(ctx context.Context, conn net.Conn, cfg Config) error {
	m := &machine{conn: conn, cfg: cfg}
	m.loop(ctx, (*machine).openSent)
	return m.err
}

func (m *machine) loop(ctx context.Context, st state) {
	for st != nil {
		st = st(m, ctx)
	}
}

func (m *machine) enter(st State) {
	if m.peer.State != nil {
		m.peer.State(st)
	}
}

// idle waits before the next attempt (RFC 4271 section 8.2.2, Idle).
func (m *machine) idle(ctx context.Context) state {
	m.enter(Idle)
	if !m.redial || ctx.Err() != nil {
		return nil
	}
	wait := retryWait
	if m.damped > 0 {
		wait = min(dampedWait<<min(m.damped-1, 8), longestWait)
	}
	wait += rand.N(wait) // RFC 4271 section 10: jitter
	select {
	case <-ctx.Done():
		return nil
	case <-m.cfg.Clock.After(wait):
		return (*machine).connect
	}
}

// connect dials (RFC 4271 section 8.2.2, Connect).
func (m *machine) connect(ctx context.Context) state {
	m.enter(Connect)
	m.cfg = m.peer.Config()
	dialling, cancel := context.WithTimeout(ctx, dialWait)
	defer cancel()
	conn, err := m.peer.Dial(dialling)
	if err != nil {
		return (*machine).idle
	}
	m.conn = conn
	return (*machine).openSent
}

// openSent sends our OPEN and judges the neighbour's (RFC 4271 section 8.2.2,
// OpenSent).
func (m *machine) openSent(ctx context.Context) state {
	m.enter(OpenSent)
	m.s = newSession(m.conn, m.cfg)
	release := m.limit(ctx, openWait)
	defer release()
	body, err := m.exchange(AppendOpen(nil, m.cfg.Open), TypeOpen, SubInOpenSent)
	if err != nil {
		return m.end(m.tell(err))
	}
	open, note := ParseOpen(body)
	if note != nil {
		return m.end(m.tell(note))
	}
	m.s.peer = open
	m.s.hold = min(open.Hold, m.cfg.Open.Hold) // RFC 4271 section 4.2
	if note := m.cfg.Plugin.Opened(m.s); note != nil {
		return m.end(m.tell(note))
	}
	return (*machine).openConfirm
}

// openConfirm waits for the first KEEPALIVE (RFC 4271 section 8.2.2,
// OpenConfirm).
func (m *machine) openConfirm(ctx context.Context) state {
	m.enter(OpenConfirm)
	release := m.limit(ctx, m.s.hold)
	defer release()
	if _, err := m.exchange(AppendKeepalive(nil), TypeKeepalive, SubInOpenConfirm); err != nil {
		return m.closed(m.tell(err))
	}
	return (*machine).established
}

// established carries the session until it ends (RFC 4271 section 8.2.2,
// Established).
func (m *machine) established(ctx context.Context) state {
	m.enter(Established)
	return m.closed(m.s.run(ctx))
}

// closed tells the plugin of the end of a session that it had agreed to.
func (m *machine) closed(err error) state {
	m.s.cfg.Plugin.Closed(m.s, err)
	return m.end(err)
}

// exchange sends a message and waits for the neighbour's of type want; another
// one is a state machine error (RFC 6608) of the given subcode.
func (m *machine) exchange(msg []byte, want Type, sub uint8) (body []byte, err error) {
	if _, err := m.conn.Write(msg); err != nil {
		return nil, fmt.Errorf("open session: %w", err)
	}
	m.s.traffic.out.Add(1)
	got, body, err := m.next()
	switch {
	case err != nil:
		return nil, err
	case got == TypeNotification:
		return nil, parseNotification(body)
	case got != want:
		return nil, &Notification{Code: CodeFSM, Sub: sub}
	}
	return body, nil
}

// tell sends the NOTIFICATION that err is, if it is one of ours.
func (m *machine) tell(err error) error {
	var note *Notification
	if errors.As(err, &note) && !note.Received &&
		m.conn.SetWriteDeadline(time.Now().Add(farewellTime)) == nil { // kernel time
		m.conn.Write(AppendNotification(nil, note)) // the session is over either way
	}
	return err
}

func (m *machine) end(err error) state {
	m.err = err
	m.conn.Close()
	var note *Notification
	// A Cease is not a disagreement: reflectors send it when they shut down.
	if errors.As(err, &note) && note.Code != CodeCease && note.Code != CodeHold {
		m.damped++
	} else {
		m.damped = 0
	}
	return (*machine).idle
}

// limit closes the connection when ctx ends or d has passed, until released.
func (m *machine) limit(ctx context.Context, d time.Duration) (release func()) {
	stop := make(chan struct{})
	gone := make(chan struct{})
	timer := m.cfg.Clock.NewTimer(d)
	go func() {
		defer close(gone)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			m.conn.Close()
		case <-timer.C():
			m.conn.Close()
		case <-stop:
		}
	}()
	return func() { close(stop); <-gone }
}

// next reads exactly one message, so that nothing of what follows it is lost to
// the established session's reader.
func (m *machine) next() (Type, []byte, error) {
	buf := make([]byte, HeaderLen, MaxStandard)
	for have := 0; ; {
		n, err := m.conn.Read(buf[have:])
		if err != nil {
			return 0, nil, fmt.Errorf("wait for OPEN or KEEPALIVE: %w", err)
		}
		have += n
		if have < len(buf) {
			continue
		}
		msg, _, note := split(buf, MaxStandard)
		if note != nil {
			return 0, nil, note
		}
		if msg != nil {
			m.s.traffic.in.Add(1)
			return Type(msg[markerLen+2]), msg[HeaderLen:], nil
		}
		buf = buf[:int(buf[markerLen])<<8|int(buf[markerLen+1])]
	}
}
