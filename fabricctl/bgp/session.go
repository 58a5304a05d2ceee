package bgp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
)

// Plugin is what a session does its work for. Opened, Established and Closed are
// called on the goroutine that drives the session, Received on its reader, Pull on
// its writer.
type Plugin interface {
	// Opened is asked once the neighbour's OPEN has arrived; a notification
	// refuses the neighbour.
	Opened(*Session) *Notification
	// Established is called before the first Received and Pull.
	Established(*Session)
	// Received gets whole messages of one read: UPDATE and ROUTE-REFRESH, and
	// KEEPALIVE between them, to be walked by Messages. The bytes are the
	// session's again when it returns; a notification ends the session.
	Received(s *Session, messages []byte) *Notification
	// Pull appends what is to be sent now to bufs and returns the number of
	// messages in it; nothing appended means there is nothing until Wake.
	Pull(s *Session, bufs net.Buffers) (net.Buffers, int)
	// Closed is called at the end of every session for which Opened was called
	// and returned nil. err says why, and is a *Notification if one was sent or
	// received.
	Closed(s *Session, err error)
}

// Config is how we present ourselves in one session.
type Config struct {
	Open      Open          // our OPEN; Hold is the hold time that we propose
	Keepalive time.Duration // 0 means a third of the negotiated hold time
	SendHold  time.Duration // how long the neighbour may take nothing; 0 means twice the hold time
	Clock     clock.Clock
	Plugin    Plugin
}

// Reasons why a session ended without a NOTIFICATION.
var (
	ErrSendHold = errors.New("the neighbour took nothing for the send hold time")
	ErrShutdown = errors.New("the session was shut down here")
)

// Session is one BGP connection from our OPEN to its end.
type Session struct {
	cfg     Config
	conn    net.Conn
	peer    Open
	hold    time.Duration
	wake    chan struct{}
	stop    chan *Notification
	traffic struct {
		in, out atomic.Uint64 // messages
		heard   atomic.Int64  // when the last message was complete, Unix ns
		busy    atomic.Bool   // the reader is in Plugin.Received
		writing atomic.Int64  // since when the writer waits for the socket; 0 = it does not
		alive   atomic.Bool   // a KEEPALIVE is due
	}
}

func newSession(conn net.Conn, cfg Config) *Session {
	return &Session{cfg: cfg, conn: conn, wake: make(chan struct{}, 1), stop: make(chan *Notification, 1)}
}

// Peer returns the neighbour's OPEN.
func (s *Session) Peer() Open { return s.peer }

// Remote returns the neighbour's address.
func (s *Session) Remote() netip.Addr {
	if a, ok := s.conn.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}

// Carries reports whether both ends offered family f.
func (s *Session) Carries(f route.Family) bool {
	return slices.Contains(s.cfg.Open.Families, f) && slices.Contains(s.peer.Families, f)
}

// Gentle reports whether a NOTIFICATION leaves routes in place at both ends
// (RFC 8538 section 2).
func (s *Session) Gentle() bool {
	ours, theirs := s.cfg.Open.Restart, s.peer.Restart
	return ours != nil && theirs != nil && ours.Notification && theirs.Notification
}

// Blocked reports whether the writer waits for the neighbour to read.
func (s *Session) Blocked() bool { return s.traffic.writing.Load() != 0 }

// Counters returns the number of messages received and sent.
func (s *Session) Counters() (in, out uint64) { return s.traffic.in.Load(), s.traffic.out.Load() }

// Wake makes the writer pull. It never blocks.
func (s *Session) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Close asks the session to end with a NOTIFICATION, or by just closing the
// connection when note is nil. It does not wait; the first call wins.
func (s *Session) Close(note *Notification) {
	select {
	case s.stop <- note:
	default:
	}
}

// run carries an established session until it ends.
func (s *Session) run(ctx context.Context) error {
	s.traffic.heard.Store(s.cfg.Clock.Now().UnixNano())
	s.cfg.Plugin.Established(s)
	ended := make(chan error, 2)
	done := make(chan struct{})
	written := make(chan struct{})
	var workers sync.WaitGroup
	workers.Go(func() { ended <- s.read() })
	workers.Go(func() { defer close(written); ended <- s.write(done) })
	s.Wake()
	err := s.watch(ctx, ended)
	close(done)
	s.farewell(err, written)
	s.conn.Close() // unblocks both workers
	workers.Wait()
	return err
}

// watch keeps the timers of an established session until something ends it.
func (s *Session) watch(ctx context.Context, ended <-chan error) error {
	interval := s.cfg.Keepalive
	if interval == 0 {
		interval = s.hold / 3 // RFC 4271 section 4.4
	}
	keepalive := s.cfg.Clock.NewTicker(interval)
	defer keepalive.Stop()
	hold := s.cfg.Clock.NewTimer(s.hold)
	defer hold.Stop()
	for {
		select {
		case <-ctx.Done():
			return ErrShutdown
		case err := <-ended:
			return err
		case note := <-s.stop:
			if note == nil {
				return ErrShutdown
			}
			return note
		case <-keepalive.C():
			if s.stuck() {
				return ErrSendHold
			}
			s.traffic.alive.Store(true)
			s.Wake()
		case <-hold.C():
			left := s.silence()
			if left <= 0 {
				return &Notification{Code: CodeHold}
			}
			hold.Reset(left)
		}
	}
}

// silence returns what is left of the hold time. While the plugin is at work on
// what was received, the neighbour is not silent: it is we who do not listen.
func (s *Session) silence() time.Duration {
	if s.traffic.busy.Load() {
		return s.hold
	}
	heard := time.Unix(0, s.traffic.heard.Load())
	return s.hold - s.cfg.Clock.Now().Sub(heard)
}

// stuck reports whether the send hold time has passed (RFC 9687 section 3.2). The
// RFC recommends 8 minutes at least for the Internet; inside one fabric a
// neighbour that is stuck for twice the hold time is ill.
func (s *Session) stuck() bool {
	since := s.traffic.writing.Load()
	limit := s.cfg.SendHold
	if limit == 0 {
		limit = 2 * s.hold
	}
	return since != 0 && s.cfg.Clock.Now().Sub(time.Unix(0, since)) > limit
}

// farewell sends the NOTIFICATION that err asks for, if any. A shutdown is only
// told to a neighbour that keeps our routes all the same (RFC 8538); others take
// a closed connection better than a Cease.
// The writer has a moment to finish the message that it is at: amid another one the
// NOTIFICATION would not be understood.
func (s *Session) farewell(err error, written <-chan struct{}) {
	var note *Notification
	switch {
	case errors.Is(err, ErrShutdown) && s.Gentle():
		note = Cease(SubReset, "shutting down")
	case !errors.As(err, &note) || note.Received:
		return
	}
	// A socket deadline is kernel time, not ours.
	if s.conn.SetWriteDeadline(time.Now().Add(farewellTime)) != nil {
		return
	}
	if <-written; !s.Blocked() {
		s.conn.Write(AppendNotification(nil, note)) // the session is over either way
	}
}

const farewellTime = 200 * time.Millisecond

// readSize is the buffer of one reader: room for the longest message, and enough
// for a read to be worth its system call.
const readSize = 2 * (MaxExtended + 1)

func (s *Session) read() error {
	limit := MaxStandard
	if s.cfg.Open.Extended {
		limit = MaxExtended // we offered to receive them (RFC 8654 section 4)
	}
	buf := make([]byte, readSize)
	have := 0
	for {
		n, err := s.conn.Read(buf[have:])
		if have += n; n > 0 {
			used, err := s.take(buf[:have], limit)
			if err != nil {
				return err
			}
			have = copy(buf, buf[used:have])
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				return errors.New("the neighbour closed the connection")
			}
			return fmt.Errorf("read from neighbour: %w", err)
		}
	}
}

// take hands the whole messages at the front of b to the plugin and returns how
// many bytes they had.
func (s *Session) take(b []byte, limit int) (used int, err error) {
	var ending *Notification
	routes := false
	for rest := b; ending == nil; {
		msg, left, note := split(rest, limit)
		if note != nil {
			ending = note
			break
		}
		if msg == nil {
			break
		}
		s.traffic.in.Add(1)
		switch Type(msg[markerLen+2]) {
		case TypeNotification:
			ending = parseNotification(msg[HeaderLen:])
		case TypeOpen:
			ending = &Notification{Code: CodeFSM, Sub: SubInEstablished}
		case TypeUpdate, TypeRefresh:
			routes = true
			used = len(b) - len(left)
		default:
			used = len(b) - len(left)
		}
		rest = left
	}
	if used > 0 {
		s.traffic.heard.Store(s.cfg.Clock.Now().UnixNano())
	}
	if routes {
		s.traffic.busy.Store(true)
		note := s.cfg.Plugin.Received(s, b[:used])
		s.traffic.heard.Store(s.cfg.Clock.Now().UnixNano())
		s.traffic.busy.Store(false)
		if note != nil {
			return used, note
		}
	}
	if ending != nil {
		return used, ending
	}
	return used, nil
}

func (s *Session) write(done <-chan struct{}) error {
	alive := AppendKeepalive(nil)
	var bufs net.Buffers
	for {
		select {
		case <-done:
			return nil
		case <-s.wake:
		}
		for over := false; !over; {
			messages := 0
			bufs, messages = s.cfg.Plugin.Pull(s, bufs[:0])
			if s.traffic.alive.Swap(false) {
				bufs, messages = append(bufs, alive), messages+1
			}
			if len(bufs) == 0 {
				break
			}
			s.traffic.writing.Store(s.cfg.Clock.Now().UnixNano())
			out := bufs // WriteTo consumes the slice it is called on
			if _, err := out.WriteTo(s.conn); err != nil {
				return fmt.Errorf("write to neighbour: %w", err)
			}
			s.traffic.writing.Store(0)
			s.traffic.out.Add(uint64(messages))
			select {
			case <-done:
				over = true
			default:
			}
		}
	}
}
