package rpc_test

import (
	"context"
	"encoding/xml"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/intent"
	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
	"oneswitch/inventory"
)

func member() *intent.Intent {
	in := intent.Intent{
		Member: "BBAK0001", Name: "Node0", Fabric: "oneswitch", Role: inventory.RoleNode, Device: 1, Aging: 300,
		Domains: []intent.Domain{{ID: 10, Name: "v10", Tag: 10}},
		Ports: []intent.Port{{Port: inventory.Port{Kind: inventory.KindXE, Num: 7}, Mode: intent.Access,
			Domains: []inventory.DomainID{10}, Origin: "interfaces Node0:xe-0/0/7", Description: "a <b> & c"}},
		Peers: []intent.Peer{{Member: "BBAK0001", Name: "Node0", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8")}},
	}.Canonical()
	return &in
}

func text(s string) *string { return &s }

// What a caller marshals, the callee reads back to an equal value.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, want := range []any{
		&rpc.Identity{Serial: "BBAK0001", Name: "Node0", Role: inventory.RoleNode, Version: "1", Address: netip.MustParseAddr("128.0.130.8"),
			Started: 1e18, Epoch: 3, Running: intent.Stamp{Epoch: 2, Revision: 7, Hash: "ab"},
			Prepared: &rpc.PreparedTxn{Txn: "t1", Stamp: intent.Stamp{Epoch: 3, Revision: 8, Hash: "cd"}}},
		&rpc.Prepare{Txn: "t1", Epoch: 3, Revision: 8, Hash: "cd", Intent: member()},
		&rpc.Commit{Txn: "t1", Epoch: 3, Revision: 8, Hash: "cd"},
		&rpc.Commit{Txn: "t1", Epoch: 3, Revision: 8, Hash: "cd", Intent: member()},
		&rpc.Abort{Txn: "t1", Epoch: 3},
		&rpc.Command{Format: "text", Line: `show vlans | match "a<b>"`},
		&rpc.Output{Text: "a\n  b & <c>\n"},
		&rpc.Complete{Source: "ports", Prefix: "Node0:"},
		&rpc.Complete{Source: rpc.SourceCandidate, Path: "interfaces Node0:xe-0/0/7 unit", Prefix: "0"},
		&rpc.ComponentRPC{Component: "Node0", RPC: []byte(`<get-vlan-information><vlan-name>v10</vlan-name></get-vlan-information>`)},
		&rpc.GetConfiguration{Format: "text", Database: rpc.Candidate, Compare: "rollback", Rollback: "0", Filter: &rpc.Subtree{Inner: []byte("<vlans/>")}},
		&rpc.LoadConfiguration{Action: "set", Format: "text", Set: text("set vlans v10 vlan-id 10\n"), Path: "vlans"},
		&rpc.LoadConfiguration{Config: &rpc.Subtree{Inner: []byte(`<vlans><vlan delete="delete"><name>v10</name></vlan></vlans>`)}},
		&rpc.CommitConfiguration{Check: &rpc.Empty{}, Confirmed: &rpc.Empty{}, ConfirmTimeout: "5", Log: "why"},
		&rpc.OpenConfiguration{Private: &rpc.Empty{}},
		&rpc.LockConfiguration{}, &rpc.UnlockConfiguration{}, &rpc.CloseConfiguration{},
	} {
		b, err := xml.Marshal(want)
		if err != nil {
			t.Errorf("%T: %v", want, err)
			continue
		}
		got := fresh(want)
		if err := xml.Unmarshal(b, got); err != nil {
			t.Errorf("%s: %v", b, err)
			continue
		}
		names := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().Type() == cmpName }, cmp.Ignore())
		if diff := cmp.Diff(want, got, names, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b, diff)
		}
	}
}

func TestComponentRPCRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"<component-rpc><component>a</component></component-rpc>",
		"<component-rpc><component>a</component><x/><y/></component-rpc>",
	} {
		var c rpc.ComponentRPC
		if err := xml.Unmarshal([]byte(bad), &c); err == nil {
			t.Errorf("%s read as %+v", bad, c)
		}
	}
}

// component answers as a member does.
func component(_ context.Context, op netconf.Operation) netconf.Reply {
	body := func(v any) netconf.Reply {
		b, err := xml.Marshal(v)
		if err != nil {
			return netconf.Fail(err)
		}
		return netconf.Reply{Body: b}
	}
	switch op.Name.Local {
	case "identity":
		return body(rpc.Identity{Serial: "S1", Role: inventory.RoleNode, Address: netip.MustParseAddr("128.0.130.8"), Epoch: 4})
	case "prepare":
		return netconf.Fail(netconf.RPCError{Path: "[edit interfaces Node0:xe-0/0/9]", Message: "no such port"})
	case "commit", "abort":
		return netconf.Done()
	case "complete":
		return body(rpc.Completions{Names: []rpc.Name{{Name: "v10", Help: "R&D\tof <Zürich>"}, {Name: "v20"}}})
	case "component-rpc":
		var c rpc.ComponentRPC
		if err := xml.Unmarshal(op.XML, &c); err != nil {
			return netconf.Fail(err)
		}
		return netconf.Reply{Body: []byte("<relayed>" + c.Component + " " + string(c.RPC) + "</relayed>")}
	case "command":
		switch op.Attr("format") {
		case "xml":
			return netconf.Reply{Body: []byte("<a><b>Zürich</b></a>")}
		case "json":
			return netconf.Reply{Body: []byte(`{"a" : [{"data" : "1 &lt; 2"}]}`)}
		}
		return netconf.Reply{Body: netconf.TextElement("output", "Name <x>\nZürich\n")}
	}
	return netconf.Reply{}
}

func TestComponent(t *testing.T) {
	t.Parallel()
	c := rpc.Component{Caller: netconftest.NewClient(t, component)}
	ctx := t.Context()
	if id, err := c.Identity(ctx); err != nil || id.Serial != "S1" || id.Epoch != 4 {
		t.Errorf("identity %+v, %v", id, err)
	}
	err := c.Prepare(ctx, rpc.Prepare{Txn: "t", Epoch: 1, Revision: 1, Hash: "x", Intent: member()})
	if e, ok := errors.AsType[netconf.RPCError](err); !ok || e.Message != "no such port" || e.Path != "[edit interfaces Node0:xe-0/0/9]" {
		t.Errorf("prepare: %v", err)
	}
	if err := c.Commit(ctx, rpc.Commit{Txn: "t"}); err != nil {
		t.Error(err)
	}
	if err := c.Abort(ctx, rpc.Abort{Txn: "t"}); err != nil {
		t.Error(err)
	}
	want := []rpc.Name{{Name: "v10", Help: "R&D of <Zürich>"}, {Name: "v20"}}
	if names, err := c.Entries(ctx, rpc.SourceCommitted, "vlans", "v"); err != nil || !slices.Equal(names, want) {
		t.Errorf("entries %v, %v", names, err)
	}
	if names, err := c.Complete(ctx, "vlans", "v"); err != nil || !slices.Equal(names, want) {
		t.Errorf("complete %v, %v", names, err)
	}
	for format, want := range map[string]string{
		"text": "Name <x>\nZürich\n",
		"xml":  "<a>\n    <b>Zürich</b>\n</a>\n",
		"json": `{"a" : [{"data" : "1 < 2"}]}`,
	} {
		if got, err := c.Command(ctx, "show x", format); err != nil || got != want {
			t.Errorf("%s: %q, %v", format, got, err)
		}
	}
	relay := rpc.Relay{Director: c, Component: "Node0"}
	if r, err := relay.Call(ctx, []byte("<get-x><y/></get-x>")); err != nil || !strings.Contains(string(r.Body), "Node0 <get-x><y/></get-x>") {
		t.Errorf("relay %s, %v", r.Body, err)
	}
}
