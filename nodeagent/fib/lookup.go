package fib

import (
	"bytes"
	"encoding/binary"

	"oneswitch/inventory"
)

// Action is what happens to a frame.
type Action uint8

// The actions.
const (
	Drop    Action = iota // nowhere, see Verdict.Reason
	Forward               // to Verdict.Out
	Pass                  // up to the member's own software: LLDP, LACP, hello
	Noted                 // kept as Verdict.Echo, and gone
)

// Out is one frame that leaves.
type Out struct {
	Port  Slot
	Frame []byte // as on the wire, tag in the frame, without FCS
}

// Learn says that a source address was seen where the tables do not have it.
type Learn struct {
	Port   Slot
	Domain inventory.DomainID
	MAC    inventory.MAC
	Moved  bool // the address is in the table, at another place
}

// Verdict is the outcome for one frame.
type Verdict struct {
	Action Action
	Reason Reason // why, if Action is Drop
	Learn  *Learn // what the frame taught, if anything
	Out    []Out  // what leaves, if Action is Forward; in no particular order
	Echo   Echo   // what is noted of the port, if Action is Noted
	Detour bool   // it was sent on to where its station has moved; see astray
}

// Lookup decides about one frame that came in at a port. The frame is not changed.
func (t Tables) Lookup(in Slot, frame []byte) Verdict {
	port, ok := t.Ports[in]
	switch {
	case !ok:
		return drop(UnknownPort)
	case port.Name.IsFabric():
		return t.fromFabric(in, frame)
	default:
		return t.fromHost(in, frame)
	}
}

func drop(r Reason) Verdict { return Verdict{Reason: r} }

// fromHost decides about a frame from an access port: the ingress node.
func (t Tables) fromHost(in Slot, frame []byte) Verdict {
	f, ok := parse(frame)
	if !ok {
		return drop(Runt)
	}
	switch {
	case passed(f.ether):
		return Verdict{Action: Pass}
	case f.src.IsZero() || f.src.IsMulticast():
		return drop(BadSource)
	case reserved(f.dst):
		return drop(Reserved)
	case f.ether == etherMPLS || f.ether == etherMPLSMulticast:
		return drop(Labelled)
	}
	domain := t.VLANs[VLANKey{in, f.vlan}]
	if domain == 0 {
		return drop(NoDomain)
	}
	v := t.switched(in, f.dst, f.cargo(domain))
	v.Learn = t.learn(in, domain, f.src)
	return v
}

// learn reports the source unless the table has it at this very port. A static
// address does not move.
func (t Tables) learn(in Slot, domain inventory.DomainID, src inventory.MAC) *Learn {
	e, known := t.FDB[MACKey{domain, src}]
	if known && (e == (Entry{Label: in.Label(), Static: e.Static}) || e.Static) {
		return nil
	}
	return &Learn{Port: in, Domain: domain, MAC: src, Moved: known}
}

// switched decides where a frame of a domain goes.
func (t Tables) switched(in Slot, dst inventory.MAC, c cargo) Verdict {
	e, known := t.FDB[MACKey{c.domain, dst}]
	if dst.IsMulticast() || !known {
		return t.flood(in, c)
	}
	if e.Device == 0 {
		out, _ := SlotOf(e.Label)
		if out == in {
			return drop(SamePort)
		}
		if v := t.deliver(out, c); v.Reason != PortDown {
			return v
		}
		return t.flood(in, c) // it may be elsewhere, and nobody has told yet
	}
	out := t.live(t.Nodes[e.Device], c.bucket)
	if out == 0 {
		return drop(NoPath)
	}
	stack := [3]inventory.Label{inventory.NodeLabel(e.Device), e.Label, inventory.DomainLabel(c.domain)}
	return forward(t.push(out, stack, c))
}

// flood copies a frame to the other ports of its domain and gives one copy to the
// domain's tree.
func (t Tables) flood(in Slot, c cargo) Verdict {
	outs := t.copies(NewPortSet(in), c)
	if out := t.live(t.Trees[c.domain].Up, c.bucket); out != 0 {
		stack := [3]inventory.Label{inventory.TreeLabel(c.domain), inventory.PortLabelFlood, inventory.DomainLabel(c.domain)}
		outs = append(outs, t.push(out, stack, c))
	}
	return forward(outs...)
}

// copies returns the frame for every live port of the domain but some.
func (t Tables) copies(except PortSet, c cargo) []Out {
	var outs []Out
	d := t.Domains[c.domain]
	for s := range d.Untagged.Union(d.Tagged).Slots() {
		if !except.Has(s) && t.Ports[s].Up && !t.misread(s, c) {
			outs = append(outs, d.out(s, c))
		}
	}
	return outs
}

// deliver sends a frame by one access port.
func (t Tables) deliver(out Slot, c cargo) Verdict {
	d := t.Domains[c.domain]
	switch {
	case !d.Untagged.Has(out) && !d.Tagged.Has(out):
		return drop(Isolated)
	case !t.Ports[out].Up:
		return drop(PortDown)
	case t.misread(out, c):
		return drop(DoubleTag)
	}
	return forward(d.out(out, c))
}

// misread reports whether the frame would leave a trunk with its own tag as the only
// one: the far end would take it for a frame of that VLAN, which is how a host hops
// into a VLAN that is not its own (reliability.md A63).
func (t Tables) misread(out Slot, c cargo) bool {
	return c.nested && t.Ports[out].Trunk && !t.Domains[c.domain].Tagged.Has(out)
}

// out gives the frame the form that the port wants: with the domain's tag, which
// restores the priority, or without one.
func (d Domain) out(s Slot, c cargo) Out {
	if !d.Tagged.Has(s) {
		return Out{s, bytes.Clone(c.frame)}
	}
	b := append(bytes.Clone(c.frame[:12]), 0x81, 0x00)
	b = binary.BigEndian.AppendUint16(b, uint16(c.priority)<<13|uint16(d.Tag))
	return Out{s, append(b, c.frame[12:]...)}
}

// live returns the port that a flow takes now, 0 if there is none.
func (t Tables) live(paths Paths, bucket int) Slot {
	p := paths[bucket]
	switch {
	case t.Ports[p.Primary].Up:
		return p.Primary
	case t.Ports[p.Backup].Up:
		return p.Backup
	}
	return 0
}

// push puts the outer header and the three labels before a frame. The frame's priority
// is the traffic class of each of them (RFC 3270, RFC 5462).
func (t Tables) push(out Slot, stack [3]inventory.Label, c cargo) Out {
	b := t.header(out)
	for i, l := range stack {
		entry := uint32(l)<<labelShift | uint32(c.priority)<<classShift | ttlFirst
		if i == len(stack)-1 {
			entry |= bottomBit
		}
		b = binary.BigEndian.AppendUint32(b, entry)
	}
	return Out{out, append(b, c.frame...)}
}

// header returns the outer Ethernet header of a link.
func (t Tables) header(out Slot) []byte {
	p := t.Ports[out]
	b := append(p.Far[:], p.MAC[:]...)
	return binary.BigEndian.AppendUint16(b, etherMPLS)
}

func forward(outs ...Out) Verdict {
	if len(outs) == 0 {
		return drop(NoReceiver)
	}
	return Verdict{Action: Forward, Out: outs}
}

// Source returns the table key of a frame's source address, if the frame came in at
// an access port in a form that is taken there. A plane that ages addresses asks
// for it.
func (t Tables) Source(in Slot, frame []byte) (MACKey, bool) {
	f, ok := parse(frame)
	if !ok || f.src.IsMulticast() || passed(f.ether) {
		return MACKey{}, false
	}
	domain := t.VLANs[VLANKey{in, f.vlan}]
	return MACKey{domain, f.src}, domain != 0
}
