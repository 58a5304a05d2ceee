package fleet_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

// fake is a member that speaks the real protocols and runs txn.Step on a journal in
// memory. It calls home to every director, again and again while it is switched on.
type fake struct {
	serial inventory.MemberID
	role   inventory.Role
	key    sshnet.Key
	fabric sshnet.PublicKey

	mu     sync.Mutex // guards the group below
	state  txn.State
	refuse error         // answer to prepare
	hang   chan struct{} // prepare answers when it is closed; nil: at once
	slow   chan struct{} // complete answers when it is closed
	calls  map[string]int
}

func newFake(t testing.TB, serial string, fabric sshnet.PublicKey) *fake {
	t.Helper()
	key, err := sshnet.LoadOrCreateKey(filepath.Join(t.TempDir(), "host"))
	check(t, err)
	return &fake{serial: inventory.MemberID(serial), role: inventory.RoleNode, key: key, fabric: fabric, calls: map[string]int{}}
}

// on switches the member on until the test ends or off is called.
func (f *fake) on(t testing.TB, directors ...net.Addr) (off func()) {
	t.Helper()
	server, err := sshnet.NewServer(sshnet.Config{
		HostKeys:  []sshnet.Key{f.key},
		PublicKey: func(l sshnet.Login, k sshnet.PublicKey) bool { return l.User == rpc.User && k == f.fabric },
		Log:       slog.New(slog.DiscardHandler),
		Serve: func(ctx context.Context, s *sshnet.Session) {
			_ = netconftest.NewServer(f.dispatch).Serve(ctx, s, netconf.Peer{User: s.User(), Via: "callhome"})
		},
	})
	check(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var homes sync.WaitGroup
	for _, d := range directors {
		homes.Go(func() {
			for ctx.Err() == nil {
				if conn, err := (&net.Dialer{}).DialContext(ctx, d.Network(), d.String()); err == nil {
					_ = server.ServeConn(ctx, conn)
				}
				select {
				case <-ctx.Done():
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
	}
	off = func() {
		cancel()
		homes.Wait()
	}
	t.Cleanup(off)
	return off
}

// with changes or reads what the lock guards.
func (f *fake) with(do func(f *fake)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(f)
}

func (f *fake) journal() (s txn.State) {
	f.with(func(f *fake) { s = f.state })
	return s
}

func (f *fake) dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	var hang, slow chan struct{}
	f.with(func(f *fake) {
		f.calls[op.Name.Local]++
		hang, slow = f.hang, f.slow
	})
	switch op.Name.Local {
	case "identity":
		return f.identity()
	case "prepare":
		var p rpc.Prepare
		if err := xml.Unmarshal(op.XML, &p); err != nil {
			return netconf.Fail(err)
		}
		await(ctx, hang)
		return f.step(txn.Request{Verb: txn.Prepare, Txn: p.Txn, Stamp: intent.Stamp{Epoch: p.Epoch, Revision: p.Revision, Hash: p.Hash}, Intent: whole(p.Intent, p.Hash)})
	case "commit":
		var c rpc.Commit
		if err := xml.Unmarshal(op.XML, &c); err != nil {
			return netconf.Fail(err)
		}
		return f.step(txn.Request{Verb: txn.Commit, Txn: c.Txn, Stamp: intent.Stamp{Epoch: c.Epoch, Revision: c.Revision, Hash: c.Hash}, Intent: whole(c.Intent, c.Hash)})
	case "abort":
		var a rpc.Abort
		if err := xml.Unmarshal(op.XML, &a); err != nil {
			return netconf.Fail(err)
		}
		return f.step(txn.Request{Verb: txn.Abort, Txn: a.Txn, Stamp: intent.Stamp{Epoch: a.Epoch}})
	case "complete":
		await(ctx, slow)
		return netconf.Reply{Body: []byte("<name>" + string(f.serial) + "</name>")}
	}
	return netconf.Fail(fmt.Errorf("no such operation: %s", op.Name.Local))
}

func await(ctx context.Context, gate chan struct{}) {
	if gate == nil {
		return
	}
	select {
	case <-gate:
	case <-ctx.Done():
	}
}

func whole(in *intent.Intent, hash string) bool {
	if in == nil {
		return false
	}
	h, err := in.Hash()
	return err == nil && h == hash
}

func (f *fake) step(r txn.Request) netconf.Reply {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Verb == txn.Prepare && f.refuse != nil {
		return netconf.Fail(f.refuse)
	}
	next, _, err := txn.Step(f.state, r)
	f.state = next
	if errors.Is(err, txn.ErrNeedsIntent) {
		return netconf.Fail(netconf.RPCError{Severity: netconf.SeverityError, Tag: rpc.TagNeedsIntent, Message: err.Error()})
	}
	if err != nil {
		return netconf.Fail(err)
	}
	return netconf.Done()
}

func (f *fake) identity() netconf.Reply {
	s := f.journal()
	id := rpc.Identity{Serial: f.serial, Name: string(f.serial), Role: f.role, Model: "fake", Address: netip.MustParseAddr("128.0.130.8"), Epoch: s.Epoch, Running: s.Running}
	if s.Held.Txn != "" {
		id.Prepared = &rpc.PreparedTxn{Txn: s.Held.Txn, Stamp: s.Held.Stamp}
	}
	body, err := xml.Marshal(id)
	if err != nil {
		return netconf.Fail(err)
	}
	return netconf.Reply{Body: body}
}
