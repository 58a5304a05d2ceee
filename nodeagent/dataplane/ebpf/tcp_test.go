package ebpf

import (
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
)

// TestTCP carries a TCP stream between two hosts whose offloads are as the kernel
// made them: the frames on the links are up to 64 KB long and have no checksum yet.
// The hosts find each other by ARP, which is flooded.
func TestTCP(t *testing.T) {
	f := newFabric(t)
	for i, h := range f.host {
		h.address(t, "eth0", fmt.Sprintf("10.0.0.%d/24", i+1))
	}
	const size = 256 << 20
	var listener net.Listener
	f.host[1].do(t, func() (err error) {
		listener, err = net.Listen("tcp4", "10.0.0.2:0")
		return err
	})
	defer listener.Close()
	sums := make(chan [sha256.Size]byte, 1)
	go func() { sums <- receiveAll(t, listener) }()

	var conn net.Conn
	f.host[0].do(t, func() (err error) {
		conn, err = net.DialTimeout("tcp4", listener.Addr().String(), 10*time.Second)
		return err
	})
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{1})
	random.Read(block)
	sum := sha256.New()
	start := time.Now()
	for range size / len(block) {
		sum.Write(block)
		if _, err := conn.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	got := <-sums
	t.Logf("%d octets at %.1f Gbit/s, sums included", size, size*8/time.Since(start).Seconds()/1e9)
	if [sha256.Size]byte(sum.Sum(nil)) != got {
		t.Error("what arrived is not what was sent")
	}
	for i, n := range f.leaf {
		c, err := n.plane.Counters()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("leaf%d: %+v", i+1, c)
	}
}

func receiveAll(tb testing.TB, l net.Listener) [sha256.Size]byte {
	conn, err := l.Accept()
	if err != nil {
		tb.Error(err)
		return [sha256.Size]byte{}
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		tb.Error(err)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, conn); err != nil {
		tb.Error(err)
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// address gives a device an IP address.
func (s *space) address(tb testing.TB, name, prefix string) {
	tb.Helper()
	l, err := s.nl.LinkByName(name)
	if err != nil {
		tb.Fatal(err)
	}
	a, err := netlink.ParseAddr(prefix)
	if err == nil {
		err = s.nl.AddrAdd(l, a)
	}
	if err != nil {
		tb.Fatalf("give %s the address %s: %v", name, prefix, err)
	}
}
