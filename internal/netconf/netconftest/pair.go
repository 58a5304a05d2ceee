// Package netconftest helps tests of both sides of NETCONF: a client and a server
// joined by an in-memory stream, with the dispatcher as the test's own function.
// Fakes live at the level of messages, never of sockets.
//
// The package owns nothing: what it starts ends with the test. It must never be
// imported by anything but tests.
package netconftest

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"

	"oneswitch/internal/netconf"
)

// Func is a dispatcher made of one function.
type Func func(ctx context.Context, op netconf.Operation) netconf.Reply

var _ netconf.Dispatcher = Func(nil)

// Dispatch calls the function.
func (f Func) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply { return f(ctx, op) }

// Close does nothing.
func (f Func) Close() {}

// NewServer returns a server whose sessions all dispatch to f.
func NewServer(f Func) *netconf.Server {
	return netconf.NewServer(netconf.Config{
		Open: func(*netconf.Session) netconf.Dispatcher { return f },
		Log:  slog.New(slog.DiscardHandler),
	})
}

// NewClient returns a client of a server that dispatches to f. Both end with the test.
func NewClient(tb testing.TB, f Func) *netconf.Client {
	tb.Helper()
	return Dial(tb, NewServer(f), netconf.Peer{User: "admin", Class: netconf.ClassSuperUser, Via: "local"})
}

// Dial opens a session on s as peer. It ends with the test.
func Dial(tb testing.TB, s *netconf.Server, peer netconf.Peer) *netconf.Client {
	tb.Helper()
	ours, theirs := net.Pipe()
	ctx, hangUp := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := s.Serve(ctx, theirs, peer); err != nil {
			tb.Errorf("serve: %v", err)
		}
	})
	c, err := netconf.NewClient(context.Background(), ours, netconf.ClientConfig{})
	if err != nil {
		tb.Fatalf("open session: %v", err)
	}
	tb.Cleanup(func() {
		hangUp()
		_ = c.Close() // only says that it is closed
		serving.Wait()
	})
	return c
}
