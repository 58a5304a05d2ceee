package conformance

import (
	"bytes"
	"encoding/binary"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Frame describes an Ethernet frame; Bytes makes it.
type Frame struct {
	Dst, Src inventory.MAC
	Tags     []Tag
	Ether    uint16
	Payload  []byte
}

// Tag is one VLAN tag.
type Tag struct {
	TPID uint16
	TCI  uint16
}

// Bytes returns the frame as on the wire without FCS.
func (f Frame) Bytes() []byte {
	b := append(f.Dst[:], f.Src[:]...)
	for _, t := range f.Tags {
		b = binary.BigEndian.AppendUint16(b, t.TPID)
		b = binary.BigEndian.AppendUint16(b, t.TCI)
	}
	b = binary.BigEndian.AppendUint16(b, f.Ether)
	return append(b, f.Payload...)
}

// tagged returns the frame with an outer 802.1Q tag.
func (f Frame) tagged(vlan inventory.VLANID) Frame {
	f.Tags = append([]Tag{{0x8100, uint16(vlan)}}, f.Tags...)
	return f
}

// udp is an IPv4 packet of 46 octets or more that hosts would send, its last octets
// the payload.
func udp(source, target byte, payload string) []byte {
	b := []byte{
		0x45, 0, 0, 46, 0, 1, 0x40, 0, 64, 17, 0, 0, 10, 0, 0, source, 10, 0, 0, target,
		0x30, 0x39, 0x30, source, 0, 26, 0, 0,
	}
	b = append(b, payload...)
	for len(b) < 46 {
		b = append(b, 0)
	}
	return b
}

// entry is one label stack entry.
type entry struct {
	label  inventory.Label
	bottom bool
	ttl    byte
}

// stack is a whole label stack as an ingress node writes it.
func stack(top, middle, bottom inventory.Label) []entry {
	return []entry{{top, false, 64}, {middle, false, 64}, {bottom, true, 64}}
}

// labelled puts an outer header and a stack before an inner frame.
func labelled(dst, src inventory.MAC, entries []entry, inner []byte) []byte {
	b := append(dst[:], src[:]...)
	b = append(b, 0x88, 0x47)
	for _, e := range entries {
		word := uint32(e.label)<<12 | uint32(e.ttl)
		if e.bottom {
			word |= 1 << 8
		}
		b = binary.BigEndian.AppendUint32(b, word)
	}
	return append(b, inner...)
}

// classed returns a labelled frame with a traffic class in each of its three entries.
func classed(frame []byte, class byte) []byte {
	frame = bytes.Clone(frame)
	for i := range 3 {
		frame[16+4*i] |= class << 1
	}
	return frame
}

// padded fills a frame up to the least size of Ethernet.
func padded(b []byte) []byte {
	for len(b) < 60 {
		b = append(b, 0)
	}
	return b
}

func host(n byte) inventory.MAC { return inventory.MAC{0x02, 0, 0, 0, 0, n} }

// linkMAC is the address of a port, farMAC that of its far end.
func linkMAC(s fib.Slot) inventory.MAC { return inventory.MAC{0x06, 0, 0, 0, 1, byte(s)} }
func farMAC(s fib.Slot) inventory.MAC  { return inventory.MAC{0x06, 0, 0, 0, 2, byte(s)} }

func broadcast() inventory.MAC { return inventory.MAC{0xff, 0xff, 0xff, 0xff, 0xff, 0xff} }

func dropped(r fib.Reason) fib.Verdict { return fib.Verdict{Reason: r} }

func forwarded(outs ...fib.Out) fib.Verdict { return fib.Verdict{Action: fib.Forward, Out: outs} }

// learnt adds what the frame taught to a verdict.
func learnt(v fib.Verdict, l fib.Learn) fib.Verdict {
	v.Learn = &l
	return v
}
