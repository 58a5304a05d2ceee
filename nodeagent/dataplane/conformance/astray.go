package conformance

import (
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// astray: frames from the fabric for stations that have left the port which the stack
// names. Port accessB has lost stations lately.
func astray() []fixture {
	own, flood, ten := inventory.NodeLabel(1), inventory.PortLabelFlood, inventory.DomainLabel(10)
	gone := inventory.Label(200)
	in := func(dst byte, entries []entry) []byte {
		return labelled(linkMAC(uplinkL), farMAC(uplinkL), entries, frame(dst, 6).Bytes())
	}
	again := func(entries []entry) []entry { entries[0].ttl, entries[1].ttl = 63, 1; return entries }
	sent := func(by fib.Slot, dst byte, entries []entry) fib.Out {
		return fib.Out{Port: by, Frame: labelled(farMAC(by), linkMAC(by), again(entries), frame(dst, 6).Bytes())}
	}
	detour := func(outs ...fib.Out) fib.Verdict {
		return fib.Verdict{Action: fib.Forward, Out: outs, Detour: true}
	}
	toB := func(dst byte) fib.Out { return fib.Out{Port: accessB, Frame: frame(dst, 6).Bytes()} }
	last, expired := again(stack(own, accessX.Label(), ten)), stack(own, accessX.Label(), ten)
	expired[0].ttl = 1
	stranger := frame(99, 6)
	sentFlood := again(stack(inventory.TreeLabel(10), flood, ten))
	back := labelled(linkMAC(uplinkL), farMAC(uplinkL), sentFlood, frame(99, 1).Bytes())
	foreign := labelled(linkMAC(uplinkL), farMAC(uplinkL), sentFlood, stranger.Bytes())
	ports := []fib.Out{
		{Port: accessA, Frame: stranger.Bytes()}, {Port: accessB, Frame: stranger.Bytes()}, {Port: trunk, Frame: stranger.tagged(10).Bytes()},
	}
	all := append([]fib.Out{sent(uplinkL, 99, stack(inventory.TreeLabel(10), flood, ten))}, ports...)
	return []fixture{
		{"astray, port down, nothing heard of a move", uplinkL, in(5, stack(own, accessX.Label(), ten)), dropped(fib.PortDown)},
		{"astray, port down, now at another port", uplinkL, in(2, stack(own, accessX.Label(), ten)), detour(toB(2))},
		{"astray, port down, now at another node", uplinkL, in(7, stack(own, accessX.Label(), ten)),
			detour(sent(uplinkR, 7, stack(inventory.NodeLabel(3), 999, ten)))},
		{"astray, port gone, back by the link it came by", uplinkL, in(6, stack(own, gone, ten)),
			detour(sent(uplinkL, 6, stack(inventory.NodeLabel(2), 18, ten)))},
		{"astray, port gone, nobody knows where", uplinkL, in(99, stack(own, gone, ten)), detour(all...)},
		{"astray, port lost stations, this one too", uplinkL, in(6, stack(own, accessB.Label(), ten)),
			detour(sent(uplinkL, 6, stack(inventory.NodeLabel(2), 18, ten)))},
		{"astray, port lost stations, not this one", uplinkL, in(2, stack(own, accessB.Label(), ten)), forwarded(toB(2))},
		{"astray, port lost stations, this one is not known", uplinkL, in(99, stack(own, accessB.Label(), ten)), forwarded(toB(99))},
		{"astray, other domain at the new place", uplinkL, in(4, stack(own, accessX.Label(), ten)), dropped(fib.Isolated)},
		{"astray a second time", uplinkL, in(6, last), dropped(fib.Astray)},
		{"astray, TTL runs out", uplinkL, in(6, expired), dropped(fib.Expired)},
		{"astray, no way to the new place", uplinkL, in(9, stack(own, accessX.Label(), ten)), dropped(fib.NoPath)},
		{"astray, priority is kept", uplinkL, classed(in(6, stack(own, accessX.Label(), ten)), 5), detour(
			fib.Out{Port: uplinkL, Frame: classed(sent(uplinkL, 6, stack(inventory.NodeLabel(2), 18, ten)).Frame, 5)})},
		{"flooded by a node that it went astray to", uplinkL, foreign, forwarded(ports...)},
		{"flooded so, not back to the port that it came from", uplinkL, back, forwarded(
			fib.Out{Port: accessB, Frame: frame(99, 1).Bytes()}, fib.Out{Port: trunk, Frame: frame(99, 1).tagged(10).Bytes()})},
	}
}

// probes: the plane answers them itself, whatever the tables say of the link, notes the
// answers, and never answers an answer.
func probes() []fixture {
	probe := func(dst, src inventory.MAC, kind, number byte) Frame {
		payload := append([]byte{'O', 'S', 'F', 'P', kind, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, number}, make([]byte, 22)...)
		return Frame{Dst: dst, Src: src, Ether: 0x88b5, Payload: payload}
	}
	noted := func(number uint64) fib.Verdict {
		return fib.Verdict{Action: fib.Noted, Echo: fib.Echo{Life: 0x0102030405060708, Number: number}}
	}
	group := inventory.MAC{1, 0x80, 0xc2, 0, 0, 14}
	request, up := probe(group, farMAC(uplinkL), 1, 7), fib.Verdict{Action: fib.Pass}
	answer := forwarded(fib.Out{Port: uplinkL, Frame: probe(farMAC(uplinkL), linkMAC(uplinkL), 2, 7).Bytes()})
	other := request
	other.Payload = append([]byte("OSFH\x01"), request.Payload[5:]...)
	return []fixture{
		{"probe is answered", uplinkL, request.Bytes(), answer},
		{"probe over a link that is not used is answered", deadLink, request.Bytes(),
			forwarded(fib.Out{Port: deadLink, Frame: probe(farMAC(uplinkL), linkMAC(deadLink), 2, 7).Bytes()})},
		{"answer is noted", uplinkL, probe(linkMAC(uplinkL), farMAC(uplinkL), 2, 8).Bytes(), noted(8)},
		{"answer over a link that is not used is noted", deadLink, probe(linkMAC(deadLink), farMAC(deadLink), 2, 9).Bytes(), noted(9)},
		{"what is no probe goes up", uplinkL, other.Bytes(), up},
		{"probe of neither kind goes up", uplinkL, probe(group, farMAC(uplinkL), 3, 7).Bytes(), up},
		{"short probe goes up", uplinkL, request.Bytes()[:37], up},
		{"probe of a host is not answered", accessA, request.Bytes(), up},
		{"answer of a host is not noted", accessA, probe(linkMAC(accessA), host(1), 2, 7).Bytes(), up},
		{"tagged probe is not answered", uplinkL, request.tagged(1).Bytes(), up},
	}
}
