package vip

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"oneswitch/internal/clock"
)

// inNamespace runs f on a thread of its own in a fresh network namespace with a
// veth pair bme0/peer.
func inNamespace(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test makes a network namespace: run it as root (make test does)")
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread dies with its namespace
		ns, err := netns.New()
		if err != nil {
			t.Error("make network namespace:", err)
			return
		}
		defer ns.Close()
		pair := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "bme0"}, PeerName: "peer"}
		if err := netlink.LinkAdd(pair); err != nil {
			t.Error("make veth pair:", err)
			return
		}
		for _, name := range []string{"bme0", "peer"} {
			link, err := netlink.LinkByName(name)
			if err == nil {
				err = netlink.LinkSetUp(link)
			}
			if err != nil {
				t.Error("set up", name, err)
				return
			}
		}
		f(t)
	}()
	<-done
}

func TestAddressIsSetWithLifetimeAndRemoved(t *testing.T) {
	t.Parallel()
	inNamespace(t, func(t *testing.T) {
		a := Address{Prefix: netip.MustParsePrefix("128.0.128.1/16"), Interface: "bme0"}
		for range 2 { // the second time is a renewal
			if err := a.renew(); err != nil {
				t.Error("renew:", err)
				return
			}
		}
		if err := a.claim(); err != nil {
			t.Error("claim:", err)
		}
		link, _ := netlink.LinkByName("bme0")
		addrs, err := netlink.AddrList(link, netlink.FAMILY_V4)
		if err != nil || len(addrs) != 1 || addrs[0].ValidLft < 1 || addrs[0].ValidLft > 3 {
			t.Errorf("addresses = %v, %v; want one with a lifetime of at most 3 s", addrs, err)
		}
		if err := a.remove(); err != nil {
			t.Error("remove:", err)
		}
		if addrs, _ := netlink.AddrList(link, netlink.FAMILY_V4); len(addrs) != 0 {
			t.Errorf("addresses after remove = %v", addrs)
		}
	})
}

// TestFrozenHolder: when the moment has passed until which a holder may answer, its kernel
// falls silent, although the address is still there; and when the holder runs again it
// does not set the address anew.
func TestFrozenHolder(t *testing.T) {
	t.Parallel()
	inNamespace(t, func(t *testing.T) {
		a := Address{Prefix: netip.MustParsePrefix("128.0.128.1/16"), Interface: "bme0"}
		here, err := netns.Get()
		if err != nil {
			t.Error(err)
			return
		}
		defer here.Close()
		h, err := netlink.NewHandleAt(here)
		if err != nil {
			t.Error(err)
			return
		}
		defer h.Close()
		asker, err := newAsker(a.Prefix.Addr())
		if err != nil {
			t.Error(err)
			return
		}
		defer unix.Close(asker.fd)
		now := clock.NewManual(time.Unix(1e9, 0)) // it stands still: so does the holder
		const may = time.Second
		var watching sync.WaitGroup
		watching.Go(func() {
			began := time.Now()
			asker.await(t, true)
			last := asker.await(t, false)
			if n := addresses(t, h); n != 1 {
				t.Errorf("silent with %d addresses, want the one that the guard keeps silent", n)
			}
			t.Logf("silent after %v, with leave to answer for %v", last.Sub(began), may)
			if took := last.Sub(began); took > may+200*time.Millisecond {
				t.Errorf("an answer %v after the beginning, with leave for %v", took, may)
			}
			now.Advance(5 * time.Second)
		})
		until := now.Now().Add(may)
		if err := a.Hold(t.Context(), func() time.Time { return until }, now, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrLost) {
			t.Errorf("a holder that was frozen ends with %v, want %v", err, ErrLost)
		}
		watching.Wait()
		if n := addresses(t, h); n != 0 {
			t.Errorf("%d addresses are left", n)
		}
	})
}

func addresses(t *testing.T, h *netlink.Handle) int {
	link, err := h.LinkByName("bme0")
	var addrs []netlink.Addr
	if err == nil {
		addrs, err = h.AddrList(link, netlink.FAMILY_V4)
	}
	if err != nil {
		t.Error(err)
	}
	return len(addrs)
}

// asker asks for an address by ARP from the other end of the cable.
type asker struct {
	fd       int
	question []byte
}

func newAsker(a netip.Addr) (asker, error) {
	dev, err := net.InterfaceByName("peer")
	if err != nil {
		return asker{}, err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, int(htons(unix.ETH_P_ARP)))
	if err != nil {
		return asker{}, err
	}
	err = errors.Join(unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: htons(unix.ETH_P_ARP), Ifindex: dev.Index}),
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 20_000}))
	b := append([]byte{255, 255, 255, 255, 255, 255}, dev.HardwareAddr...)
	b = append(append(b, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1), dev.HardwareAddr...)
	b = append(append(b, 128, 0, 0, 9, 0, 0, 0, 0, 0, 0), a.AsSlice()...)
	return asker{fd, b}, err
}

// await asks until there is an answer, or until there was none for half a second, and
// returns when the last one came.
func (a asker) await(t *testing.T, answers bool) (last time.Time) {
	buf := make([]byte, 256)
	last = time.Now()
	for late := last.Add(10 * time.Second); time.Now().Before(late); {
		if _, err := unix.Write(a.fd, a.question); err != nil {
			t.Error(err)
			return last
		}
		for {
			n, err := unix.Read(a.fd, buf)
			if err != nil {
				break // nothing for 20 ms
			}
			if n >= 42 && buf[21] == 2 {
				last = time.Now()
				if answers {
					return last
				}
				break
			}
		}
		if !answers && time.Since(last) > 500*time.Millisecond {
			return last
		}
	}
	t.Errorf("answers=%v not within 10 s", answers)
	return last
}

func TestUnknownInterfaceIsNamed(t *testing.T) {
	t.Parallel()
	inNamespace(t, func(t *testing.T) {
		err := Address{Prefix: netip.MustParsePrefix("128.0.128.1/16"), Interface: "nic7"}.renew()
		if err == nil || !bytes.Contains([]byte(err.Error()), []byte("nic7")) {
			t.Errorf("renew on a missing interface = %v", err)
		}
	})
}

func TestAnnouncementSaysTheAddressTwice(t *testing.T) {
	t.Parallel()
	mac := net.HardwareAddr{2, 0, 0, 0, 0x40, 1}
	want := []byte{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0x40, 1, 128, 0, 128, 1, 0, 0, 0, 0, 0, 0, 128, 0, 128, 1}
	if got := announcement(mac, [4]byte{128, 0, 128, 1}); !bytes.Equal(got, want) {
		t.Errorf("announcement = % x, want % x", got, want)
	}
}
