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
		if err != nil || len(addrs) != 1 || addrs[0].ValidLft > 1 {
			t.Errorf("addresses = %v, %v; want one with a lifetime of at most 1 s", addrs, err)
		}
		if err := a.remove(); err != nil {
			t.Error("remove:", err)
		}
		if addrs, _ := netlink.AddrList(link, netlink.FAMILY_V4); len(addrs) != 0 {
			t.Errorf("addresses after remove = %v", addrs)
		}
	})
}

// TestFrozenHolder: the address of a holder that does not run is gone within Lifetime and
// Slack, and when it runs again it does not set the address anew.
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
		now := clock.NewManual(time.Unix(1e9, 0)) // it stands still: so does the holder
		var watching sync.WaitGroup
		watching.Go(func() {
			await(t, h, true)
			began := time.Now()
			await(t, h, false)
			took := time.Since(began)
			t.Logf("gone %v after it was set", took)
			if took > leaseLeft {
				t.Errorf("the address outlives its holder by %v, want less than %v", took, leaseLeft)
			}
			now.Advance(5 * time.Second)
		})
		if err := a.Hold(t.Context(), now, slog.New(slog.DiscardHandler)); !errors.Is(err, ErrLost) {
			t.Errorf("a holder that was frozen ends with %v, want %v", err, ErrLost)
		}
		watching.Wait()
		await(t, h, false)
	})
}

// leaseLeft is what a lease has left at least when its leader stops: see Lifetime.
const leaseLeft = 1750 * time.Millisecond

// await waits until bme0 has an address, or has none.
func await(t *testing.T, h *netlink.Handle, there bool) {
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for late := time.After(10 * time.Second); ; {
		link, err := h.LinkByName("bme0")
		var addrs []netlink.Addr
		if err == nil {
			addrs, err = h.AddrList(link, netlink.FAMILY_V4)
		}
		if err != nil || len(addrs) > 0 == there {
			if err != nil {
				t.Error(err)
			}
			return
		}
		select {
		case <-ticks.C:
		case <-late:
			t.Errorf("the address is not there=%v within 10 s", there)
			return
		}
	}
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
