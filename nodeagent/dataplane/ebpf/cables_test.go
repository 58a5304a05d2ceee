package ebpf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/dataplane/conformance"
	"oneswitch/nodeagent/fib"
)

func TestConformance(t *testing.T) {
	conformance.Run(t, newSubject, 1500)
}

// newSubject makes a plane in a namespace whose ports are cabled to another one.
func newSubject(tb testing.TB, ports []inventory.Port) conformance.Subject {
	tb.Helper()
	v := newVeths(tb, ports)
	p := openAt(tb, v.inside, Options{Pins: pinsDir(tb), MACs: 1024})
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error(err)
		}
	})
	return conformance.Cabled(namespaced{p, tb, v.inside}, v)
}

// namespaced is a plane whose Apply runs in the namespace of its ports, as it does in
// a process that lives there.
type namespaced struct {
	*Plane
	tb testing.TB
	at *space
}

func (n namespaced) Apply(d fib.Delta) error {
	n.at.do(n.tb, func() error { return n.Plane.Apply(d) })
	return nil
}

var _ dataplane.Plane = namespaced{}

// veths are the ports of one plane. All frames run on one CPU, whose backlog is first
// in, first out: a frame sent later arrives later.
type veths struct {
	inside, outside *space
	index           map[inventory.Port]int
	slot            map[int]fib.Slot // inside index -> slot, in the order of the ports given
	far             map[fib.Slot]int // sockets at the far ends
	near            map[fib.Slot]int // sockets on the ports, to send sentinels
	up              []int            // sockets of the protocols that are handed up
	round           uint32
}

func newVeths(tb testing.TB, ports []inventory.Port) *veths {
	tb.Helper()
	v := &veths{
		inside: newSpace(tb), outside: newSpace(tb), index: map[inventory.Port]int{},
		slot: map[int]fib.Slot{}, far: map[fib.Slot]int{}, near: map[fib.Slot]int{},
	}
	for i, p := range ports {
		s := fib.Slot(i + 1)
		in, out := cable(tb, v.inside, p.Netdev(), v.outside, fmt.Sprintf("far%d", s))
		v.index[p], v.slot[in] = in, s
		v.outside.do(tb, func() (err error) { v.far[s], err = rawSocket(unix.ETH_P_ALL, out); return err })
		v.inside.do(tb, func() (err error) { v.near[s], err = rawSocket(0, in); return err })
		setOption(tb, v.far[s], unix.SOL_PACKET, unix.PACKET_AUXDATA)
		setOption(tb, v.far[s], unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING)
		// A socket bound to protocol 0 receives nothing; to send it needs the index.
	}
	for _, proto := range []uint16{dataplane.EtherLLDP, dataplane.EtherSlow, dataplane.EtherHello} {
		var fd int
		v.inside.do(tb, func() (err error) { fd, err = rawSocket(proto, 0); return err })
		setOption(tb, fd, unix.SOL_PACKET, unix.PACKET_IGNORE_OUTGOING)
		v.up = append(v.up, fd)
	}
	tb.Cleanup(func() {
		for s := range v.far {
			unix.Close(v.far[s])
			unix.Close(v.near[s])
		}
		for _, fd := range v.up {
			unix.Close(fd)
		}
	})
	return v
}

// pinToCPU keeps the calling goroutine on one CPU until the function returned is called.
func pinToCPU(tb testing.TB) (release func()) {
	tb.Helper()
	runtime.LockOSThread()
	var old, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &old); err != nil {
		tb.Fatal(err)
	}
	last := 0
	for cpu := range len(old) * 64 {
		if old.IsSet(cpu) {
			last = cpu
		}
	}
	one.Set(last)
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		tb.Fatal(err)
	}
	return func() {
		if err := unix.SchedSetaffinity(0, &old); err != nil {
			tb.Error(err)
		}
		runtime.UnlockOSThread()
	}
}

func setOption(tb testing.TB, fd, level, option int) {
	tb.Helper()
	if err := unix.SetsockoptInt(fd, level, option, 1); err != nil {
		tb.Fatal(err)
	}
}

func (v *veths) Index(p inventory.Port) int { return v.index[p] }

// sentinel is a frame that no plane sees: it goes from the port's own socket to the
// far end.
func sentinel(round uint32) []byte {
	b := make([]byte, 60)
	b[0], b[6] = 0x02, 0x02
	binary.BigEndian.PutUint16(b[12:], 0x9fff)
	binary.BigEndian.PutUint32(b[14:], round)
	return b
}

// Exchange sends the frame and then sentinels after it, twice: when the first ones are
// there, the frame has left the port that it came in by, and all its copies are
// before the second ones.
func (v *veths) Exchange(tb testing.TB, in fib.Slot, frame []byte) (out, up []fib.Out) {
	tb.Helper()
	defer pinToCPU(tb)()
	if _, err := unix.Write(v.far[in], frame); err != nil {
		tb.Fatalf("send to slot %d: %v", in, err)
	}
	for range 2 {
		v.round++
		for s := range v.far {
			if _, err := unix.Write(v.near[s], sentinel(v.round)); err != nil {
				tb.Fatalf("send sentinel by slot %d: %v", s, err)
			}
		}
		for s, fd := range v.far {
			for {
				b := receive(tb, fd)
				if bytes.Equal(b, sentinel(v.round)) {
					break
				}
				out = append(out, fib.Out{Port: s, Frame: b})
			}
		}
	}
	return out, v.handedUp(tb)
}

func (v *veths) handedUp(tb testing.TB) (up []fib.Out) {
	tb.Helper()
	buf := make([]byte, 2048)
	for _, fd := range v.up {
		for {
			n, from, err := unix.Recvfrom(fd, buf, unix.MSG_DONTWAIT)
			if err == unix.EAGAIN {
				break
			}
			if err != nil {
				tb.Fatal(err)
			}
			slot := v.slot[from.(*unix.SockaddrLinklayer).Ifindex]
			up = append(up, fib.Out{Port: slot, Frame: bytes.Clone(buf[:n])})
		}
	}
	return up
}

// receive reads one frame and puts the VLAN tag, which the kernel keeps beside it,
// back into it.
func receive(tb testing.TB, fd int) []byte {
	tb.Helper()
	buf, oob := make([]byte, 2048), make([]byte, 64)
	n, m, _, _, err := unix.Recvmsg(fd, buf, oob, 0)
	if err != nil {
		tb.Fatal(err)
	}
	messages, err := unix.ParseSocketControlMessage(oob[:m])
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range messages {
		if c.Header.Type != unix.PACKET_AUXDATA {
			continue
		}
		aux := (*unix.TpacketAuxdata)(unsafe.Pointer(unsafe.SliceData(c.Data)))
		if aux.Status&unix.TP_STATUS_VLAN_VALID != 0 {
			b := append(bytes.Clone(buf[:12]), 0, 0, 0, 0)
			binary.BigEndian.PutUint16(b[12:], aux.Vlan_tpid)
			binary.BigEndian.PutUint16(b[14:], aux.Vlan_tci)
			return append(b, buf[12:n]...)
		}
	}
	return buf[:n]
}
