package fib

import (
	"bytes"
	"encoding/binary"

	"oneswitch/inventory"
)

// Ethertypes that the decision depends on.
const (
	etherIPv4          uint16 = 0x0800
	etherIPv6          uint16 = 0x86dd
	etherVLAN          uint16 = 0x8100 // customer tag (802.1Q clause 9.5)
	etherService       uint16 = 0x88a8 // service tag
	etherMPLS          uint16 = 0x8847 // RFC 3032 section 5
	etherMPLSMulticast uint16 = 0x8848
	etherSlow          uint16 = 0x8809
	etherHello         uint16 = 0x88b5
	etherLLDP          uint16 = 0x88cc
)

// minFrame is the shortest Ethernet frame without FCS (802.3 clause 4A.2.3.2.4).
// Virtual links carry shorter ones; we pad as a MAC would. So every inner frame
// holds all that the flow hash reads, and what the kernel needs to pop the stack.
const minFrame = 60

// view is a frame taken apart as far as forwarding needs it.
type view struct {
	frame    []byte
	dst, src inventory.MAC
	tpid     uint16           // ethertype of the outer tag, 0 = no tag
	vlan     inventory.VLANID // 0 = untagged or priority-tagged
	ether    uint16           // ethertype behind the outer tag
}

func parse(frame []byte) (view, bool) {
	f := view{frame: frame}
	if len(frame) < 14 {
		return f, false
	}
	f.dst, f.src = inventory.MAC(frame[0:6]), inventory.MAC(frame[6:12])
	f.ether = binary.BigEndian.Uint16(frame[12:])
	if f.ether != etherVLAN && f.ether != etherService {
		return f, true
	}
	if len(frame) < 18 {
		return f, false
	}
	f.tpid = f.ether
	f.vlan = inventory.VLANID(binary.BigEndian.Uint16(frame[14:]) & 0xfff)
	f.ether = binary.BigEndian.Uint16(frame[16:])
	return f, true
}

// untagged returns a copy of the frame without its outer tag.
func (f view) untagged() []byte {
	if f.tpid == 0 {
		return bytes.Clone(f.frame)
	}
	return append(bytes.Clone(f.frame[:12]), f.frame[16:]...)
}

func pad(b []byte) []byte {
	if n := minFrame - len(b); n > 0 {
		return append(b, make([]byte, n)...)
	}
	return b
}

func passed(ether uint16) bool {
	return ether == etherLLDP || ether == etherSlow || ether == etherHello
}

// reserved reports whether dst is one of the sixteen addresses that no bridge
// forwards (802.1Q table 8-1).
func reserved(dst inventory.MAC) bool {
	return bytes.Equal(dst[:5], []byte{0x01, 0x80, 0xc2, 0x00, 0x00}) && dst[5] < 0x10
}

// flowBucket names the bucket of the flow that a padded, untagged frame belongs to. It
// mixes the addresses of layer 2, of IP and of the transport; fragments and other
// protocols go by what is there. The BPF programs compute the same number.
func flowBucket(inner []byte) int {
	le := binary.LittleEndian
	h := uint32(0)
	mix := func(w uint32) {
		h = (h ^ w) * 0x9e3779b1
		h ^= h >> 15
	}
	mix(le.Uint32(inner[0:]))
	mix(le.Uint32(inner[4:]))
	mix(le.Uint32(inner[8:]))
	ports := 0 // offset of the transport ports
	switch ether := binary.BigEndian.Uint16(inner[12:]); {
	case ether == etherIPv4:
		mix(le.Uint32(inner[26:]))
		mix(le.Uint32(inner[30:]))
		fragment := binary.BigEndian.Uint16(inner[20:])&0x3fff != 0
		if inner[14] == 0x45 && !fragment && (inner[23] == 6 || inner[23] == 17) {
			ports = 34
		}
	case ether == etherIPv6:
		for i := 22; i < 54; i += 4 {
			mix(le.Uint32(inner[i:]))
		}
		if inner[20] == 6 || inner[20] == 17 {
			ports = 54
		}
	}
	if ports != 0 {
		mix(le.Uint32(inner[ports:]))
	}
	return int(h & (Buckets - 1))
}
