package engine

import (
	"net/netip"
	"testing"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/internal/intent"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// large is a node that knows n remote addresses and 4,000 local ones.
func large(b *testing.B, n int) (*Engine, time.Time) {
	b.Helper()
	now := time.Unix(1000, 0)
	e := New(Config{Serial: "N1", Role: inventory.RoleNode, Address: nodeAddr(1)})
	in := intent.Intent{Member: "N1", Role: inventory.RoleNode, Device: 1, Domains: []intent.Domain{{ID: 1, Tag: 1}}}
	for d := 1; d <= 100; d++ {
		in.Peers = append(in.Peers, intent.Peer{Role: inventory.RoleNode, Device: inventory.DeviceID(d), Address: netip.AddrFrom4([4]byte{128, 0, 130, byte(2 * d)})})
	}
	stamp := intent.Stamp{Epoch: 1, Revision: 1, Hash: "h"}
	e.Step(now, Start{Record: Record{State: txn.State{Epoch: 1, Running: stamp}, Running: &in}, Tables: fib.NewTables()})
	for _, p := range worldPorts() {
		e.Step(now, PortChange{Port: p, Index: 1, Admin: true, Carrier: true})
	}
	e.Step(now, PortsListed{})
	e.Step(now, Routes{Changed: macs(n)})
	for i := range 4000 {
		e.Step(now, Learned{fib.Learn{Port: 1, Domain: 1, MAC: inventory.MAC{6, 0, 0, 0, byte(i >> 8), byte(i)}}})
	}
	return e, now
}

func macs(n int) []route.Route {
	out := make([]route.Route, n)
	for i := range out {
		out[i] = route.MAC{Domain: 1, MAC: inventory.MAC{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}, NextHop: netip.AddrFrom4([4]byte{128, 0, 130, 4}), PortLabel: 17}
	}
	return out
}

// BenchmarkRoutes is the arrival of 100,000 routes at once.
func BenchmarkRoutes(b *testing.B) {
	routes := macs(100_000)
	for b.Loop() {
		e, now := large(b, 0)
		e.Step(now, Routes{Changed: routes})
	}
	b.ReportMetric(float64(len(routes))*float64(b.N)/b.Elapsed().Seconds(), "routes/s")
}

// BenchmarkCarrier is a link that goes down and up beside 100,000 addresses: what the
// fabric waits for when a path is lost.
func BenchmarkCarrier(b *testing.B) {
	e, now := large(b, 100_000)
	uplink := worldPorts()[3]
	up := false
	for b.Loop() {
		e.Step(now, PortChange{Port: uplink, Index: 1, Admin: true, Carrier: up})
		up = !up
	}
}

// BenchmarkLearn is one address that moves between two ports.
func BenchmarkLearn(b *testing.B) {
	e, now := large(b, 100_000)
	slot := fib.Slot(1)
	for b.Loop() {
		now = now.Add(time.Hour)
		slot = 3 - slot
		e.Step(now, Learned{fib.Learn{Port: slot, Domain: 1, MAC: inventory.MAC{6, 0, 0, 0, 0, 1}}})
	}
}
