package component

import (
	"context"
	"encoding/xml"
	"fmt"

	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// dispatcher answers the operations of one session. It keeps no state between them.
type dispatcher struct {
	*Component
	peer netconf.Peer
}

var _ netconf.Dispatcher = dispatcher{}

// Close has nothing to release.
func (d dispatcher) Close() {}

// Dispatch carries out one operation.
func (d dispatcher) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	if op.Name.Space == intent.Namespace {
		if reply, ok := d.member(ctx, op); ok {
			return reply
		}
	}
	if op.Name.Local == "command" {
		var r rpc.Command
		if err := xml.Unmarshal(op.XML, &r); err != nil {
			return malformed(op, err)
		}
		return d.cfg.Registry.Command(ctx, d.peer, r.Line, report.Format(r.Format))
	}
	if d.cfg.Registry.Serves(op.Name.Local) {
		return d.cfg.Registry.RPC(ctx, d.peer, op)
	}
	return unsupported(op)
}

// member answers the RPCs of the fabric's own namespace; ok is false for others.
func (d dispatcher) member(ctx context.Context, op netconf.Operation) (reply netconf.Reply, ok bool) {
	switch op.Name.Local {
	case "identity":
		id, err := d.identity(ctx)
		return answer(id, err), true
	case "complete":
		return d.complete(ctx, op), true
	case "log":
		return d.log(op), true
	case "prepare", "commit", "abort":
		if d.cfg.Intents == nil {
			return unsupported(op), true
		}
	}
	switch op.Name.Local {
	case "prepare":
		return carryOut(ctx, op, d.cfg.Intents.Prepare), true
	case "commit":
		return carryOut(ctx, op, d.cfg.Intents.Commit), true
	case "abort":
		return carryOut(ctx, op, d.cfg.Intents.Abort), true
	}
	return netconf.Reply{}, false
}

func carryOut[T any](ctx context.Context, op netconf.Operation, do func(context.Context, T) error) netconf.Reply {
	var request T
	if err := xml.Unmarshal(op.XML, &request); err != nil {
		return malformed(op, err)
	}
	if err := do(ctx, request); err != nil {
		return netconf.Fail(err)
	}
	return netconf.Done()
}

func (d dispatcher) complete(ctx context.Context, op netconf.Operation) netconf.Reply {
	var r rpc.Complete
	if err := xml.Unmarshal(op.XML, &r); err != nil {
		return malformed(op, err)
	}
	if d.cfg.Complete == nil {
		return answer(rpc.Completions{}, nil)
	}
	names, err := d.cfg.Complete(ctx, r.Source, r.Prefix)
	return answer(rpc.Completions{Names: names}, err)
}

// log hands out the messages that have come since a director asked last.
func (d dispatcher) log(op netconf.Operation) netconf.Reply {
	var r rpc.LogRequest
	if err := xml.Unmarshal(op.XML, &r); err != nil {
		return malformed(op, err)
	}
	messages, next := d.book.Since(r.Since)
	return answer(rpc.Log{Next: next, Messages: messages}, nil)
}

func answer(v any, err error) netconf.Reply {
	if err != nil {
		return netconf.Fail(err)
	}
	body, err := xml.Marshal(v)
	if err != nil {
		return netconf.Fail(fmt.Errorf("encode answer: %w", err))
	}
	return netconf.Reply{Body: body}
}

func malformed(op netconf.Operation, err error) netconf.Reply {
	return netconf.Fail(netconf.RPCError{Tag: "bad-element", Message: fmt.Sprintf("decode %s: %v", op.Name.Local, err), BadElement: op.Name.Local})
}

func unsupported(op netconf.Operation) netconf.Reply {
	return netconf.Fail(netconf.RPCError{Tag: "operation-not-supported", Message: "syntax error", BadElement: op.Name.Local})
}
