package netconf

import (
	"cmp"
	"context"
	"encoding/xml"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Peer says who is at the other end of a session. The transport has made sure of
// it; this package only carries it to the dispatcher.
type Peer struct {
	User   string
	Class  string // login class; super-user may kill the sessions of others
	Remote string // address, or the name of the local socket
	Via    string // ssh, callhome, ViaLocal
	Seat   Seat
}

// ViaLocal is the way of a shell, over a socket that its server made for it.
const ViaLocal = "local"

// The programs that speak for users, as history and log name them.
const (
	ClientShell   = "cli"
	ClientNETCONF = "netconf"
)

// Client is the program that speaks for the user.
func (p Peer) Client() string {
	if p.Via == ViaLocal {
		return ClientShell
	}
	return ClientNETCONF
}

// Seat is the shell that speaks for a user; the zero value for a peer without one.
type Seat struct {
	Terminal string // its name below /dev; empty: it has none
	PID      int
}

// ClassSuperUser is the class that may do everything.
const ClassSuperUser = "super-user"

// Session is a session as the dispatcher sees it.
type Session struct {
	ID    uint32
	Peer  Peer
	Since time.Time
	Used  time.Time // when the last message came
}

// Dispatcher carries out the operations of one session, one at a time.
type Dispatcher interface {
	// Dispatch carries out one operation. The context ends when the peer is gone.
	Dispatch(ctx context.Context, op Operation) Reply
	// Close is called once, after the last Dispatch returned: release locks,
	// drop uncommitted changes.
	Close()
}

// Config is what a Server needs.
type Config struct {
	Capabilities []string                  // beside Base10; with Base11 among them chunks are offered
	ReplyAttrs   []xml.Attr                // namespace declarations on every rpc-reply, such as xmlns:junos
	Open         func(*Session) Dispatcher // called after both hellos
	Limits       Limits
	WriteTimeout time.Duration // 0: DefaultWriteTimeout
	HelloTimeout time.Duration // 0: 20 s
	Log          *slog.Logger
}

// helloTimeout is how long a client may be silent before its hello.
const helloTimeout = 20 * time.Second

// Server serves NETCONF on streams that somebody else has accepted.
type Server struct {
	cfg Config

	mu struct { // guards what follows
		sync.Mutex
		last uint32
		open map[uint32]*conversation
	}
}

// NewServer returns a server without sessions.
func NewServer(cfg Config) *Server {
	cfg.Limits = cfg.Limits.orDefault()
	cfg.WriteTimeout = cmp.Or(cfg.WriteTimeout, DefaultWriteTimeout)
	cfg.HelloTimeout = cmp.Or(cfg.HelloTimeout, helloTimeout)
	s := &Server{cfg: cfg}
	s.mu.open = make(map[uint32]*conversation)
	return s
}

// Serve runs one session on rw until it ends and then closes rw. It returns nil
// when the peer closed the session in an orderly way, when it was killed or when
// ctx ended.
func (s *Server) Serve(ctx context.Context, rw io.ReadWriteCloser, peer Peer) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c := &conversation{
		server:  s,
		session: &Session{Peer: peer, Since: time.Now()},
		rw:      rw,
		framer:  NewFramer(rw, s.cfg.Limits.Message),
		cancel:  cancel,
	}
	c.used.Store(c.session.Since.UnixNano())
	s.enter(c)
	defer s.leave(c)
	return c.run(ctx)
}

func (s *Server) enter(c *conversation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.last++
	c.session.ID = s.mu.last
	s.mu.open[c.session.ID] = c
}

func (s *Server) leave(c *conversation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.mu.open, c.session.ID)
}

// Sessions returns the open sessions, oldest first.
func (s *Server) Sessions() []Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Session, 0, len(s.mu.open))
	for _, c := range s.mu.open {
		one := *c.session
		one.Used = time.Unix(0, c.used.Load())
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b Session) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Kill ends the session with that id and says whether there was one.
func (s *Server) Kill(id uint32) bool {
	s.mu.Lock()
	c, ok := s.mu.open[id]
	s.mu.Unlock()
	if ok {
		c.cancel(errKilled)
	}
	return ok
}

func (s *Server) peerOf(id uint32) (Peer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.mu.open[id]
	if !ok {
		return Peer{}, false
	}
	return c.session.Peer, true
}
