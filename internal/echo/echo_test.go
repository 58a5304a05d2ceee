package echo

import (
	"context"
	"net/netip"
	"os"
	"testing"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/oper"
)

// packet is an IPv4 packet around an ICMP message.
func packet(from string, ttl byte, icmp []byte) []byte {
	a := netip.MustParseAddr(from).As4()
	p := append([]byte{0x45, 0, 0, 0, 0, 0, 0, 0, ttl, 1, 0, 0}, a[:]...)
	return append(append(p, 127, 0, 0, 1), icmp...)
}

func reply(id uint16, r Request) []byte {
	b := encode(id, r)
	b[0] = typeReply
	return b
}

// quoted is a router's answer to a request.
func quoted(kind byte, id uint16, r Request) []byte {
	return append([]byte{kind, 0, 0, 0, 0, 0, 0, 0}, packet("192.0.2.1", 1, encode(id, r))...)
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const id = 0x6f73
	r := Request{To: netip.MustParseAddr("192.0.2.9"), Sequence: 7, Size: 56}
	other := r
	other.Sequence = 8
	for name, c := range map[string]struct {
		p    []byte
		want Answer
		ok   bool
	}{
		"reply":              {packet("192.0.2.9", 64, reply(id, r)), Answer{From: r.To, TTL: 64, Kind: Reply}, true},
		"of another":         {packet("192.0.2.8", 64, reply(id, r)), Answer{}, false},
		"to another":         {packet("192.0.2.9", 64, reply(id+1, r)), Answer{}, false},
		"late":               {packet("192.0.2.9", 64, reply(id, other)), Answer{}, false},
		"our own":            {packet("192.0.2.9", 64, encode(id, r)), Answer{}, false},
		"on the way":         {packet("192.0.2.1", 255, quoted(typeExceeded, id, r)), Answer{From: netip.MustParseAddr("192.0.2.1"), TTL: 255, Kind: Exceeded}, true},
		"no way on":          {packet("192.0.2.1", 255, quoted(typeUnreachable, id, r)), Answer{From: netip.MustParseAddr("192.0.2.1"), TTL: 255, Kind: Unreachable}, true},
		"of somebody else's": {packet("192.0.2.1", 255, quoted(typeExceeded, id+1, r)), Answer{}, false},
		"cut short":          {packet("192.0.2.1", 255, quoted(typeExceeded, id, r)[:30]), Answer{}, false},
		"no header":          {reply(id, r), Answer{}, false},
		"empty":              {nil, Answer{}, false},
	} {
		if got, ok := decode(c.p, id, r); ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %+v, %t", name, got, ok)
		}
	}
	if sum := checksum(encode(id, r)); sum != 0 {
		t.Errorf("checksum over a message with its checksum is %#x", sum)
	}
	if sum := checksum([]byte{0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7, 9}); sum != ^uint16(0xe6f2) { // RFC 1071 section 3, and an odd octet
		t.Errorf("checksum of an odd length is %#x", sum)
	}
}

func FuzzDecode(f *testing.F) {
	r := Request{To: netip.MustParseAddr("192.0.2.9"), Sequence: 7}
	f.Add(packet("192.0.2.9", 64, reply(1, r)))
	f.Add(packet("192.0.2.1", 64, quoted(typeExceeded, 1, r)))
	f.Add(packet("192.0.2.1", 64, quoted(typeUnreachable, 1, r)[:40]))
	f.Fuzz(func(t *testing.T, p []byte) {
		if a, ok := decode(p, 1, r); ok && (a.Kind == None || !a.From.IsValid() || a.Kind == Reply && a.From != r.To) {
			t.Errorf("%+v", a)
		}
	})
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Fatal("this test opens a raw socket: run it as root (make test does)")
	}
	to := Target{Host: "here", Address: netip.MustParseAddr("127.0.0.1")}
	r, err := Ping(t.Context(), clock.Real{}, to, oper.Args{{Name: "count", Value: "2"}, {Name: "rapid"}, {Name: "size", Value: "1400"}})
	if err != nil || r.Received != 2 || r.Loss != 0 || r.Replies[1].TTL == 0 || r.Maximum < r.Minimum || r.Minimum == 0 {
		t.Errorf("ping: %+v, %v", r, err)
	}
	way, err := Traceroute(t.Context(), to, nil)
	if err != nil || len(way.Hops) != 1 || way.Hops[0].Address != "127.0.0.1" || !way.Hops[0].Reached {
		t.Errorf("traceroute: %+v, %v", way, err)
	}
	if _, err := Ping(t.Context(), clock.Real{}, to, oper.Args{{Name: "size", Value: "65530"}}); err == nil {
		t.Error("a payload that fits no packet was sent")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Ping(ctx, clock.Real{}, Target{Host: "x", Address: netip.MustParseAddr("127.0.0.1")}, oper.Args{{Name: "count", Value: "20"}}); err == nil {
		t.Error("a ping outlives its session")
	}
}
