package e2e

import (
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab"
	"oneswitch/internal/lab/wiring"
)

// tagged speaks 802.1Q on a host's interface: the kernels we test on have no
// VLAN devices, so the tag is written and read here.
type tagged struct {
	t   *testing.T
	fd  int
	mac net.HardwareAddr
}

func htons(v uint16) uint16 { return v<<8 | v>>8 }

func (f *fabric) tagged(host string) *tagged {
	f.t.Helper()
	s := &tagged{t: f.t}
	err := wiring.Do(lab.Namespace(f.state, host), func() error {
		dev, err := net.InterfaceByName("eth0")
		if err != nil {
			return err
		}
		s.mac = dev.HardwareAddr
		s.fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(htons(unix.ETH_P_ALL)))
		if err != nil {
			return err
		}
		return errors.Join(
			unix.SetsockoptInt(s.fd, unix.SOL_PACKET, unix.PACKET_AUXDATA, 1),
			unix.SetsockoptTimeval(s.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}),
			unix.Bind(s.fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ALL), Ifindex: dev.Index}))
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if err := unix.Close(s.fd); err != nil {
			f.t.Error(err)
		}
	})
	return s
}

// resolves asks by ARP for an address inside a VLAN and reports whether an
// answer comes back in the same VLAN.
func (s *tagged) resolves(vlan uint16, own, want netip.Addr) bool {
	s.t.Helper()
	deadline := time.Now().Add(2 * time.Second)
	for time.Now().Before(deadline) {
		if _, err := unix.Write(s.fd, arpRequest(s.mac, vlan, own, want)); err != nil {
			s.t.Fatal(err)
		}
		for range 20 {
			got, frame := s.receive()
			if frame == nil {
				break
			}
			if got == vlan && isARPReply(frame, want) {
				return true
			}
		}
	}
	return false
}

// receive returns the next frame without its tag and the VLAN of the tag.
func (s *tagged) receive() (vlan uint16, frame []byte) {
	buf, oob := make([]byte, 2048), make([]byte, 256)
	n, oobn, _, _, err := unix.Recvmsg(s.fd, buf, oob, 0)
	if err != nil {
		return 0, nil
	}
	messages, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		s.t.Fatal(err)
	}
	for _, m := range messages {
		if m.Header.Level == unix.SOL_PACKET && m.Header.Type == unix.PACKET_AUXDATA {
			aux := (*unix.TpacketAuxdata)(unsafe.Pointer(&m.Data[0]))
			if aux.Status&unix.TP_STATUS_VLAN_VALID != 0 {
				return aux.Vlan_tci & 0xfff, buf[:n]
			}
		}
	}
	if n > 16 && binary.BigEndian.Uint16(buf[12:]) == 0x8100 {
		vlan = binary.BigEndian.Uint16(buf[14:]) & 0xfff
		return vlan, append(buf[:12:12], buf[16:n]...)
	}
	return 0, buf[:n]
}

// arpRequest is an ARP request (RFC 826) in an 802.1Q frame.
func arpRequest(mac net.HardwareAddr, vlan uint16, own, want netip.Addr) []byte {
	b := append([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, mac...)
	b = append(b, 0x81, 0, byte(vlan>>8), byte(vlan), 0x08, 0x06)
	b = append(b, 0, 1, 8, 0, 6, 4, 0, 1)
	b = append(append(b, mac...), own.AsSlice()...)
	return append(append(b, 0, 0, 0, 0, 0, 0), want.AsSlice()...)
}

func isARPReply(frame []byte, from netip.Addr) bool {
	return len(frame) >= 42 && binary.BigEndian.Uint16(frame[12:]) == 0x0806 &&
		binary.BigEndian.Uint16(frame[20:]) == 2 && netip.AddrFrom4([4]byte(frame[28:32])) == from
}
