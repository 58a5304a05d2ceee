package netdev

import (
	"context"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

const wait = 10 * time.Second

// enter gives the test a network namespace of its own. The thread keeps it and ends
// with the test's goroutine: it is locked and never unlocked.
func enter(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("needs root: run the tests by `sudo make test`")
	}
	runtime.LockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		t.Fatalf("new network namespace: %v", err)
	}
}

func veth(t *testing.T, name, peer string) netlink.Link {
	t.Helper()
	l := &netlink.Veth{LinkAttrs: netlink.NewLinkAttrs(), PeerName: peer}
	l.Name = name
	if err := netlink.LinkAdd(l); err != nil {
		t.Fatal(err)
	}
	return byName(t, name)
}

func byName(t *testing.T, name string) netlink.Link {
	t.Helper()
	l, err := netlink.LinkByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until reads events up to the first that fits.
func until(t *testing.T, n *Net, what string, fits func(Event) bool) Event {
	t.Helper()
	deadline := time.After(wait)
	for {
		select {
		case e := <-n.Events():
			if fits(e) {
				return e
			}
		case <-deadline:
			t.Fatalf("waited %s for %s", wait, what)
		}
	}
}

func TestPortsComeAndGo(t *testing.T) {
	t.Parallel()
	enter(t)
	xe0, xe1 := inventory.Port{Kind: inventory.KindXE}, inventory.Port{Kind: inventory.KindXE, Num: 1}
	veth(t, "xe-0-0-0", "far0")
	n, err := Open(0x88b5)
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	// Run subscribes on the goroutine that calls it, so that goroutine needs the
	// namespace: follow it from here, as Run does.
	go func() { <-ctx.Done(); ended <- n.closeSockets() }()
	updates, done := make(chan netlink.LinkUpdate, 64), make(chan struct{})
	must(t, netlink.LinkSubscribe(updates, done))
	must(t, n.list(ctx))
	if e := until(t, n, "the port of the start", func(e Event) bool { return e.Kind == Changed }); e.Port != xe0 || e.Admin || e.Carrier {
		t.Errorf("at the start: %+v", e)
	}
	feed := func(what string, fits func(Event) bool) Event {
		t.Helper()
		deadline := time.After(wait)
		for {
			select {
			case u := <-updates:
				n.update(ctx, u)
			case e := <-n.Events():
				if fits(e) {
					return e
				}
			case <-deadline:
				t.Fatalf("waited %s for %s", wait, what)
			}
		}
	}
	must(t, n.Set(xe0, true, 9300))
	must(t, netlink.LinkSetUp(byName(t, "far0")))
	must(t, n.Quiet(xe0))
	if e := feed("carrier", func(e Event) bool { return e.Port == xe0 && e.Carrier && e.Admin }); e.MTU != 9300 || e.MAC.IsZero() {
		t.Errorf("%+v", e)
	}
	must(t, netlink.LinkSetDown(byName(t, "far0")))
	feed("carrier loss", func(e Event) bool { return e.Port == xe0 && !e.Carrier && e.Admin })
	veth(t, "xe-0-0-1", "far1")
	feed("a new port", func(e Event) bool { return e.Kind == Changed && e.Port == xe1 })
	must(t, netlink.LinkDel(byName(t, "xe-0-0-1")))
	feed("the port to leave", func(e Event) bool { return e.Kind == Gone && e.Port == xe1 })
	must(t, n.Set(xe0, false, 1500))
	must(t, netlink.LinkSetName(byName(t, "xe-0-0-0"), "spare"))
	feed("the port to leave by its name", func(e Event) bool { return e.Kind == Gone && e.Port == xe0 })
	if err := n.Set(xe0, true, 1500); err == nil {
		t.Error("a port that is not there was set")
	}
	close(done)
	drain(updates)
	stop()
	must(t, <-ended)
}

func TestFrames(t *testing.T) {
	t.Parallel()
	enter(t)
	xe0 := inventory.Port{Kind: inventory.KindXE}
	xe1 := inventory.Port{Kind: inventory.KindXE, Num: 1}
	veth(t, "xe-0-0-0", "xe-0-0-1")
	for _, p := range []inventory.Port{xe0, xe1} {
		must(t, netlink.LinkSetUp(byName(t, p.Netdev())))
	}
	n, err := Open(0x88b5, 0x88cc)
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	must(t, n.list(ctx))
	ended := make(chan struct{})
	go func() { n.receive(ctx, n.sockets[0x88b5]); close(ended) }()
	frame := append(make([]byte, 12), 0x88, 0xb5, 'h', 'i')
	frame[5], frame[11] = 1, 2
	must(t, n.Send(xe0, frame))
	e := until(t, n, "the frame", func(e Event) bool { return e.Kind == Received })
	if e.Port != xe1 || string(e.Frame[14:16]) != "hi" {
		t.Errorf("%+v", e)
	}
	for name, err := range map[string]error{
		"short":           n.Send(xe0, frame[:10]),
		"other ethertype": n.Send(xe0, make([]byte, 14)),
		"no port":         n.Send(inventory.Port{Kind: inventory.KindGE}, frame),
	} {
		if err == nil {
			t.Errorf("%s: was sent", name)
		}
	}
	c, err := n.Counters()
	if err != nil || c[xe1].InFrames == 0 || c[xe0].OutOctets == 0 {
		t.Errorf("counters %+v, %v", c, err)
	}
	stop()
	must(t, n.closeSockets())
	select {
	case <-ended:
	case <-time.After(wait):
		t.Fatal("the reader did not end with its socket")
	}
}

func TestRunEnds(t *testing.T) {
	t.Parallel()
	enter(t)
	n, err := Open(0x88cc)
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }() // watches the namespace of the test process: any will do
	until(t, n, "the end of the list", func(e Event) bool { return e.Kind == Listed })
	stop()
	select {
	case err := <-ended:
		must(t, err)
	case <-time.After(wait):
		t.Fatal("Run did not end")
	}
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	l, now, passed := limiter{seen: map[int]int{}}, time.Unix(100, 0), 0
	for range 1000 {
		if l.allow(7, now) {
			passed++
		}
	}
	if passed != maxFramesPerSecond || !l.allow(8, now) || !l.allow(7, now.Add(time.Second)) {
		t.Errorf("%d frames of one port passed", passed)
	}
}
