package reflector

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
)

// said is one path in the model: who says what of a route.
type said struct {
	by  int // index of the station
	mac route.MAC
}

// model is the reflector, told the plain way: every path of every route, and who
// must have which as its best.
type model struct {
	stations []*station
	clients  int // the first ones; the others are reflectors
	paths    map[route.Key][]said
}

func (m *model) announce(by int, mac route.MAC) {
	m.withdraw(by, mac)
	k := mac.Key()
	m.paths[k] = append(m.paths[k], said{by, mac})
}

func (m *model) withdraw(by int, mac route.MAC) {
	k := mac.Key()
	m.paths[k] = slices.DeleteFunc(m.paths[k], func(s said) bool { return s.by == by })
}

// table returns what station i must have.
func (m *model) table(i int) map[route.Key]held {
	out := map[route.Key]held{}
	for k, paths := range m.paths {
		if len(paths) == 0 {
			continue
		}
		best := slices.MinFunc(paths, func(a, b said) int {
			return cmp.Or(
				cmp.Compare(b.mac.Seq, a.mac.Seq),
				cmp.Compare(m.hops(a.by), m.hops(b.by)),
				m.stations[a.by].address.Compare(m.stations[b.by].address),
			)
		})
		if best.by == i || i >= m.clients && best.by >= m.clients {
			continue
		}
		out[k] = held{nlri: string(route.AppendNLRI(nil, best.mac)), seq: best.mac.Seq}
	}
	return out
}

// hops is the length of the cluster list of what station i says.
func (m *model) hops(i int) int {
	if i < m.clients {
		return 0
	}
	return 1
}

// relay encodes an announcement; a reflector's names its originator.
func (m *model) relay(by int, mac route.MAC) []byte {
	attrs := route.AppendAttrs(nil, mac)
	if by >= m.clients {
		id, cluster := mac.NextHop.As4(), m.stations[by].address.As4()
		attrs = route.AppendAttr(attrs, route.FlagOptional, route.AttrOriginator, id[:])
		attrs = route.AppendAttr(attrs, route.FlagOptional, route.AttrClusters, cluster[:])
	}
	p := bgp.Packer{}
	p.Reach(route.EVPN, mac.NextHop, attrs)
	p.Add(route.AppendNLRI(nil, mac))
	p.End()
	return p.Buf
}

// TestModel does random things to a reflector and to the model, and compares what
// every session ends up with.
func TestModel(t *testing.T) {
	t.Parallel()
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		local := netip.AddrFrom4([4]byte{127, 70, byte(round), 100})
		m := &model{clients: 3, paths: map[route.Key][]said{}}
		reflectors := []netip.Addr{netip.AddrFrom4([4]byte{127, 70, byte(round), 11}), netip.AddrFrom4([4]byte{127, 70, byte(round), 12})}
		_, addr := startHere(t, Config{Local: local, Reflectors: reflectors})
		for i := range m.clients {
			m.stations = append(m.stations, newStation(netip.AddrFrom4([4]byte{127, 70, byte(round), byte(i + 1)})))
		}
		for _, a := range reflectors {
			m.stations = append(m.stations, newStation(a))
		}
		for _, s := range m.stations {
			s.rib = newRIB()
			join(t, addr, s)
		}
		for range rapid.IntRange(1, 120).Draw(rt, "steps") {
			by := rapid.IntRange(0, len(m.stations)-1).Draw(rt, "by")
			owner := by
			if by >= m.clients {
				owner = rapid.IntRange(0, m.clients-1).Draw(rt, "owner")
			}
			mac := route.MAC{
				Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, 0, byte(rapid.IntRange(0, 5).Draw(rt, "mac"))},
				NextHop:   m.stations[owner].address,
				PortLabel: inventory.Label(rapid.IntRange(17, 19).Draw(rt, "label")),
				Seq:       uint32(rapid.IntRange(0, 2).Draw(rt, "seq")),
			}
			if rapid.IntRange(0, 2).Draw(rt, "verb") == 0 {
				m.withdraw(by, mac)
				m.stations[by].offer(unpacked(mac))
			} else {
				m.announce(by, mac)
				m.stations[by].offer([][]byte{m.relay(by, mac)})
			}
		}
		for i, s := range m.stations {
			want := m.table(i)
			if !settles(func() bool { return s.rib.equal(want) }) {
				rt.Fatalf("station %d has %v, want %v", i, show(s.rib.routes), show(want))
			}
		}
	})
}

func show(routes map[route.Key]held) string {
	var out []string
	for _, h := range routes {
		out = append(out, fmt.Sprintf("%x label %d seq %d", h.nlri[4:8], sign([]byte(h.nlri)), h.seq))
	}
	slices.Sort(out)
	return fmt.Sprint(out)
}

func settles(ok func() bool) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for late := time.After(5 * time.Second); !ok(); {
		select {
		case <-tick.C:
		case <-late:
			return false
		}
	}
	return true
}
