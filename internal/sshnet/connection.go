package sshnet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gliderlabs/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// connection is one SSH connection of a Server. The library gets a server of its
// own for each, so that its call-backs know which connection they are for.
type connection struct {
	server   *Server
	conn     net.Conn
	source   netip.Addr
	ctx      context.Context // the run context of the connection
	admitted sync.Once       // leaves the pending ones

	mu struct { // guards what follows
		sync.Mutex
		closing  bool
		channels int           // session channels
		open     int           // goroutines of channels and of their sessions
		idle     chan struct{} // closed when closing and open is 0
		loggedIn bool
		failure  error
	}
}

// run serves the connection until it is over and its sessions have returned.
func (c *connection) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() }) // the library sees it
	defer stop()
	grace := time.AfterFunc(c.server.cfg.Grace, c.graceOver)
	defer grace.Stop()
	c.mu.idle = make(chan struct{})
	c.ctx = ctx
	c.library().HandleConn(c.conn)
	cancel()
	<-c.drain()

	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.loggedIn || c.mu.failure == nil {
		return nil
	}
	return fmt.Errorf("log in from %s: %w", c.conn.RemoteAddr(), c.mu.failure)
}

func (c *connection) graceOver() {
	c.mu.Lock()
	in := c.mu.loggedIn
	c.mu.Unlock()
	if !in {
		_ = c.conn.Close() // the library reports the login that failed by it
	}
}

// library sets up gliderlabs/ssh for this connection.
func (c *connection) library() *ssh.Server {
	cfg := c.server.cfg
	srv := &ssh.Server{
		ChannelHandlers: map[string]ssh.ChannelHandler{"session": c.channel},
		RequestHandlers: map[string]ssh.RequestHandler{}, // no forwarding of ports
		Version:         "oneswitch",
		IdleTimeout:     cfg.Idle,
		ServerConfigCallback: func(ssh.Context) *gossh.ServerConfig {
			return &gossh.ServerConfig{
				Config:                  algorithms(),
				MaxAuthTries:            maxAuthTries,
				PublicKeyAuthAlgorithms: userKeyAlgorithms(),
				AuthLogCallback:         c.attempt,
			}
		},
		ConnectionFailedCallback: func(_ net.Conn, err error) { c.fail(err) },
	}
	if cfg.Banner != nil {
		srv.Banner = cfg.Banner()
	}
	for _, k := range cfg.HostKeys {
		srv.AddHostKey(k.signer)
	}
	if cfg.PublicKey != nil {
		srv.PublicKeyHandler = func(ctx ssh.Context, key ssh.PublicKey) bool {
			return cfg.PublicKey(login(ctx), publicKey(key))
		}
	}
	if cfg.Password != nil {
		srv.PasswordHandler = func(ctx ssh.Context, password string) bool { return c.password(ctx, password) }
		srv.KeyboardInteractiveHandler = c.keyboard
	}
	return srv
}

func login(ctx ssh.Context) Login {
	return Login{User: ctx.User(), Remote: addrPort(ctx.RemoteAddr())}
}

// password asks the owner, and makes whoever guesses wait (reliability.md A12).
func (c *connection) password(ctx ssh.Context, password string) bool {
	l := login(ctx)
	pause(ctx, c.server.penalty.due(l))
	ok := c.server.cfg.Password(l, password)
	c.server.penalty.record(l, ok)
	return ok
}

// keyboard is keyboard-interactive with the one question that clients expect.
func (c *connection) keyboard(ctx ssh.Context, ask gossh.KeyboardInteractiveChallenge) bool {
	answers, err := ask("", "", []string{"Password: "}, []bool{false})
	return err == nil && len(answers) == 1 && c.password(ctx, answers[0])
}

// attempt hears of every authentication. A login ends the grace time.
func (c *connection) attempt(_ gossh.ConnMetadata, method string, err error) {
	if err != nil {
		return
	}
	c.mu.Lock()
	c.mu.loggedIn = true
	c.mu.Unlock()
	c.server.loggedIn(c)
}

func (c *connection) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.failure = err
}

// channel serves one session channel, within the limit. The library gets a server
// of its own for it, so that the session finds the channel's terminal.
func (c *connection) channel(_ *ssh.Server, conn *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	if !c.enter(1) {
		_ = ch.Reject(gossh.ResourceShortage, "too many sessions") // fails only when the connection is gone
		return
	}
	defer c.leave(1)
	g := &guarded{NewChannel: ch}
	abandon := func() { _ = c.conn.Close() } // the sessions see it
	serve := func(channel ssh.Session) { c.session(newSession(channel, g.term, abandon)) }
	ssh.DefaultSessionHandler(&ssh.Server{
		Handler:           serve,
		SubsystemHandlers: map[string]ssh.SubsystemHandler{subsystemNETCONF: serve},
	}, conn, g, ctx)
}

// session runs the owner's Serve for a channel that has asked for something. The
// library calls it on a goroutine of the channel's own.
func (c *connection) session(s *Session) {
	if !c.enter(0) {
		return
	}
	defer c.leave(0)
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	stop := context.AfterFunc(s.channel.Context(), cancel)
	defer stop()
	defer func() {
		if r := recover(); r != nil {
			c.server.cfg.Log.Error("ssh session panicked", "user", s.User(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
		}
		_ = s.Close() // fails only when the connection is gone
		close(s.over)
	}()
	c.server.cfg.Serve(ctx, s)
}

// enter counts a goroutine in, for a new channel (1) or for the session of one
// that is counted already (0); not beyond the limit of channels and not once the
// connection is closing.
func (c *connection) enter(channels int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.closing || c.mu.channels+channels > c.server.cfg.Channels {
		return false
	}
	c.mu.channels += channels
	c.mu.open++
	return true
}

func (c *connection) leave(channels int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.channels -= channels
	c.mu.open--
	if c.mu.closing && c.mu.open == 0 {
		close(c.mu.idle)
	}
}

// drain admits no more sessions and returns what is closed when the last has gone.
func (c *connection) drain() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.closing = true
	if c.mu.open == 0 {
		close(c.mu.idle)
	}
	return c.mu.idle
}
