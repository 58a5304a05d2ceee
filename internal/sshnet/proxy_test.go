package sshnet

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// accepted is a connection as a forward has accepted it.
type accepted struct {
	net.Conn
	from, to string
}

func (a accepted) RemoteAddr() net.Addr { return tcp(a.from) }
func (a accepted) LocalAddr() net.Addr  { return tcp(a.to) }

func tcp(s string) net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(s)) }

func header(t testing.TB, from, to string) []byte {
	t.Helper()
	b, err := ProxyHeader(accepted{from: from, to: to})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProxyHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, to, want string }{
		{"192.0.2.9:51234", "192.0.2.1:22", "192.0.2.9:51234"},
		{"[2001:db8::9]:51234", "[2001:db8::1]:22", "[2001:db8::9]:51234"},
		{"[::ffff:192.0.2.9]:51234", "[2001:db8::1]:22", "192.0.2.9:51234"},
	} {
		b := header(t, c.from, c.to)
		r := bytes.NewReader(append(b, "SSH-2.0-x\r\n"...))
		got, err := readProxy(r)
		if err != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v", c.from, got, err)
		}
		if rest, _ := io.ReadAll(r); string(rest) != "SSH-2.0-x\r\n" {
			t.Errorf("%s: %q is left", c.from, rest)
		}
	}
	local := header(t, "192.0.2.9:1", "192.0.2.1:22")
	local[12] = proxyVersion | proxyLocal
	if got, err := readProxy(bytes.NewReader(local)); err != nil || got.IsValid() {
		t.Errorf("LOCAL: %v, %v", got, err)
	}
	if _, err := ProxyHeader(accepted{from: "0.0.0.0:0", to: "192.0.2.1:22"}); err != nil {
		t.Errorf("an address is an address: %v", err)
	}
	for name, change := range map[string]func([]byte) []byte{
		"none":         func([]byte) []byte { return []byte("SSH-2.0-OpenSSH_9.2\r\n") },
		"empty":        func([]byte) []byte { return nil },
		"cut short":    func(b []byte) []byte { return b[:20] },
		"version 1":    func(b []byte) []byte { b[12] = 1<<4 | proxyCarried; return b },
		"UDP":          func(b []byte) []byte { b[13] = 0x12; return b },
		"small":        func(b []byte) []byte { b[15] = 8; return b },
		"without end":  func(b []byte) []byte { b[14] = 0xff; return b },
		"IPv6 in IPv4": func(b []byte) []byte { b[13] = proxyTCP6; return b },
	} {
		if got, err := readProxy(bytes.NewReader(change(header(t, "192.0.2.9:51234", "192.0.2.1:22")))); err == nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func FuzzProxy(f *testing.F) {
	f.Add(header(f, "192.0.2.9:51234", "192.0.2.1:22"))
	f.Add(header(f, "[2001:db8::9]:51234", "[2001:db8::1]:22"))
	f.Add([]byte(proxySignature))
	f.Fuzz(func(t *testing.T, b []byte) {
		from, err := readProxy(bytes.NewReader(b))
		if err != nil || !from.IsValid() {
			return
		}
		if !from.Addr().IsValid() || from.Addr().Is4In6() {
			t.Errorf("%v", from)
		}
		again, err := readProxy(bytes.NewReader(header(t, from.String(), "192.0.2.1:22")))
		if err != nil || again != from {
			t.Errorf("%v became %v, %v", from, again, err)
		}
	})
}

// TestForward counts and shows those behind a trusted forward, and believes nobody
// else.
func TestForward(t *testing.T) {
	t.Parallel()
	key, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "host"))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 1)
	server := func(forwards ...netip.Addr) string {
		s, err := NewServer(Config{HostKeys: []Key{key}, PerSource: 1, Forwards: forwards, Grace: 2 * time.Second, Log: slog.New(slog.DiscardHandler),
			Password: func(l Login, _ string) bool { return true },
			Serve:    func(_ context.Context, s *Session) { seen <- s.Remote().String() }})
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- s.Serve(ctx, l) }()
		t.Cleanup(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		return l.Addr().String()
	}
	dial := func(at string, first []byte) net.Conn {
		c, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := c.Write(first); err != nil {
			t.Fatal(err)
		}
		return c
	}
	// greeting is what the server says first; empty when it hangs up.
	greeting := func(c net.Conn) string {
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 8)
		n, _ := io.ReadFull(c, b)
		return string(b[:n])
	}
	trusting := server(netip.MustParseAddr("127.0.0.1"))
	first, second := header(t, "192.0.2.9:1", "127.0.0.1:22"), header(t, "192.0.2.10:1", "127.0.0.1:22")
	waiting := dial(trusting, first)
	if got := greeting(waiting); got != "SSH-2.0-" {
		t.Errorf("a client behind the forward: %q", got)
	}
	if got := greeting(dial(trusting, header(t, "192.0.2.9:2", "127.0.0.1:22"))); got != "" {
		t.Errorf("a second connection of one source: %q", got)
	}
	c, err := NewClient(t.Context(), dial(trusting, second), ClientConfig{User: "admin", Password: "x", HostKey: func(PublicKey) error { return nil }})
	if err != nil {
		t.Fatalf("another source: %v", err)
	}
	defer c.Close()
	if _, err := c.Subsystem(t.Context(), "netconf"); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; !strings.HasPrefix(got, "192.0.2.10:") {
		t.Errorf("the session comes from %s", got)
	}
	if got := greeting(dial(trusting, []byte("SSH-2.0-OpenSSH_9.2\r\n"))); got != "" {
		t.Errorf("a forward without a header: %q", got)
	}
	// A header of somebody who is not trusted is no SSH: the server says its line and
	// then finds that out.
	liar := dial(server(netip.MustParseAddr("192.0.2.1")), first)
	if got := greeting(liar); got != "SSH-2.0-" {
		t.Errorf("a stranger: %q", got)
	}
	if rest, err := io.ReadAll(liar); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("a stranger's header: %q, %v", rest, err)
	}
}
