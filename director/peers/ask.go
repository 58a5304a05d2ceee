package peers

import (
	"context"
	"errors"
	"time"

	"oneswitch/director/fleet"
	"oneswitch/director/ops"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Asker asks members and directors as if they were of one kind.
type Asker struct {
	// Director returns the way to a director; false: the name is no director's.
	Director func(inventory.MemberID) (rpc.Caller, bool)
	// Members asks members at once: fleet.Ask.
	Members func(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []fleet.Answer
}

// Ask sends one operation to all of them at once and returns one Answer each, in the
// order given, when all have answered or the deadline has passed.
func (a Asker) Ask(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []ops.Answer {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	out := make([]ops.Answer, len(members))
	var rest []inventory.MemberID
	at := map[inventory.MemberID]int{}
	answered := make(chan struct{}, len(members))
	asked := 0
	for i, id := range members {
		way, ok := a.Director(id)
		if !ok {
			rest, at[id] = append(rest, id), i
			continue
		}
		asked++
		go func() {
			defer func() { answered <- struct{}{} }()
			reply, err := way.Call(ctx, op)
			if err == nil {
				err = reply.Err()
			}
			out[i] = answer(id, reply, err)
		}()
	}
	for _, x := range a.Members(ctx, rest, op, deadline) {
		out[at[x.Member]] = answer(x.Member, x.Reply, x.Err)
	}
	for range asked {
		<-answered
	}
	return out
}

// answer tells a refusal, which is an answer, from silence.
func answer(id inventory.MemberID, reply netconf.Reply, err error) ops.Answer {
	a := ops.Answer{Member: id, Reply: reply.Body, Err: err}
	if refusal, ok := errors.AsType[netconf.RPCError](err); ok {
		a.Refusal = refusal.Message
	}
	return a
}
