package speaker

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/guard"
	"oneswitch/fabricctl/route"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

func node(n int) netip.Addr { return netip.AddrFrom4([4]byte{128, 0, 130, byte(8 + n)}) }

func mac(from, station int, seq uint32) route.MAC {
	return route.MAC{Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, 0, byte(station)}, NextHop: node(from), PortLabel: 20, Seq: seq}
}

// bench drives a table without sessions, as the reflectors would.
type bench struct {
	*table
	known map[route.Key]route.Route // what a consumer that takes every event knows
	kinds []Kind
}

func newBench(reflectors int) *bench {
	return &bench{table: newTable(clock.NewManual(time.Unix(1e9, 0)), reflectors), known: map[route.Key]route.Route{}}
}

func (b *bench) up(i int)   { b.apply(&batch{index: i, kind: Up, families: []route.Family{route.EVPN}}) }
func (b *bench) down(i int) { b.apply(&batch{index: i, kind: Down}) }

func (b *bench) say(i int, u guard.Update) {
	b.apply(&batch{index: i, kind: Update, words: []word{{update: u}}})
}

func (b *bench) announce(i int, m route.MAC) {
	b.say(i, guard.Update{
		Reach:   guard.Part{Family: route.EVPN, NLRIs: route.AppendNLRI(nil, m)},
		NextHop: m.NextHop, Attrs: route.AppendAttrs(nil, m),
	})
}

func (b *bench) retract(i int, m route.MAC) {
	b.say(i, guard.Update{Unreach: [2]guard.Part{{Family: route.EVPN, NLRIs: route.AppendNLRI(nil, m)}}})
}

func (b *bench) end(i int) { b.say(i, guard.Update{EndOfRIB: route.EVPN}) }

// drain takes every event there is.
func (b *bench) drain(t interface{ Fatalf(string, ...any) }) {
	for {
		e, ok := b.next()
		if !ok {
			return
		}
		b.taken()
		b.kinds = append(b.kinds, e.Kind)
		for _, r := range e.Removed {
			if _, ok := b.known[r.Key()]; !ok {
				t.Fatalf("%v removed, which was never reported", r)
			}
			delete(b.known, r.Key())
		}
		for _, r := range e.Changed {
			if b.known[r.Key()] == r {
				t.Fatalf("%v reported twice", r)
			}
			b.known[r.Key()] = r
		}
	}
}

func (b *bench) expect(t *testing.T, what string, want ...route.Route) {
	t.Helper()
	b.drain(t)
	if len(b.known) != len(want) {
		t.Errorf("%s: %d routes, want %d: %v", what, len(b.known), len(want), b.known)
	}
	for _, r := range want {
		if b.known[r.Key()] != r {
			t.Errorf("%s: %+v is missing", what, r)
		}
	}
}

func TestCopiesOfTwoReflectors(t *testing.T) {
	t.Parallel()
	b := newBench(2)
	b.up(0)
	b.up(1)
	m := mac(0, 1, 0)
	b.announce(0, m)
	b.announce(1, m)
	b.expect(t, "both have it", m)
	b.retract(0, m)
	b.expect(t, "one has it", m)
	b.retract(1, m)
	b.expect(t, "none has it")
}

// TestStationMovedWhileAReflectorIsLost: the route that only the lost reflector had said
// has the higher number, and nobody is there to withdraw it; the live one's word counts.
func TestStationMovedWhileAReflectorIsLost(t *testing.T) {
	t.Parallel()
	b := newBench(2)
	b.up(0)
	b.up(1)
	old, now := mac(0, 1, 4), mac(1, 1, 0)
	b.announce(1, old)
	b.end(0)
	b.end(1)
	b.down(1)
	b.expect(t, "kept", old)
	b.announce(0, now)
	b.expect(t, "heard anew", now)
	b.retract(0, now)
	b.expect(t, "withdrawn", old)
	b.up(1)
	b.end(1)
	b.expect(t, "the other is back")
}

func TestLostReflectorsRoutesAreKept(t *testing.T) {
	t.Parallel()
	b := newBench(2)
	b.up(0)
	b.up(1)
	m, gone := mac(0, 1, 0), mac(0, 2, 0)
	for i := range 2 {
		b.announce(i, m)
		b.announce(i, gone)
		b.end(i)
	}
	b.down(0)
	b.down(1)
	b.expect(t, "both are lost", m, gone)
	b.up(0)
	b.announce(0, m)
	b.expect(t, "one is back, not complete", m, gone)
	b.end(0)
	b.expect(t, "one is complete: the other's copy is still there", m, gone)
	b.up(1)
	b.announce(1, m)
	b.end(1)
	b.expect(t, "both are complete", m)
}

func TestLiveWithdrawalProvesTheLostCopyStale(t *testing.T) {
	t.Parallel()
	b := newBench(2)
	b.up(0)
	b.up(1)
	m := mac(0, 1, 0)
	b.announce(0, m)
	b.announce(1, m)
	b.down(1)
	b.retract(0, m)
	b.expect(t, "withdrawn by who is there")
}

func TestFreshCopyBeforeStale(t *testing.T) {
	t.Parallel()
	b := newBench(2)
	b.up(0)
	b.up(1)
	old, now := mac(0, 1, 0), mac(0, 1, 0)
	now.PortLabel = 21
	b.announce(0, old)
	b.announce(1, old)
	b.down(0)
	b.announce(1, now)
	b.expect(t, "the port changed while one was lost", now)
}

func TestMoveReplacesInOneEvent(t *testing.T) {
	t.Parallel()
	b := newBench(1)
	b.up(0)
	was, is := mac(0, 1, 0), mac(1, 1, 1)
	b.announce(0, was)
	b.drain(t)
	b.announce(0, is)
	e, ok := b.next()
	if !ok || !slices.Equal(e.Removed, []route.Route{was}) || !slices.Equal(e.Changed, []route.Route{is}) {
		t.Errorf("%+v", e)
	}
	b.drain(t)
	b.retract(0, is) // the winner goes: the loser is still announced
	b.expect(t, "back", was)
}

func TestRefreshMarks(t *testing.T) {
	t.Parallel()
	b := newBench(1)
	b.up(0)
	m, gone := mac(0, 1, 0), mac(0, 2, 0)
	b.announce(0, m)
	b.announce(0, gone)
	mark := func(sub uint8) {
		b.apply(&batch{kind: Update, words: []word{{mark: bgp.Refresh{Family: route.EVPN, Sub: sub}}}})
	}
	mark(bgp.RefreshBegin)
	b.announce(0, m)
	b.expect(t, "between the marks", m, gone)
	mark(bgp.RefreshEnd)
	b.expect(t, "behind the marks", m)
}

func TestSyncedComesAfterItsRoutes(t *testing.T) {
	t.Parallel()
	b := newBench(1)
	b.up(0)
	b.announce(0, mac(0, 1, 0))
	b.end(0)
	b.end(0) // said twice, told once
	b.drain(t)
	if !slices.Equal(b.kinds, []Kind{Up, Update, Synced}) {
		t.Errorf("events %v", b.kinds)
	}
}

// TestSlowConsumer: however much happens, what waits is bounded, and the consumer
// ends up with the truth.
func TestSlowConsumer(t *testing.T) {
	t.Parallel()
	b := newBench(1)
	for n := range 3000 {
		b.up(0)
		b.announce(0, mac(0, n%10, uint32(n)))
		b.down(0)
	}
	if len(b.queue) > 2*queueMost {
		t.Errorf("%d events wait", len(b.queue))
	}
	b.drain(t)
	if len(b.known) != 10 || b.known[mac(0, 9, 0).Key()] != mac(0, 9, 2999) {
		t.Errorf("%d routes known, station 9: %+v", len(b.known), b.known[mac(0, 9, 0).Key()])
	}
}

// TestTableAgainstModel: after any history, what the consumer knows is the winner
// among the best copies, told by a model that keeps no state but the copies.
func TestTableAgainstModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(2)
		b.up(0)
		b.up(1)
		said := [2]map[route.Key]route.MAC{{}, {}}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, 1).Draw(t, "reflector")
			m := mac(rapid.IntRange(0, 2).Draw(t, "from"), rapid.IntRange(0, 2).Draw(t, "station"), uint32(rapid.IntRange(0, 3).Draw(t, "seq")))
			if rapid.Bool().Draw(t, "withdraw") {
				delete(said[i], m.Key())
				b.retract(i, m)
			} else {
				said[i][m.Key()] = m
				b.announce(i, m)
			}
			if rapid.Bool().Draw(t, "take") {
				b.drain(t)
			}
		}
		b.drain(t)
		want := map[inventory.MAC]route.MAC{}
		for _, copies := range said {
			for _, m := range copies {
				if best, ok := want[m.MAC]; !ok || route.Better(m, best) < 0 {
					want[m.MAC] = m
				}
			}
		}
		if len(b.known) != len(want) {
			t.Fatalf("%d routes known, want %d", len(b.known), len(want))
		}
		for _, m := range want {
			if b.known[m.Key()] != m {
				t.Fatalf("%+v is not known", m)
			}
		}
	})
}

// sent parses what the outbox gives for reflector i: keys announced and withdrawn,
// and End-of-RIB markers, in order.
func sent(t *testing.T, o *outbox, i int) []string {
	t.Helper()
	var out []string
	for {
		bufs, n := o.pull(i, nil)
		if n == 0 {
			return out
		}
		p := guard.NewParser(guard.Policy{})
		for _, b := range bufs {
			for _, body := range bgp.Messages(b) {
				u, note := p.Parse(body)
				if note != nil || u.Fault != nil {
					t.Fatalf("%v, %v", note, u.Fault)
				}
				out = append(out, describe(u)...)
			}
		}
	}
}

func describe(u guard.Update) (out []string) {
	if u.EndOfRIB != 0 {
		return []string{"end " + u.EndOfRIB.Table()}
	}
	attrs, _ := route.ParseAttrs(u.Attrs)
	attrs.NextHop = u.NextHop
	for verb, part := range map[string]guard.Part{"+": u.Reach, "-": u.Unreach[0]} {
		if verb == "-" {
			attrs.NextHop = node(0) // a withdrawal has none
		}
		each(part, func(nlri []byte) {
			r, err := route.Decode(part.Family, nlri, attrs)
			if err != nil {
				r = nil // shown, and found wrong
			}
			out = append(out, verb+fmt.Sprint(r))
		})
	}
	return out
}

func all(route.Family) bool { return true }

func TestOutboxOrder(t *testing.T) {
	t.Parallel()
	o := newOutbox(1, time.Now)
	m := mac(0, 1, 0)
	o.announce([]route.Route{m})
	o.start(0, all)
	if got := sent(t, o, 0); !slices.Equal(got, []string{"+" + m.String() + ""}) {
		t.Errorf("before Subscribe: %q", got)
	}
	o.subscribe(100, []route.Target{route.DomainTarget(1)})
	o.end()
	want := []string{"+100:target:65534:33554433(L2:1)/96", "end bgp.rtarget.0", "end bgp.bridgevpn.0", "end bgp.fabricvpn.0"}
	if got := sent(t, o, 0); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	o.stop(0)
	o.announce([]route.Route{mac(0, 2, 0)}) // while nobody is there
	o.start(0, all)
	if got := sent(t, o, 0); len(got) != 6 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("a new session is told %q", got)
	}
}

func TestOutboxTellsOnlyTheLast(t *testing.T) {
	t.Parallel()
	o := newOutbox(1, time.Now)
	o.start(0, all)
	for n := range 10 {
		o.announce([]route.Route{mac(0, 1, uint32(n))})
	}
	o.announce([]route.Route{mac(0, 1, 9)}) // nothing new
	o.announce([]route.Route{mac(0, 2, 0)})
	o.withdraw([]route.Route{mac(0, 2, 0), mac(0, 3, 0)}) // the last was never announced
	got := sent(t, o, 0)
	if len(got) != 2 || !slices.Contains(got, "+"+mac(0, 1, 9).String()) {
		t.Errorf("%q", got)
	}
	if more, n := o.pull(0, net.Buffers{}); n != 0 || len(more) != 0 {
		t.Errorf("%d messages more", n)
	}
}

func TestOutboxLeavesOutWhatIsNotCarried(t *testing.T) {
	t.Parallel()
	o := newOutbox(1, time.Now)
	o.announce([]route.Route{mac(0, 1, 0), route.Link{NextHop: node(0), Port: inventory.Port{Kind: inventory.KindFTE}}})
	o.subscribe(100, []route.Target{route.AllTargets})
	o.end()
	o.start(0, func(f route.Family) bool { return f == route.EVPN })
	if got := sent(t, o, 0); !slices.Equal(got, []string{"+" + mac(0, 1, 0).String() + "", "end bgp.bridgevpn.0"}) {
		t.Errorf("%q", got)
	}
}
