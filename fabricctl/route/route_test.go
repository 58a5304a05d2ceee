package route

import (
	"bytes"
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/inventory"
)

func address(t *rapid.T, label string) netip.Addr {
	return netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, label)))
}

func domain(t *rapid.T) inventory.DomainID {
	return inventory.DomainID(rapid.Uint32Range(1, uint32(inventory.MaxDomainID)).Draw(t, "domain"))
}

func label(t *rapid.T) inventory.Label {
	return inventory.Label(rapid.Uint32Range(0, 1<<20-1).Draw(t, "label"))
}

func anyMAC(t *rapid.T) MAC {
	m := MAC{
		Domain:    domain(t),
		MAC:       inventory.MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac")),
		NextHop:   address(t, "next hop"),
		PortLabel: label(t),
		Seq:       rapid.Uint32().Draw(t, "seq"),
		Sticky:    rapid.Bool().Draw(t, "sticky"),
	}
	m.MAC[0] &^= 1
	switch rapid.IntRange(0, 2).Draw(t, "family") {
	case 1:
		m.IP = address(t, "ip")
	case 2:
		m.IP = netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "ip6")))
	}
	return m
}

func anyRoute(t *rapid.T) Route {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return Flood{Domain: domain(t), NextHop: address(t, "next hop"), TreeLabel: label(t)}
	case 1:
		return Link{
			NextHop: address(t, "next hop"),
			Device:  inventory.DeviceID(rapid.Uint32().Draw(t, "device")),
			Peer:    inventory.DeviceID(rapid.Uint32().Draw(t, "peer")),
			Port: inventory.Port{
				Kind: rapid.SampledFrom([]inventory.PortKind{inventory.KindFTE, inventory.KindXE, inventory.KindET}).Draw(t, "port kind"),
				FPC:  rapid.Uint8().Draw(t, "fpc"), PIC: rapid.Uint8().Draw(t, "pic"), Num: rapid.Uint16().Draw(t, "num"),
			},
		}
	case 2:
		m := Membership{AS: rapid.Uint32().Draw(t, "as"), Target: Target(rapid.Uint64().Draw(t, "target")), Len: 96}
		if rapid.Bool().Draw(t, "all") {
			return Membership{}
		}
		return m
	}
	return anyMAC(t)
}

// TestRoundTrip: what is encoded is decoded to the same route, with the same key,
// and stands alone between other NLRIs.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := anyRoute(t)
		nlri := AppendNLRI(nil, r)
		first, rest, err := NextNLRI(r.Family(), append(bytes.Clone(nlri), 9, 9))
		if err != nil || !bytes.Equal(first, nlri) || len(rest) != 2 {
			t.Fatalf("split: %x, %x, %v", first, rest, err)
		}
		at, err := ParseAttrs(AppendAttrs(nil, r))
		if err != nil {
			t.Fatal(err)
		}
		switch r := r.(type) {
		case MAC:
			at.NextHop = r.NextHop
		case Flood:
			at.NextHop = r.NextHop
		}
		back, err := Decode(r.Family(), nlri, at)
		if err != nil || back != r {
			t.Fatalf("%+v became %+v, %v", r, back, err)
		}
		if k, err := KeyOf(r.Family(), nlri); err != nil || k != r.Key() {
			t.Fatalf("key %x, want %x, %v", k, r.Key(), err)
		}
		if at.LocalPref != DefaultLocalPref || at.ASPathLen != 0 {
			t.Fatalf("%+v", at)
		}
	})
}

// TestKeys: what RFC 7432 section 7.2 leaves out of the key does not change it,
// and everything else does.
func TestKeys(t *testing.T) {
	t.Parallel()
	m := MAC{Domain: 10, MAC: inventory.MAC{2, 0, 0, 0, 0, 1}, NextHop: netip.MustParseAddr("128.0.130.8"), PortLabel: 20}
	same := m
	same.PortLabel, same.Seq, same.Sticky = 21, 4, true
	if m.Key() != same.Key() {
		t.Error("label or mobility changes the key")
	}
	for name, change := range map[string]func(*MAC){
		"domain":   func(m *MAC) { m.Domain = 11 },
		"MAC":      func(m *MAC) { m.MAC[5] = 2 },
		"next hop": func(m *MAC) { m.NextHop = netip.MustParseAddr("128.0.130.9") },
		"IP":       func(m *MAC) { m.IP = netip.MustParseAddr("0.0.0.0") },
	} {
		other := m
		change(&other)
		if m.Key() == other.Key() {
			t.Errorf("%s does not change the key", name)
		}
	}
	if (Flood{Domain: 10, NextHop: m.NextHop}).Key() == m.Key() {
		t.Error("a flood has the key of a MAC")
	}
}

func TestStrings(t *testing.T) {
	t.Parallel()
	hop := netip.MustParseAddr("128.0.130.8")
	for _, c := range []struct{ got, want string }{
		{MAC{Domain: 5, MAC: inventory.MAC{0, 0x13, 0xdc, 0, 0x72, 1}, NextHop: hop}.String(), "128.0.130.8:1:5.00:13:dc:00:72:01/144"},
		{MAC{Domain: 5, NextHop: hop, IP: netip.MustParseAddr("192.0.2.1")}.String(), "128.0.130.8:1:5.00:00:00:00:00:00.192.0.2.1/144"},
		{Membership{}.String(), "0:0:0/0"},
		{DomainTarget(1).String(), "target:65534:33554433(L2:1)"},
		{FabricTarget().String(), "target:65534:16777216(fabric)"},
		{TreeTarget().String(), "target:65534:50331648(trees)"},
		{Target(0x0002_0064_00000007).String(), "target:100:7"},
		{Target(0x0102_01020304_0007).String(), "target:1.2.3.4:7"},
		{Target(0x0202_00010000_0007).String(), "target:65536L:7"},
		{Target(0x0300_00010000_0007).String(), "target:0x0300000100000007"},
		{AllTargets.String(), "target:all"},
		{EVPN.String() + " " + LinkState.String() + " " + Targets.String(), "bgp.bridgevpn.0 bgp.fabricvpn.0 bgp.rtarget.0"},
		{NewFamily(1, 1).Table(), "bgp.1-1.0"},
		{Prefix(EVPN, []byte{5, 2, 0xab, 0xcd}, nil), "5:abcd/16"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	for _, f := range Families() {
		if got, err := ParseTable(f.Table()); err != nil || got != f {
			t.Errorf("%v: %v, %v", f, got, err)
		}
	}
	if _, err := ParseTable("inet.0"); err == nil {
		t.Error("inet.0 is a table of the fabric")
	}
}

func TestBetter(t *testing.T) {
	t.Parallel()
	low := MAC{NextHop: netip.MustParseAddr("10.0.0.1")}
	high, moved, pinned := low, low, low
	high.NextHop = netip.MustParseAddr("10.0.0.9")
	moved.NextHop, moved.Seq = high.NextHop, 1
	pinned.NextHop, pinned.Sticky = high.NextHop, true
	for _, c := range []struct{ better, worse MAC }{{low, high}, {moved, low}, {pinned, low}, {pinned, moved}} {
		if Better(c.better, c.worse) >= 0 || Better(c.worse, c.better) <= 0 {
			t.Errorf("%+v is not better than %+v", c.better, c.worse)
		}
	}
	if Better(low, low) != 0 {
		t.Error("a route is better than itself")
	}
}

// TestBetterIsAnOrder: the choice does not depend on the order of arrival.
func TestBetterIsAnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyMAC(t), anyMAC(t), anyMAC(t)
		if Better(a, b) != -Better(b, a) {
			t.Fatal("not antisymmetric")
		}
		if Better(a, b) <= 0 && Better(b, c) <= 0 && Better(a, c) > 0 {
			t.Fatal("not transitive")
		}
	})
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	mac := AppendNLRI(nil, MAC{Domain: 1, NextHop: netip.MustParseAddr("10.0.0.1")})
	edit := func(i int, v byte) []byte {
		b := bytes.Clone(mac)
		b[i] = v
		return b
	}
	for _, c := range []struct {
		name string
		f    Family
		nlri []byte
	}{
		{"unknown EVPN type", EVPN, edit(0, 99)},
		{"length of another", EVPN, edit(1, 32)},
		{"MAC of 40 bits", EVPN, edit(24, 40)},
		{"address of 31 bits", EVPN, edit(31, 31)},
		{"address that is not there", EVPN, edit(31, 32)},
		{"group address", EVPN, edit(25, 1)},
		{"empty", EVPN, []byte{2, 0}},
		{"discovery too short", EVPN, append([]byte{1, 24}, make([]byte, 24)...)},
		{"flood with odd address", EVPN, append([]byte{3, 13}, make([]byte, 13)...)},
		{"segment with odd address", EVPN, append([]byte{4, 19}, make([]byte, 19)...)},
		{"prefix of 33 bits", EVPN, append(append([]byte{5, 34}, make([]byte, 22)...), append([]byte{33}, make([]byte, 11)...)...)},
		{"membership of 8 bits", Targets, []byte{8, 1}},
		{"membership of 97 bits", Targets, append([]byte{97}, make([]byte, 13)...)},
		{"node NLRI", LinkState, []byte{0, 1, 0, 9, 4, 0, 0, 0, 0, 0, 0, 0, 0}},
		{"stray bytes behind TLVs", LinkState, []byte{0, 2, 0, 10, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
		{"TLV overruns", LinkState, []byte{0, 2, 0, 13, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 9}},
		{"unicast", NewFamily(1, 1), []byte{0}},
	} {
		if CheckNLRI(c.f, c.nlri) == nil {
			t.Errorf("%s: accepted", c.name)
		}
	}
}

// TestTruncation cuts every route and its attributes at every byte, and flips every
// bit: no decoder may panic.
func TestTruncation(t *testing.T) {
	t.Parallel()
	hop := netip.MustParseAddr("128.0.130.8")
	for _, r := range []Route{
		MAC{Domain: 1, NextHop: hop, IP: netip.MustParseAddr("2001:db8::1"), Seq: 3},
		Flood{Domain: 1, NextHop: hop}, Link{NextHop: hop, Port: inventory.Port{Kind: inventory.KindFTE}}, DomainMembership(7),
	} {
		nlri, attrs := AppendNLRI(nil, r), AppendAttrs(nil, r)
		for n := range nlri {
			read(r.Family(), nlri[:n], attrs)
		}
		for n := range attrs {
			read(r.Family(), nlri, attrs[:n])
		}
		both := append(bytes.Clone(nlri), attrs...)
		for i := range 8 * len(both) {
			b := bytes.Clone(both)
			b[i/8] ^= 1 << (i % 8)
			read(r.Family(), b[:len(nlri)], b[len(nlri):])
		}
	}
}

// read does what a receiver does with bytes that it does not trust.
func read(f Family, nlris, attrs []byte) []Route {
	var out []Route
	at, err := ParseAttrs(attrs)
	if err != nil {
		return nil
	}
	at.Targets()
	at.Mobility()
	for len(nlris) > 0 {
		nlri, rest, err := NextNLRI(f, nlris)
		if err != nil {
			return out
		}
		if CheckNLRI(f, nlri) == nil {
			KeySpans(f, nlri)
			Owner(f, nlri)
			if r, err := Decode(f, nlri, at); err == nil {
				out = append(out, r)
			}
		}
		nlris = rest
	}
	return out
}

// DomainMembership is a membership for tests.
func DomainMembership(d inventory.DomainID) Membership {
	return Membership{AS: 100, Target: DomainTarget(d), Len: 96}
}

func FuzzRoutes(f *testing.F) {
	hop := netip.MustParseAddr("128.0.130.8")
	for _, r := range []Route{
		MAC{Domain: 1, NextHop: hop, IP: netip.MustParseAddr("192.0.2.1"), Seq: 3}, Flood{Domain: 1, NextHop: hop},
		Link{NextHop: hop, Port: inventory.Port{Kind: inventory.KindFTE}}, DomainMembership(7),
	} {
		f.Add(uint32(r.Family()), AppendNLRI(nil, r), AppendAttrs(nil, r))
	}
	f.Fuzz(func(t *testing.T, family uint32, nlris, attrs []byte) {
		for _, r := range read(Family(family), nlris, attrs) {
			// What was read can be written, and is the same route again.
			if m, ok := r.(Membership); ok && m.Len < 96 {
				continue // the bits beyond the length are free
			}
			k, err := KeyOf(r.Family(), AppendNLRI(nil, r))
			if err != nil || k != r.Key() {
				t.Errorf("%v: key %x, want %x, %v", r, k, r.Key(), err)
			}
		}
	})
}
