package e2e

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestControlPlaneDiesFramesDoNot kills every process of the control plane in
// turn under traffic, then all that is central at once.
func TestControlPlaneDiesFramesDoNot(t *testing.T) {
	f := start(t)
	across := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	local := f.flow("h3", netip.MustParseAddr("10.0.0.4"))
	names := []string{"dg0", "dg1", "FC-0", "FC-1", "Node0", "Node1", "Node2", "Node3", "IC-Left", "IC-Right"}
	for _, name := range names {
		f.killAndAwait(name)
	}
	for name, fl := range map[string]*flow{"h1 to h6": across, "h3 to h4": local} {
		got := fl.finish()
		t.Logf("%s: %d of %d frames lost while %s were killed, longest gap %v", name, got.lost, got.sent, names, got.longest)
		if got.lost != 0 {
			t.Errorf("%s: lost %d of %d frames, want 0; the longest gap began at %s", name, got.lost, got.sent, got.since.UTC().Format("15:04:05.000"))
		}
	}
}

// killAndAwait kills a process and waits until its successor runs and is
// connected again.
func (f *fabric) killAndAwait(name string) {
	f.t.Helper()
	before := f.status()[name]
	if before.PID == 0 {
		f.t.Fatalf("%s is down before it is killed", name)
	}
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		f.t.Fatal(err)
	}
	await(f.t, 20*time.Second, name+" to come back", func() bool {
		now := f.status()[name]
		return now.PID != 0 && now.PID != before.PID
	})
	took := await(f.t, 30*time.Second, "the inventory to show everything connected", f.allConnected)
	f.t.Logf("%s killed: everything connected again after %.1f s", name, took.Seconds())
}

// allConnected asks the shell whether every component is connected and
// configured.
func (f *fabric) allConnected() bool {
	out, err := f.exec("show fabric administration inventory | no-more")
	return err == nil && strings.Contains(out, "Node3") && !strings.Contains(out, "Disconnected")
}

// TestHeadless takes directors and fabric controls away for a while; a host moves
// meanwhile and is found (reliability.md F64).
func TestHeadless(t *testing.T) {
	f := start(t)
	still := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	central := []string{"dg0", "dg1", "FC-0", "FC-1"}
	for _, name := range central {
		f.mustLab("stop", name)
	}
	headless := time.Now()
	f.mustLab("move", "h3", "Node3", "xe-0/0/7")
	found := await(t, 5*time.Second, "the moved host to be found by its old node", func() bool { return f.pings("h1", "10.0.0.3") })
	t.Logf("moved host found %.1f s after the move, with nobody to tell of it", found.Seconds())
	await(t, time.Minute+10*time.Second, "60 s without directors and fabric controls", func() bool {
		return time.Since(headless) > time.Minute
	})
	for _, name := range central {
		f.mustLab("start", name)
	}
	await(t, 10*time.Second, "a fabric control to run", func() bool { return f.status()["FC-0"].PID != 0 })
	await(t, 5*time.Second, "the moved host to answer after the reflectors' return", func() bool { return f.pings("h1", "10.0.0.3") })
	got := still.finish()
	t.Logf("headless for 60 s: %d of %d frames lost", got.lost, got.sent)
	if got.lost != 0 {
		t.Errorf("lost %d of %d frames, want 0", got.lost, got.sent)
	}
}

// TestInterconnectLoss pulls every cable of an interconnect under traffic and
// plugs them in again; eight flows, so that both interconnects carry some.
func TestInterconnectLoss(t *testing.T) {
	f := start(t)
	for _, ic := range []string{"IC-Left", "IC-Right"} {
		down := f.underTraffic(func() { f.cables(ic, "down") })
		up := f.underTraffic(func() { f.cables(ic, "up") })
		t.Logf("%s down: %d of %d frames lost, longest gap of a flow %v; back: %d of %d lost", ic, down.lost, down.sent, down.longest, up.lost, up.sent)
		if up.lost != 0 {
			t.Errorf("%s back: lost %d frames, want 0", ic, up.lost)
		}
		if down.longest > 50*time.Millisecond {
			t.Errorf("%s down: a gap of %v, want under 50 ms", ic, down.longest)
		}
	}
}

// cables pulls or plugs every cable of an interconnect, one after the other.
func (f *fabric) cables(ic, state string) {
	f.t.Helper()
	for port := range 4 {
		f.mustLab("link", ic, fmt.Sprintf("fte-0/0/%d", port), state)
	}
}

// underTraffic does something while eight flows cross the fabric, and returns
// their sum and the worst gap.
func (f *fabric) underTraffic(do func()) loss {
	f.t.Helper()
	var flows []*flow
	for i := range 4 {
		flows = append(flows, f.flow("h1", netip.AddrFrom4([4]byte{10, 0, 0, byte(5 + i)})),
			f.flow("h3", netip.AddrFrom4([4]byte{10, 0, 0, byte(5 + i)})))
	}
	f.allFlow(flows)
	do()
	f.allFlow(flows)
	for _, fl := range flows {
		fl.quiet()
	}
	var sum loss
	for _, fl := range flows {
		got := fl.finish()
		sum.sent, sum.lost, sum.longest = sum.sent+got.sent, sum.lost+got.lost, max(sum.longest, got.longest)
	}
	return sum
}

// allFlow waits until every flow has gone on.
func (f *fabric) allFlow(flows []*flow) {
	f.t.Helper()
	var flowing []func() bool
	for _, fl := range flows {
		flowing = append(flowing, fl.flowing())
	}
	for _, holds := range flowing {
		await(f.t, 10*time.Second, "frames to flow", holds)
	}
}

// flowing holds when five hundred more frames have come back since it was asked
// first.
func (fl *flow) flowing() func() bool {
	fl.mu.Lock()
	from := len(fl.back)
	fl.mu.Unlock()
	return func() bool {
		fl.mu.Lock()
		defer fl.mu.Unlock()
		return len(fl.back) > from+500
	}
}
