package sshnet

import (
	"context"
	"io"
	"net"
	"time"
)

// ClientConfig is how a client proves itself and whom it believes.
type ClientConfig struct {
	User     string
	Key      Key                   // the zero Key: authenticate by Password instead
	Password string                // answered to password and keyboard-interactive when Key is zero
	HostKey  func(PublicKey) error // refuses a server by returning an error; required
	Timeout  time.Duration         // of the handshake [20 s]
}

// Client is the client side of one SSH connection.
type Client struct{}

// NewClient performs the handshake on conn, however it came about (RFC 8071: the
// director accepted it), and takes it over; on error conn is closed.
func NewClient(ctx context.Context, conn net.Conn, cfg ClientConfig) (*Client, error) {
	return nil, nil
}

// HostKey is the key that the server proved to have.
func (c *Client) HostKey() PublicKey { return PublicKey{} }

// Subsystem opens a channel to the named subsystem.
func (c *Client) Subsystem(ctx context.Context, name string) (io.ReadWriteCloser, error) {
	return nil, nil
}

// Ping asks the peer for a sign of life.
func (c *Client) Ping(ctx context.Context) error { return nil }

// Done is closed when the connection is over.
func (c *Client) Done() <-chan struct{} { return nil }

// Close closes the connection.
func (c *Client) Close() error { return nil }
