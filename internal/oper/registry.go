package oper

import (
	"context"
	"errors"
	"slices"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
)

// Registry maps the rpcs that a component serves to their handlers.
type Registry struct {
	grammar  *command.Operational
	rpcs     map[string]*schema.RPC
	handlers map[string]Handler
}

// New returns a registry for the commands of a grammar: what can be typed at this
// kind of component and what the RPCs take.
func New(g *command.Operational) *Registry {
	r := &Registry{grammar: g, rpcs: make(map[string]*schema.RPC), handlers: make(map[string]Handler)}
	for _, rpc := range g.RPCs() {
		r.rpcs[rpc.Name] = rpc
	}
	return r
}

// Register sets the handler of an rpc. A name that is registered twice is a
// programming error and panics.
func (r *Registry) Register(rpc string, h Handler) {
	if r.Serves(rpc) {
		panic("oper: " + rpc + " is registered twice")
	}
	r.handlers[rpc] = h
}

// Serves tells whether the rpc has a handler here.
func (r *Registry) Serves(rpc string) bool { return r.handlers[rpc] != nil }

// Missing returns the rpcs that can be typed and have no handler, sorted: a role's
// test wants it empty.
func (r *Registry) Missing() []string {
	var out []string
	for name := range r.rpcs {
		if !r.Serves(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Run carries out a call and returns the report, which is nil when there is
// nothing to say.
func (r *Registry) Run(ctx context.Context, c Call) (report.Report, error) {
	h, ok := r.handlers[c.RPC]
	if !ok {
		return nil, netconf.RPCError{Tag: "operation-not-supported", Message: "command is not valid on this component", BadElement: c.RPC}
	}
	return h(ctx, c)
}

// Command carries out a line as typed, pipes included, and renders the answer in
// the form asked for; "" is text.
func (r *Registry) Command(ctx context.Context, peer netconf.Peer, line string, f report.Format) netconf.Reply {
	call, err := r.grammar.Parse(line)
	if err != nil {
		return netconf.Fail(syntaxError(line, err))
	}
	form := form{format: f}
	if form.format == "" {
		form.format = report.FormatText
	}
	if err := form.take(call.Pipes); err != nil {
		return netconf.Fail(err)
	}
	c := Call{RPC: call.RPC.Name, Peer: peer}
	for _, a := range call.Args {
		c.Args = append(c.Args, Arg(a))
	}
	if form.onlyRPC {
		return form.render(netconf.Element("rpc", Element(c)))
	}
	return r.answer(ctx, c, form)
}

// RPC carries out an RPC element, such as <get-vlan-information format="text">;
// without the attribute the answer is XML.
func (r *Registry) RPC(ctx context.Context, peer netconf.Peer, op netconf.Operation) netconf.Reply {
	args, err := r.arguments(op)
	if err != nil {
		return netconf.Fail(err)
	}
	form := form{format: report.Format(op.Attr("format"))}
	if form.format == "" || form.format == "ascii" {
		form.format = map[report.Format]report.Format{"": report.FormatXML, "ascii": report.FormatText}[form.format]
	}
	return r.answer(ctx, Call{RPC: op.Name.Local, Args: args, Peer: peer}, form)
}

func (r *Registry) answer(ctx context.Context, c Call, f form) netconf.Reply {
	if err := f.check(); err != nil {
		return netconf.Fail(err)
	}
	rep, err := r.Run(ctx, c)
	if err != nil {
		return netconf.Fail(err)
	}
	return f.reply(rep)
}

// syntaxError gives an error of the grammar its place: the text from the offending
// word on is the bad element.
func syntaxError(line string, err error) netconf.RPCError {
	e := netconf.Errorf("%v", err)
	if at, ok := errors.AsType[*command.Error](err); ok {
		e.BadElement = strings.TrimSpace(line[min(at.Pos, len(line)):])
	}
	return e
}
