package fib

import (
	"encoding/binary"

	"oneswitch/inventory"
)

// sentOn is the TTL of a middle label whose frame has been sent on once. No other use
// is made of that field, and so no frame is sent on twice: two nodes that each believe
// a station to be at the other drop its frames instead of playing ball with them.
const sentOn = 1

// astray decides about a frame for a station that has left the port which the stack
// names: the ingress node has not heard of it yet, or nobody is there to tell it. If
// this node knows where the station is now, the frame goes there; if the port is down
// or gone as well, it is flooded. Otherwise it is dropped for the reason why, or
// delivered if there is none.
func (t Tables) astray(s stack, slot Slot, c cargo, why Reason) Verdict {
	dst := inventory.MAC(c.frame[:6])
	e, known := t.FDB[MACKey{c.domain, dst}]
	known = known && !dst.IsMulticast()
	here := known && e == Entry{Label: slot.Label(), Static: e.Static}
	switch {
	case why == Kept && (!known || here):
		return t.deliver(slot, c)
	case dst.IsMulticast() || here:
		return drop(why)
	case s.ttl(1) <= sentOn:
		return drop(Astray)
	case s.ttl(0) <= 1:
		return drop(Expired)
	case !known:
		return t.floodAstray(s, slot, c, why)
	}
	if out, local := e.Local(); local {
		v := t.deliver(out, c)
		v.Detour = v.Action == Forward
		return v
	}
	out := t.live(t.Nodes[e.Device], c.bucket)
	if out == 0 {
		return drop(NoPath)
	}
	return detour(t.pushAgain(out, s, inventory.NodeLabel(e.Device), e.Label, c))
}

// floodAstray lets everybody look for the station but the port that it has left and
// the one that the frame came from.
func (t Tables) floodAstray(s stack, slot Slot, c cargo, why Reason) Verdict {
	s[1] = s[1]&^ttlMask | sentOn
	outs := t.copies(t.sender(s, c).With(slot), c)
	if out := t.live(t.Trees[c.domain].Up, c.bucket); out != 0 {
		outs = append(outs, t.pushAgain(out, s, inventory.TreeLabel(c.domain), inventory.PortLabelFlood, c))
	}
	if len(outs) == 0 {
		return drop(why)
	}
	return detour(outs...)
}

func detour(outs ...Out) Verdict { return Verdict{Action: Forward, Out: outs, Detour: true} }

// pushAgain puts the frame back into its stack under other labels, one less in TTL.
func (t Tables) pushAgain(out Slot, s stack, top, middle inventory.Label, c cargo) Out {
	b := t.header(out)
	b = binary.BigEndian.AppendUint32(b, uint32(top)<<labelShift|s[0]&(1<<labelShift-1)-1)
	b = binary.BigEndian.AppendUint32(b, uint32(middle)<<labelShift|s[1]&(1<<labelShift-1)&^ttlMask|sentOn)
	b = binary.BigEndian.AppendUint32(b, s[2])
	return Out{out, append(b, c.frame...)}
}

// sender returns the port of ours that a frame which was sent on came from. It has
// left by that port once: coming back there it would teach switches behind the port
// that its sender is elsewhere.
func (t Tables) sender(s stack, c cargo) PortSet {
	if s.ttl(1) > sentOn {
		return PortSet{}
	}
	e := t.FDB[MACKey{c.domain, inventory.MAC(c.frame[6:12])}]
	slot, _ := e.Local()
	return NewPortSet(slot)
}
