package ebpf

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// space is a network namespace without a name: it goes when its last user goes.
type space struct {
	ns netns.NsHandle
	nl *netlink.Handle
}

// newSpace makes a namespace in which nothing speaks of its own accord.
func newSpace(tb testing.TB) *space {
	tb.Helper()
	if os.Geteuid() != 0 {
		tb.Fatal("this test makes network namespaces and loads BPF programs: run it as root")
	}
	s := &space{}
	inNewThread(tb, func() error {
		var err error
		if s.ns, err = netns.New(); err != nil {
			return err
		}
		return os.WriteFile("/proc/sys/net/ipv6/conf/default/disable_ipv6", []byte("1"), 0)
	})
	nl, err := netlink.NewHandleAt(s.ns)
	if err != nil {
		tb.Fatal(err)
	}
	s.nl = nl
	tb.Cleanup(func() {
		nl.Close()
		s.ns.Close()
	})
	return s
}

// do runs f on a thread inside the namespace.
func (s *space) do(tb testing.TB, f func() error) {
	tb.Helper()
	inNewThread(tb, func() error {
		if err := netns.Set(s.ns); err != nil {
			return err
		}
		return f()
	})
}

// inNewThread runs f on a thread that is thrown away: a thread that once changed its
// namespace never serves another goroutine.
func inNewThread(tb testing.TB, f func() error) {
	tb.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- f()
	}()
	if err := <-done; err != nil {
		tb.Fatal(err)
	}
}

// The MTU of host ports and of fabric links: a fabric link carries a whole frame of a
// host, tag included, and the 26 octets that labels add. A frame that is too long is
// lost without a trace of ours.
const (
	hostMTU   = 1500
	fabricMTU = 1600
)

// cable makes a veth pair with its ends in two namespaces, both up.
func cable(tb testing.TB, a *space, nameA string, b *space, nameB string) (indexA, indexB int) {
	tb.Helper()
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MTU = nameA, fabricMTU
	if nameB == "eth0" {
		attrs.MTU = hostMTU
	}
	veth := &netlink.Veth{
		LinkAttrs: attrs, PeerName: nameB, PeerNamespace: netlink.NsFd(int(b.ns)), PeerMTU: uint32(attrs.MTU),
	}
	if err := a.nl.LinkAdd(veth); err != nil {
		tb.Fatalf("add veth %s-%s: %v", nameA, nameB, err)
	}
	return a.up(tb, nameA), b.up(tb, nameB)
}

func (s *space) up(tb testing.TB, name string) int {
	tb.Helper()
	l, err := s.nl.LinkByName(name)
	if err == nil {
		err = s.nl.LinkSetUp(l)
	}
	if err != nil {
		tb.Fatalf("set %s up: %v", name, err)
	}
	return l.Attrs().Index
}

// mac returns the address of a device in the namespace.
func (s *space) mac(tb testing.TB, name string) (m inventory.MAC) {
	tb.Helper()
	l, err := s.nl.LinkByName(name)
	if err != nil {
		tb.Fatal(err)
	}
	copy(m[:], l.Attrs().HardwareAddr)
	return m
}

// pinsDir returns an empty directory on a BPF file system of its own.
func pinsDir(tb testing.TB) string {
	tb.Helper()
	dir := filepath.Join(tb.TempDir(), "pins")
	if err := MountPins(dir); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := UnmountPins(dir); err != nil {
			tb.Error(err)
		}
	})
	return dir
}

// openAt opens a plane inside a namespace.
func openAt(tb testing.TB, s *space, o Options) *Plane {
	tb.Helper()
	var p *Plane
	o.Log = slog.New(slog.NewTextHandler(tb.Output(), nil))
	s.do(tb, func() (err error) {
		p, err = Open(o)
		return err
	})
	return p
}

// rawSocket opens a packet socket for one protocol, bound to a device if index is not 0.
func rawSocket(protocol uint16, index int) (int, error) {
	proto := int(protocol>>8 | protocol<<8)
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, proto)
	if err != nil {
		return 0, err
	}
	if index == 0 {
		return fd, nil
	}
	return fd, unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: uint16(proto), Ifindex: index})
}
