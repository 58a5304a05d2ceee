package conformance

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// runRandom compares a subject with the oracle on random tables and random frames,
// most of which are nearly right.
func runRandom(t *testing.T, mk Maker, frames int) {
	const rounds = 4
	for round := range rounds {
		seed := uint64(round) + 1
		r := rand.New(rand.NewPCG(seed, 7))
		in := nodeInputs()
		if round%2 == 1 {
			in = interconnectInputs()
		}
		var names []inventory.Port
		for _, l := range in.Locals {
			names = append(names, l.Port)
		}
		subject := mk(t, names)
		for i, l := range in.Locals {
			in.Locals[i].Index = subject.Index(l.Port)
		}
		tables := randomTables(r, in)
		subject.Install(t, tables)
		last := map[fib.Slot]fib.Learn{}
		for range frames {
			slot, frame := randomFrame(r, tables)
			got, want := subject.Forward(t, slot, frame), tables.Lookup(slot, frame)
			if l := want.Learn; l != nil {
				// A plane may keep quiet about an address that it has just reported.
				if got.Learn == nil && last[slot] == *l {
					want.Learn = nil
				}
				last[slot] = *l
			}
			if diff := compare(got, want); diff != "" {
				t.Fatalf("seed %d: frame %s\nat slot %d: %s", seed, hex.EncodeToString(frame), slot, diff)
			}
		}
	}
}

func randomTables(r *rand.Rand, in fib.Inputs) fib.Tables {
	t := fib.Build(in)
	slots := fib.Slot(len(in.Locals))
	for s, p := range t.Ports {
		p.Up = s == marker || r.IntN(5) > 0
		p.Departed = r.IntN(3) == 0
		t.Ports[s] = p
	}
	for range 12 {
		var paths fib.Paths
		for i := range paths {
			paths[i] = fib.Path{Primary: fib.Slot(r.IntN(int(slots))), Backup: fib.Slot(r.IntN(int(slots)))}
			for _, s := range []*fib.Slot{&paths[i].Primary, &paths[i].Backup} {
				if !t.Ports[*s].Name.IsFabric() {
					*s = uplinkL % (slots + 1)
				}
			}
		}
		t.Nodes[inventory.DeviceID(1+r.IntN(8))] = paths
	}
	for n := range 24 {
		e := fib.LocalEntry(1 + fib.Slot(r.IntN(int(slots))))
		if r.IntN(2) == 0 {
			e = fib.Entry{Device: inventory.DeviceID(1 + r.IntN(9)), Label: inventory.Label(17 + r.IntN(983)), Static: r.IntN(4) == 0}
		}
		if slot, local := e.Local(); !local || !t.Ports[slot].Name.IsFabric() {
			t.FDB[fib.MACKey{Domain: randomDomain(r), MAC: host(byte(n % 16))}] = e
		}
	}
	return t
}

func randomDomain(r *rand.Rand) inventory.DomainID { return inventory.DomainID(10 * (1 + r.IntN(4))) }

// randomFrame makes a frame that suits the port half the time and may then be damaged.
func randomFrame(r *rand.Rand, t fib.Tables) (fib.Slot, []byte) {
	slot := 1 + fib.Slot(r.IntN(len(t.Ports)))
	if slot == marker {
		slot = 1
	}
	inner := randomInner(r)
	b := inner.Bytes()
	if t.Ports[slot].Name.IsFabric() != (r.IntN(10) == 0) {
		b = labelled(linkMAC(slot), farMAC(slot), randomStack(r, t), padded(b))
		b = classed(b, byte(r.IntN(8)))
	} else if r.IntN(2) == 0 {
		inner.Tags = append([]Tag{{0x8100, uint16(10*r.IntN(5) | r.IntN(8)<<13)}}, inner.Tags...)
		b = inner.Bytes()
	}
	for r.IntN(4) == 0 {
		b[r.IntN(len(b))] ^= 1 << r.IntN(8)
	}
	if r.IntN(12) == 0 {
		b = b[:14+r.IntN(len(b)-14)]
	}
	if len(b) >= 14 && (b[12] == 0x81 || b[12] == 0x88) && b[13] != 0x47 && len(b) < 60 {
		b = padded(b) // the kernel itself drops frames that end inside a tag
	}
	return slot, b
}

func randomInner(r *rand.Rand) Frame {
	f := Frame{Dst: host(byte(r.IntN(16))), Src: host(byte(r.IntN(16))), Ether: 0x0800}
	f.Payload = make([]byte, 46+r.IntN(200))
	for i := range f.Payload {
		f.Payload[i] = byte(r.IntN(256))
	}
	switch r.IntN(6) {
	case 0:
		f.Dst = broadcast()
	case 1:
		f.Ether = 0x86dd
		f.Payload[6] = []byte{6, 17, 58}[r.IntN(3)]
	case 2:
		f.Ether = uint16(r.IntN(1 << 16))
	case 3:
		f.Dst = inventory.MAC{1, 0x80, 0xc2, 0, 0, byte(r.IntN(20))}
	}
	for r.IntN(6) == 0 {
		f.Tags = append(f.Tags, Tag{[]uint16{0x8100, 0x88a8}[r.IntN(2)], uint16(r.IntN(1 << 16))})
	}
	if f.Ether == 0x0800 && r.IntN(4) > 0 {
		copy(f.Payload, udp(byte(r.IntN(9)), byte(r.IntN(9)), ""))
		f.Payload[9] = []byte{6, 17, 1}[r.IntN(3)]
	}
	return f
}

func randomStack(r *rand.Rand, t fib.Tables) []entry {
	domain := randomDomain(r)
	top, middle := inventory.NodeLabel(inventory.DeviceID(1+r.IntN(4))), fib.Slot(r.IntN(len(t.Ports)+2)).Label()
	if r.IntN(2) == 0 {
		top = inventory.NodeLabel(t.Self.Device)
	}
	if r.IntN(3) == 0 {
		top, middle = inventory.TreeLabel(domain), inventory.PortLabelFlood
	}
	if r.IntN(8) == 0 {
		middle = inventory.Label(r.IntN(300))
	}
	s := stack(top, middle, inventory.DomainLabel(domain))
	if r.IntN(8) == 0 {
		s[r.IntN(3)].ttl = byte(r.IntN(3))
	}
	return s
}
