package reflector

import (
	"net/netip"
	"testing"
	"time"
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

// BenchmarkConvergence loads ours and FRR's bgpd in turn, in one run, and reports
// both and the ratio. One iteration is three loads of each; the medians count.
func BenchmarkConvergence(b *testing.B) {
	for range b.N {
		var ours, theirs, oursOne, theirsOne []time.Duration
		for i := range 3 {
			a := freePort(b, netip.AddrFrom4([4]byte{10, 40, byte(2 * i), 1}))
			startOurs(b, a)
			total, one := load8(b, a, [2]byte{10, byte(41 + i)})
			ours, oursOne = append(ours, total), append(oursOne, one)

			a = freePort(b, netip.AddrFrom4([4]byte{10, 40, byte(2*i + 1), 1}))
			startFRR(b, a, frrReflector)
			total, one = load8(b, a, [2]byte{10, byte(51 + i)})
			theirs, theirsOne = append(theirs, total), append(theirsOne, one)
		}
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		b.ReportMetric(ms(median(ours)), "ours-load-ms")
		b.ReportMetric(ms(median(theirs)), "frr-load-ms")
		b.ReportMetric(float64(median(theirs))/float64(median(ours)), "load-ratio")
		b.ReportMetric(ms(median(oursOne)), "ours-change-ms")
		b.ReportMetric(ms(median(theirsOne)), "frr-change-ms")
		b.ReportMetric(0, "ns/op")
	}
}

func load8(b *testing.B, addr netip.AddrPort, prefix [2]byte) (total, one time.Duration) {
	b.Helper()
	total, one, err := run{addr: addr.String(), senders: 8, receivers: 8, routes: benchRoutes, prefix: prefix}.measure(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return total, one
}

func median(ds []time.Duration) time.Duration {
	a, b, c := ds[0], ds[1], ds[2]
	return max(min(a, b), min(max(a, b), c))
}
