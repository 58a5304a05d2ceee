package conformance

import (
	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// The node of the fixtures: its ports by slot, and what is configured on them.
const (
	accessA  fib.Slot = 1 // xe-0/0/0, domain 10
	accessB  fib.Slot = 2 // xe-0/0/1, domain 10
	trunk    fib.Slot = 3 // xe-0/0/2, domains 10 and 20 tagged, 30 native
	accessC  fib.Slot = 4 // xe-0/0/3, domain 20
	accessX  fib.Slot = 5 // xe-0/0/4, domain 10, down
	uplinkL  fib.Slot = 6 // fte-0/1/0, to the interconnect 101
	uplinkR  fib.Slot = 7 // fte-0/1/1, to the interconnect 102
	unused   fib.Slot = 8 // xe-0/0/8, in no domain
	marker   fib.Slot = 9 // xe-0/0/9, alone in domain 4000: see Cabled
	deadLink fib.Slot = 10
)

// markerDomain holds the marker port alone.
const markerDomain inventory.DomainID = 4000

func portName(slot fib.Slot) inventory.Port {
	switch slot {
	case uplinkL, uplinkR:
		return inventory.Port{Kind: inventory.KindFTE, PIC: 1, Num: uint16(slot - uplinkL)}
	case deadLink:
		return inventory.Port{Kind: inventory.KindFTE, PIC: 1, Num: 2}
	case unused, marker:
		return inventory.Port{Kind: inventory.KindXE, Num: uint16(slot)}
	}
	return inventory.Port{Kind: inventory.KindXE, Num: uint16(slot - 1)}
}

func nodeInputs() fib.Inputs {
	access := func(s fib.Slot, d inventory.DomainID) intent.Port {
		return intent.Port{Port: portName(s), Mode: intent.Access, Domains: []inventory.DomainID{d}}
	}
	in := fib.Inputs{
		Slots: fib.Slots{},
		Intent: intent.Intent{
			Member: "node", Role: inventory.RoleNode, Device: 1,
			Domains: []intent.Domain{
				{ID: 10, Name: "ten", Tag: 10}, {ID: 20, Name: "twenty", Tag: 20},
				{ID: 30, Name: "thirty", Tag: 30}, {ID: markerDomain, Name: "marker"},
			},
			Ports: []intent.Port{
				access(accessA, 10), access(accessB, 10), access(accessC, 20), access(accessX, 10), access(marker, markerDomain),
				{Port: portName(trunk), Mode: intent.Trunk, Domains: []inventory.DomainID{10, 20}, Native: 30},
				{Port: portName(unused), Mode: intent.NoMode},
			},
		},
		Flood: map[inventory.DomainID][]inventory.DeviceID{10: {1, 2}, 20: {1}},
	}
	far := map[fib.Slot]fib.Far{
		uplinkL: {Device: 101, MAC: farMAC(uplinkL), Reach: []inventory.DeviceID{1, 2, 4}},
		uplinkR: {Device: 102, MAC: farMAC(uplinkR), Reach: []inventory.DeviceID{1, 3, 4}},
	}
	for s := accessA; s <= deadLink; s++ {
		in.Slots[portName(s)] = s
		in.Locals = append(in.Locals, fib.Local{
			Port: portName(s), MAC: linkMAC(s), Up: s != accessX && s != deadLink, Far: far[s],
		})
	}
	return in
}

// nodeFDB fills in where the hosts are. Device 5 is behind a dead link with a live
// backup, device 6 behind a dead link alone.
func nodeFDB(t *fib.Tables) {
	both := func(p fib.Path) (all fib.Paths) {
		for i := range all {
			all[i] = p
		}
		return all
	}
	t.Nodes[5] = both(fib.Path{Primary: deadLink, Backup: uplinkR})
	t.Nodes[6] = both(fib.Path{Primary: deadLink})
	for host, e := range map[inventory.MAC]fib.Entry{
		host(1):  fib.LocalEntry(accessA),
		host(2):  fib.LocalEntry(accessB),
		host(3):  fib.LocalEntry(trunk),
		host(4):  fib.LocalEntry(accessC), // an entry gone wrong: the port is not in domain 10
		host(5):  fib.LocalEntry(accessX),
		host(6):  {Device: 2, Label: 18},
		host(7):  {Device: 3, Label: 999},
		host(8):  {Device: 5, Label: 20},
		host(9):  {Device: 6, Label: 20},
		host(10): {Device: 77, Label: 20},
		host(11): {Device: 2, Label: 21, Static: true},
	} {
		t.FDB[fib.MACKey{Domain: 10, MAC: host}] = e
	}
	t.FDB[fib.MACKey{Domain: 20, MAC: host(3)}] = fib.LocalEntry(trunk)
	t.FDB[fib.MACKey{Domain: 20, MAC: host(4)}] = fib.LocalEntry(accessC)
	t.FDB[fib.MACKey{Domain: 30, MAC: host(3)}] = fib.LocalEntry(trunk)
	b := t.Ports[accessB]
	b.Departed = true
	t.Ports[accessB] = b
}

// node returns the fixtures of a node.
func node() fixtures {
	return fixtures{inputs: nodeInputs(), adapt: nodeFDB, cases: slicesConcat(ingress(), flooded(), refusals(), egress(), tags(), astray(), probes())}
}

func slicesConcat(all ...[]fixture) (out []fixture) {
	for _, f := range all {
		out = append(out, f...)
	}
	return out
}

// frame is the IPv4 packet from host to host that most fixtures send.
func frame(dst, src byte) Frame {
	return Frame{Dst: host(dst), Src: host(src), Ether: 0x0800, Payload: udp(src, dst, "fixture")}
}

// toNode is a frame as it leaves by an uplink.
func toNode(by fib.Slot, device inventory.DeviceID, port inventory.Label, inner []byte) fib.Out {
	s := stack(inventory.NodeLabel(device), port, inventory.DomainLabel(10))
	return fib.Out{Port: by, Frame: labelled(farMAC(by), linkMAC(by), s, inner)}
}

// ingress: known unicast from a host.
func ingress() []fixture {
	f := frame
	return []fixture{
		{"local, access to access", accessA, f(2, 1).Bytes(), forwarded(fib.Out{Port: accessB, Frame: f(2, 1).Bytes()})},
		{"local, access to trunk gets the tag", accessA, f(3, 1).Bytes(),
			forwarded(fib.Out{Port: trunk, Frame: f(3, 1).tagged(10).Bytes()})},
		{"local, trunk to access loses the tag", trunk, f(1, 3).tagged(10).Bytes(),
			forwarded(fib.Out{Port: accessA, Frame: f(1, 3).Bytes()})},
		{"an untagged port has no room for a priority", trunk, Frame{host(1), host(3), []Tag{{0x8100, 0xa00a}}, 0x0800, udp(3, 1, "")}.Bytes(),
			forwarded(fib.Out{Port: accessA, Frame: Frame{host(1), host(3), nil, 0x0800, udp(3, 1, "")}.Bytes()})},
		{"access port takes its own tag", accessA, f(2, 1).tagged(10).Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: f(2, 1).Bytes()})},
		{"access port takes a priority tag", accessA, f(2, 1).tagged(0).Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: f(2, 1).Bytes()})},
		{"same address, another domain", trunk, f(4, 3).tagged(20).Bytes(),
			forwarded(fib.Out{Port: accessC, Frame: f(4, 3).Bytes()})},
		{"remote by the left uplink", accessA, f(6, 1).Bytes(), forwarded(toNode(uplinkL, 2, 18, f(6, 1).Bytes()))},
		{"remote by the right uplink, highest port label", accessA, f(7, 1).Bytes(),
			forwarded(toNode(uplinkR, 3, 999, f(7, 1).Bytes()))},
		{"remote from a trunk loses the tag", trunk, f(6, 3).tagged(10).Bytes(), forwarded(toNode(uplinkL, 2, 18, f(6, 3).Bytes()))},
		{"dead link, backup taken", accessA, f(8, 1).Bytes(), forwarded(toNode(uplinkR, 5, 20, f(8, 1).Bytes()))},
		{"dead link, no backup", accessA, f(9, 1).Bytes(), dropped(fib.NoPath)},
		{"device that nobody reaches", accessA, f(10, 1).Bytes(), dropped(fib.NoPath)},
		{"short frame is padded", accessA, Frame{host(2), host(1), nil, 0x9000, []byte("short")}.Bytes(),
			forwarded(fib.Out{Port: accessB, Frame: padded(Frame{host(2), host(1), nil, 0x9000, []byte("short")}.Bytes())})},
		{"short tagged frame to a remote port", trunk, Frame{host(6), host(3), []Tag{{0x8100, 10}}, 0x9000, []byte("short")}.Bytes(),
			forwarded(toNode(uplinkL, 2, 18, padded(Frame{host(6), host(3), nil, 0x9000, []byte("short")}.Bytes())))},
		{"back to where it came from", accessA, f(1, 1).Bytes(), dropped(fib.SamePort)},
		{"local port of another domain", accessA, f(4, 1).Bytes(), dropped(fib.Isolated)},
		{"unknown source is learnt", accessA, f(2, 50).Bytes(), learnt(
			forwarded(fib.Out{Port: accessB, Frame: f(2, 50).Bytes()}), fib.Learn{Port: accessA, Domain: 10, MAC: host(50)})},
		{"moved source is learnt", accessB, f(2, 1).Bytes(), learnt(
			dropped(fib.SamePort), fib.Learn{Port: accessB, Domain: 10, MAC: host(1), Moved: true})},
		{"source moved here from another node", accessA, f(2, 6).Bytes(), learnt(
			forwarded(fib.Out{Port: accessB, Frame: f(2, 6).Bytes()}), fib.Learn{Port: accessA, Domain: 10, MAC: host(6), Moved: true})},
		{"static source does not move", accessA, f(2, 11).Bytes(), forwarded(fib.Out{Port: accessB, Frame: f(2, 11).Bytes()})},
	}
}

// flooded: frames to everybody and to addresses that nobody knows.
func flooded() []fixture {
	all := func(dst inventory.MAC, src byte) Frame {
		return Frame{Dst: dst, Src: host(src), Ether: 0x0806, Payload: make([]byte, 46)}
	}
	tree := func(inner []byte) fib.Out {
		s := stack(inventory.TreeLabel(10), inventory.PortLabelFlood, inventory.DomainLabel(10))
		return fib.Out{Port: uplinkL, Frame: labelled(farMAC(uplinkL), linkMAC(uplinkL), s, inner)}
	}
	b, u, m := all(broadcast(), 1), all(host(99), 1), all(inventory.MAC{1, 0, 0x5e, 0, 0, 5}, 1)
	three := func(f Frame) fib.Verdict {
		return forwarded(fib.Out{Port: accessB, Frame: f.Bytes()}, fib.Out{Port: trunk, Frame: f.tagged(10).Bytes()}, tree(f.Bytes()))
	}
	fromTrunk, alone, gone := all(broadcast(), 3), all(broadcast(), 4), all(host(5), 1)
	return []fixture{
		{"broadcast", accessA, b.Bytes(), three(b)},
		{"unknown unicast", accessA, u.Bytes(), three(u)},
		{"multicast", accessA, m.Bytes(), three(m)},
		{"broadcast from a trunk", trunk, fromTrunk.tagged(10).Bytes(), forwarded(
			fib.Out{Port: accessA, Frame: fromTrunk.Bytes()}, fib.Out{Port: accessB, Frame: fromTrunk.Bytes()}, tree(fromTrunk.Bytes()))},
		{"domain without a tree", accessC, alone.Bytes(), forwarded(fib.Out{Port: trunk, Frame: alone.tagged(20).Bytes()})},
		{"local port down: it may be elsewhere", accessA, gone.Bytes(), three(gone)},
		{"native domain, nobody else", trunk, fromTrunk.Bytes(), dropped(fib.NoReceiver)},
	}
}

// refusals: frames that no host may send, and those that are not for forwarding.
func refusals() []fixture {
	f := frame(2, 1)
	with := func(change func(*Frame)) []byte {
		g := f
		change(&g)
		return g.Bytes()
	}
	to := func(last byte) []byte {
		return with(func(f *Frame) { f.Dst, f.Ether = inventory.MAC{1, 0x80, 0xc2, 0, 0, last}, 0x0026 })
	}
	return []fixture{
		{"LLDP goes up", accessA, with(func(f *Frame) { f.Dst, f.Ether = inventory.MAC{1, 0x80, 0xc2, 0, 0, 14}, 0x88cc }), fib.Verdict{Action: fib.Pass}},
		{"LACP goes up", accessA, with(func(f *Frame) { f.Dst, f.Ether = inventory.MAC{1, 0x80, 0xc2, 0, 0, 2}, 0x8809 }), fib.Verdict{Action: fib.Pass}},
		{"hello goes up from a fabric link", uplinkL, with(func(f *Frame) { f.Ether = 0x88b5 }), fib.Verdict{Action: fib.Pass}},
		{"LLDP goes up from a port in no domain", unused, with(func(f *Frame) { f.Ether = 0x88cc }), fib.Verdict{Action: fib.Pass}},
		{"multicast source", accessA, with(func(f *Frame) { f.Src[0] |= 1 }), dropped(fib.BadSource)},
		{"zero source", accessA, with(func(f *Frame) { f.Src = inventory.MAC{} }), dropped(fib.BadSource)},
		{"bridge group address", accessA, to(0), dropped(fib.Reserved)},
		{"last reserved address", accessA, to(15), dropped(fib.Reserved)},
		{"labels from a host", accessA, with(func(f *Frame) { f.Ether = 0x8847 }), dropped(fib.Labelled)},
		{"tagged labels from a host", trunk, with(func(f *Frame) { *f = f.tagged(10); f.Ether = 0x8847 }), dropped(fib.Labelled)},
		{"multicast labels from a host", accessA, with(func(f *Frame) { f.Ether = 0x8848 }), dropped(fib.Labelled)},
		{"foreign tag on an access port", accessA, f.tagged(20).Bytes(), dropped(fib.NoDomain)},
		{"unknown tag on a trunk", trunk, f.tagged(21).Bytes(), dropped(fib.NoDomain)},
		{"port in no domain", unused, f.Bytes(), dropped(fib.NoDomain)},
	}
}
