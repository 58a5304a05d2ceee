package netconf

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	gonetconf "github.com/Juniper/go-netconf/netconf"
)

// ClientConfig bounds what a Client waits for and holds.
type ClientConfig struct {
	Limits  Limits
	Timeout time.Duration // of a call whose context has no deadline, and of the hello; 0: 30 s
}

// callTimeout is the time for a call that sets none.
const callTimeout = 30 * time.Second

// Client is the client side of one session. Calls from several goroutines take
// turns. A call that times out ends the session: the next reply could not be told
// from the late one.
type Client struct {
	session *gonetconf.Session
	t       *transport
	timeout time.Duration
	turn    chan struct{} // holds one token: whoever has it may call
}

// NewClient exchanges hellos on rw and takes it over; on error rw is closed.
func NewClient(ctx context.Context, rw io.ReadWriteCloser, cfg ClientConfig) (*Client, error) {
	c := &Client{
		t:       newTransport(rw, cfg.Limits.orDefault()),
		timeout: cmp.Or(cfg.Timeout, callTimeout),
		turn:    make(chan struct{}, 1),
	}
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	c.t.ctx = ctx
	c.session = gonetconf.NewSession(c.t)
	if c.t.helloErr != nil {
		_ = c.t.Close() // the hello's error says why
		return nil, fmt.Errorf("open netconf session: %w", c.t.helloErr)
	}
	c.t.listen()
	c.turn <- struct{}{}
	return c, nil
}

func (c *Client) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.timeout)
}

// Call sends one operation and waits for its reply. An rpc-error is not an error
// of Call: see Reply.Err. An error of Call means that the session is over, unless
// ctx ended while other calls had their turn.
func (c *Client) Call(ctx context.Context, op []byte) (Reply, error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	select {
	case <-c.turn:
	case <-c.t.done:
		return Reply{}, c.t.cause
	case <-ctx.Done():
		return Reply{}, fmt.Errorf("wait for earlier calls: %w", context.Cause(ctx))
	}
	defer func() { c.turn <- struct{}{} }()
	return c.exec(ctx, op)
}

func (c *Client) exec(ctx context.Context, op []byte) (Reply, error) {
	if ctx.Err() != nil {
		return Reply{}, fmt.Errorf("wait for earlier calls: %w", context.Cause(ctx))
	}
	c.t.ctx, c.t.received = ctx, nil
	if _, err := c.session.Exec(gonetconf.RawMethod(op)); err != nil {
		c.t.shut(err)
		return Reply{}, c.t.cause
	}
	// The library returns no reply beside an error and compares no message-id, so
	// the reply is read from the message itself.
	reply, id, err := parseReply(c.t.received)
	if err == nil && id != c.t.sent {
		err = fmt.Errorf("message-id %q, want %q", id, c.t.sent)
	}
	if err != nil {
		c.t.shut(fmt.Errorf("read reply: %w", err))
		return Reply{}, c.t.cause
	}
	return reply, nil
}

// SessionID is the number that the server gave to the session.
func (c *Client) SessionID() uint32 { return uint32(c.session.SessionID) }

// Capabilities are those of the server's hello.
func (c *Client) Capabilities() []string { return c.session.ServerCapabilities }

// Done is closed when the session is over, also while no call is running.
func (c *Client) Done() <-chan struct{} { return c.t.done }

// Close ends the session.
func (c *Client) Close() error { return c.session.Close() }
