package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// Caller returns the way to a component for operational RPCs: each call finds the
// component's present connection. It never speaks on the session of commits.
func (f *Fleet) Caller(member inventory.MemberID) rpc.Caller { return operational{f, member} }

type operational struct {
	fleet  *Fleet
	member inventory.MemberID
}

// Call sends one operation to the component.
func (o operational) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	l, err := o.fleet.find(o.member)
	if err != nil {
		return netconf.Reply{}, err
	}
	return l.Call(ctx, op)
}

// Relay hands one operation to a component and returns its reply as it came, for
// `request component login`.
func (f *Fleet) Relay(ctx context.Context, member inventory.MemberID, op []byte) (netconf.Reply, error) {
	return f.Caller(member).Call(ctx, op)
}

// Answer is what one component said to Ask.
type Answer struct {
	Member inventory.MemberID
	Reply  netconf.Reply
	Err    error // no answer in time, not connected, or an rpc-error
}

// Ask sends one operation to several components at once and waits for the answers
// until the deadline. There is one Answer per member, in the order given.
func (f *Fleet) Ask(ctx context.Context, members []inventory.MemberID, op []byte, deadline time.Duration) []Answer {
	ctx, cancel := context.WithTimeoutCause(ctx, deadline, errors.New("no answer"))
	defer cancel()
	answers := make([]Answer, len(members))
	var asking sync.WaitGroup
	for i, m := range members {
		asking.Go(func() {
			reply, err := f.Relay(ctx, m, op)
			switch {
			case err != nil && ctx.Err() != nil:
				err = context.Cause(ctx)
			case err == nil:
				err = reply.Err()
			}
			answers[i] = Answer{Member: m, Reply: reply, Err: err}
		})
	}
	asking.Wait()
	return answers
}
