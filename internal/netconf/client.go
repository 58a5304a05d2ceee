package netconf

import (
	"context"
	"io"
	"time"
)

// ClientConfig bounds what a Client waits for and holds.
type ClientConfig struct {
	Limits  Limits
	Timeout time.Duration // of a call whose context has no deadline, and of the hello; 0: 30 s
}

// Client is the client side of one session. Calls from several goroutines take
// turns. A call that times out ends the session: the next reply could not be told
// from the late one.
type Client struct{}

// NewClient exchanges hellos on rw and takes it over; on error rw is closed.
func NewClient(ctx context.Context, rw io.ReadWriteCloser, cfg ClientConfig) (*Client, error) {
	return &Client{}, nil
}

// Call sends one operation and waits for its reply. An rpc-error is not an error
// of Call: see Reply.Err. An error of Call means that the session is over.
func (c *Client) Call(ctx context.Context, op []byte) (Reply, error) { return Reply{}, nil }

// SessionID is the number that the server gave to the session.
func (c *Client) SessionID() uint32 { return 0 }

// Capabilities are those of the server's hello.
func (c *Client) Capabilities() []string { return nil }

// Done is closed when the session is over, also while no call is running.
func (c *Client) Done() <-chan struct{} { return nil }

// Close ends the session.
func (c *Client) Close() error { return nil }
