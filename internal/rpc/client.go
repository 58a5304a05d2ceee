package rpc

import (
	"context"
	"encoding/xml"
	"fmt"

	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
)

// Caller sends one operation: a *netconf.Client, or a relay in front of one.
type Caller interface {
	Call(ctx context.Context, op []byte) (netconf.Reply, error)
}

var _ Caller = (*netconf.Client)(nil)

// Call marshals request, sends it and returns the reply. Errors of severity error
// in the reply are returned as one error beside it; errors.AsType finds the
// netconf.RPCError in it.
func Call(ctx context.Context, c Caller, request any) (netconf.Reply, error) {
	op, err := xml.Marshal(request)
	if err != nil {
		return netconf.Reply{}, fmt.Errorf("encode request: %w", err)
	}
	reply, err := c.Call(ctx, op)
	if err != nil {
		return netconf.Reply{}, err
	}
	return reply, reply.Err()
}

// Component is the client of one component.
type Component struct{ Caller }

// Identity asks the component who it is.
func (c Component) Identity(ctx context.Context) (Identity, error) {
	var id Identity
	err := c.ask(ctx, IdentityRequest{}, &id)
	return id, err
}

// Prepare asks for the vote; nil is yes. A refusal is a netconf.RPCError whose
// Message is the member's reason and whose Path names the statement.
func (c Component) Prepare(ctx context.Context, p Prepare) error {
	_, err := Call(ctx, c, p)
	return err
}

// Commit delivers the decision.
func (c Component) Commit(ctx context.Context, m Commit) error {
	_, err := Call(ctx, c, m)
	return err
}

// Abort delivers the decision not to.
func (c Component) Abort(ctx context.Context, a Abort) error {
	_, err := Call(ctx, c, a)
	return err
}

// Command runs an operational command. In text the answer is what the shell
// prints; in xml the element, laid out; in json the JSON text.
func (c Component) Command(ctx context.Context, line, format string) (string, error) {
	reply, err := Call(ctx, c, Command{Format: format, Line: line})
	if err != nil {
		return "", err
	}
	if report.Format(format) != report.FormatXML {
		return reply.Text()
	}
	laid, err := report.Indent(reply.Body)
	return string(laid), err
}

// Complete asks for live names.
func (c Component) Complete(ctx context.Context, source, prefix string) ([]Name, error) {
	return c.Entries(ctx, source, "", prefix)
}

// Entries asks for the names of the statements at a path of the configuration: source
// is SourceCandidate or SourceCommitted.
func (c Component) Entries(ctx context.Context, source, path, prefix string) ([]Name, error) {
	reply, err := Call(ctx, c, Complete{Source: source, Path: path, Prefix: prefix})
	if err != nil {
		return nil, err
	}
	text, err := reply.Text()
	return readNames(text), err
}

func (c Component) ask(ctx context.Context, request, answer any) error {
	reply, err := Call(ctx, c, request)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(reply.Body, answer); err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}
