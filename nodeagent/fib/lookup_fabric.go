package fib

import (
	"bytes"
	"encoding/binary"

	"oneswitch/inventory"
)

// The label stack entry of RFC 3032 section 2.1: label 20, class 3, bottom 1, TTL 8.
const (
	bottomBit = 0x100
	ttlMask   = 0xff
	ttlFirst  = 64 // what the ingress node writes
)

// minLabelled is the shortest frame on a fabric link: outer header, three labels
// and the padded inner frame.
const minLabelled = 14 + 3*4 + minFrame

// fromFabric decides about a frame from a fabric link.
func (t Tables) fromFabric(in Slot, frame []byte) Verdict {
	f, ok := parse(frame)
	switch {
	case !ok:
		return drop(Runt)
	case passed(f.ether):
		return Verdict{Action: Pass}
	case f.tpid != 0 || f.ether != etherMPLS:
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
	top, middle, bottom := entry(frame, 0), entry(frame, 1), entry(frame, 2)
	inner := bytes.Clone(frame[26:])
	if middle&bottomBit != 0 || bottom&bottomBit == 0 {
		return drop(BadStack)
	}
	domain, ok := inventory.Label(bottom >> 12).Domain()
	if _, here := t.Domains[domain]; !ok || !here {
		return drop(UnknownLabel)
	}
	label, port := inventory.Label(top>>12), inventory.Label(middle>>12)
	if tree, ok := label.TreeDomain(); ok {
		if tree != domain || port != inventory.PortLabelFlood {
			return drop(BadStack)
		}
	} else if t.Self.Device == 0 || label != inventory.NodeLabel(t.Self.Device) {
		return drop(UnknownLabel)
	}
	if port == inventory.PortLabelFlood {
		return forward(t.copies(0, domain, inner)...)
	}
	slot, ok := SlotOf(port)
	if p, here := t.Ports[slot]; !ok || !here || p.Name.IsFabric() {
		return drop(UnknownLabel)
	}
	return t.deliver(slot, domain, inner)
}

func entry(frame []byte, i int) uint32 { return binary.BigEndian.Uint32(frame[14+4*i:]) }
