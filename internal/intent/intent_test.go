package intent

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"oneswitch/inventory"
)

func port(n uint16) inventory.Port { return inventory.Port{Kind: inventory.KindXE, Num: n} }

func wish() Intent {
	return Intent{
		Member: "BBAK0372", Name: "Node0", Fabric: "oneswitch", Role: inventory.RoleNode, Device: 2, Group: "Node0", Aging: 300,
		Peers: []Peer{
			{Member: "F1052", Name: "IC-Left", Role: inventory.RoleInterconnect, Device: 1, Address: netip.MustParseAddr("128.0.130.4")},
			{Member: "BBAK0372", Name: "Node0", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.8")},
		},
		Domains: []Domain{{1, "default", 1}, {10, "v10", 10}, {20, "v20", 20}},
		Ports: []Port{
			{Port: port(0), Mode: Access, Domains: []inventory.DomainID{10}, Description: "rack 4 <left> & \"right\""},
			{Port: port(1), Mode: Trunk, Domains: []inventory.DomainID{10, 20}, Native: 1, MTU: 9192},
		},
	}
}

func TestRoundTripAndHash(t *testing.T) {
	t.Parallel()
	b, err := wish().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	back, err := Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.Marshal()
	if err != nil || string(again) != string(b) {
		t.Errorf("%v\n%s\nbecame\n%s", err, b, again)
	}
	first, err := wish().Hash()
	if err != nil {
		t.Fatal(err)
	}
	shuffled := wish()
	slices.Reverse(shuffled.Peers)
	slices.Reverse(shuffled.Domains)
	slices.Reverse(shuffled.Ports)
	slices.Reverse(shuffled.Ports[0].Domains)
	if h, err := shuffled.Hash(); err != nil || h != first {
		t.Errorf("the order of lists changes the hash: %v", err)
	}
	other := wish()
	other.Ports[0].Disable = true
	if h, err := other.Hash(); err != nil || h == first {
		t.Errorf("another wish has the same hash: %v", err)
	}
}

// Canonical must leave the lists of its receiver alone: intents are shared.
func TestCanonicalCopies(t *testing.T) {
	t.Parallel()
	in := wish()
	slices.Reverse(in.Ports)
	slices.Reverse(in.Ports[0].Domains)
	in.Canonical()
	if in.Ports[0].Port != port(1) || in.Ports[0].Domains[0] != 20 {
		t.Error("Canonical sorted the lists that it was given")
	}
}

func TestCheckNamesEveryContradiction(t *testing.T) {
	t.Parallel()
	in := wish()
	in.Member = ""
	in.Domains = append(in.Domains, Domain{ID: 0, Name: "zero"}, Domain{ID: 10, Name: "again"})
	in.Ports = append(in.Ports, Port{Port: port(0), Mode: Access},
		Port{Port: port(2), Mode: "odd"}, Port{Port: port(3), Mode: Trunk, Domains: []inventory.DomainID{30}})
	err := in.Check()
	if err == nil {
		t.Fatal("a contradictory intent was taken")
	}
	for _, want := range []string{"names no member", `"zero"`, "domain 10 stands twice", "port xe-0/0/0 stands twice",
		"access port xe-0/0/0 is in 0 domains", `mode "odd"`, "domain 30, which the intent does not define"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

func TestUnmarshalRefusesAnotherVersion(t *testing.T) {
	t.Parallel()
	b, err := wish().Marshal()
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(b), "<version>1</version>", "<version>2</version>", 1)
	if _, err := Unmarshal([]byte(newer)); err == nil || !strings.Contains(err.Error(), "version 2") {
		t.Errorf("a newer intent: %v", err)
	}
}

// What is taken from foreign bytes must be whole, and print to bytes that are taken
// again with the same hash.
func FuzzUnmarshal(f *testing.F) {
	b, err := wish().Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`<intent xmlns="urn:oneswitch:fabric:1"><version>1</version><member>x</member><role>node-device</role></intent>`))
	f.Add([]byte(`<intent xmlns="urn:oneswitch:fabric:1"><version>1</version><member>x</member><port><name>xe-0/0/0</name><mode>none</mode></port></intent>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := Unmarshal(b)
		if err != nil {
			return
		}
		if err := in.Check(); err != nil {
			t.Fatalf("taken and not whole: %v", err)
		}
		first, err := in.Marshal()
		if err != nil {
			return // a role or an address that XML carried and text does not: refused when it is sent
		}
		again, err := Unmarshal(first)
		if err != nil {
			t.Fatalf("%s\nis not taken back: %v", first, err)
		}
		second, err := again.Marshal()
		if err != nil || string(first) != string(second) {
			t.Fatalf("%v\n%s\nbecame\n%s", err, first, second)
		}
	})
}
