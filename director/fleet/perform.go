package fleet

import (
	"context"
	"errors"
	"fmt"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

// persist carries out an effect at the store.
func (r *drive) persist(effect commit.Effect) commit.Event {
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()
	switch e := effect.(type) {
	case commit.Recover:
		ledger, err := r.cfg.Log.Recover(ctx, e.Epoch)
		r.complain("recover transactions", err)
		return commit.Recovered{Epoch: e.Epoch, Ledger: ledger, Err: err}
	case commit.Begin:
		return commit.Begun{Txn: e.Transaction.ID, Err: r.cfg.Log.Begin(ctx, e.Epoch, e.Transaction)}
	case commit.Decide:
		won, err := r.cfg.Log.Decide(ctx, e.Epoch, e.Txn, e.Verdict, e.Refusals)
		r.complain("decide", err)
		return commit.Decided{Txn: e.Txn, Won: won, Err: err}
	case commit.Learn:
		v, err := r.cfg.Log.Learn(ctx, e.Txn)
		r.complain("learn decision", err)
		return commit.Learned{Txn: e.Txn, Verdict: v, Err: err}
	case commit.Settle:
		r.complain("settle debt", r.cfg.Log.Settle(ctx, e.Epoch, e.Member, e.Stamp))
	}
	return nil
}

func (r *drive) complain(what string, err error) {
	if err != nil && r.ctx.Err() == nil {
		r.cfg.Logger.Warn(what, "err", err)
	}
}

// call runs f against the member's session for commit traffic.
func (r *drive) call(member inventory.MemberID, f func(context.Context, rpc.Component) error) error {
	caller, err := r.cfg.Members.Commitments(member)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.ctx, r.cfg.Limits.Prepare)
	defer cancel()
	return f(ctx, rpc.Component{Caller: caller})
}

// fence has the member hear the epoch, by aborting a transaction that nobody ever
// began, and report. A member that has heard a later one says so in its report.
func (r *drive) fence(e commit.Fence) commit.Event {
	err := r.call(e.Member, func(ctx context.Context, c rpc.Component) error {
		fence := rpc.Abort{Txn: fmt.Sprintf("fence-%d", e.Epoch), Epoch: e.Epoch}
		if err := c.Abort(ctx, fence); err != nil && !isRefusal(err) {
			return err
		}
		return r.cfg.Members.Report(ctx, e.Member)
	})
	r.complain("fence "+string(e.Member), err)
	return nil // the report comes by way of Drain
}

func (r *drive) prepare(e commit.Prepare) commit.Event {
	in, err := intent.Unmarshal([]byte(e.Intent.XML))
	if err == nil {
		err = r.call(e.Intent.Member, func(ctx context.Context, c rpc.Component) error {
			return c.Prepare(ctx, rpc.Prepare{Txn: e.Txn, Epoch: e.Stamp.Epoch, Revision: e.Stamp.Revision, Hash: e.Stamp.Hash, Intent: &in})
		})
	}
	return commit.Voted{Member: e.Intent.Member, Txn: e.Txn, Refusal: refusal(e.Intent.Member, err)}
}

// refusal turns the end of a prepare into a vote.
func refusal(member inventory.MemberID, err error) *commit.Refusal {
	if err == nil {
		return nil
	}
	no := &commit.Refusal{Member: member, Reason: err.Error()}
	if answer, ok := errors.AsType[netconf.RPCError](err); ok {
		no.Path, no.Reason = answer.Path, answer.Message
	} else if errors.Is(err, context.DeadlineExceeded) {
		no.Reason = "no answer to prepare in time"
	}
	return no
}

func isRefusal(err error) bool {
	_, ok := errors.AsType[netconf.RPCError](err)
	return ok
}

func (r *drive) commit(e commit.Commit) commit.Event {
	m := rpc.Commit{Txn: e.Txn, Epoch: e.Stamp.Epoch, Revision: e.Stamp.Revision, Hash: e.Stamp.Hash, Within: r.within(e.Confirm)}
	done := commit.Acked{Member: e.Member, Stamp: e.Stamp}
	if e.Whole {
		if m.Intent, done.Err = r.intent(e); done.Err != nil {
			return done
		}
	}
	done.Err = r.call(e.Member, func(ctx context.Context, c rpc.Component) error { return c.Commit(ctx, m) })
	if done.Err == nil {
		return done
	}
	answer, refused := errors.AsType[netconf.RPCError](done.Err)
	done.Lost = !refused
	done.NeedsIntent = refused && answer.Tag == rpc.TagNeedsIntent
	return done
}

// within is what is left of the time to confirm, in milliseconds: member and director
// need not agree on the time of day. A deadline that has passed leaves the least.
func (r *drive) within(c commit.Confirm) int64 {
	if !c.Waits() {
		return 0
	}
	return max(c.Deadline.Sub(r.cfg.Clock.Now()).Milliseconds(), 1)
}

func (r *drive) intent(e commit.Commit) (*intent.Intent, error) {
	ctx, cancel := context.WithTimeout(r.ctx, patience)
	defer cancel()
	stored, err := r.cfg.Intents.Intent(ctx, e.Member, e.Txn)
	if err != nil {
		return nil, err
	}
	in, err := intent.Unmarshal([]byte(stored.XML))
	if err != nil {
		return nil, err
	}
	return &in, nil
}

// abort tells once: a member that does not hear it tells at its next report what it
// holds.
func (r *drive) abort(e commit.Abort) commit.Event {
	err := r.call(e.Member, func(ctx context.Context, c rpc.Component) error {
		return c.Abort(ctx, rpc.Abort{Txn: e.Txn, Epoch: e.Epoch})
	})
	r.complain("abort at "+string(e.Member), err)
	return nil
}
