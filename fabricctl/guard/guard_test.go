package guard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net/netip"
	"testing"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
)

const (
	optional   = route.FlagOptional
	both       = route.FlagOptional | route.FlagTransitive
	wellknown  = route.FlagTransitive
	stationMAC = 0x2a
)

func owner() netip.Addr { return netip.MustParseAddr("128.0.130.8") }

func policy() Policy {
	return Policy{Owner: owner(), Self: netip.MustParseAddr("128.0.128.6"), Cluster: netip.MustParseAddr("0.0.0.1")}
}

func mac() route.MAC {
	return route.MAC{Domain: 10, MAC: inventory.MAC{2, 0, 0, 0, 0, stationMAC}, NextHop: owner(), PortLabel: 24}
}

func attr(flags, kind byte, value ...byte) []byte { return route.AppendAttr(nil, flags, kind, value) }

// reach is MP_REACH_NLRI of EVPN with this next hop and these NLRIs.
func reach(hop []byte, nlris ...[]byte) []byte {
	v := append([]byte{0, 25, 70, byte(len(hop))}, hop...)
	return attr(optional, route.AttrReach, append(append(v, 0), bytes.Join(nlris, nil)...)...)
}

func unreach(nlris ...[]byte) []byte {
	return attr(optional, route.AttrUnreach, append([]byte{0, 25, 70}, bytes.Join(nlris, nil)...)...)
}

func mandatory() []byte { return route.AppendAttrs(nil, mac()) }

func good() []byte { return reach(owner().AsSlice(), nlri(mac())) }

func nlri(r route.Route) []byte { return route.AppendNLRI(nil, r) }

// update is the body of an UPDATE with these attributes.
func update(attrs ...[]byte) []byte {
	all := bytes.Join(attrs, nil)
	return append(binary.BigEndian.AppendUint16([]byte{0, 0}, uint16(len(all))), all...)
}

// verdicts.
const (
	accept   = "accept"
	withdraw = "treat as withdraw"
	ignore   = "ignore"
	reset    = "reset"
)

func verdict(u Update, note *bgp.Notification) string {
	switch {
	case note != nil:
		return reset
	case len(u.Reach.NLRIs) > 0:
		return accept
	case len(u.Unreach[0].NLRIs)+len(u.Unreach[1].NLRIs) > 0:
		return withdraw
	}
	return ignore
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	without := func(kind byte) []byte {
		var out []byte
		for b := mandatory(); len(b) > 0; {
			a, rest, _ := route.NextAttr(b)
			if a.Type != kind {
				out = route.AppendAttr(out, a.Flags, a.Type, a.Value)
			}
			b = rest
		}
		return out
	}
	other := mac()
	other.NextHop = netip.MustParseAddr("128.0.130.9")
	pinned := mac()
	pinned.Seq = MaxSeq + 1
	group := nlri(mac())
	group[25] |= 1
	typed := nlri(mac())
	typed[0] = 77
	lying := nlri(mac())
	lying[1] = 200
	for _, c := range []struct {
		name string
		body []byte
		want string
	}{
		{"good", update(good(), mandatory()), accept},
		{"MP_REACH last", update(mandatory(), good()), accept},
		{"withdrawal", update(unreach(nlri(mac()))), withdraw},
		{"empty", update(), ignore},
		{"unknown optional transitive", update(good(), mandatory(), attr(both, 99, 1)), accept},
		{"unknown optional", update(good(), mandatory(), attr(optional, 99, 1)), accept},
		{"A41 unknown, flagged well-known", update(good(), mandatory(), attr(wellknown, 99, 1)), withdraw},
		{"A42 NEXT_HOP of 0 bytes", update(good(), mandatory(), attr(wellknown, route.AttrNextHop)), withdraw},
		{"A42 NEXT_HOP of 5 bytes", update(good(), mandatory(), attr(wellknown, route.AttrNextHop, 1, 2, 3, 4, 5)), withdraw},
		{"A42 next hop of 0 bytes", update(reach(nil, nlri(mac())), mandatory()), withdraw},
		{"A42 next hop of 3 bytes", update(reach([]byte{1, 2, 3}, nlri(mac())), mandatory()), withdraw},
		{"A42 next hop overruns", update(attr(optional, route.AttrReach, 0, 25, 70, 255, 1), mandatory()), reset},
		{"next hop 0.0.0.0", update(reach([]byte{0, 0, 0, 0}, nlri(mac())), mandatory()), withdraw},
		{"next hop multicast", update(reach([]byte{224, 0, 0, 1}, nlri(mac())), mandatory()), withdraw},
		{"A43 AS4_PATH first, of 1 byte", update(attr(both, route.AttrAS4Path, 1), good(), mandatory()), accept},
		{"A44 AS_PATH odd", update(good(), without(route.AttrASPath), attr(wellknown, route.AttrASPath, 2, 1, 0)), withdraw},
		{"A44 AS_PATH with an empty segment", update(good(), without(route.AttrASPath), attr(wellknown, route.AttrASPath, 2, 0)), withdraw},
		{"A44 confederation segment", update(good(), without(route.AttrASPath), attr(wellknown, route.AttrASPath, 3, 1, 0, 0, 0, 1)), withdraw},
		{"A45 last attribute overruns", update(good(), mandatory(), []byte{both, 99, 10, 1}), withdraw},
		{"A45 a stray byte", update(good(), mandatory(), []byte{both}), withdraw},
		{"A45 overrun before the routes", update(append([]byte{wellknown, 1, 200, 0}, good()...)), reset},
		{"A45 attributes overrun the message", append([]byte{0, 0, 0, 99}, good()...), reset},
		{"A45 withdrawn routes overrun", []byte{0, 9, 0, 0}, reset},
		{"A45 body of 3 bytes", []byte{0, 0, 0}, reset},
		{"A46 two MP_REACH", update(good(), good(), mandatory()), reset},
		{"A46 no NLRI", update(reach(owner().AsSlice()), mandatory()), ignore},
		{"A46 reach and unreach", update(good(), unreach(nlri(mac())), mandatory()), accept},
		{"A47 unknown route type alone", update(reach(owner().AsSlice(), typed), mandatory()), ignore},
		{"A47 length that lies", update(reach(owner().AsSlice(), lying), mandatory()), reset},
		{"A47 group address", update(reach(owner().AsSlice(), group), mandatory()), ignore},
		{"A48 10,000 communities", update(good(), mandatory(), attr(both, route.AttrCommunities, make([]byte, 40000)...)), withdraw},
		{"A51 another's distinguisher", update(reach(owner().AsSlice(), nlri(other)), mandatory()), withdraw},
		{"A51 another's next hop", update(reach(other.NextHop.AsSlice(), nlri(mac())), mandatory()), withdraw},
		{"A51 another's ORIGINATOR_ID", update(good(), mandatory(), attr(optional, route.AttrOriginator, 1, 2, 3, 4)), withdraw},
		{"A52 pinned", update(good(), route.AppendAttrs(nil, pinned)), withdraw},
		{"no ORIGIN", update(good(), without(route.AttrOrigin)), withdraw},
		{"no AS_PATH", update(good(), without(route.AttrASPath)), withdraw},
		{"no LOCAL_PREF", update(good(), without(route.AttrLocalPref)), withdraw},
		{"ORIGIN 3", update(good(), without(route.AttrOrigin), attr(wellknown, route.AttrOrigin, 3)), withdraw},
		{"ORIGIN flagged optional", update(good(), without(route.AttrOrigin), attr(both, route.AttrOrigin, 0)), withdraw},
		{"duplicate ORIGIN", update(good(), mandatory(), attr(wellknown, route.AttrOrigin, 3)), accept},
		{"communities of 3 bytes", update(good(), mandatory(), attr(both, route.AttrCommunities, 1, 2, 3)), withdraw},
		{"ATOMIC_AGGREGATE of 1 byte", update(good(), mandatory(), attr(wellknown, route.AttrAtomic, 1)), accept},
		{"broken BGP-LS attribute", update(good(), mandatory(), attr(optional, route.AttrLinkState, 4, 74, 0, 9)), accept},
		{"our router id: looped", update(good(), mandatory(), attr(optional, route.AttrOriginator, 128, 0, 128, 6)), withdraw},
		{"our cluster: looped", update(good(), mandatory(), attr(optional, route.AttrClusters, 0, 0, 0, 1)), withdraw},
		{"family that is not carried", update(attr(optional, route.AttrReach, 0, 1, 1, 4, 1, 2, 3, 4, 0, 24, 1, 1, 1), mandatory()), ignore},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			u, note := NewParser(policy()).Parse(c.body)
			if got := verdict(u, note); got != c.want {
				t.Errorf("%s (fault %v, notification %v), want %s", got, u.Fault, note, c.want)
			}
			if _, err := route.ParseAttrs(u.Attrs); err != nil {
				t.Errorf("attributes handed on: %v", err)
			}
		})
	}
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	other := mac()
	other.NextHop = netip.MustParseAddr("128.0.130.9")
	u, _ := NewParser(policy()).Parse(update(reach(other.NextHop.AsSlice(), nlri(other), nlri(other)), route.AppendAttrs(nil, other)))
	if !errors.Is(u.Fault, ErrOrigin) || u.Refused != 2 {
		t.Errorf("fault %v, %d refused", u.Fault, u.Refused)
	}
}

func TestBadRouteAmongGood(t *testing.T) {
	t.Parallel()
	first, bad, last := nlri(mac()), nlri(mac()), nlri(mac())
	bad[0], last[30] = 77, 9
	u, note := NewParser(policy()).Parse(update(reach(owner().AsSlice(), first, bad, last), mandatory()))
	if note != nil || !bytes.Equal(u.Reach.NLRIs, append(first, last...)) || u.Refused != 1 || u.Fault == nil {
		t.Errorf("%+v, %v", u, note)
	}
}

// TestReservedCommunities: A53, a member cannot make us treat its routes in a
// special way; another reflector's LLGR_STALE passes.
func TestReservedCommunities(t *testing.T) {
	t.Parallel()
	body := update(good(), mandatory(), attr(both, route.AttrCommunities, 0xff, 0xff, 0, 6, 0, 100, 0, 1))
	for reserved, want := range map[bool]int{false: 1, true: 2} {
		p := policy()
		p.Reserved = reserved
		u, _ := NewParser(p).Parse(body)
		if at, err := route.ParseAttrs(u.Attrs); err != nil || len(at.Communities) != want {
			t.Errorf("reserved %v: %x, %v", reserved, at.Communities, err)
		}
	}
}

// TestReflectorIsHeldToTheOrigin: what the other reflector relays must belong to
// its ORIGINATOR_ID.
func TestReflectorIsHeldToTheOrigin(t *testing.T) {
	t.Parallel()
	p := policy()
	p.Owner = netip.Addr{}
	for origin, want := range map[byte]string{8: accept, 9: withdraw} {
		u, note := NewParser(p).Parse(update(good(), mandatory(), attr(optional, route.AttrOriginator, 128, 0, 130, origin)))
		if got := verdict(u, note); got != want {
			t.Errorf("originator .%d: %s, want %s (%v)", origin, got, want, u.Fault)
		}
	}
}

func TestEndOfRIB(t *testing.T) {
	t.Parallel()
	u, note := NewParser(policy()).Parse(bgp.AppendEndOfRIB(nil, route.EVPN)[bgp.HeaderLen:])
	if note != nil || u.EndOfRIB != route.EVPN {
		t.Errorf("%+v, %v", u, note)
	}
}

// TestBatch: updates of one batch stay intact while later ones are parsed.
func TestBatch(t *testing.T) {
	t.Parallel()
	p := NewParser(policy())
	var updates []Update
	var want [][]byte
	for i := range 200 {
		community := attr(both, route.AttrCommunities, 0, 1, 0, byte(i))
		u, note := p.Parse(update(good(), mandatory(), community))
		if note != nil {
			t.Fatal(note)
		}
		updates = append(updates, u)
		at, _ := route.ParseAttrs(u.Attrs)
		want = append(want, []byte{byte(at.Communities[0])})
	}
	for i, u := range updates {
		at, err := route.ParseAttrs(u.Attrs)
		if err != nil || byte(at.Communities[0]) != byte(i) || want[i][0] != byte(i) {
			t.Fatalf("update %d has community %x, %v", i, at.Communities, err)
		}
	}
}

// TestTruncationAndFlips is A50: a good message cut at every byte and with every
// bit flipped.
func TestTruncationAndFlips(t *testing.T) {
	t.Parallel()
	body := update(good(), unreach(nlri(mac())), mandatory(), attr(both, route.AttrCommunities, 0, 1, 0, 2))
	for n := range body {
		hold(t, body[:n])
	}
	for i := range 8 * len(body) {
		b := bytes.Clone(body)
		b[i/8] ^= 1 << (i % 8)
		hold(t, b)
	}
}

// hold checks what every result must satisfy, whatever the input.
func hold(t *testing.T, body []byte) {
	t.Helper()
	u, note := NewParser(policy()).Parse(body)
	if note != nil {
		return
	}
	if _, err := route.ParseAttrs(u.Attrs); err != nil {
		t.Errorf("attributes of %x: %v", body, err)
	}
	if len(u.Attrs) > maxAttrs {
		t.Errorf("%d bytes of attributes", len(u.Attrs))
	}
	for _, p := range []Part{u.Reach, u.Unreach[0], u.Unreach[1]} {
		for b := p.NLRIs; len(b) > 0; {
			one, rest, err := route.NextNLRI(p.Family, b)
			if err != nil {
				t.Fatalf("NLRIs of %x: %v", body, err)
			}
			if err := route.CheckNLRI(p.Family, one); err != nil {
				t.Errorf("NLRI of %x: %v", body, err)
			}
			b = rest
		}
	}
	if len(u.Reach.NLRIs) > 0 && u.Reach.Family != route.Targets && u.NextHop.Unmap() != owner() {
		t.Errorf("a route with next hop %v was let through", u.NextHop)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(update(good(), mandatory()))
	f.Add(update(good(), unreach(nlri(mac())), mandatory(), attr(both, route.AttrCommunities, 0, 1, 0, 2)))
	f.Add(update(attr(optional, route.AttrReach, 64, 4, 71, 4, 128, 0, 130, 8, 0), mandatory()))
	f.Add(bgp.AppendEndOfRIB(nil, route.LinkState)[bgp.HeaderLen:])
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) <= bgp.MaxExtended {
			hold(t, body)
		}
	})
}
