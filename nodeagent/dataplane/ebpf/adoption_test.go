package ebpf

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// TestAdoptionLosesNothing sends frames through three planes whose owners go and come
// back all the time, programs exchanged and tables compared, and counts at the end.
func TestAdoptionLosesNothing(t *testing.T) {
	f := newFabric(t)
	stop, sent := make(chan struct{}), make(chan uint32, 1)
	rx := f.receiver(t)
	fd, frame := f.hostSocket(t, 0), f.frame(t)
	defer unix.Close(fd)
	go send(t, fd, frame, stop, sent)

	const rounds = 20
	for range rounds {
		for _, n := range []*node{f.leaf[0], f.spine, f.leaf[1]} {
			before := links(t, n)
			if err := n.plane.Close(); err != nil {
				t.Fatal(err)
			}
			n.open(t)
			n.do(t, func() error {
				have, err := n.plane.Dump()
				if err != nil {
					return err
				}
				if d := fib.Diff(have, n.tables); !d.Empty() {
					t.Errorf("adopted tables differ: %+v", d)
				}
				return nil
			})
			if after := links(t, n); len(after) != 2 || len(before) != 2 {
				t.Errorf("attachments %v, then %v", before, after)
			}
		}
	}
	close(stop)
	total := <-sent
	got := rx(total)
	t.Logf("%d adoptions, %d frames sent, %d lost", 3*rounds, total, total-got)
	if got != total || total < 1000 {
		t.Errorf("%d of %d frames arrived", got, total)
	}
}

// send sends numbered frames, about ten thousand a second if the machine lets it,
// until stopped. It tells how many it sent.
func send(tb testing.TB, fd int, frame []byte, stop <-chan struct{}, sent chan<- uint32) {
	tick := time.NewTicker(100 * time.Microsecond)
	defer tick.Stop()
	for n := uint32(0); ; n++ {
		select {
		case <-stop:
			sent <- n
			return
		case <-tick.C:
		}
		binary.BigEndian.PutUint32(frame[14:], n)
		if _, err := unix.Write(fd, frame); err != nil {
			tb.Errorf("send: %v", err)
		}
	}
}

// benchEther is the ethertype of the frames of these tests.
const benchEther uint16 = 0x9001

// frame is a frame from host1 to host2.
func (f *fabric) frame(tb testing.TB) []byte {
	src, dst := f.host[0].mac(tb, "eth0"), f.host[1].mac(tb, "eth0")
	b := append(dst[:], src[:]...)
	b = binary.BigEndian.AppendUint16(b, benchEther)
	return append(b, make([]byte, 46)...)
}

func (f *fabric) hostSocket(tb testing.TB, i int) (fd int) {
	tb.Helper()
	f.host[i].do(tb, func() (err error) {
		index := f.host[i].up(tb, "eth0")
		fd, err = rawSocket(benchEther, index)
		return err
	})
	return fd
}

// receiver listens at host2. The function returned waits until want frames have come,
// or none for a second, and returns how many different ones did.
func (f *fabric) receiver(tb testing.TB) func(want uint32) uint32 {
	tb.Helper()
	fd := f.hostSocket(tb, 1)
	tb.Cleanup(func() { unix.Close(fd) })
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 64<<20); err != nil {
		tb.Fatal(err)
	}
	second := unix.NsecToTimeval(int64(time.Second))
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &second); err != nil {
		tb.Fatal(err)
	}
	return func(want uint32) uint32 {
		seen := make([]bool, want)
		got, buf := uint32(0), make([]byte, 128)
		for got < want {
			n, err := unix.Read(fd, buf)
			if err != nil || n < 18 {
				break
			}
			if i := binary.BigEndian.Uint32(buf[14:]); i < want && !seen[i] {
				seen[i] = true
				got++
			}
		}
		return got
	}
}

func links(tb testing.TB, n *node) []string {
	tb.Helper()
	pins, err := filepath.Glob(filepath.Join(n.pins, layout, "links", "*"))
	if err != nil {
		tb.Fatal(err)
	}
	return pins
}

// TestNewSizeOfTables: an owner that wants tables of another size gets empty ones,
// and the old ones forward until it has filled them.
func TestNewSizeOfTables(t *testing.T) {
	f := newFabric(t)
	n := f.leaf[0]
	if err := n.plane.Close(); err != nil {
		t.Fatal(err)
	}
	n.plane = openAt(t, n.space, Options{Pins: n.pins, MACs: 1000})
	have, err := n.plane.Dump()
	if err != nil || len(have.Ports) != 0 {
		t.Fatalf("%d ports, error %v; want empty tables", len(have.Ports), err)
	}
	rx := f.receiver(t)
	fd := f.hostSocket(t, 0)
	defer unix.Close(fd)
	for i := range uint32(3) {
		frame := f.frame(t)
		binary.BigEndian.PutUint32(frame[14:], i)
		if _, err := unix.Write(fd, frame); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			n.apply(t)
		}
	}
	if got := rx(3); got != 3 {
		t.Errorf("%d of 3 frames arrived", got)
	}
}

// TestNewReasonKeepsTables: a build with more drop reasons than the last begins to count
// anew and loses no table.
func TestNewReasonKeepsTables(t *testing.T) {
	f := newFabric(t)
	n := f.leaf[0]
	if err := n.plane.Close(); err != nil {
		t.Fatal(err)
	}
	pin := filepath.Join(n.pins, layout, "drops")
	if err := os.Remove(pin); err != nil {
		t.Fatal(err)
	}
	old, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.PerCPUArray, KeySize: 4, ValueSize: 16, MaxEntries: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(old.Pin(pin), old.Close()); err != nil {
		t.Fatal(err)
	}
	n.open(t)
	have, err := n.plane.Dump()
	if err != nil {
		t.Fatal(err)
	}
	if d := fib.Diff(have, n.tables); !d.Empty() {
		t.Errorf("adopted tables differ: %+v", d)
	}
	if _, err := n.plane.Counters(); err != nil {
		t.Error(err)
	}
}

// TestPortComesAndGoes: a device that leaves the namespace takes its attachment with
// it; when it is back, an Apply with its index attaches again.
func TestPortComesAndGoes(t *testing.T) {
	f := newFabric(t)
	n := f.leaf[0]
	port := n.tables.Ports[1]
	elsewhere := newSpace(t)
	l, err := n.nl.LinkByName(port.Name.Netdev())
	if err != nil {
		t.Fatal(err)
	}
	if err := n.nl.LinkSetNsFd(l, int(elsewhere.ns)); err != nil {
		t.Fatal(err)
	}

	// The owner starts anew and finds the port without a device.
	if err := n.plane.Close(); err != nil {
		t.Fatal(err)
	}
	n.open(t)
	have, err := n.plane.Dump()
	if err != nil || have.Ports[1].Index != 0 || have.Ports[1].Up {
		t.Fatalf("port %+v, error %v; want no index", have.Ports[1], err)
	}
	// A wish that has not heard of it yet fails for this port alone.
	n.do(t, func() error {
		if err := n.plane.Apply(fib.Diff(have, n.tables)); err == nil {
			t.Error("attaching to a device that is not there succeeded")
		}
		return nil
	})

	l, err = elsewhere.nl.LinkByName(port.Name.Netdev())
	if err != nil {
		t.Fatal(err)
	}
	if err := elsewhere.nl.LinkSetNsFd(l, int(n.ns)); err != nil {
		t.Fatal(err)
	}
	port.Index = n.up(t, port.Name.Netdev())
	n.tables.Ports[1] = port
	n.apply(t)
	f.host[0].up(t, "eth0")
	rx := f.receiver(t)
	fd := f.hostSocket(t, 0)
	defer unix.Close(fd)
	if _, err := unix.Write(fd, f.frame(t)); err != nil {
		t.Fatal(err)
	}
	if got := rx(1); got != 1 {
		t.Error("no frame after the device came back")
	}
}

// TestDumpAfterDelete: what is deleted leaves nothing behind.
func TestDumpAfterDelete(t *testing.T) {
	f := newFabric(t)
	for _, n := range []*node{f.leaf[0], f.spine} {
		n.tables = fib.NewTables()
		n.apply(t)
		have, err := n.plane.Dump()
		if err != nil {
			t.Fatal(err)
		}
		if d := fib.Diff(have, fib.NewTables()); !d.Empty() {
			t.Errorf("left behind: %+v", d)
		}
		if left := links(t, n); len(left) != 0 {
			t.Errorf("attachments left behind: %v", left)
		}
	}
}

// TestPinsMustBeBPF names the directory and the way out.
func TestPinsMustBeBPF(t *testing.T) {
	t.Parallel()
	if _, err := Open(Options{Pins: t.TempDir()}); err == nil {
		t.Error("a plane opened on a directory that keeps no pins")
	}
	if _, err := os.Stat("/sys/fs/bpf"); err != nil {
		t.Errorf("no BPF file system in this kernel: %v", err)
	}
}

// TestReasonsMatch compares the drop reasons of the programs with those of fib, and the
// numbers of the label ranges.
func TestReasonsMatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		bpf  uint32
		fib  uint32
	}{
		{"reasons", uint32(planeDropReasonREASONS), uint32(fib.Reasons)},
		{"runt", uint32(planeDropReasonRUNT), uint32(fib.Runt)},
		{"same port", uint32(planeDropReasonSAME_PORT), uint32(fib.SamePort)},
		{"bad stack", uint32(planeDropReasonBAD_STACK), uint32(fib.BadStack)},
		{"isolated", uint32(planeDropReasonISOLATED), uint32(fib.Isolated)},
		{"no receiver", uint32(planeDropReasonNO_RECEIVER), uint32(fib.NoReceiver)},
		{"refused", uint32(planeDropReasonREFUSED), uint32(fib.Refused)},
		{"astray", uint32(planeDropReasonASTRAY), uint32(fib.Astray)},
		{"flood label", uint32(planeLabelsPORT_LABEL_FLOOD), uint32(inventory.PortLabelFlood)},
		{"node labels", uint32(planeLabelsNODE_LABEL_BASE), uint32(inventory.NodeLabelBase)},
		{"tree labels", uint32(planeLabelsTREE_LABEL_BASE), uint32(inventory.TreeLabelBase)},
		{"domain labels", uint32(planeLabelsDOMAIN_LABEL_BASE), uint32(inventory.DomainLabelBase)},
		{"devices", uint32(planeLimitsMAX_DEVICES), uint32(inventory.MaxDeviceID) + 1},
		{"domains", uint32(planeLimitsMAX_DOMAINS), uint32(inventory.MaxDomainID) + 1},
		{"slots", uint32(planeLimitsMAX_SLOTS), fib.MaxSlot + 1},
		{"buckets", uint32(planeLimitsBUCKETS), fib.Buckets},
	} {
		if c.bpf != c.fib {
			t.Errorf("%s: %d in the programs, %d in Go", c.name, c.bpf, c.fib)
		}
	}
}
