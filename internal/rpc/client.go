package rpc

import (
	"context"

	"oneswitch/internal/netconf"
)

// Caller sends one operation: a *netconf.Client, or a relay in front of one.
type Caller interface {
	Call(ctx context.Context, op []byte) (netconf.Reply, error)
}

// Call marshals request, sends it and returns the reply. An rpc-error of severity
// error is returned as a netconf.RPCError beside the reply.
func Call(ctx context.Context, c Caller, request any) (netconf.Reply, error) {
	return netconf.Reply{}, nil
}

// Component is the director's client of one component.
type Component struct{ Caller }

// Identity asks the component who it is.
func (c Component) Identity(ctx context.Context) (Identity, error) { return Identity{}, nil }

// Prepare asks for the vote; nil is yes. A refusal is a netconf.RPCError whose
// Message is the member's reason and whose Path names the statement.
func (c Component) Prepare(ctx context.Context, p Prepare) error { return nil }

// Commit delivers the decision.
func (c Component) Commit(ctx context.Context, m Commit) error { return nil }

// Abort delivers the decision not to.
func (c Component) Abort(ctx context.Context, a Abort) error { return nil }

// Command runs an operational command. In text the reply is what the shell
// prints; in xml the element; in json the JSON text.
func (c Component) Command(ctx context.Context, line, format string) (string, error) { return "", nil }

// Complete asks for live names.
func (c Component) Complete(ctx context.Context, source, prefix string) ([]Name, error) {
	return nil, nil
}
