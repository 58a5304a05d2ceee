package reflector

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
)

// startHere runs a reflector in the test process.
func startHere(tb testing.TB, cfg Config) (*Reflector, netip.AddrPort) {
	tb.Helper()
	l, err := cfg.Protection.Listen(tb.Context(), netip.AddrPortFrom(cfg.Local, 0))
	if err != nil {
		tb.Fatal(err)
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(tb.Output(), nil))
	}
	r := New(cfg)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.Run(ctx, l); err != nil {
			tb.Error(err)
		}
	})
	tb.Cleanup(func() { cancel(); running.Wait() })
	return r, netip.AddrPortFrom(cfg.Local, uint16(l.Addr().(*net.TCPAddr).Port))
}

// join connects a station and waits until it is established.
func join(tb testing.TB, addr netip.AddrPort, s *station) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.connect(ctx, addr.String()) })
	tb.Cleanup(func() { cancel(); running.Wait() })
	select {
	case <-s.ready:
	case err := <-s.closed:
		tb.Fatal(err)
	}
}

// packed encodes announcements of routes, one message each.
func packed(routes ...route.Route) [][]byte {
	var out [][]byte
	for _, r := range routes {
		p := bgp.Packer{}
		hop := netip.Addr{}
		switch r := r.(type) {
		case route.MAC:
			hop = r.NextHop
		case route.Flood:
			hop = r.NextHop
		}
		p.Reach(r.Family(), hop, route.AppendAttrs(nil, r))
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		out = append(out, p.Buf)
	}
	return out
}

func unpacked(routes ...route.Route) [][]byte {
	var out [][]byte
	for _, r := range routes {
		p := bgp.Packer{}
		p.Unreach(r.Family())
		p.Add(route.AppendNLRI(nil, r))
		p.End()
		out = append(out, p.Buf)
	}
	return out
}

func needNamespace(tb testing.TB) {
	tb.Helper()
	if os.Getenv(inNamespace) == "" {
		tb.Fatal("this test wants a network namespace: run the tests as root")
	}
}

// TestFRRAsClient makes FRR's bgpd an EVPN client of our reflector.
func TestFRRAsClient(t *testing.T) {
	t.Parallel()
	needNamespace(t)
	r, addr := startHere(t, Config{Local: netip.MustParseAddr("10.60.0.1")})
	s := newStation(netip.MustParseAddr("10.60.0.2"))
	join(t, addr, s)
	mac := route.MAC{Domain: 10, MAC: inventory.MAC{2, 0, 0, 0, 0, 0x2a}, NextHop: s.address, PortLabel: 24, Seq: 5}
	host := mac
	host.MAC[5], host.IP, host.Seq = 0x2b, netip.MustParseAddr("192.0.2.43"), 0
	flood := route.Flood{Domain: 10, NextHop: s.address, TreeLabel: inventory.TreeLabel(10)}
	s.offer(packed(mac, host, flood))

	own := netip.MustParseAddrPort("10.60.0.9:1790")
	f := startFRR(t, own, fmt.Sprintf(` neighbor %[1]v remote-as 100
 neighbor %[1]v port %[2]d
 neighbor %[1]v update-source %[3]v
 address-family l2vpn evpn
  neighbor %[1]v activate
  network 198.51.100.0/24 rd %[3]v:1 ethtag 10 label 100 esi 00:00:00:00:00:00:00:00:00:00 gwip 0.0.0.0 routermac 02:00:00:00:00:09
 exit-address-family
`, addr.Addr(), addr.Port(), own.Addr()))
	out := f.awaitShow("show bgp l2vpn evpn", "[2]:[10]:[48]:[02:00:00:00:00:2a]",
		"[2]:[10]:[48]:[02:00:00:00:00:2b]:[32]:[192.0.2.43]", "[3]:[10]:[32]:[10.60.0.2]")
	if !strings.Contains(out, "10.60.0.2:1") {
		t.Errorf("the distinguisher is not 10.60.0.2:1:\n%s", out)
	}
	detail := f.show("show bgp l2vpn evpn route detail")
	for _, want := range []string{"MM:5", "Originator: 10.60.0.2", "Cluster list: 10.60.0.1", "RT:65534:33554442"} {
		if !strings.Contains(detail, want) {
			t.Errorf("FRR does not show %q:\n%s", want, detail)
		}
	}
	if strings.Contains(f.log(), "rcvd UPDATE with errors") {
		t.Errorf("FRR complains:\n%s", f.log())
	}

	poll(t, "route of FRR", func() bool { // ours, its way
		es, err := r.Table(t.Context(), route.EVPN)
		return err == nil && len(es) == 4
	})
	select {
	case <-s.expect(1): // FRR's prefix route reaches the other client
	case err := <-s.closed:
		t.Fatal(err)
	}
	s.offer(unpacked(mac))
	poll(t, "withdrawal at FRR", func() bool {
		return !strings.Contains(f.show("show bgp l2vpn evpn"), "02:00:00:00:00:2a")
	})
}

// TestFRRWithPassword: a neighbour of another maker that has been given the password of
// the fabric gets a session, and one with another password not even an answer.
func TestFRRWithPassword(t *testing.T) {
	t.Parallel()
	needNamespace(t)
	p, err := bgp.Protected([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	r, addr := startHere(t, Config{Local: netip.MustParseAddr("10.61.0.1"), Protection: p})
	client := func(own, password string) *frr {
		at := netip.MustParseAddrPort(own)
		return startFRR(t, at, fmt.Sprintf(` neighbor %[1]v remote-as 100
 neighbor %[1]v port %[2]d
 neighbor %[1]v update-source %[3]v
 neighbor %[1]v password %[4]s
 neighbor %[1]v timers connect 1
 address-family l2vpn evpn
  neighbor %[1]v activate
  network 198.51.100.0/24 rd %[3]v:1 ethtag 10 label 100 esi 00:00:00:00:00:00:00:00:00:00 gwip 0.0.0.0 routermac 02:00:00:00:00:09
 exit-address-family
`, addr.Addr(), addr.Port(), at.Addr(), password))
	}
	stranger := client("10.61.0.8:1790", "guess")
	client("10.61.0.9:1790", p.Password)
	poll(t, "route of FRR", func() bool {
		es, err := r.Table(t.Context(), route.EVPN)
		return err == nil && len(es) == 1
	})
	peers, err := r.Peers(t.Context())
	if err != nil || len(peers) != 1 || peers[0].Peer != netip.MustParseAddr("10.61.0.9") {
		t.Errorf("sessions %+v, %v; want that of 10.61.0.9 alone", peers, err)
	}
	if out := stranger.show("show bgp l2vpn evpn summary"); !strings.Contains(out, "Connect") && !strings.Contains(out, "Active") {
		t.Errorf("the stranger is not waiting for a connection:\n%s", out)
	}
}
