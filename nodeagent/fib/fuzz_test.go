package fib

import (
	"bytes"
	"testing"

	"oneswitch/inventory"
)

// FuzzLookup: whatever the frame, the oracle answers, leaves the frame alone, sends
// nothing of a host's back by the port that it came in by, and nothing longer than its
// labels or its padding make it.
func FuzzLookup(f *testing.F) {
	node := Build(inputs())
	node.FDB[MACKey{1, inventory.MAC{2, 0, 0, 0, 0, 2}}] = Entry{Device: 3, Label: 17}
	transit := node.Clone()
	transit.Self = Self{Device: 101, Transit: true}
	f.Add(uint8(3), []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x81, 0, 0, 1, 0x08, 0, 0x45})
	f.Add(uint8(1), append([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0x47, 0, 0x3e, 0x90, 64}, make([]byte, 80)...))
	f.Fuzz(func(t *testing.T, in uint8, frame []byte) {
		for _, tables := range []Tables{node, transit} {
			before := bytes.Clone(frame)
			v := tables.Lookup(Slot(in), frame)
			if !bytes.Equal(before, frame) {
				t.Fatal("the frame was changed")
			}
			if (v.Action == Forward) != (len(v.Out) > 0) || (v.Action == Drop) != (v.Reason != Kept) {
				t.Fatalf("verdict contradicts itself: %+v", v)
			}
			for _, o := range v.Out {
				back := o.Port == Slot(in) && !tables.Ports[o.Port].Name.IsFabric()
				if back || len(o.Frame) > max(len(frame), minFrame+tagLen)+26 {
					t.Fatalf("out by slot %d: %d octets from %d", o.Port, len(o.Frame), len(frame))
				}
			}
		}
	})
}
