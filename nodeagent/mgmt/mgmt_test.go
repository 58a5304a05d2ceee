package mgmt

import (
	"context"
	"errors"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/fabricctl/speaker"
	"oneswitch/internal/clock"
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/dataplane/memory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/lldp"
	"oneswitch/nodeagent/netdev"
)

var rewrite = flag.Bool("rewrite", false, "write the real outputs into testdata")

// member plays the agent's loop: an engine on a memory plane and a disk that never
// fails, driven on the caller's goroutine.
type member struct {
	t      *testing.T
	clock  *clock.Manual
	engine *engine.Engine
	plane  *memory.Plane
	reply  error
	said   hello.Count // of the last hello that the engine sent
}

func (m *member) View(_ context.Context, f func(*engine.Engine, dataplane.Plane)) error {
	f(m.engine, m.plane)
	return nil
}

func (m *member) Decide(_ context.Context, r engine.Request) error {
	r.ID = 1 // 0 is nobody's
	m.step(r)
	return m.reply
}

func (m *member) Clear(_ context.Context, c engine.Clear) error {
	m.step(c)
	return nil
}

func (m *member) step(ev engine.Event) {
	m.t.Helper()
	for _, f := range m.engine.Step(m.clock.Now(), ev) {
		switch f := f.(type) {
		case engine.Apply:
			if err := m.plane.Apply(f.Delta); err != nil {
				m.t.Fatal(err)
			}
		case engine.WriteJournal:
			m.step(engine.Journaled{Seq: f.Seq})
		case engine.Reply:
			m.reply = f.Err
		case engine.Send:
			if h, err := hello.Open(f.Frame, hello.Key{7}); err == nil {
				m.said = h.Count
			}
		}
	}
}

// control plays the speaker.
type control struct{ now time.Time }

func (c control) Peers() []speaker.PeerStatus {
	since := c.now.Add(-26 * time.Hour)
	return []speaker.PeerStatus{
		{Peer: addr("128.0.128.6"), AS: 100, Established: true, State: "Established", Since: since, In: 1200, Out: 900, Tables: map[route.Family]speaker.TableCounts{
			route.EVPN: {Active: 1, Received: 1}, route.Targets: {Active: 0, Received: 2}, route.LinkState: {},
		}},
		{Peer: addr("128.0.128.8"), State: "Connect", Since: c.now.Add(-5 * time.Second), Flaps: 1},
	}
}

func (c control) Table(name string) []route.Entry {
	if name != route.EVPN.Table() {
		return nil
	}
	r := remote()
	attrs := route.Attrs{LocalPref: 100, Originator: r.NextHop, Extended: []uint64{uint64(route.DomainTarget(10)), 0x0600000000000001}}
	return []route.Entry{{Family: route.EVPN, Prefix: r.String(), Paths: []route.Path{
		{Route: r, Peer: addr("128.0.128.6"), Attrs: attrs, Received: c.now.Add(-90 * time.Second), Active: true},
		{Route: r, Peer: addr("128.0.128.8"), Attrs: attrs, Received: c.now.Add(-8 * 24 * time.Hour), Stale: true},
	}}}
}

// kernel plays the kernel's counters.
type kernel struct{}

func (kernel) Counters() (map[inventory.Port]netdev.Counters, error) {
	return map[inventory.Port]netdev.Counters{port("xe-0/0/0"): {InFrames: 12, InOctets: 1200, InErrors: 1, OutFrames: 7, OutOctets: 700, OutDrops: 2}}, nil
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

func port(s string) inventory.Port {
	p, err := inventory.ParsePort(s)
	if err != nil {
		panic(err)
	}
	return p
}

func remote() route.MAC {
	return route.MAC{Domain: 10, MAC: inventory.MAC{2, 0, 0, 0, 0, 0x52}, NextHop: addr("128.0.130.10"), PortLabel: 18, Seq: 3}
}

func wish() intent.Intent {
	return intent.Intent{
		Version: intent.Version, Member: "N0", Name: "Node0", Fabric: "oneswitch", Role: inventory.RoleNode, Device: 3, Aging: 300,
		Peers: []intent.Peer{
			{Member: "N0", Name: "Node0", Role: inventory.RoleNode, Device: 3, Address: addr("128.0.130.8")},
			{Member: "N1", Name: "Node1", Role: inventory.RoleNode, Device: 4, Address: addr("128.0.130.10")},
			{Member: "ICL", Name: "IC-Left", Role: inventory.RoleInterconnect, Device: 20, Address: addr("128.0.130.4")},
		},
		Domains: []intent.Domain{{ID: 1, Name: "default", Tag: 1}, {ID: 10, Name: "v10", Tag: 10}, {ID: 4096, Name: "lab"}},
		Ports: []intent.Port{
			{Port: port("xe-0/0/1"), Description: "to the hypervisor", MTU: 9216, Mode: intent.Trunk, Native: 1, Domains: []inventory.DomainID{10}},
			{Port: port("xe-0/0/2"), Mode: intent.Access, Domains: []inventory.DomainID{4096}, Disable: true},
			{Port: port("xe-0/0/3"), Mode: intent.NoMode},
		},
	}.Canonical()
}

func prepare(t *testing.T, in intent.Intent, revision uint64) rpc.Prepare {
	t.Helper()
	hash, err := in.Hash()
	if err != nil {
		t.Fatal(err)
	}
	return rpc.Prepare{Txn: "t1", Epoch: 1, Revision: revision, Hash: hash, Intent: &in}
}

// node is a node device in the middle of its life.
func node(t *testing.T) (*Mgmt, *member, *oper.Registry) {
	t.Helper()
	c := clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	m := &member{t: t, clock: c, plane: memory.New(c), engine: engine.New(engine.Config{
		Serial: "N0", Role: inventory.RoleNode, Address: addr("128.0.130.8"), Chassis: inventory.MAC{2, 0, 0, 0, 0, 9}, About: "oneswitch node-device", Key: hello.Key{7},
	})}
	face := New(Config{Serial: "N0", Role: inventory.RoleNode, Address: addr("128.0.130.8"), Member: m, Speaker: control{c.Now()}, Links: kernel{}, Clock: c})
	m.step(engine.Start{Tables: fib.NewTables()})
	for i, name := range []string{"xe-0/0/0", "xe-0/0/1", "xe-0/0/2", "xe-0/0/3", "fte-0/1/0"} {
		m.step(engine.PortChange{Port: port(name), Index: 10 + i, MAC: inventory.MAC{2, 0, 0, 0, 1, byte(i)}, Admin: i != 2, Carrier: i != 2, MTU: 1500})
	}
	m.step(engine.PortsListed{})
	in := wish()
	p := prepare(t, in, 7)
	if err := errors.Join(face.Prepare(t.Context(), p), face.Commit(t.Context(), rpc.Commit{Txn: p.Txn, Epoch: 1, Revision: 7, Hash: p.Hash})); err != nil {
		t.Fatal(err)
	}
	m.step(engine.Tick{})
	h, err := hello.Hello{Source: inventory.MAC{2, 0, 0, 0, 2, 1}, Serial: "ICL", Device: 20, Role: inventory.RoleInterconnect, Port: port("fte-0/0/3"), Heard: 3, Count: hello.Count{Life: 1, Number: 1}, Echo: m.said,
		Reach: []inventory.DeviceID{3, 4}}.Seal(hello.Key{7})
	if err != nil {
		t.Fatal(err)
	}
	m.step(engine.Frame{Port: port("fte-0/1/0"), Frame: h})
	pdu := lldp.PDU{Chassis: lldp.ID{Subtype: lldp.ChassisMAC, Value: "\x02\xaa\x00\x00\x00\x01"}, Port: lldp.ID{Subtype: lldp.PortInterface, Value: "eth0"}, TTL: 120, SystemName: "h1", SystemDescription: "Debian"}
	m.step(engine.Frame{Port: port("xe-0/0/0"), Frame: pdu.Marshal(lldp.MAC{2})})
	m.step(engine.Routes{Changed: []route.Route{remote()}})
	m.step(engine.Learned{Learn: fib.Learn{Port: 1, Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, 0, 1}}})
	m.step(engine.Learned{Learn: fib.Learn{Port: 2, Domain: 10, MAC: inventory.MAC{2, 0, 0, 0, 0, 2}}})
	face.rates.sample(c.Now(), map[inventory.Port]portCounters{port("xe-0/0/0"): {kernel: netdev.Counters{InFrames: 2, InOctets: 200}}})
	c.Advance(72 * time.Second)
	all, err := face.counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	face.rates.sample(c.Now(), all)
	m.step(engine.PortChange{Port: port("xe-0/0/3"), Index: 13, Admin: true, MTU: 1500})
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := oper.New(command.NewOperational(words, schema.ServedByNode))
	face.Register(r)
	return face, m, r
}

func TestScreens(t *testing.T) {
	t.Parallel()
	_, _, r := node(t)
	for _, line := range []string{
		"show interfaces terse", "show interfaces xe-0/0/0", "show interfaces xe-0/0/1 extensive", "show interfaces descriptions",
		"show interfaces fte-*", "show interfaces xe-0/0/9", "show vlans", "show vlans detail", "show vlans v10", "show vlans nosuch",
		"show ethernet-switching table", "show ethernet-switching table detail", "show ethernet-switching table interface xe-0/0/1.0",
		"show ethernet-switching interfaces", "show lldp", "show lldp neighbors", "show lldp neighbors interface xe-0/0/0",
		"show lldp local-information", "show lldp statistics", "show bgp summary fabric", "show route fabric table bgp.bridgevpn.0",
		"show route fabric detail", "show route fabric summary", "show fabric summary", "show fabric vlan-domain-map",
		"show chassis fabric device", "show chassis fabric connectivity", "show interfaces xe-0/0/0 brief", "show interfaces xe-0/0/3 media",
		"show interfaces xe-0/0/1 statistics", "show interfaces xe-0/0/1 detail", "show ethernet-switching interfaces detail",
		"show ethernet-switching interfaces summary", "show ethernet-switching table summary", "show ethernet-switching table sort-by tag",
		"show ethernet-switching table interface xe-0/0/9", "show ethernet-switching table vlan nosuch", "show route fabric table nosuch",
	} {
		for _, f := range []report.Format{report.FormatText, report.FormatXML, report.FormatJSON} {
			reply := r.Command(t.Context(), netconf.Peer{}, line, f)
			golden(t, strings.NewReplacer(" ", "-", "/", "-", "*", "all").Replace(line)+"."+string(f), reply)
		}
	}
}

func golden(t *testing.T, name string, reply netconf.Reply) {
	t.Helper()
	got, err := reply.Text()
	if err != nil || strings.HasSuffix(name, ".xml") {
		got = string(reply.Body)
	}
	for _, e := range reply.Errors {
		got += "error: " + e.Error() + "\n"
	}
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", name, got, want)
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	_, m, r := node(t)
	local := func() (n int) {
		for _, v := range m.engine.MACs() {
			if v.Device == 0 {
				n++
			}
		}
		return n
	}
	for _, step := range []struct {
		line string
		left int
	}{
		{"clear ethernet-switching table interface xe-0/0/3", 2},
		{"clear ethernet-switching table vlan v10", 1},
		{"clear ethernet-switching table mac 02:00:00:00:00:99", 1},
		{"clear ethernet-switching table", 0},
	} {
		reply := r.Command(t.Context(), netconf.Peer{}, step.line, report.FormatText)
		if len(reply.Errors) > 0 || local() != step.left {
			t.Errorf("%s: %d left, %v", step.line, local(), reply.Errors)
		}
	}
	if n := len(m.engine.MACs()); n != 1 {
		t.Errorf("%d addresses are left, want the remote one", n)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	face, _, _ := node(t)
	change := func(f func(*intent.Intent)) rpc.Prepare {
		in := wish()
		f(&in)
		return prepare(t, in, 8)
	}
	wrongHash := change(func(*intent.Intent) {})
	wrongHash.Hash = strings.Repeat("0", 64)
	for name, tc := range map[string]struct {
		prepare rpc.Prepare
		want    []string
	}{
		"no intent":    {rpc.Prepare{Txn: "t", Epoch: 1, Revision: 8, Hash: "x"}, []string{"no intent"}},
		"wrong hash":   {wrongHash, []string{"hash"}},
		"other member": {change(func(in *intent.Intent) { in.Member = "N9" }), []string{"is for node-device N9"}},
		"two reasons": {change(func(in *intent.Intent) {
			in.Ports = append(in.Ports, intent.Port{Port: port("fte-0/1/0"), Mode: intent.NoMode, Origin: "[edit interfaces Node0:fte-0/1/0]"})
			in.Ports[0].MTU, in.Ports[0].Origin = 64, "[edit interfaces Node0:xe-0/0/1]"
		}), []string{"[edit interfaces Node0:xe-0/0/1]: mtu 64", "[edit interfaces Node0:fte-0/1/0]: port fte-0/1/0 is a fabric link"}},
		"too many VLANs": {change(func(in *intent.Intent) {
			in.Domains = nil
			for i := range MaxDomains + 1 {
				in.Domains = append(in.Domains, intent.Domain{ID: inventory.DomainID(i + 1)})
			}
			in.Ports = nil
		}), []string{"4095 VLANs of 4094"}},
		"undefined domain": {change(func(in *intent.Intent) { in.Domains = in.Domains[:1] }), []string{"domain 10"}},
		"no device id":     {change(func(in *intent.Intent) { in.Device = 0 }), []string{"device id 0"}},
	} {
		err := face.Prepare(t.Context(), tc.prepare)
		if err == nil {
			t.Errorf("%s: was prepared", name)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %q in it", name, err, want)
			}
		}
	}
	id, err := face.Identity(t.Context())
	if err != nil || id.Prepared != nil || id.Running.Revision != 7 {
		t.Errorf("after all refusals: %+v, %v", id, err)
	}
}

func TestTransaction(t *testing.T) {
	t.Parallel()
	face, _, _ := node(t)
	in := wish()
	in.Aging = 60
	p := prepare(t, in, 8)
	err := face.Commit(t.Context(), rpc.Commit{Txn: "t8", Epoch: 1, Revision: 8, Hash: p.Hash})
	if e, ok := errors.AsType[netconf.RPCError](err); !ok || e.Tag != rpc.TagNeedsIntent {
		t.Errorf("a commit that was never prepared: %v", err)
	}
	if err := face.Prepare(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if id, err := face.Identity(t.Context()); err != nil || id.Prepared == nil || id.Prepared.Txn != p.Txn || id.Name != "Node0" {
		t.Errorf("prepared: %+v, %v", id, err)
	}
	if err := face.Abort(t.Context(), rpc.Abort{Txn: p.Txn, Epoch: 2}); err != nil {
		t.Fatal(err)
	}
	if err := face.Prepare(t.Context(), p); !errors.Is(err, txn.ErrStaleEpoch) {
		t.Errorf("a leader of an older epoch: %v", err)
	}
	// A member that missed the commit is sent the whole intent.
	if err := face.Commit(t.Context(), rpc.Commit{Txn: "t8", Epoch: 2, Revision: 8, Hash: p.Hash, Intent: &in}); err != nil {
		t.Fatal(err)
	}
	if id, err := face.Identity(t.Context()); err != nil || id.Running.Revision != 8 || id.Epoch != 2 || id.Prepared != nil {
		t.Errorf("caught up: %+v, %v", id, err)
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	face, _, _ := node(t)
	for _, tc := range []struct{ source, prefix, want string }{
		{"ports", "xe-0/0/1", "xe-0/0/1"}, {"units", "xe-0/0/0", "xe-0/0/0.0"}, {"vlans", "", "default lab v10"},
		{"nodes", "", "Node0 Node1"}, {"interconnects", "IC", "IC-Left"}, {"members", "No", "Node0 Node1"},
		{"tables", "bgp.b", "bgp.bridgevpn.0"}, {"nosuch", "", ""},
	} {
		names, err := face.Complete(t.Context(), tc.source, tc.prefix)
		var got []string
		for _, n := range names {
			got = append(got, n.Name)
		}
		if s := strings.Join(got, " "); err != nil || s != tc.want {
			t.Errorf("%s %q: %q, %v, want %q", tc.source, tc.prefix, s, err, tc.want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "xe-0/0/0", true}, {"xe-0/0/0", "xe-0/0/0", true}, {"xe-0/0/0.0", "xe-0/0/0", true}, {"xe-*", "xe-0/0/12", true},
		{"*fte*", "fte-0/1/0", true}, {"xe-0/0/[0-1]", "xe-0/0/1", true}, {"xe-0/0/[0-1]", "xe-0/0/2", false}, {"xe-0/0/1", "xe-0/0/12", false}, {"[", "xe-0/0/0", false},
	} {
		if got := matches(tc.pattern, tc.name); got != tc.want {
			t.Errorf("%q and %q: %v", tc.pattern, tc.name, got)
		}
	}
}
