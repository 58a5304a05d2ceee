package oper

import (
	"context"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
)

// Registry maps the rpcs that a component serves to their handlers.
type Registry struct{}

// New returns a registry for the given commands, which the role takes from the
// schema: what can be typed and what the RPCs take.
func New(ops []command.Operation) *Registry { return &Registry{} }

// Register sets the handler of an rpc. A name that is registered twice is a
// programming error and panics.
func (r *Registry) Register(rpc string, h Handler) {}

// Missing returns the rpcs that can be typed and have no handler, sorted: a role's
// test wants it empty.
func (r *Registry) Missing() []string { return nil }

// Run carries out a call and returns the report.
func (r *Registry) Run(ctx context.Context, c Call) (report.Report, error) { return nil, nil }

// Command carries out a line as typed, pipes included, and renders the answer in
// the form asked for ("" is text). ok is false when no operational command of
// this registry begins so, and the caller may know better (`show configuration`).
func (r *Registry) Command(ctx context.Context, peer netconf.Peer, line string, f report.Format) netconf.Reply {
	return netconf.Reply{}
}

// Serves tells whether the rpc has a handler here.
func (r *Registry) Serves(rpc string) bool { return false }

// RPC carries out an RPC element, such as <get-vlan-information format="text">.
func (r *Registry) RPC(ctx context.Context, peer netconf.Peer, op netconf.Operation) netconf.Reply {
	return netconf.Reply{}
}
