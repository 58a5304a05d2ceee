package reflector

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
)

// benchRoutes is the load of the comparison: 100,000 MAC routes from 8 senders to
// 8 senders and 8 receivers.
const benchRoutes = 100_000

// frrReflector makes bgpd reflect EVPN routes to whoever calls from 10.0.0.0/8,
// as fast as it can.
const frrReflector = ` bgp listen limit 200
 neighbor clients peer-group
 neighbor clients remote-as 100
 neighbor clients advertisement-interval 0
 bgp listen range 10.0.0.0/8 peer-group clients
 address-family l2vpn evpn
  neighbor clients activate
  neighbor clients route-reflector-client
 exit-address-family
`

// figures are the medians' material of one program.
type figures struct{ load, cpu, change []time.Duration }

func (f *figures) add(b *testing.B, addr netip.AddrPort, prefix [2]byte, pid int) {
	b.Helper()
	before := cpuTime(b, pid)
	load, change, err := run{addr: addr.String(), senders: 8, receivers: 8, routes: benchRoutes, prefix: prefix}.measure(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	f.load, f.change = append(f.load, load), append(f.change, change)
	f.cpu = append(f.cpu, cpuTime(b, pid)-before)
}

func (f *figures) report(b *testing.B, name string) {
	for unit, ds := range map[string][]time.Duration{"load-ms": f.load, "cpu-ms": f.cpu, "change-ms": f.change} {
		b.ReportMetric(float64(median(ds).Microseconds())/1000, name+"-"+unit)
	}
}

// cpuTime returns the processor time that a process has used.
func cpuTime(b *testing.B, pid int) (sum time.Duration) {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(threads) == 0 {
		b.Fatalf("no threads of process %d: %v", pid, err)
	}
	for _, file := range threads {
		var ns int64
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		if _, err := fmt.Sscan(string(text), &ns); err != nil {
			b.Fatal(err)
		}
		sum += time.Duration(ns)
	}
	return sum
}

// BenchmarkConvergence loads ours and FRR's bgpd in turn, in one run, and reports
// both and the ratios: the time until every session has every route, the processor
// time of the reflector, and the time of a single change to all sessions. One
// iteration is five loads of each; the medians count.
func BenchmarkConvergence(b *testing.B) {
	needNamespace(b)
	for round := range b.N {
		var ours, theirs figures
		for i := range 5 {
			n := byte(10*(round%20) + 2*i)
			a := freePort(b, netip.AddrFrom4([4]byte{10, 40, n, 1}))
			ours.add(b, a, [2]byte{10, 41 + byte(i)}, startOurs(b, a))
			a = freePort(b, netip.AddrFrom4([4]byte{10, 40, n + 1, 1}))
			theirs.add(b, a, [2]byte{10, 51 + byte(i)}, startFRR(b, a, frrReflector).pid)
		}
		ours.report(b, "ours")
		theirs.report(b, "frr")
		b.ReportMetric(float64(median(theirs.load))/float64(median(ours.load)), "load-ratio")
		b.ReportMetric(float64(median(theirs.cpu))/float64(median(ours.cpu)), "cpu-ratio")
		b.ReportMetric(0, "ns/op")
	}
}

func median(ds []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(ds))[len(ds)/2]
}

// BenchmarkTable measures the table alone: one announcement that replaces another.
func BenchmarkTable(b *testing.B) {
	c := newCore(Config{Local: netip.MustParseAddr("10.0.0.1"), Log: slog.New(slog.DiscardHandler)}.orStandard())
	p := &peer{id: netip.MustParseAddr("10.0.0.2"), client: true, sets: map[string]uint32{}}
	c.peers, c.byID[p.id] = []*peer{p}, p
	p.carries[famEVPN] = true
	const routes = 100_000
	var updates [2][]guard.Update
	for seq := range updates {
		for first := 0; first < routes; first += 100 {
			u := guard.Update{NextHop: p.id, Attrs: route.AppendAttrs(nil, stationMAC(p.id, 0, uint32(seq))), Reach: guard.Part{Family: route.EVPN}}
			for n := first; n < first+100; n++ {
				u.Reach.NLRIs = append(u.Reach.NLRIs, route.AppendNLRI(nil, stationMAC(p.id, n, 0))...)
			}
			updates[seq] = append(updates[seq], u)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		all := updates[i/(routes/100)%2]
		at := i % len(all)
		c.apply(p, all[at:at+1])
		c.publish()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/route")
}
