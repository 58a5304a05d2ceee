package sshnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

var errNoAnswer = errors.New("no answer")

// ClientConfig is how a client proves itself and whom it believes.
type ClientConfig struct {
	User     string
	Key      Key                   // the zero Key: log in with Password
	Password string                // without a Key
	HostKey  func(PublicKey) error // refuses a server by returning an error; required
	Timeout  time.Duration         // of the handshake [20 s]
}

// Client is the client side of one SSH connection. It may be used from any
// goroutine.
type Client struct {
	conn    gossh.Conn
	hostKey PublicKey
	done    chan struct{}
}

// NewClient performs the handshake on conn, however it came about (RFC 8071: the
// director accepted it), and takes it over; on error conn is closed.
func NewClient(ctx context.Context, conn net.Conn, cfg ClientConfig) (*Client, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, cmp.Or(cfg.Timeout, loginGrace), errNoAnswer)
	defer cancel()
	c := &Client{done: make(chan struct{})}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // the handshake fails by it
	err := c.handshake(conn, cfg)
	if !stop() && err == nil {
		err = context.Cause(ctx) // conn is closed or about to be
	}
	if err != nil {
		_ = conn.Close() // the handshake's error is the one to tell
		return nil, fmt.Errorf("ssh handshake with %s: %w", conn.RemoteAddr(), errors.Join(context.Cause(ctx), err))
	}
	return c, nil
}

func (c *Client) handshake(conn net.Conn, cfg ClientConfig) error {
	if cfg.HostKey == nil {
		return errors.New("nobody checks the host key")
	}
	inner, channels, requests, err := gossh.NewClientConn(conn, "", &gossh.ClientConfig{
		Config:            algorithms(),
		User:              cfg.User,
		Auth:              []gossh.AuthMethod{cfg.proof()},
		ClientVersion:     "SSH-2.0-oneswitch",
		HostKeyAlgorithms: hostKeyAlgorithms(),
		HostKeyCallback: func(_ string, _ net.Addr, key gossh.PublicKey) error {
			c.hostKey = publicKey(key)
			return cfg.HostKey(c.hostKey)
		},
	})
	if err != nil {
		return err
	}
	c.conn = inner
	// All three end with the connection.
	go gossh.DiscardRequests(requests)
	go refuse(channels)
	go func() {
		_ = inner.Wait() // how it ended does not matter: it is over
		close(c.done)
	}()
	return nil
}

// proof is how the client shows who it is.
func (cfg ClientConfig) proof() gossh.AuthMethod {
	if cfg.Key.signer == nil {
		return gossh.Password(cfg.Password)
	}
	return gossh.PublicKeys(cfg.Key.signer)
}

// refuse turns down channels that a server opens: forwarding, agents.
func refuse(channels <-chan gossh.NewChannel) {
	for ch := range channels {
		_ = ch.Reject(gossh.Prohibited, "not allowed") // fails only when the connection is gone
	}
}

// HostKey is the key that the server proved to have.
func (c *Client) HostKey() PublicKey { return c.hostKey }

// Subsystem opens a channel to the named subsystem. When ctx ends first the whole
// connection is closed: a peer that does not answer this does not answer.
func (c *Client) Subsystem(ctx context.Context, name string) (io.ReadWriteCloser, error) {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() }) // what follows fails by it
	defer stop()
	ch, requests, err := c.conn.OpenChannel("session", nil)
	if err != nil {
		return nil, fmt.Errorf("open channel: %w", errors.Join(context.Cause(ctx), err))
	}
	st := &stream{Channel: ch, conn: c.conn, gone: make(chan struct{})}
	// Both end with the channel.
	go func() {
		defer close(st.gone)
		gossh.DiscardRequests(requests)
	}()
	go func() { _, _ = io.Copy(io.Discard, ch.Stderr()) }() // else the peer stalls on a full window
	ok, err := ch.SendRequest("subsystem", true, gossh.Marshal(struct{ Name string }{name}))
	if err == nil && !ok {
		err = errors.New("refused")
	}
	if err != nil {
		_ = st.Close() // it is of no use
		return nil, fmt.Errorf("start subsystem %s: %w", name, errors.Join(context.Cause(ctx), err))
	}
	return st, nil
}

// stream is a channel whose Close ends reads and writes within closeGrace, also
// when the peer has stopped to answer.
type stream struct {
	gossh.Channel
	conn gossh.Conn
	gone chan struct{} // closed when the channel is over on both sides
}

// Close closes the channel; a peer that does not go along loses its connection.
func (s *stream) Close() error {
	time.AfterFunc(closeGrace, func() {
		select {
		case <-s.gone:
		default:
			_ = s.conn.Close() // whoever still reads or writes sees it
		}
	})
	return s.Channel.Close()
}

// Ping asks the peer for a sign of life. When ctx ends first the connection is
// closed.
func (c *Client) Ping(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() }) // the request fails by it
	defer stop()
	if _, _, err := c.conn.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		return fmt.Errorf("ping: %w", errors.Join(context.Cause(ctx), err))
	}
	return nil
}

// Done is closed when the connection is over.
func (c *Client) Done() <-chan struct{} { return c.done }

// Close closes the connection and waits until it is over.
func (c *Client) Close() error {
	err := c.conn.Close()
	<-c.done
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
