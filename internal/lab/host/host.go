// Package host is a test host without a kernel: it answers ARP (RFC 826) and ICMP
// echo (RFC 792) on one cable and can ping. Labs on the memory plane have such
// hosts, where there is no root and so no network namespace.
//
// State: the neighbour table and the echo requests under way belong to the Host
// and are guarded by its lock; Run is the one reader of the cable.
//
// Invariant: a frame that is not for this host changes nothing. It must never send
// to anything but its cable.
package host

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"oneswitch/inventory"
)

// Cable carries whole Ethernet frames.
type Cable interface {
	Send(frame []byte) error
	Receive() ([]byte, error)
}

// Host is one station with an IPv4 address.
type Host struct {
	mac   inventory.MAC
	addr  netip.Addr
	cable Cable

	mu         sync.Mutex // guards what follows
	neighbours map[netip.Addr]inventory.MAC
	arrived    chan struct{} // closed and replaced when a neighbour becomes known
	waiting    map[uint32]chan struct{}
	echoes     uint32
}

// New returns a host; Run makes it live.
func New(mac inventory.MAC, addr netip.Addr, cable Cable) *Host {
	return &Host{mac: mac, addr: addr, cable: cable, neighbours: map[netip.Addr]inventory.MAC{},
		arrived: make(chan struct{}), waiting: map[uint32]chan struct{}{}}
}

// Ethernet, ARP and IPv4 as far as a host needs them.
const (
	etherIPv4  = 0x0800
	etherARP   = 0x0806
	arpRequest = 1
	arpReply   = 2
	echoReply  = 0
	echoAsk    = 8
	protoICMP  = 1
	headerLen  = 14
	ipLen      = 20
	echoLen    = 8
)

// Run answers what comes in until the cable is closed.
func (h *Host) Run() error {
	for {
		frame, err := h.cable.Receive()
		if err != nil {
			return fmt.Errorf("receive frame: %w", err)
		}
		if err := h.take(frame); err != nil {
			return err
		}
	}
}

func (h *Host) take(f []byte) error {
	if len(f) < headerLen {
		return nil
	}
	to := inventory.MAC(f[:6])
	if to != h.mac && !to.IsMulticast() {
		return nil
	}
	switch binary.BigEndian.Uint16(f[12:]) {
	case etherARP:
		return h.takeARP(f[headerLen:])
	case etherIPv4:
		return h.takeIPv4(inventory.MAC(f[6:12]), f[headerLen:])
	}
	return nil
}

func (h *Host) takeARP(p []byte) error {
	if len(p) < 28 {
		return nil
	}
	op := binary.BigEndian.Uint16(p[6:])
	sender, senderIP := inventory.MAC(p[8:14]), netip.AddrFrom4([4]byte(p[14:18]))
	target := netip.AddrFrom4([4]byte(p[24:28]))
	if target != h.addr {
		return nil
	}
	h.learn(senderIP, sender)
	if op != arpRequest {
		return nil
	}
	return h.cable.Send(h.arp(arpReply, sender, senderIP))
}

func (h *Host) learn(ip netip.Addr, mac inventory.MAC) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.neighbours[ip] = mac
	close(h.arrived)
	h.arrived = make(chan struct{})
}

// arp builds an ARP packet in its frame; a request goes to everybody.
func (h *Host) arp(op uint16, to inventory.MAC, ip netip.Addr) []byte {
	dst, target := to, to
	if op == arpRequest {
		dst, target = inventory.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, inventory.MAC{}
	}
	b := h.ethernet(dst, etherARP)
	b = append(b, 0, 1, 8, 0, 6, 4)
	b = binary.BigEndian.AppendUint16(b, op)
	b = append(append(b, h.mac[:]...), h.addr.AsSlice()...)
	b = append(append(b, target[:]...), ip.AsSlice()...)
	return append(b, make([]byte, 60-len(b))...) // the least an Ethernet frame carries
}

func (h *Host) ethernet(to inventory.MAC, ether uint16) []byte {
	b := append(append(make([]byte, 0, 128), to[:]...), h.mac[:]...)
	return binary.BigEndian.AppendUint16(b, ether)
}

func (h *Host) takeIPv4(from inventory.MAC, p []byte) error {
	if len(p) < ipLen+echoLen || p[0] != 0x45 || p[9] != protoICMP || netip.AddrFrom4([4]byte(p[16:20])) != h.addr {
		return nil
	}
	total := int(binary.BigEndian.Uint16(p[2:]))
	if total < ipLen+echoLen || total > len(p) {
		return nil
	}
	peer, icmp := netip.AddrFrom4([4]byte(p[12:16])), p[ipLen:total]
	switch icmp[0] {
	case echoAsk:
		h.learn(peer, from)
		return h.cable.Send(h.icmp(from, peer, echoReply, icmp[4:]))
	case echoReply:
		h.answered(binary.BigEndian.Uint32(icmp[4:]))
	}
	return nil
}

func (h *Host) answered(id uint32) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w, ok := h.waiting[id]; ok {
		close(w)
		delete(h.waiting, id)
	}
}

// icmp builds an ICMP echo packet in its frame; rest is identifier, sequence
// number and payload.
func (h *Host) icmp(to inventory.MAC, ip netip.Addr, kind byte, rest []byte) []byte {
	b := h.ethernet(to, etherIPv4)
	at := len(b)
	b = append(b, 0x45, 0)
	b = binary.BigEndian.AppendUint16(b, uint16(ipLen+4+len(rest)))
	b = append(b, 0, 0, 0, 0, 64, protoICMP, 0, 0)
	b = append(append(b, h.addr.AsSlice()...), ip.AsSlice()...)
	binary.BigEndian.PutUint16(b[at+10:], checksum(b[at:at+ipLen]))
	at = len(b)
	b = append(append(b, kind, 0, 0, 0), rest...)
	binary.BigEndian.PutUint16(b[at+2:], checksum(b[at:]))
	return b
}

// checksum is the Internet checksum (RFC 1071).
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// ErrNoAnswer means that an echo request was not answered in time.
var ErrNoAnswer = errors.New("no answer")

// Ping sends one echo request and returns how long its answer took. ctx bounds
// the wait; its end is ErrNoAnswer.
func (h *Host) Ping(ctx context.Context, to netip.Addr) (time.Duration, error) {
	mac, err := h.resolve(ctx, to)
	if err != nil {
		return 0, err
	}
	h.mu.Lock()
	h.echoes++
	id, answer := h.echoes, make(chan struct{})
	h.waiting[id] = answer
	h.mu.Unlock()
	began := time.Now()
	if err := h.cable.Send(h.icmp(mac, to, echoAsk, binary.BigEndian.AppendUint32(nil, id))); err != nil {
		return 0, fmt.Errorf("send echo request: %w", err)
	}
	select {
	case <-answer:
		return time.Since(began), nil
	case <-ctx.Done():
		h.answered(id)
		return 0, ErrNoAnswer
	}
}

// resolve finds the MAC address of a neighbour by ARP, asking four times a
// second.
func (h *Host) resolve(ctx context.Context, ip netip.Addr) (inventory.MAC, error) {
	ticks := time.NewTicker(time.Second / 4)
	defer ticks.Stop()
	for {
		h.mu.Lock()
		mac, ok := h.neighbours[ip]
		arrived := h.arrived
		h.mu.Unlock()
		if ok {
			return mac, nil
		}
		if err := h.cable.Send(h.arp(arpRequest, inventory.MAC{}, ip)); err != nil {
			return mac, fmt.Errorf("send ARP request: %w", err)
		}
		select {
		case <-arrived:
		case <-ticks.C:
		case <-ctx.Done():
			return mac, ErrNoAnswer
		}
	}
}
