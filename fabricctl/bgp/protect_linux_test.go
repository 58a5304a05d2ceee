package bgp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func protection(t *testing.T, secret string) Protection {
	t.Helper()
	p, err := Protected([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// echoing is a protected listener that sends back what it gets.
func echoing(t *testing.T, p Protection) netip.AddrPort {
	t.Helper()
	l, err := p.Listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			// The far end of one that is not heard any more is not told of its end.
			if c.SetDeadline(time.Now().Add(4*time.Second)) == nil {
				io.Copy(c, c)
			}
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// speaks reports whether something sent comes back.
func speaks(c net.Conn) bool {
	defer c.Close()
	if c.SetDeadline(time.Now().Add(2*time.Second)) != nil {
		return false
	}
	if _, err := c.Write([]byte("hello")); err != nil {
		return false
	}
	_, err := io.ReadFull(c, make([]byte, 5))
	return err == nil
}

// TestProtection: the kernel lets those through that have the password and are near, and
// gives nobody else an answer.
func TestProtection(t *testing.T) {
	t.Parallel()
	p := protection(t, "secret")
	at := echoing(t, p)
	c, err := p.Dial(t.Context(), netip.MustParseAddr("127.0.0.1"), at)
	if err != nil || !speaks(c) {
		t.Fatalf("a neighbour with the password is not heard: %v", err)
	}
	far := func(ctx context.Context) (net.Conn, error) { // signed, but from behind a router
		c, err := p.Dial(ctx, netip.Addr{}, at)
		if err == nil {
			raw, rerr := c.(*net.TCPConn).SyscallConn()
			err = errors.Join(rerr, raw.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TTL, nearest-1)
			}), err)
		}
		return c, err
	}
	for name, dial := range map[string]func(context.Context) (net.Conn, error){
		"no password": func(ctx context.Context) (net.Conn, error) {
			return Protection{}.Dial(ctx, netip.Addr{}, at)
		},
		"another password": func(ctx context.Context) (net.Conn, error) {
			return protection(t, "guess").Dial(ctx, netip.Addr{}, at)
		},
		"another hop": far,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			c, err := dial(ctx)
			switch {
			case err == nil && speaks(c):
				t.Error("it is heard")
			case err != nil && !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.DeadlineExceeded):
				t.Errorf("it is told something: %v", err)
			}
		})
	}
}

func TestLongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Protection{strings.Repeat("x", 81)}.Listen(t.Context(), netip.MustParseAddrPort("127.0.0.1:0"))
	if err == nil || !strings.Contains(err.Error(), "81 octets") {
		t.Errorf("%v", err)
	}
}
