package vip

import (
	"bytes"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
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
