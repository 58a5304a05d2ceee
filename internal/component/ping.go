package component

import (
	"context"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"oneswitch/internal/oper"
	"oneswitch/internal/report"
)

// PingReport is `ping`. It leaves the component on the control network; a member
// has no address in the VLANs that it switches.
type PingReport struct {
	XMLName  xml.Name    `xml:"ping-results"`
	Host     string      `xml:"target-host"`
	Address  string      `xml:"target-ip"`
	Size     int         `xml:"packet-size"`
	Replies  []PingReply `xml:"probe-result"`
	Sent     int         `xml:"probe-results-summary>probes-sent"`
	Received int         `xml:"probe-results-summary>responses-received"`
	Loss     int         `xml:"probe-results-summary>packet-loss"` // percent
}

// PingReply is one answer.
type PingReply struct {
	Sequence int   `xml:"probe-index"`
	Micros   int64 `xml:"rtt"`
}

// Text prints what ping(8) prints.
func (r PingReport) Text(w *report.Writer) {
	w.Linef("PING %s (%s): %d data bytes", r.Host, r.Address, r.Size)
	for _, p := range r.Replies {
		w.Linef("%d bytes from %s: icmp_seq=%d time=%.3f ms", r.Size+icmpHeader, r.Address, p.Sequence, float64(p.Micros)/1000)
	}
	w.Blank()
	w.Linef("--- %s ping statistics ---", r.Host)
	w.Linef("%d packets transmitted, %d packets received, %d%% packet loss", r.Sent, r.Received, r.Loss)
}

// Bounds of one ping command: its answer is one reply, so it must end.
const (
	icmpHeader  = 8
	defaultPing = 5
	maxPing     = 20
	defaultSize = 56
	pingWait    = time.Second
	rapidPause  = 10 * time.Millisecond
)

func (c *Component) ping(ctx context.Context, call oper.Call) (report.Report, error) {
	host := call.Args.Value("host")
	addr, err := netip.ParseAddr(host)
	if err != nil || !addr.Is4() {
		return nil, fmt.Errorf("cannot resolve %s: unknown host", host)
	}
	pause := time.Duration(number(call.Args, "interval", 1)) * time.Second
	if call.Args.Has("rapid") {
		pause = rapidPause
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "ip4:icmp", addr.String())
	if err != nil {
		return nil, fmt.Errorf("open ICMP socket: %w", err)
	}
	defer conn.Close()
	r := PingReport{Host: host, Address: addr.String(), Size: number(call.Args, "size", defaultSize)}
	for count := min(number(call.Args, "count", defaultPing), maxPing); r.Sent < count; {
		began := c.cfg.Clock.Now()
		if err := echo(conn, uint16(r.Sent), r.Size); err == nil {
			r.Replies = append(r.Replies, PingReply{Sequence: r.Sent, Micros: c.cfg.Clock.Now().Sub(began).Microseconds()})
		}
		r.Sent++
		if r.Sent == count {
			break
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-c.cfg.Clock.After(pause):
		}
	}
	r.Received = len(r.Replies)
	r.Loss = (r.Sent - r.Received) * 100 / max(r.Sent, 1)
	return r, nil
}

// number reads an argument that the schema has checked; otherwise it was not given.
func number(args oper.Args, name string, otherwise int) int {
	if n, err := strconv.Atoi(args.Value(name)); err == nil {
		return n
	}
	return otherwise
}

// echo sends one ICMP echo request and waits for its reply (RFC 792).
func echo(conn net.Conn, seq uint16, size int) error {
	const request, reply, identifier = 8, 0, 0x6f73
	p := make([]byte, icmpHeader+size)
	p[0] = request
	binary.BigEndian.PutUint16(p[4:], identifier)
	binary.BigEndian.PutUint16(p[6:], seq)
	binary.BigEndian.PutUint16(p[2:], checksum(p))
	if err := conn.SetDeadline(time.Now().Add(pingWait)); err != nil {
		return err
	}
	if _, err := conn.Write(p); err != nil {
		return err
	}
	in := make([]byte, 65536)
	for {
		n, err := conn.Read(in)
		if err != nil {
			return err
		}
		b := in[:n]
		if len(b) > 0 && b[0]>>4 == 4 { // some systems show the IP header as well
			b = b[min(int(b[0]&15)*4, len(b)):]
		}
		if len(b) >= icmpHeader && b[0] == reply && binary.BigEndian.Uint16(b[4:]) == identifier && binary.BigEndian.Uint16(b[6:]) == seq {
			return nil
		}
	}
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
