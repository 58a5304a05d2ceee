// Package echo sends ICMP echo requests (RFC 792) and reads what comes back: for
// the commands ping and traceroute of every component, and for a lab's look at
// whether it forwards.
//
// A Socket belongs to one goroutine at a time. It shares the machine's ICMP with
// everybody else's, so each has an identifier of its own and hears nothing but the
// answers to it.
//
// Invariant: whoever asks waits no longer than he said. What comes from the
// network is checked before a byte of it is believed.
//
// It must never choose where to send: addresses are resolved by the caller.
package echo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"
)

// HeaderLen is the length of an ICMP echo header in octets (RFC 792).
const HeaderLen = 8

// MaxSize is the largest payload that fits an IPv4 packet.
const MaxSize = 65535 - 20 - HeaderLen

// The types of ICMP messages that matter here (RFC 792).
const (
	typeReply       = 0
	typeUnreachable = 3
	typeRequest     = 8
	typeExceeded    = 11
)

// Socket sends and hears ICMP.
type Socket struct {
	conn *net.IPConn
	id   uint16
}

// Open opens a socket in the network namespace of the calling thread. It needs the
// right to raw sockets.
func Open(ctx context.Context) (*Socket, error) {
	conn, err := (&net.ListenConfig{}).ListenPacket(ctx, "ip4:icmp", "0.0.0.0")
	if err != nil {
		return nil, fmt.Errorf("open ICMP socket: %w", err)
	}
	return &Socket{conn: conn.(*net.IPConn), id: uint16(rand.Uint32())}, nil
}

// Close closes the socket.
func (s *Socket) Close() error { return s.conn.Close() }

// Request is one echo request.
type Request struct {
	To       netip.Addr // IPv4
	Sequence uint16
	Size     int // octets of payload
	TTL      int // 0: the system's
}

// Answer is what came back.
type Answer struct {
	From netip.Addr
	Took time.Duration // at least a nanosecond
	TTL  int           // left in the answer's header
	Kind Kind
}

// Kind says who answered.
type Kind uint8

// The kinds of answers.
const (
	None        Kind = iota // nobody in time
	Reply                   // the address itself
	Exceeded                // a router on the way, where the TTL ended
	Unreachable             // a router that knows no way on
)

// Once sends a request and waits for its answer until wait is over or ctx ends;
// an Answer of kind None says that none came. An error is one of the socket, or the
// machine's refusal to send.
func (s *Socket) Once(ctx context.Context, r Request, wait time.Duration) (Answer, error) {
	began := time.Now()
	if err := s.conn.SetReadDeadline(began.Add(wait)); err != nil {
		return Answer{}, fmt.Errorf("set deadline: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(began) }) // the read below sees it
	defer stop()
	if err := setTTL(s.conn, r.TTL); err != nil {
		return Answer{}, err
	}
	if _, err := s.conn.WriteTo(encode(s.id, r), &net.IPAddr{IP: r.To.AsSlice()}); err != nil {
		return Answer{}, fmt.Errorf("send: %w", err)
	}
	in := make([]byte, 65536)
	for {
		n, err := s.conn.Read(in)
		var late net.Error
		switch {
		case errors.As(err, &late) && late.Timeout():
			return Answer{}, nil
		case err != nil:
			return Answer{}, fmt.Errorf("receive: %w", err)
		}
		if a, ok := decode(in[:n], s.id, r); ok {
			a.Took = max(time.Since(began), time.Nanosecond)
			return a, nil
		}
	}
}

// encode returns the ICMP message of a request.
func encode(id uint16, r Request) []byte {
	p := make([]byte, HeaderLen+r.Size)
	p[0] = typeRequest
	binary.BigEndian.PutUint16(p[4:], id)
	binary.BigEndian.PutUint16(p[6:], r.Sequence)
	binary.BigEndian.PutUint16(p[2:], checksum(p))
	return p
}

// decode reads an IPv4 packet that holds ICMP and says whether it answers r.
func decode(p []byte, id uint16, r Request) (Answer, bool) {
	from, ttl, icmp, ok := cutIPv4(p)
	if !ok || len(icmp) < HeaderLen {
		return Answer{}, false
	}
	a := Answer{From: from, TTL: ttl}
	switch icmp[0] {
	case typeReply:
		a.Kind = Reply
		return a, from == r.To && ours(icmp, id, r)
	case typeExceeded:
		a.Kind = Exceeded
	case typeUnreachable:
		a.Kind = Unreachable
	default:
		return Answer{}, false
	}
	// The packet that met its end is quoted behind the header.
	_, _, quoted, ok := cutIPv4(icmp[HeaderLen:])
	return a, ok && len(quoted) >= HeaderLen && quoted[0] == typeRequest && ours(quoted, id, r)
}

// ours compares identifier and sequence number.
func ours(icmp []byte, id uint16, r Request) bool {
	return binary.BigEndian.Uint16(icmp[4:]) == id && binary.BigEndian.Uint16(icmp[6:]) == r.Sequence
}

// cutIPv4 takes the header off an IPv4 packet (RFC 791 section 3.1).
func cutIPv4(p []byte) (from netip.Addr, ttl int, rest []byte, ok bool) {
	const shortest = 20
	if len(p) < shortest || p[0]>>4 != 4 {
		return from, 0, nil, false
	}
	header := int(p[0]&15) * 4
	if header < shortest || header > len(p) {
		return from, 0, nil, false
	}
	return netip.AddrFrom4([4]byte(p[12:16])), int(p[8]), p[header:], true
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
