package sshnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

const subsystemNETCONF = "netconf"

// Login is one attempt to authenticate.
type Login struct {
	User   string
	Remote netip.AddrPort
}

// Config is what a Server needs. Zero durations and numbers mean the defaults in
// brackets.
type Config struct {
	HostKeys  []Key
	Password  func(l Login, password string) bool // nil: no password, no keyboard-interactive
	PublicKey func(l Login, key PublicKey) bool   // nil: no public keys
	Serve     Serve
	Banner    func() string // what is shown before authentication, asked at each connection; must hold no prompt sign (northbound.md 0.10); nil: nothing
	Grace     time.Duration // login grace [20 s]
	Idle      time.Duration // without traffic; 0: for ever
	Conns     int           // connections at a time [256]
	PerSource int           // connections of one address that have not logged in yet [32]
	Channels  int           // sessions of one connection [8]
	Forwards  []netip.Addr  // port forwards: they say whose connection each is (see proxy.go)
	Log       *slog.Logger
}

// The defaults of Config (reliability.md A11, A15).
const (
	loginGrace   = 20 * time.Second
	maxConns     = 256
	maxPerSource = 32
	maxChannels  = 8
	maxAuthTries = 10 // ncclient tries agent and key files before the password (northbound.md 1)
	acceptPause  = 50 * time.Millisecond
)

// Server serves SSH.
type Server struct {
	cfg     Config
	penalty *penalty

	mu struct { // guards what follows
		sync.Mutex
		conns   int
		pending map[netip.Addr]int // connections that have not logged in yet
	}
}

// NewServer checks cfg and returns a server.
func NewServer(cfg Config) (*Server, error) {
	switch {
	case len(cfg.HostKeys) == 0:
		return nil, errors.New("ssh server has no host key")
	case cfg.Password == nil && cfg.PublicKey == nil:
		return nil, errors.New("ssh server has no way to authenticate") // the library would let everybody in
	case cfg.Serve == nil:
		return nil, errors.New("ssh server has nothing to serve")
	}
	cfg.Grace = cmp.Or(cfg.Grace, loginGrace)
	cfg.Conns = cmp.Or(cfg.Conns, maxConns)
	cfg.PerSource = cmp.Or(cfg.PerSource, maxPerSource)
	cfg.Channels = cmp.Or(cfg.Channels, maxChannels)
	s := &Server{cfg: cfg, penalty: newPenalty()}
	s.mu.pending = make(map[netip.Addr]int)
	return s, nil
}

// Serve accepts connections on l until ctx ends; then it closes l and every
// connection and waits for their sessions to end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // Accept reports it
	defer stop()
	var conns sync.WaitGroup
	defer conns.Wait()
	defer cancel()
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close() // nobody will serve it
			}
			return nil
		case errors.Is(err, net.ErrClosed):
			return fmt.Errorf("accept ssh on %s: %w", l.Addr(), err)
		case err != nil: // out of descriptors, or a connection that was gone at once
			s.cfg.Log.Warn("ssh accept", "addr", l.Addr().String(), "err", err)
			pause(ctx, acceptPause)
			continue
		}
		conns.Go(func() {
			if err := s.ServeConn(ctx, conn); err != nil {
				s.cfg.Log.Info("ssh connection", "remote", conn.RemoteAddr().String(), "err", err)
			}
		})
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// ServeConn serves one connection, accepted or dialled, until it or ctx ends, and
// closes it. It returns nil once a user was authenticated, else why none was.
func (s *Server) ServeConn(ctx context.Context, conn net.Conn) error {
	at := addrPort(conn.RemoteAddr()).Addr()
	trusted := slices.Contains(s.cfg.Forwards, at)
	if err := s.admit(at, trusted); err != nil {
		_ = conn.Close() // it was refused
		return err
	}
	c := &connection{server: s, conn: conn, source: at}
	defer s.release(c)
	if trusted {
		stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // the header is not waited for
		err := s.behind(c)
		if stop(); err != nil {
			_ = conn.Close() // it was refused
			return err
		}
	}
	return c.run(ctx)
}

// admit counts a connection in, or refuses it. A trusted forward is not limited: it
// carries many.
func (s *Server) admit(source netip.Addr, trusted bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.conns >= s.cfg.Conns {
		return fmt.Errorf("refuse connection: %d are open", s.mu.conns)
	}
	if err := s.room(source); err != nil && !trusted {
		return err
	}
	s.mu.conns++
	s.mu.pending[source]++
	return nil
}

// room wants s.mu held.
func (s *Server) room(source netip.Addr) error {
	if source.IsValid() && s.mu.pending[source] >= s.cfg.PerSource {
		return fmt.Errorf("refuse connection: %d of %s have not logged in yet", s.mu.pending[source], source)
	}
	return nil
}

// behind finds out whom a forward carries, and counts the connection as that
// source's from now on.
func (s *Server) behind(c *connection) error {
	conn, err := s.whose(c.conn)
	if err != nil {
		return err
	}
	source := addrPort(conn.RemoteAddr()).Addr()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.room(source); err != nil && source != c.source {
		return err
	}
	s.leave(c.source)
	s.mu.pending[source]++
	c.conn, c.source = conn, source
	return nil
}

// leave wants s.mu held.
func (s *Server) leave(source netip.Addr) {
	if s.mu.pending[source]--; s.mu.pending[source] <= 0 {
		delete(s.mu.pending, source)
	}
}

// release counts a connection out.
func (s *Server) release(c *connection) {
	s.loggedIn(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.conns--
}

// loggedIn takes a connection from the pending ones, once.
func (s *Server) loggedIn(c *connection) {
	c.admitted.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.leave(c.source)
	})
}
