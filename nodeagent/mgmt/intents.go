package mgmt

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/rpc"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/fib"
)

// The limits of a member. They are checked when a leader prepares, so that a commit
// cannot fail for want of room (D1).
const (
	MinMTU     = 256  // octets with Ethernet header, as Junos counts
	MaxMTU     = 9216 // what a fabric link takes with its labels
	MaxDomains = 4094
	MaxPorts   = fib.MaxSlot
)

// Prepare checks an intent and votes: nil means that it is durable and can be
// carried out.
func (m *Mgmt) Prepare(ctx context.Context, p rpc.Prepare) error {
	if p.Intent == nil {
		return netconf.RPCError{Tag: "missing-element", BadElement: "intent", Message: "prepare carries no intent"}
	}
	stamp := intent.Stamp{Epoch: p.Epoch, Revision: p.Revision, Hash: p.Hash}
	return m.decide(ctx, engine.Request{Txn: txn.Request{Verb: txn.Prepare, Txn: p.Txn, Stamp: stamp}}, p.Intent)
}

// Commit carries out a decided transaction, for good or until it is not confirmed.
func (m *Mgmt) Commit(ctx context.Context, c rpc.Commit) error {
	stamp := intent.Stamp{Epoch: c.Epoch, Revision: c.Revision, Hash: c.Hash}
	within := time.Duration(c.Within) * time.Millisecond
	return m.decide(ctx, engine.Request{Txn: txn.Request{Verb: txn.Commit, Txn: c.Txn, Stamp: stamp}, Within: within}, c.Intent)
}

// Abort forgets a transaction.
func (m *Mgmt) Abort(ctx context.Context, a rpc.Abort) error {
	return m.decide(ctx, engine.Request{Txn: txn.Request{Verb: txn.Abort, Txn: a.Txn, Stamp: intent.Stamp{Epoch: a.Epoch}}}, nil)
}

func (m *Mgmt) decide(ctx context.Context, r engine.Request, in *intent.Intent) error {
	if in != nil {
		if err := m.check(*in, r.Txn.Stamp.Hash); err != nil {
			return err
		}
		whole := in.Canonical()
		r.Intent, r.Txn.Intent = &whole, true
	}
	err := m.cfg.Member.Decide(ctx, r)
	if errors.Is(err, txn.ErrNeedsIntent) {
		return netconf.RPCError{Tag: rpc.TagNeedsIntent, Message: err.Error()}
	}
	return err
}

// check reports every reason why this member cannot carry the intent out.
func (m *Mgmt) check(in intent.Intent, hash string) error {
	var errs []error
	bad := func(path, format string, args ...any) {
		errs = append(errs, netconf.RPCError{Type: "application", Tag: "invalid-value", Path: path, Message: fmt.Sprintf(format, args...)})
	}
	if got, err := in.Hash(); err != nil || got != hash {
		bad("", "the intent has the hash %.12s, the request says %.12s", got, hash)
	}
	if in.Version > intent.Version {
		bad("", "the intent is of version %d, this member understands 1..%d", in.Version, intent.Version)
	}
	if err := in.Check(); err != nil {
		bad("", "%v", err)
	}
	if in.Member != m.cfg.Serial || in.Role != m.cfg.Role {
		bad("", "the intent is for %s %s, this is %s %s", in.Role, in.Member, m.cfg.Role, m.cfg.Serial)
	}
	if in.Device == 0 || in.Device > inventory.MaxDeviceID {
		bad("", "device id %d is not in 1..%d", in.Device, inventory.MaxDeviceID)
	}
	if n := len(in.Domains); n > MaxDomains {
		bad("", "%d VLANs of %d", n, MaxDomains)
	}
	if n := len(in.Ports); n > MaxPorts {
		bad("", "%d ports of %d", n, MaxPorts)
	}
	for _, p := range in.Ports {
		switch {
		case p.Port.IsFabric():
			bad(p.Origin, "port %s is a fabric link and cannot be configured", p.Port)
		case m.cfg.Role != inventory.RoleNode:
			bad(p.Origin, "port %s: an interconnect device has no access ports", p.Port)
		}
		if p.MTU != 0 && (p.MTU < MinMTU || p.MTU > MaxMTU) {
			bad(p.Origin, "mtu %d of port %s is not in %d..%d", p.MTU, p.Port, MinMTU, MaxMTU)
		}
	}
	return errors.Join(errs...)
}
