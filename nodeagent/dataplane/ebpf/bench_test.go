package ebpf

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// BenchmarkForwarding measures what a small packet costs on its way host - leaf -
// spine - leaf - host, all on one CPU: with our label stack, with what Linux has for
// the same purpose (bridge and VXLAN with static tables over a routed spine), and
// with nothing, which is what source and sink cost alone.
//
// There are two sources. "socket" is a packet socket of the host, one skb and one
// softirq a packet. "nic" makes frames in the kernel as if a driver had received them
// in batches at the leaf's port. The sink drops at the far host; all must arrive.
// Cost is CPU time of this thread and of ksoftirqd, so that other load on the machine
// matters little. Rounds interleave; a figure is the median of the rounds, a ratio the
// median of the rounds' own ratios, once with source and sink and once without.
func BenchmarkForwarding(b *testing.B) {
	paths := []*path{newFabric(b).path(b), newVXLAN(b), newDirect(b)}
	b.Run("socket", func(b *testing.B) { compareCosts(b, paths, 40_000, (*path).fromSocket) })
	gro(b, paths, 1)
	b.Run("nic", func(b *testing.B) { compareCosts(b, paths, 80_000, (*path).fromNIC) })
}

// gro switches GRO of the first devices, without which a veth has no receive queues of
// its own, which live frames need.
func gro(b *testing.B, paths []*path, on uint32) {
	for _, p := range paths {
		p.first.do(b, func() error { return setGRO(p.name, on) })
	}
}

func compareCosts(b *testing.B, paths []*path, packets int, send func(*path, testing.TB, int)) {
	const rounds = 7
	defer pinToCPU(b)()
	for b.Loop() {
		costs := make([][]float64, len(paths))
		var ratios, net []float64
		for round := range rounds {
			for i, p := range paths {
				costs[i] = append(costs[i], p.cost(b, packets, send))
			}
			labels, vxlan, direct := costs[0][round], costs[1][round], costs[2][round]
			ratios = append(ratios, vxlan/labels)
			net = append(net, (vxlan-direct)/(labels-direct))
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(median(costs[0]), "labels-ns/packet")
		b.ReportMetric(median(costs[1]), "vxlan-ns/packet")
		b.ReportMetric(median(costs[2]), "direct-ns/packet")
		b.ReportMetric(median(ratios), "x-vxlan")
		b.ReportMetric(median(net), "x-vxlan-net")
	}
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// path is a way from one host to another.
type path struct {
	fd      int // socket at the source
	frames  [][]byte
	arrived *ebpf.Map     // counts what the sink drops
	first   *space        // namespace of the first device behind the source
	name    string        // its name
	device  int           // its index
	pass    *ebpf.Program // XDP program that lets frames into it
}

func (f *fabric) path(tb testing.TB) *path {
	return newPath(tb, f.host[0], f.host[1], f.leaf[0].space, f.leaf[0].tables.Ports[1].Name.Netdev())
}

// newDirect is a cable between two hosts: what source and sink cost alone.
func newDirect(tb testing.TB) *path {
	tb.Helper()
	a, b := newSpace(tb), newSpace(tb)
	cable(tb, a, "eth0", b, "eth0")
	return newPath(tb, a, b, b, "eth0")
}

// newPath prepares 64 flows of small UDP packets and a sink that drops them. The device
// called name in the namespace first is where they arrive first.
func newPath(tb testing.TB, from, to, first *space, name string) *path {
	tb.Helper()
	p := &path{first: first, name: name, device: first.up(tb, name)}
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
	p.pass = load1(tb, ebpf.XDP, asm.Mov.Imm(asm.R0, 2))
	var err error
	p.arrived, err = ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.Array, KeySize: 4, ValueSize: 8, MaxEntries: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.arrived.Close() })
	drop := load1(tb, ebpf.SchedCLS, asm.LoadMapValue(asm.R1, p.arrived.FD(), 0), asm.Mov.Imm(asm.R2, 1),
		asm.StoreXAdd(asm.R1, asm.R2, asm.DWord), asm.Mov.Imm(asm.R0, 2))
	to.do(tb, func() error {
		l, err := link.AttachTCX(link.TCXOptions{Interface: to.up(tb, "eth0"), Program: drop, Attach: ebpf.AttachTCXIngress})
		if err == nil {
			tb.Cleanup(func() { l.Close() })
		}
		return err
	})
	return p
}

// load1 loads a program of a few instructions; the return is added.
func load1(tb testing.TB, kind ebpf.ProgramType, body ...asm.Instruction) *ebpf.Program {
	tb.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Type: kind, License: "GPL", Instructions: append(body, asm.Return())})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { p.Close() })
	return p
}

func (p *path) count(tb testing.TB) (n uint64) {
	tb.Helper()
	if err := p.arrived.Lookup(uint32(0), &n); err != nil {
		tb.Fatal(err)
	}
	return n
}

func (p *path) fromSocket(tb testing.TB, packets int) {
	for i := range packets {
		if _, err := unix.Write(p.fd, p.frames[i%len(p.frames)]); err != nil {
			tb.Fatal(err)
		}
	}
}

// fromNIC runs an XDP program on live frames, all of one flow, that it passes to the
// stack as received by the first device.
func (p *path) fromNIC(tb testing.TB, packets int) {
	frame := p.frames[0]
	md := xdpMD{DataEnd: uint32(len(frame)), IngressIfindex: uint32(p.device)}
	opts := &ebpf.RunOptions{
		Data: frame, Context: &md, Flags: unix.BPF_F_TEST_XDP_LIVE_FRAMES, Repeat: uint32(packets), BatchSize: 64,
	}
	if _, err := p.pass.Run(opts); err != nil {
		tb.Fatalf("run live frames: %v", err)
	}
}

// xdpMD is struct xdp_md.
type xdpMD struct {
	Data, DataEnd, DataMeta, IngressIfindex, RxQueueIndex, EgressIfindex uint32
}

// cost sends packets and returns the CPU time of each in nanoseconds. All must arrive.
func (p *path) cost(tb testing.TB, packets int, send func(*path, testing.TB, int)) float64 {
	tb.Helper()
	before := p.count(tb)
	var used float64
	enter(tb, p.first, func() {
		used = cpuTime(tb)
		send(p, tb, packets)
		p.await(tb, before+uint64(packets))
		used = cpuTime(tb) - used
	})
	return used / float64(packets)
}

// await waits until the sink has counted up to want: ksoftirqd may be behind.
func (p *path) await(tb testing.TB, want uint64) {
	tb.Helper()
	tick := time.NewTicker(100 * time.Microsecond)
	defer tick.Stop()
	deadline := time.After(5 * time.Second)
	for p.count(tb) < want {
		select {
		case <-tick.C:
		case <-deadline:
			tb.Fatalf("%s: %d packets lost", p.name, want-p.count(tb))
		}
	}
}

// enter runs f in a namespace on this very thread, which is pinned to its CPU.
func enter(tb testing.TB, s *space, f func()) {
	tb.Helper()
	home, err := netns.Get()
	if err != nil {
		tb.Fatal(err)
	}
	defer home.Close()
	if err := netns.Set(s.ns); err != nil {
		tb.Fatal(err)
	}
	defer func() {
		if err := netns.Set(home); err != nil {
			panic(err) // this thread must not serve anybody else
		}
	}()
	f()
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

// setGRO switches generic receive offload (ETHTOOL_SGRO).
func setGRO(name string, on uint32) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	value := struct{ cmd, data uint32 }{0x2c, on}
	request := struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte
	}{data: unsafe.Pointer(&value)}
	copy(request.name[:], name)
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return fmt.Errorf("switch GRO at %s: %w", name, errno)
	}
	return nil
}
