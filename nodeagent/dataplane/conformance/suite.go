package conformance

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Subject is something that forwards by tables: the oracle or a plane with cables.
type Subject interface {
	// Index returns the interface index to write into the tables for a port.
	Index(inventory.Port) int
	// Install makes the tables those in force.
	Install(testing.TB, fib.Tables)
	// Forward lets one frame arrive at a port and returns all that came of it.
	Forward(tb testing.TB, in fib.Slot, frame []byte) fib.Verdict
}

// Maker makes a subject with the ports given, all cables plugged.
type Maker func(tb testing.TB, ports []inventory.Port) Subject

// Run runs the whole suite against the subjects that mk makes: every fixture, and
// frames random frames on each of a few random tables.
func Run(t *testing.T, mk Maker, frames int) {
	t.Run("node", func(t *testing.T) { runFixtures(t, mk, node()) })
	t.Run("interconnect", func(t *testing.T) { runFixtures(t, mk, interconnect()) })
	t.Run("random", func(t *testing.T) { runRandom(t, mk, frames) })
}

// fixtures are the cases that share their tables.
type fixtures struct {
	inputs fib.Inputs
	adapt  func(*fib.Tables) // what no builder would make
	cases  []fixture
}

// fixture is one frame and its fate.
type fixture struct {
	name  string
	in    fib.Slot
	frame []byte
	want  fib.Verdict
}

func runFixtures(t *testing.T, mk Maker, f fixtures) {
	var names []inventory.Port
	for _, l := range f.inputs.Locals {
		names = append(names, l.Port)
	}
	subject := mk(t, names)
	for i, l := range f.inputs.Locals {
		f.inputs.Locals[i].Index = subject.Index(l.Port)
	}
	tables := fib.Build(f.inputs)
	f.adapt(&tables)
	subject.Install(t, tables)
	for _, c := range f.cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := compare(subject.Forward(t, c.in, c.frame), c.want); diff != "" {
				t.Errorf("frame %s\nat slot %d: %s", hex.EncodeToString(c.frame), c.in, diff)
			}
		})
	}
}

// compare returns what is wrong with a verdict, nothing if it is the wanted one.
func compare(got, want fib.Verdict) string {
	var b strings.Builder
	if got.Action != want.Action || got.Reason != want.Reason {
		fmt.Fprintf(&b, "action %d, reason %v; want %d, %v\n", got.Action, got.Reason, want.Action, want.Reason)
	}
	if got.Echo != want.Echo {
		fmt.Fprintf(&b, "echo %+v, want %+v\n", got.Echo, want.Echo)
	}
	if got.Detour != want.Detour {
		fmt.Fprintf(&b, "detour %v, want %v\n", got.Detour, want.Detour)
	}
	switch {
	case (got.Learn == nil) != (want.Learn == nil):
		fmt.Fprintf(&b, "learnt %+v, want %+v\n", got.Learn, want.Learn)
	case got.Learn != nil && *got.Learn != *want.Learn:
		fmt.Fprintf(&b, "learnt %+v, want %+v\n", *got.Learn, *want.Learn)
	}
	g, w := sorted(got.Out), sorted(want.Out)
	if !slices.EqualFunc(g, w, func(a, b fib.Out) bool { return order(a, b) == 0 }) {
		fmt.Fprintf(&b, "out:\n%swant:\n%s", list(g), list(w))
	}
	return b.String()
}

func order(a, b fib.Out) int {
	return cmp.Or(cmp.Compare(a.Port, b.Port), bytes.Compare(a.Frame, b.Frame))
}

func sorted(outs []fib.Out) []fib.Out { return slices.SortedFunc(slices.Values(outs), order) }

func list(outs []fib.Out) string {
	var b strings.Builder
	for _, o := range outs {
		fmt.Fprintf(&b, "  slot %d: %s\n", o.Port, hex.EncodeToString(o.Frame))
	}
	return b.String()
}

// Oracle makes the oracle itself a subject.
func Oracle(testing.TB, []inventory.Port) Subject { return &oracle{} }

type oracle struct{ tables fib.Tables }

func (o *oracle) Index(inventory.Port) int                { return 1 }
func (o *oracle) Install(_ testing.TB, tables fib.Tables) { o.tables = tables }

func (o *oracle) Forward(_ testing.TB, in fib.Slot, frame []byte) fib.Verdict {
	before := bytes.Clone(frame)
	v := o.tables.Lookup(in, frame)
	if !bytes.Equal(before, frame) {
		panic("the oracle changed a frame that it was given")
	}
	return v
}
