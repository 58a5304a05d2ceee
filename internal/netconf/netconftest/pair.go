// Package netconftest helps tests of both sides of NETCONF: a client and a server
// joined by an in-memory stream, with the dispatcher as the test's own function.
// Fakes live at the level of messages, never of sockets.
package netconftest

import (
	"context"
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

// NewClient returns a client of a server that dispatches to f. Both end with the test.
func NewClient(tb testing.TB, f Func) *netconf.Client { return nil }
