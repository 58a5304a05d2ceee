package reflector

import (
	"net/netip"
	"testing"
	"time"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
)

// relayedBy encodes routes of a client as another reflector sends them.
func relayedBy(other netip.Addr, routes ...route.MAC) [][]byte {
	var out [][]byte
	cluster, p := other.As4(), bgp.Packer{}
	for _, r := range routes {
		originator := r.NextHop.As4()
		attrs := route.AppendAttr(route.AppendAttrs(nil, r), route.FlagOptional, route.AttrOriginator, originator[:])
		attrs = route.AppendAttr(attrs, route.FlagOptional, route.AttrClusters, cluster[:])
		p = bgp.Packer{}
		p.Reach(route.EVPN, r.NextHop, attrs)
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		out = append(out, p.Buf)
	}
	return out
}

// TestWithdrawnElsewhere: a client is lost here and speaks to the other reflector alone.
// What it withdraws there goes here too, but not by a word that is older than the loss,
// or that only means that the other prefers our copy, or that was taken back.
func TestWithdrawnElsewhere(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Unix(1e9, 0))
	const long = 65535 * time.Second // hold times out of the way of the manual clock
	other := newStation(netip.MustParseAddr("127.78.0.5"))
	r, addr, client, member := pair(t, 78, Config{Clock: c, Hold: long, SendHold: long, Reflectors: []netip.Addr{other.address}})
	evpn := []route.Family{route.EVPN}
	for _, s := range []*station{client, member, other} {
		s.open.Hold = long
		s.open.Restart = &bgp.Restart{Notification: true, Time: time.Hour, Families: evpn, Preserved: evpn}
		join(t, addr, s)
	}
	// 1 is withdrawn early, 2 early and then said again, 3 late, 4 early and never was as
	// good as ours, 5 not at all.
	var here, there []route.MAC
	for n := 1; n <= 5; n++ {
		m := stationMAC(client.address, n, 7)
		here, there = append(here, m), append(there, m)
	}
	there[3].Seq = 6
	for _, m := range here {
		client.offer(packed(m))
	}
	other.offer(relayedBy(other.address, there...))
	poll(t, "routes of both", func() bool {
		es, err := r.Table(t.Context(), route.EVPN)
		return err == nil && len(es) == 5 && len(es[0].Paths) == 2 && len(es[4].Paths) == 2 && member.rib.len() == 5
	})
	client.session.Close(nil)
	poll(t, "loss of the client", func() bool {
		peers, err := r.Peers(t.Context())
		if err != nil {
			return false
		}
		for _, p := range peers {
			if p.Peer == client.address {
				return p.State != bgp.Established
			}
		}
		return true
	})
	other.offer(unpacked(there[0], there[1], there[3]))
	other.offer(relayedBy(other.address, there[1]))
	poll(t, "words of the other", func() bool {
		es, err := r.Table(t.Context(), route.EVPN)
		return err == nil && len(es) == 5 && len(es[0].Paths) == 1 && len(es[1].Paths) == 2 && len(es[3].Paths) == 1
	})
	advance(t, r, c, 17)
	if member.rib.len() != 5 {
		t.Fatal("a word that may be older than the loss was believed")
	}
	advance(t, r, c, 2)
	poll(t, "end of the first", func() bool { return member.rib.len() == 4 })
	other.offer(unpacked(there[2]))
	poll(t, "word on the third", func() bool {
		es, err := r.Table(t.Context(), route.EVPN)
		return err == nil && len(es) == 4 && len(es[1].Paths) == 1
	})
	advance(t, r, c, 1)
	poll(t, "end of the third", func() bool { return member.rib.len() == 3 })
	advance(t, r, c, 60)
	if n := member.rib.losses(); n != 2 {
		t.Errorf("%d routes were withdrawn, want 2", n)
	}
}
