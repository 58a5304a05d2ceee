package conformance

import (
	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// egress: frames from the fabric at a node.
func egress() []fixture {
	inner := frame(2, 6)
	own, flood := inventory.NodeLabel(1), inventory.PortLabelFlood
	ten, twenty := inventory.DomainLabel(10), inventory.DomainLabel(20)
	in := func(entries []entry) []byte {
		return labelled(linkMAC(uplinkL), farMAC(uplinkL), entries, inner.Bytes())
	}
	b, expired := entry{ten, true, 64}, stack(own, accessB.Label(), ten)
	expired[0].ttl = 0
	everywhere := forwarded(fib.Out{Port: accessA, Frame: inner.Bytes()}, fib.Out{Port: accessB, Frame: inner.Bytes()},
		fib.Out{Port: trunk, Frame: inner.tagged(10).Bytes()})
	long := labelled(linkMAC(uplinkL), farMAC(uplinkL), stack(own, accessB.Label(), ten), Frame{host(2), host(6), nil, 0x86dd, make([]byte, 1500)}.Bytes())
	return []fixture{
		{"egress, access port", uplinkL, in(stack(own, accessB.Label(), ten)), forwarded(fib.Out{Port: accessB, Frame: inner.Bytes()})},
		{"egress, trunk port gets the tag", uplinkR, in(stack(own, trunk.Label(), twenty)), forwarded(fib.Out{Port: trunk, Frame: inner.tagged(20).Bytes()})},
		{"egress, longest frame", uplinkL, long, forwarded(fib.Out{Port: accessB, Frame: long[26:]})},
		{"egress, tree", uplinkL, in(stack(inventory.TreeLabel(10), flood, ten)), everywhere},
		{"egress, flooded to this node alone", uplinkL, in(stack(own, flood, ten)), everywhere},
		{"egress, last TTL", uplinkL, in([]entry{{own, false, 1}, {accessB.Label(), false, 0}, b}), forwarded(fib.Out{Port: accessB, Frame: inner.Bytes()})},
		{"egress, TTL zero", uplinkL, in(expired), dropped(fib.Expired)},
		{"egress, port is not in the domain", uplinkL, in(stack(own, accessC.Label(), ten)), dropped(fib.Isolated)},
		{"egress, fabric port named", uplinkL, in(stack(own, uplinkR.Label(), ten)), dropped(fib.UnknownLabel)},
		{"egress, port label too high", uplinkL, in(stack(own, 900, ten)), dropped(fib.UnknownLabel)},
		{"egress, port label reserved", uplinkL, in(stack(own, 3, ten)), dropped(fib.UnknownLabel)},
		{"egress, another node's label", uplinkL, in(stack(inventory.NodeLabel(2), accessB.Label(), ten)), dropped(fib.UnknownLabel)},
		{"egress, domain not here", uplinkL, in(stack(own, accessB.Label(), inventory.DomainLabel(11))), dropped(fib.UnknownLabel)},
		{"egress, bottom is no domain", uplinkL, in(stack(own, accessB.Label(), 5)), dropped(fib.UnknownLabel)},
		{"egress, tree of another domain", uplinkL, in(stack(inventory.TreeLabel(20), flood, ten)), dropped(fib.BadStack)},
		{"egress, tree with a port", uplinkL, in(stack(inventory.TreeLabel(10), accessB.Label(), ten)), dropped(fib.BadStack)},
		{"egress, one label", uplinkL, in([]entry{{own, true, 64}, {accessB.Label(), false, 64}, b}), dropped(fib.BadStack)},
		{"egress, two labels", uplinkL, in([]entry{{own, false, 64}, {accessB.Label(), true, 64}, b}), dropped(fib.BadStack)},
		{"egress, four labels", uplinkL, in([]entry{{own, false, 64}, {accessB.Label(), false, 64}, {ten, false, 64}}), dropped(fib.BadStack)},
		{"egress, short", uplinkL, in(stack(own, accessB.Label(), ten))[:80], dropped(fib.Runt)},
		{"no labels on a fabric link", uplinkL, inner.Bytes(), dropped(fib.NotLabelled)},
		{"tag on a fabric link", uplinkL, inner.tagged(10).Bytes(), dropped(fib.NotLabelled)},
	}
}

// The interconnect of the fixtures: slots 1, 2 and 3 lead to the nodes 1, 2 and 3,
// slot 4 is a second link to node 3, slot 5 leads to node 4 and is down.
func interconnectInputs() fib.Inputs {
	in := fib.Inputs{
		Slots:  fib.Slots{},
		Intent: intent.Intent{Member: "interconnect", Role: inventory.RoleInterconnect, Device: 101},
		Flood:  map[inventory.DomainID][]inventory.DeviceID{10: {1, 2, 3, 4}, 20: {1}},
	}
	for i, device := range []inventory.DeviceID{1, 2, 3, 3, 4} {
		s := fib.Slot(i + 1)
		port := inventory.Port{Kind: inventory.KindFTE, Num: uint16(i)}
		in.Slots[port] = s
		in.Locals = append(in.Locals, fib.Local{
			Port: port, MAC: linkMAC(s), Up: device != 4, Far: fib.Far{Device: device, MAC: farMAC(s)},
		})
	}
	return in
}

// interconnect returns the fixtures of an interconnect.
func interconnect() fixtures {
	inner := frame(2, 6).Bytes()
	port, ten := inventory.Label(18), inventory.DomainLabel(10)
	at := func(in fib.Slot, entries []entry) []byte { return labelled(linkMAC(in), farMAC(in), entries, inner) }
	leaves := func(by fib.Slot, entries []entry) fib.Out {
		entries = append([]entry(nil), entries...)
		entries[0].ttl--
		return fib.Out{Port: by, Frame: labelled(farMAC(by), linkMAC(by), entries, inner)}
	}
	to := func(d inventory.DeviceID) []entry { return stack(inventory.NodeLabel(d), port, ten) }
	tree := stack(inventory.TreeLabel(10), inventory.PortLabelFlood, ten)
	old := to(2)
	old[0].ttl = 1
	odd := []entry{{inventory.NodeLabel(2), false, 64}, {5, true, 0}, {7, false, 9}}
	return fixtures{inputs: interconnectInputs(), adapt: func(*fib.Tables) {}, cases: []fixture{
		{"to a node", 1, at(1, to(2)), forwarded(leaves(2, to(2)))},
		{"what is below the top is none of its business", 1, at(1, odd), forwarded(leaves(2, odd))},
		{"tree: a copy to every other node", 1, at(1, tree), forwarded(leaves(2, tree), leaves(3, tree))},
		{"tree: none back to the sender's other link", 4, at(4, tree), forwarded(leaves(1, tree), leaves(2, tree))},
		{"tree without another member", 1, at(1, stack(inventory.TreeLabel(20), inventory.PortLabelFlood, ten)), dropped(fib.NoReceiver)},
		{"tree unknown", 1, at(1, stack(inventory.TreeLabel(99), inventory.PortLabelFlood, ten)), dropped(fib.NoReceiver)},
		{"TTL runs out", 1, at(1, old), dropped(fib.Expired)},
		{"back to the sender", 1, at(1, to(1)), dropped(fib.SamePort)},
		{"link down", 1, at(1, to(4)), dropped(fib.NoPath)},
		{"node unknown", 1, at(1, to(7)), dropped(fib.NoPath)},
		{"no node label", 1, at(1, stack(port, port, ten)), dropped(fib.UnknownLabel)},
		{"stack of one", 1, at(1, []entry{{inventory.NodeLabel(2), true, 64}, {port, false, 64}, {ten, true, 64}}), dropped(fib.BadStack)},
		{"no labels", 1, frame(2, 6).Bytes(), dropped(fib.NotLabelled)},
		{"hello goes up", 3, Frame{host(2), host(1), nil, 0x88b5, make([]byte, 60)}.Bytes(), fib.Verdict{Action: fib.Pass}},
	}}
}
