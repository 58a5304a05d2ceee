package conformance

import (
	"testing"
	"time"

	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/fib"
)

// Cables is a plane's outside: what is plugged into its ports.
type Cables interface {
	// Index returns the interface index of a port.
	Index(inventory.Port) int
	// Exchange sends a frame into a port and returns, when everything that it caused
	// has happened, what left by ports and what was handed up.
	Exchange(tb testing.TB, in fib.Slot, frame []byte) (out, up []fib.Out)
}

// Plane is a plane with all that it notes.
type Plane interface {
	dataplane.Plane
	dataplane.Echoes
}

// Cabled makes a subject of a plane and its cables. Events come late; so, on tables
// that have the marker port, every frame is followed by one from a new address there,
// and what was learnt before that event belongs to the frame.
func Cabled(p Plane, c Cables) Subject { return &cabled{Cables: c, plane: p} }

type cabled struct {
	Cables
	plane   Plane
	tables  fib.Tables
	markers uint32
}

func (c *cabled) Install(tb testing.TB, want fib.Tables) {
	tb.Helper()
	have, err := c.plane.Dump()
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.plane.Apply(fib.Diff(have, want)); err != nil {
		tb.Fatal(err)
	}
	have, err = c.plane.Dump()
	if err != nil {
		tb.Fatal(err)
	}
	if d := fib.Diff(have, want); !d.Empty() {
		tb.Fatalf("the plane does not hold what it was given; still to do: %+v", d)
	}
	c.tables = want
}

func (c *cabled) Forward(tb testing.TB, in fib.Slot, frame []byte) fib.Verdict {
	tb.Helper()
	before, echoed := c.counters(tb), c.plane.Echoes()[in]
	out, up := c.Exchange(tb, in, frame)
	after := c.counters(tb)
	v := fib.Verdict{Out: out, Action: fib.Drop, Learn: c.learnt(tb), Detour: after.Detours != before.Detours}
	for r := range after.Drops {
		if after.Drops[r] != before.Drops[r] {
			v.Reason = fib.Reason(r)
		}
	}
	switch echo := c.plane.Echoes()[in]; {
	case echo != echoed:
		v.Action, v.Echo = fib.Noted, echo
	case len(up) > 0:
		v.Action = fib.Pass
	case len(out) > 0:
		v.Action = fib.Forward
	}
	return v
}

func (c *cabled) counters(tb testing.TB) dataplane.Counters {
	tb.Helper()
	counters, err := c.plane.Counters()
	if err != nil {
		tb.Fatal(err)
	}
	return counters
}

// learnt returns what was learnt before the next marker.
func (c *cabled) learnt(tb testing.TB) *fib.Learn {
	tb.Helper()
	if c.tables.VLANs[fib.VLANKey{Port: marker}] != markerDomain {
		return nil
	}
	c.markers++
	mac := inventory.MAC{0x02, 0xff, byte(c.markers >> 24), byte(c.markers >> 16), byte(c.markers >> 8), byte(c.markers)}
	frame := Frame{Dst: broadcast(), Src: mac, Ether: 0x9000, Payload: make([]byte, 46)}.Bytes()
	var last *fib.Learn
	deadline := time.After(10 * time.Second)
	again := time.NewTicker(100 * time.Millisecond) // a plane may limit its events
	defer again.Stop()
	c.Exchange(tb, marker, frame)
	for {
		select {
		case e := <-c.plane.Events():
			if e.MAC == mac {
				return last
			}
			if e.Port != marker {
				last = &e.Learn
			}
		case <-again.C:
			c.Exchange(tb, marker, frame)
		case <-deadline:
			tb.Fatal("no event for the marker within 10 s")
		}
	}
}
