package ebpf

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// BenchmarkForwarding measures what a small packet costs on its way host - leaf -
// spine - leaf - host, all on one CPU: with our label stack, and with what Linux has
// for the same purpose, bridge and VXLAN with static tables over a routed spine.
//
// The source is a local packet socket (one skb and one softirq a packet), the sink
// drops at the far host. Cost is CPU time of the sending thread and of ksoftirqd, so
// that other load on the machine matters little. Rounds interleave; a figure is the
// median of the rounds, the ratio the median of the rounds' own ratios.
func BenchmarkForwarding(b *testing.B) {
	const rounds, packets = 9, 40_000
	labels, vxlan := newFabric(b).path(b), newVXLAN(b)
	pinToCPU(b)
	for b.Loop() {
		var costs [2][]float64
		var ratios []float64
		for range rounds {
			for i, p := range []*path{labels, vxlan} {
				costs[i] = append(costs[i], p.cost(b, packets))
			}
			last := len(costs[0]) - 1
			ratios = append(ratios, costs[1][last]/costs[0][last])
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(median(costs[0]), "labels-ns/packet")
		b.ReportMetric(median(costs[1]), "vxlan-ns/packet")
		b.ReportMetric(median(ratios), "x-vxlan")
	}
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// path is a way from one host to another.
type path struct {
	fd     int // socket at the source
	frames [][]byte
	sink   *space
}

func (f *fabric) path(tb testing.TB) *path { return newPath(tb, f.host[0], f.host[1]) }

// newPath prepares 64 flows of small UDP packets and a sink that drops them.
func newPath(tb testing.TB, from, to *space) *path {
	tb.Helper()
	p := &path{sink: to}
	src, dst := from.mac(tb, "eth0"), to.mac(tb, "eth0")
	for flow := range 64 {
		b := append(dst[:], src[:]...)
		b = append(b, 8, 0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
		b = binary.BigEndian.AppendUint16(b, uint16(10000+flow))
		b = append(b, 0, 9, 0, 26, 0, 0)
		p.frames = append(p.frames, append(b, make([]byte, 18)...))
	}
	from.do(tb, func() (err error) { p.fd, err = rawSocket(0, from.up(tb, "eth0")); return err })
	tb.Cleanup(func() { unix.Close(p.fd) })
	drop, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Type: ebpf.SchedCLS, License: "GPL", Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 2), asm.Return()},
	})
	if err != nil {
		tb.Fatal(err)
	}
	to.do(tb, func() error {
		l, err := link.AttachTCX(link.TCXOptions{Interface: to.up(tb, "eth0"), Program: drop, Attach: ebpf.AttachTCXIngress})
		if err == nil {
			tb.Cleanup(func() { l.Close() })
		}
		return err
	})
	return p
}

// cost sends packets and returns the CPU time of each in nanoseconds. All must arrive.
func (p *path) cost(tb testing.TB, packets int) float64 {
	tb.Helper()
	arrived, used := p.sink.received(tb, "eth0"), cpuTime(tb)
	for i := range packets {
		if _, err := unix.Write(p.fd, p.frames[i%len(p.frames)]); err != nil {
			tb.Fatal(err)
		}
	}
	used = cpuTime(tb) - used
	if n := p.sink.received(tb, "eth0") - arrived; n < uint64(packets) {
		tb.Errorf("%d of %d packets arrived", n, packets)
	}
	return used / float64(packets)
}

func (s *space) received(tb testing.TB, name string) uint64 {
	tb.Helper()
	l, err := s.nl.LinkByName(name)
	if err != nil {
		tb.Fatal(err)
	}
	return l.Attrs().Statistics.RxPackets
}

// cpuTime is what this thread and the CPUs' softirq threads have used, in nanoseconds.
func cpuTime(tb testing.TB) float64 {
	tb.Helper()
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t); err != nil {
		tb.Fatal(err)
	}
	sum := float64(t.Nano())
	procs, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		tb.Fatal(err)
	}
	for _, comm := range procs {
		name, err := os.ReadFile(comm)
		if err != nil || !strings.HasPrefix(string(name), "ksoftirqd/") {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(filepath.Dir(comm), "schedstat"))
		if err != nil {
			tb.Fatal(err)
		}
		var ran float64
		if _, err := fmt.Sscan(string(stat), &ran); err != nil {
			tb.Fatal(err)
		}
		sum += ran
	}
	return sum
}
