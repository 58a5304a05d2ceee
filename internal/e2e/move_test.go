package e2e

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab"
	"oneswitch/internal/lab/wiring"
)

// station is a machine that lives behind hosts' ports without being one of the hosts: it
// answers ARP and echo requests at one of its feet, and moves to another as a virtual
// machine does, by a gratuitous ARP and without any loss of carrier.
type station struct {
	t    *testing.T
	mac  net.HardwareAddr
	addr netip.Addr
	feet []*tagged
	here atomic.Int32 // the foot that it stands on
	stop atomic.Bool
	live sync.WaitGroup
}

func (f *fabric) station(addr string, hosts ...string) *station {
	f.t.Helper()
	s := &station{t: f.t, mac: net.HardwareAddr{2, 0x77, 0, 0, 0, 1}, addr: netip.MustParseAddr(addr)}
	for i, h := range hosts {
		foot := f.tagged(h)
		s.feet = append(s.feet, foot)
		s.live.Go(func() {
			for !s.stop.Load() {
				if _, frame := foot.receive(); frame != nil && int(s.here.Load()) == i {
					s.answer(foot, frame)
				}
			}
		})
	}
	f.t.Cleanup(func() { s.stop.Store(true); s.live.Wait() })
	return s
}

// move stands on another foot and says so.
func (s *station) move(foot int) {
	s.t.Helper()
	s.here.Store(int32(foot))
	s.send(s.feet[foot], append(s.ethernet(net.HardwareAddr{255, 255, 255, 255, 255, 255}, 0x0806),
		s.arp(1, net.HardwareAddr{0, 0, 0, 0, 0, 0}, s.addr.AsSlice())...))
}

func (s *station) answer(foot *tagged, frame []byte) {
	from := net.HardwareAddr(frame[6:12])
	switch ether := binary.BigEndian.Uint16(frame[12:]); {
	case ether == 0x0806 && len(frame) >= 42 && frame[21] == 1 && netip.AddrFrom4([4]byte(frame[38:42])) == s.addr:
		s.send(foot, append(s.ethernet(from, 0x0806), s.arp(2, from, frame[28:32])...))
	case ether == 0x0800 && len(frame) >= 42 && frame[23] == 1 && frame[34] == 8 && net.HardwareAddr(frame[:6]).String() == s.mac.String():
		reply := append(s.ethernet(from, 0x0800), frame[14:]...)
		copy(reply[26:30], frame[30:34])
		copy(reply[30:34], frame[26:30])
		reply[34] = 0
		sum := uint32(binary.BigEndian.Uint16(reply[36:])) + 0x0800 // RFC 1624: the type went from 8 to 0
		binary.BigEndian.PutUint16(reply[36:], uint16(sum+sum>>16))
		s.send(foot, reply)
	}
}

func (s *station) ethernet(to net.HardwareAddr, ether uint16) []byte {
	return binary.BigEndian.AppendUint16(append(append([]byte{}, to...), s.mac...), ether)
}

func (s *station) arp(op byte, to net.HardwareAddr, ip []byte) []byte {
	b := append([]byte{0, 1, 8, 0, 6, 4, 0, op}, s.mac...)
	b = append(append(append(b, s.addr.AsSlice()...), to...), ip...)
	return append(b, make([]byte, 18)...)
}

func (s *station) send(foot *tagged, frame []byte) {
	_, err := unix.Write(foot.fd, frame)
	// A foot whose cable is out takes nothing: that is what a cable is pulled for.
	if err != nil && !errors.Is(err, unix.ENOBUFS) && !errors.Is(err, unix.ENETDOWN) {
		s.t.Error(err)
	}
}

// TestStationMoves moves a station between nodes, both of whose ports stay up, under a
// flow of 1,000 frames a second.
func TestStationMoves(t *testing.T) {
	f := start(t)
	s := f.station("10.0.0.200", "h3", "h7")
	s.move(0)
	await(t, 10*time.Second, "the station to answer", func() bool { return f.pings("h1", "10.0.0.200") })
	for i := range 4 {
		fl := f.flow("h1", s.addr)
		await(t, 10*time.Second, "frames to flow", fl.flowing())
		s.move(1 - i%2)
		await(t, 10*time.Second, "frames to flow again", fl.flowing())
		got := fl.finish()
		t.Logf("move %d: %d of %d frames lost, longest gap %v", i, got.lost, got.sent, got.longest)
		if got.lost > 50 { // a frame a millisecond
			t.Errorf("move %d: %d frames lost, want at most 50", i, got.lost)
		}
	}
}

// TestCableMoves plugs a station's cable into another node, first with the control plane
// whole, then without directors and fabric controls: then nobody tells the others, and
// the node where the station was sends on what still comes there.
func TestCableMoves(t *testing.T) {
	f := start(t)
	s := f.station("10.0.0.200", "h3")
	s.move(0)
	at := [2]string{"Node1", "xe-0-0-0"}
	for _, to := range [][2]string{{"Node3", "xe-0-0-7"}, {"Node2", "xe-0-0-9"}, {"Node0", "xe-0-0-7"}, {"Node1", "xe-0-0-0"}} {
		f.moveUnderFlow(s, at, to)
		at = to
	}
	for _, name := range []string{"dg0", "dg1", "FC-0", "FC-1"} {
		f.mustLab("stop", name)
	}
	for _, to := range [][2]string{{"Node3", "xe-0-0-7"}, {"Node0", "xe-0-0-8"}, {"Node2", "xe-0-0-8"}} {
		f.moveUnderFlow(s, at, to)
		at = to
	}
}

// moveUnderFlow moves the cable of h3 while h1 asks for the station behind it a thousand
// times a second. How long the cable is in nobody's hand is not the fabric's matter: what
// counts is the time from its plugging in to the first answer. The station keeps no
// table of neighbours; a host that asks for one just as its cable is pulled waits a
// second before it asks again, whatever the fabric does.
func (f *fabric) moveUnderFlow(s *station, from, to [2]string) {
	f.t.Helper()
	fl := f.flow("h1", s.addr)
	await(f.t, 10*time.Second, "frames to flow", fl.flowing())
	pulled := time.Now()
	err := wiring.Move(lab.Namespace(f.state, from[0]), from[1], lab.Namespace(f.state, to[0]), to[1])
	if err != nil {
		f.t.Fatal(err)
	}
	plugged := time.Now()
	await(f.t, 10*time.Second, "frames to flow again", fl.flowing())
	found := max(fl.answeredAfter(pulled.Add(5*time.Millisecond)).Sub(plugged), 0)
	got := fl.finish()
	f.t.Logf("%s to %s: unplugged for %v, found %v after that; %d of %d frames lost", from[0], to[0],
		plugged.Sub(pulled).Round(time.Millisecond), found.Round(100*time.Microsecond), got.lost, got.sent)
	if found > 100*time.Millisecond {
		f.t.Errorf("%s to %s: found after %v, want under 100 ms", from[0], to[0], found)
	}
}

// answeredAfter returns when the first answer came after a moment.
func (fl *flow) answeredAfter(moment time.Time) time.Time {
	fl.mu.Lock()
	defer fl.mu.Unlock()
	for i, at := range fl.back {
		if !at.IsZero() && fl.sentAt[i].After(moment) {
			return at
		}
	}
	return time.Now()
}
