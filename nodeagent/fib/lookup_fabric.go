package fib

import (
	"bytes"
	"encoding/binary"

	"oneswitch/inventory"
)

// The label stack entry of RFC 3032 section 2.1: label 20, class 3, bottom 1, TTL 8.
const (
	labelShift = 12
	classShift = 9
	bottomBit  = 0x100
	ttlMask    = 0xff
	ttlFirst   = 64 // what the ingress node writes
)

// minLabelled is the shortest frame on a fabric link: outer header, three labels
// and the padded inner frame.
const minLabelled = 14 + 3*4 + minFrame

// fromFabric decides about a frame from a fabric link.
func (t Tables) fromFabric(in Slot, frame []byte) Verdict {
	f, ok := parse(frame)
	if v, is := t.probed(in, f); ok && is {
		return v
	}
	switch {
	case !ok:
		return drop(Runt)
	case passed(f.ether):
		return Verdict{Action: Pass}
	case f.tagged || f.ether != etherMPLS:
		return drop(NotLabelled)
	case len(frame) < minLabelled:
		return drop(Runt)
	}
	top := binary.BigEndian.Uint32(frame[14:])
	switch {
	case top&bottomBit != 0:
		return drop(BadStack)
	case t.Self.Transit:
		return t.transit(in, top, frame)
	case top&ttlMask == 0:
		return drop(Expired)
	}
	return t.egress(frame)
}

// transit is the interconnect: it looks at the top label alone.
func (t Tables) transit(in Slot, top uint32, frame []byte) Verdict {
	if top&ttlMask <= 1 {
		return drop(Expired)
	}
	label := inventory.Label(top >> 12)
	if domain, ok := label.TreeDomain(); ok {
		var outs []Out
		for s := range t.Trees[domain].Down.Slots() {
			if p := t.Ports[s]; p.Up && p.Peer != t.Ports[in].Peer {
				outs = append(outs, t.relay(s, top, frame))
			}
		}
		return forward(outs...)
	}
	device, ok := label.Device()
	if !ok {
		return drop(UnknownLabel)
	}
	switch out := t.live(t.Nodes[device], flowBucket(frame[26:])); out {
	case 0:
		return drop(NoPath)
	case in:
		return drop(SamePort)
	default:
		return forward(t.relay(out, top, frame))
	}
}

// relay gives a frame the header of the next link and takes one from its TTL.
func (t Tables) relay(out Slot, top uint32, frame []byte) Out {
	b := binary.BigEndian.AppendUint32(t.header(out), top-1)
	return Out{out, append(b, frame[18:]...)}
}

// egress is the node at the end of the path: it looks up no address, the stack
// says it all.
func (t Tables) egress(frame []byte) Verdict {
	s := stackOf(frame)
	if s[1]&bottomBit != 0 || s[2]&bottomBit == 0 {
		return drop(BadStack)
	}
	domain, ok := s.label(2).Domain()
	if _, here := t.Domains[domain]; !ok || !here {
		return drop(UnknownLabel)
	}
	if tree, ok := s.label(0).TreeDomain(); ok {
		if tree != domain || s.label(1) != inventory.PortLabelFlood {
			return drop(BadStack)
		}
	} else if t.Self.Device == 0 || s.label(0) != inventory.NodeLabel(t.Self.Device) {
		return drop(UnknownLabel)
	}
	c := s.cargo(domain, frame)
	if s.label(1) == inventory.PortLabelFlood {
		return forward(t.copies(t.sender(s, c), c)...)
	}
	slot, ok := SlotOf(s.label(1))
	p, here := t.Ports[slot]
	switch {
	case !ok || p.Name.IsFabric() && here:
		return drop(UnknownLabel)
	case !here:
		return t.astray(s, slot, c, UnknownLabel)
	}
	v := t.deliver(slot, c)
	if v.Reason == PortDown || p.Departed && v.Action == Forward {
		return t.astray(s, slot, c, v.Reason)
	}
	return v
}

// stack is the three entries of a labelled frame.
type stack [3]uint32

func stackOf(frame []byte) (s stack) {
	for i := range s {
		s[i] = binary.BigEndian.Uint32(frame[14+4*i:])
	}
	return s
}

func (s stack) label(i int) inventory.Label { return inventory.Label(s[i] >> labelShift) }
func (s stack) ttl(i int) uint32            { return s[i] & ttlMask }

// cargo takes the frame out of its labels. The bottom entry has its priority: the top
// one is the transport's.
func (s stack) cargo(id inventory.DomainID, frame []byte) cargo {
	inner := bytes.Clone(frame[26:])
	return cargo{
		domain: id, priority: uint8(s[2] >> classShift & 7), frame: inner,
		nested: isTag(binary.BigEndian.Uint16(inner[12:])), bucket: flowBucket(inner),
	}
}
