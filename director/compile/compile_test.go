package compile_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oneswitch/director/compile"
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// lab is the inventory of the tests: two nodes, one interconnect, one fabric
// control, and one node that has not enrolled yet.
func lab() inventory.Snapshot {
	return inventory.NewSnapshot([]inventory.Member{
		{ID: "P1377-C", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8")},
		{ID: "BBAK0372", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.10")},
		{ID: "F1052", Role: inventory.RoleInterconnect, Device: 3, Address: netip.MustParseAddr("128.0.130.4")},
		{ID: "FC-0", Role: inventory.RoleFabricControl, Device: 4, Address: netip.MustParseAddr("128.0.128.6")},
		{ID: "BBAK9999", Role: inventory.RoleNode},
	}, map[string]inventory.DomainID{"untagged": 4096})
}

func port(t testing.TB, name string) inventory.Interface {
	t.Helper()
	i, err := inventory.ParseInterface(name)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func configured(t testing.TB) settings.Settings {
	return settings.Settings{
		HostName: "oneswitch",
		Aging:    300 * time.Second,
		Aliases: []settings.Alias{
			{Role: inventory.RoleNode, Member: "P1377-C", Name: "Node0"},
			{Role: inventory.RoleNode, Member: "UNSEEN", Name: "Node7"},
			{Role: inventory.RoleInterconnect, Member: "F1052", Name: "IC-Left"},
		},
		Groups: []settings.NodeGroup{{Name: "RSNG01", Members: []string{"Node0", "BBAK0372"}}},
		VLANs: []settings.VLAN{
			{Name: "default", ID: 1, Path: "vlans default"},
			{Name: "untagged", Path: "vlans untagged"},
			{Name: "v10", ID: 10, Path: "vlans v10"},
			{Name: "v20", ID: 20, Path: "vlans v20"},
		},
		Interfaces: []settings.Interface{
			{Name: port(t, "Node0:xe-0/0/1"), Mode: settings.Access, VLANs: []string{"v10"}, Path: "interfaces Node0:xe-0/0/1", Description: "web", MTU: 9192},
			{Name: port(t, "BBAK0372:xe-0/0/0"), Mode: settings.Trunk, VLANs: []string{"v10", "untagged"}, Native: "v20", Path: "interfaces BBAK0372:xe-0/0/0"},
			{Name: port(t, "Node7:xe-0/0/1"), Mode: settings.Access, VLANs: []string{"v20"}, Path: "interfaces Node7:xe-0/0/1"},
		},
	}
}

func TestNodeGetsItsPortsDomainsAndPeers(t *testing.T) {
	t.Parallel()
	got, problems := compile.Compile(configured(t), lab())
	if len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
	want := intent.Intent{
		Member: "BBAK0372", Name: "BBAK0372", Fabric: "oneswitch", Role: inventory.RoleNode, Device: 2, Group: "RSNG01", Aging: 300,
		Peers: []intent.Peer{
			{Member: "P1377-C", Name: "Node0", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8")},
			{Member: "BBAK0372", Name: "BBAK0372", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.10")},
			{Member: "F1052", Name: "IC-Left", Role: inventory.RoleInterconnect, Device: 3, Address: netip.MustParseAddr("128.0.130.4")},
		},
		Domains: []intent.Domain{{ID: 1, Name: "default", Tag: 1}, {ID: 10, Name: "v10", Tag: 10}, {ID: 20, Name: "v20", Tag: 20}, {ID: 4096, Name: "untagged"}},
		Ports: []intent.Port{{Port: port(t, "x:xe-0/0/0").Port, Mode: intent.Trunk, Native: 20, Domains: []inventory.DomainID{10, 4096},
			Origin: "interfaces BBAK0372:xe-0/0/0"}},
	}.Canonical()
	if diff := cmp.Diff(want, got["BBAK0372"], cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("intent of BBAK0372 (-want +got):\n%s", diff)
	}
	if len(got) != 3 {
		t.Errorf("%d intents, want those of two nodes and one interconnect", len(got))
	}
	ic := got["F1052"]
	if ic.Name != "IC-Left" || ic.Group != "" || len(ic.Ports) != 0 || len(ic.Domains) != 0 || len(ic.Peers) != 3 {
		t.Errorf("intent of the interconnect = %+v", ic)
	}
}

func TestProblemsNameTheStatement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*settings.Settings)
		want   compile.Problem
	}{
		{"vlan without a number", func(s *settings.Settings) {
			s.VLANs = append(s.VLANs, settings.VLAN{Name: "new", Path: "vlans new"})
		}, compile.Problem{Path: "vlans new", Text: "vlan new has no number yet"}},
		{"two vlans, one id", func(s *settings.Settings) {
			s.VLANs = append(s.VLANs, settings.VLAN{Name: "w10", ID: 10, Path: "vlans w10"})
		}, compile.Problem{Path: "vlans w10", Text: "vlan-id 10 is that of vlan v10"}},
		{"unknown vlan on a port", func(s *settings.Settings) { s.Interfaces[0].VLANs = []string{"v99"} },
			compile.Problem{Path: "interfaces Node0:xe-0/0/1", Text: "vlan v99 is not defined"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := configured(t)
			c.change(&s)
			_, problems := compile.Compile(s, lab())
			if len(problems) == 0 || problems[0] != c.want {
				t.Errorf("problems = %v, want first %v", problems, c.want)
			}
		})
	}
}

func TestUnnumberedNamesWhatMustBeGivenANumber(t *testing.T) {
	t.Parallel()
	s := configured(t)
	s.VLANs = append(s.VLANs, settings.VLAN{Name: "new"}, settings.VLAN{Name: "default"})
	if diff := cmp.Diff([]string{"new"}, compile.Unnumbered(s, lab())); diff != "" {
		t.Errorf("Unnumbered (-want +got):\n%s", diff)
	}
}

func TestDefaultVLANIsAlwaysDomainOne(t *testing.T) {
	t.Parallel()
	for _, id := range []inventory.VLANID{0, 1, 77} {
		s := configured(t)
		s.VLANs[0].ID = id
		got, problems := compile.Compile(s, lab())
		if len(problems) != 0 || got["P1377-C"].Domains[0] != (intent.Domain{ID: 1, Name: "default", Tag: id}) {
			t.Errorf("vlan-id %d: domains %v, problems %v", id, got["P1377-C"].Domains, problems)
		}
	}
}

// TestEditsOfOnePortTouchOneMember is the monotony that lets a commit speak to the
// touched members alone.
func TestEditsOfOnePortTouchOneMember(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := configured(t)
		before, _ := compile.Compile(s, lab())
		i := &s.Interfaces[0]
		i.Description = rapid.StringMatching(`[a-z]{0,8}`).Draw(rt, "description")
		i.Disable = rapid.Bool().Draw(rt, "disable")
		i.MTU = rapid.Uint16().Draw(rt, "mtu")
		i.VLANs = []string{rapid.SampledFrom([]string{"default", "v10", "v20", "untagged"}).Draw(rt, "vlan")}
		after, problems := compile.Compile(s, lab())
		if len(problems) > 0 {
			rt.Fatalf("problems: %v", problems)
		}
		for id := range before {
			a, _ := before[id].Hash()
			b, err := after[id].Hash()
			if err != nil {
				rt.Fatal(err)
			}
			if id != "P1377-C" && a != b {
				rt.Fatalf("an edit of Node0:xe-0/0/1 changed the intent of %s", id)
			}
			if err := after[id].Check(); err != nil {
				rt.Fatal(err)
			}
			for _, p := range after[id].Ports {
				if p.Origin == "" {
					rt.Fatalf("port %s of %s has no origin", p.Port, id)
				}
			}
		}
	})
}

func TestOrderOfSettingsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		s := configured(t)
		want, _ := compile.Compile(s, lab())
		s.Interfaces = rapid.Permutation(s.Interfaces).Draw(rt, "interfaces")
		s.VLANs = rapid.Permutation(s.VLANs).Draw(rt, "vlans")
		s.Aliases = rapid.Permutation(s.Aliases).Draw(rt, "aliases")
		got, _ := compile.Compile(s, lab())
		for id := range want {
			a, _ := want[id].Hash()
			if b, _ := got[id].Hash(); a != b {
				rt.Fatalf("intent of %s depends on the order of the settings", id)
			}
		}
	})
}
