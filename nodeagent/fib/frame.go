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

// tagLen is the length of one VLAN tag.
const tagLen = 4

// view is a frame taken apart as far as forwarding needs it. Only a customer tag is a
// tag to us: a service tag, or a second tag, is payload (Q-in-Q).
type view struct {
	frame    []byte
	dst, src inventory.MAC
	tagged   bool             // with an outer customer tag
	vlan     inventory.VLANID // 0 = untagged or priority-tagged
	priority uint8            // 802.1p priority of the outer tag, 0 without one
	ether    uint16           // ethertype behind the outer tag
}

func parse(frame []byte) (view, bool) {
	f := view{frame: frame}
	if len(frame) < 14 {
		return f, false
	}
	f.dst, f.src = inventory.MAC(frame[0:6]), inventory.MAC(frame[6:12])
	f.ether = binary.BigEndian.Uint16(frame[12:])
	least := 14
	if f.ether == etherVLAN {
		if len(frame) < 18 {
			return f, false
		}
		tci := binary.BigEndian.Uint16(frame[14:])
		f.tagged, f.vlan, f.priority = true, inventory.VLANID(tci&0xfff), uint8(tci>>13)
		f.ether = binary.BigEndian.Uint16(frame[16:])
		least += tagLen
	}
	return f, !isTag(f.ether) || len(frame) >= least+tagLen
}

func isTag(ether uint16) bool { return ether == etherVLAN || ether == etherService }

// untagged returns a copy of the frame without its outer customer tag.
func (f view) untagged() []byte {
	if !f.tagged {
		return bytes.Clone(f.frame)
	}
	return withoutTag(f.frame)
}

// withoutTag returns a copy of the frame without the first tag that it has.
func withoutTag(frame []byte) []byte {
	return append(bytes.Clone(frame[:12]), frame[12+tagLen:]...)
}

func pad(b []byte, least int) []byte {
	if n := least - len(b); n > 0 {
		return append(b, make([]byte, n)...)
	}
	return b
}

// cargo is a frame inside a domain, without the tag that said which.
type cargo struct {
	domain   inventory.DomainID
	priority uint8  // 802.1p
	frame    []byte // of minFrame octets at least, a tag in it not counted
	nested   bool   // the frame begins with a tag of its own
	bucket   int    // of its flow
}

// cargo makes the frame one of a domain. Its flow is that of the frame in its tag.
func (f view) cargo(id inventory.DomainID) cargo {
	c := cargo{domain: id, priority: f.priority, frame: f.untagged(), nested: isTag(f.ether)}
	if !c.nested {
		c.frame = pad(c.frame, minFrame)
		c.bucket = flowBucket(c.frame)
		return c
	}
	c.bucket = flowBucket(pad(withoutTag(c.frame), minFrame))
	c.frame = pad(c.frame, minFrame+tagLen)
	return c
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
