package conformance

import (
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// tags: what is kept of the tags that frames come with. The priority of the outer one
// crosses the fabric as traffic class (RFC 3270, RFC 5462); further ones are payload.
func tags() []fixture {
	return slicesConcat(priorities(), nested())
}

func priorities() []fixture {
	at := func(f Frame, vlan inventory.VLANID, priority uint16) Frame {
		f.Tags = append([]Tag{{0x8100, priority<<13 | uint16(vlan)}}, f.Tags...)
		return f
	}
	ten := inventory.DomainLabel(10)
	f, b := frame, Frame{Dst: broadcast(), Src: host(1), Ether: 0x0806, Payload: make([]byte, 46)}
	in := func(entries []entry) []byte {
		return labelled(linkMAC(uplinkL), farMAC(uplinkL), entries, f(3, 6).Bytes())
	}
	named, tree := stack(inventory.NodeLabel(1), trunk.Label(), ten), stack(inventory.TreeLabel(10), inventory.PortLabelFlood, ten)
	top := classed(in(named), 7)
	top[24] = top[24]&^0x0e | 2<<1 // class of the bottom entry
	remote := toNode(uplinkL, 2, 18, f(6, 3).Bytes())
	remote.Frame = classed(remote.Frame, 5)
	everywhere := labelled(farMAC(uplinkL), linkMAC(uplinkL), tree, b.Bytes())
	return []fixture{
		{"priority tag, to a trunk", accessA, at(f(3, 1), 0, 3).Bytes(), forwarded(fib.Out{Port: trunk, Frame: at(f(3, 1), 10, 3).Bytes()})},
		{"own tag with a priority, to a trunk", accessA, at(f(3, 1), 10, 7).Bytes(), forwarded(fib.Out{Port: trunk, Frame: at(f(3, 1), 10, 7).Bytes()})},
		{"drop eligibility is not kept", accessA, Frame{host(3), host(1), []Tag{{0x8100, 0x3000}}, 0x0800, udp(1, 3, "")}.Bytes(),
			forwarded(fib.Out{Port: trunk, Frame: at(Frame{host(3), host(1), nil, 0x0800, udp(1, 3, "")}, 10, 1).Bytes()})},
		{"priority becomes the class", trunk, at(f(6, 3), 10, 5).Bytes(), forwarded(remote)},
		{"priority of a flooded frame", accessA, at(b, 0, 6).Bytes(), forwarded(fib.Out{Port: accessB, Frame: b.Bytes()},
			fib.Out{Port: trunk, Frame: at(b, 10, 6).Bytes()}, fib.Out{Port: uplinkL, Frame: classed(everywhere, 6)})},
		{"class becomes the priority", uplinkL, classed(in(named), 5), forwarded(fib.Out{Port: trunk, Frame: at(f(3, 6), 10, 5).Bytes()})},
		{"the class of the bottom entry, not of the top one", uplinkL, top, forwarded(fib.Out{Port: trunk, Frame: at(f(3, 6), 10, 2).Bytes()})},
		{"class of a flooded frame", uplinkL, classed(in(tree), 4), forwarded(fib.Out{Port: trunk, Frame: at(f(3, 6), 10, 4).Bytes()},
			fib.Out{Port: accessA, Frame: f(3, 6).Bytes()}, fib.Out{Port: accessB, Frame: f(3, 6).Bytes()})},
	}
}

// nested: frames with a tag of their own behind the one that was taken off, or instead
// of it.
func nested() []fixture {
	with := func(dst, src byte, tags ...Tag) Frame {
		return Frame{host(dst), host(src), tags, 0x0800, udp(src, dst, "nested fixture")}
	}
	ten, seven, service := Tag{0x8100, 10}, Tag{0x8100, 7 | 0x4000}, Tag{0x88a8, 9}
	own := inventory.NodeLabel(1)
	in := func(f Frame, entries []entry) []byte {
		return labelled(linkMAC(uplinkL), farMAC(uplinkL), entries, f.Bytes())
	}
	flood := Frame{broadcast(), host(3), []Tag{seven}, 0x0806, make([]byte, 46)}
	tree := stack(inventory.TreeLabel(10), inventory.PortLabelFlood, inventory.DomainLabel(10))
	short := Frame{host(2), host(3), []Tag{seven}, 0x9000, []byte("short")}
	long := append(short.Bytes(), make([]byte, 64-len(short.Bytes()))...)
	thirty := stack(own, trunk.Label(), inventory.DomainLabel(30))
	return []fixture{
		{"second tag leaves alone by an access port", trunk, with(2, 3, ten, seven).Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: with(2, 3, seven).Bytes()})},
		{"third tag too", trunk, with(2, 3, ten, service, seven).Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: with(2, 3, service, seven).Bytes()})},
		{"second tag goes into the labels", trunk, with(6, 3, ten, seven).Bytes(), forwarded(toNode(uplinkL, 2, 18, with(6, 3, seven).Bytes()))},
		{"service tag of an access port goes into the labels", accessA, with(6, 1, service).Bytes(),
			forwarded(toNode(uplinkL, 2, 18, with(6, 1, service).Bytes()))},
		{"service tag to a trunk", accessA, with(3, 1, service).Bytes(), forwarded(fib.Out{Port: trunk, Frame: with(3, 1, ten, service).Bytes()})},
		{"own tag and a second one to a trunk", accessA, with(3, 1, ten, seven).Bytes(),
			forwarded(fib.Out{Port: trunk, Frame: with(3, 1, ten, seven).Bytes()})},
		{"short frame is padded, its tag not counted", trunk, Frame{host(2), host(3), []Tag{ten, seven}, 0x9000, []byte("short")}.Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: long})},
		{"flooded", trunk, flood.tagged(10).Bytes(), forwarded(fib.Out{Port: accessA, Frame: flood.Bytes()},
			fib.Out{Port: accessB, Frame: flood.Bytes()}, fib.Out{Port: uplinkL, Frame: labelled(farMAC(uplinkL), linkMAC(uplinkL), tree, flood.Bytes())})},
		{"flooded by the fabric", uplinkL, in(flood, tree), forwarded(fib.Out{Port: accessA, Frame: flood.Bytes()},
			fib.Out{Port: accessB, Frame: flood.Bytes()}, fib.Out{Port: trunk, Frame: flood.tagged(10).Bytes()})},
		{"from the fabric to a trunk", uplinkL, in(with(3, 6, seven), stack(own, trunk.Label(), inventory.DomainLabel(20))),
			forwarded(fib.Out{Port: trunk, Frame: with(3, 6, seven).tagged(20).Bytes()})},
		{"from the fabric to an access port", uplinkL, in(with(2, 6, seven), stack(own, accessB.Label(), inventory.DomainLabel(10))),
			forwarded(fib.Out{Port: accessB, Frame: with(2, 6, seven).Bytes()})},
		{"no hop into another VLAN by a trunk's native one", uplinkL, in(with(3, 6, seven), thirty), dropped(fib.DoubleTag)},
		{"nor by flooding", uplinkL, in(flood, stack(own, inventory.PortLabelFlood, inventory.DomainLabel(30))), dropped(fib.NoReceiver)},
		{"ends inside its second tag", trunk, with(2, 3, ten, seven).Bytes()[:20], dropped(fib.Runt)},
	}
}
