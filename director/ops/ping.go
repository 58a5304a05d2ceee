package ops

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

// PingReport is `ping`. It leaves the director on the control network, where the
// components of the fabric are (QF-REF 1.4, diagnostic routing engine).
type PingReport struct {
	XMLName  xml.Name    `xml:"ping-results"`
	Host     string      `xml:"target-host"`
	Address  string      `xml:"target-ip"`
	Size     int         `xml:"packet-size"`
	Replies  []PingReply `xml:"probe-result"`
	Sent     int         `xml:"probe-results-summary>probes-sent"`
	Received int         `xml:"probe-results-summary>responses-received"`
	Loss     int         `xml:"probe-results-summary>packet-loss"`
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

// Bounds of one ping command: an answer is one reply, so it must end.
const (
	icmpHeader  = 8
	defaultPing = 5
	maxPing     = 20
)

func (o *Operations) ping(ctx context.Context, c oper.Call) (report.Report, error) {
	host := c.Args.Value("host")
	addr, err := o.address(host)
	if err != nil {
		return nil, err
	}
	r := PingReport{Host: host, Address: addr.String(), Size: number(c.Args, "size", 56), Sent: min(number(c.Args, "count", defaultPing), maxPing)}
	interval := time.Duration(number(c.Args, "interval", 1)) * time.Second
	if c.Args.Has("rapid") {
		interval = 10 * time.Millisecond
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "ip4:icmp", addr.String())
	if err != nil {
		return nil, fmt.Errorf("open ICMP socket: %w", err)
	}
	defer conn.Close()
	for seq := range r.Sent {
		began := o.clock.Now()
		if err := echo(conn, uint16(seq), r.Size, interval); err == nil {
			r.Replies = append(r.Replies, PingReply{Sequence: seq, Micros: o.clock.Now().Sub(began).Microseconds()})
		}
		if seq+1 == r.Sent {
			break
		}
		select {
		case <-ctx.Done():
			r.Sent = seq + 1
			return r.summed(), nil
		case <-o.clock.After(max(0, interval-o.clock.Now().Sub(began))):
		}
	}
	return r.summed(), nil
}

func (r PingReport) summed() PingReport {
	r.Received = len(r.Replies)
	if r.Sent > 0 {
		r.Loss = (r.Sent - r.Received) * 100 / r.Sent
	}
	return r
}

func number(args oper.Args, name string, otherwise int) int {
	if n, err := strconv.Atoi(args.Value(name)); err == nil {
		return n
	}
	return otherwise
}

// address finds where a ping goes: a component by name, or an address of the
// control network. A host on an access port is on a layer 2 domain in which the
// fabric has no address, so nothing here could send to it.
func (o *Operations) address(host string) (netip.Addr, error) {
	v := o.fabric.View()
	if m, _, ok := v.Resolve(host); ok && m.Address.IsValid() {
		return m.Address, nil
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("cannot resolve %s: unknown host", host)
	}
	if _, ok := v.Members.At(addr); ok || onLink(addr) {
		return addr, nil
	}
	return netip.Addr{}, fmt.Errorf("no route to %s: the fabric has no address in a VLAN yet, so it reaches its own components alone", host)
}

// onLink reports whether an interface of this machine has an address of the same
// subnet.
func onLink(a netip.Addr) bool {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	for _, x := range addrs {
		if p, err := netip.ParsePrefix(x.String()); err == nil && p.Masked().Contains(a) {
			return true
		}
	}
	return false
}

// echo sends one ICMP echo request and waits for its reply (RFC 792).
func echo(conn net.Conn, seq uint16, size int, wait time.Duration) error {
	const identifier = 0x6f73
	p := make([]byte, icmpHeader+size)
	p[0] = 8 // echo request
	binary.BigEndian.PutUint16(p[4:], identifier)
	binary.BigEndian.PutUint16(p[6:], seq)
	binary.BigEndian.PutUint16(p[2:], checksum(p))
	if err := conn.SetDeadline(time.Now().Add(max(wait, time.Second))); err != nil {
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
		if len(b) > 0 && b[0]>>4 == 4 { // a raw socket shows the IP header as well
			b = b[min(int(b[0]&15)*4, len(b)):]
		}
		if len(b) >= icmpHeader && b[0] == 0 && binary.BigEndian.Uint16(b[4:]) == identifier && binary.BigEndian.Uint16(b[6:]) == seq {
			return nil
		}
	}
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum>>16 != 0 {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
