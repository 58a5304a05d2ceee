package memory

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane/conformance"
	"oneswitch/nodeagent/fib"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.Run(t, func(_ testing.TB, ports []inventory.Port) conformance.Subject {
		b := &bench{plane: New(clock.Real{}), ports: ports}
		for i, port := range ports {
			b.plane.Plug(port, WireFunc(func(frame []byte) error {
				b.out = append(b.out, fib.Out{Port: fib.Slot(i + 1), Frame: bytes.Clone(frame)})
				return nil
			}))
		}
		return conformance.Cabled(b.plane, b)
	}, 2000)
}

// bench has a plane whose wires end in a list.
type bench struct {
	plane *Plane
	ports []inventory.Port
	out   []fib.Out
}

func (b *bench) Index(inventory.Port) int { return 0 }

func (b *bench) Exchange(_ testing.TB, in fib.Slot, frame []byte) (out, up []fib.Out) {
	b.out = nil
	b.plane.Receive(b.ports[in-1], frame)
	select {
	case p := <-b.plane.Punts():
		up = append(up, fib.Out{Port: in, Frame: p.Frame})
	default:
	}
	return b.out, up
}

func port(n uint16) inventory.Port { return inventory.Port{Kind: inventory.KindXE, Num: n} }

// twoPorts are the tables of a node with two access ports in one domain.
func twoPorts() fib.Tables {
	t := fib.NewTables()
	t.Domains[1] = fib.Domain{Untagged: fib.NewPortSet(1, 2)}
	for s := fib.Slot(1); s <= 2; s++ {
		t.Ports[s] = fib.Port{Name: port(uint16(s)), Up: true}
		t.VLANs[fib.VLANKey{Port: s}] = 1
	}
	return t
}

func TestIdle(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Unix(0, 0))
	p := New(now)
	tables := twoPorts()
	key := fib.MACKey{Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, 0, 1}}
	tables.FDB[key] = fib.LocalEntry(1)
	tables.FDB[fib.MACKey{Domain: 1, MAC: inventory.MAC{2, 0, 0, 0, 0, 9}}] = fib.Entry{Device: 4, Label: 17}
	if err := p.Apply(fib.Diff(fib.NewTables(), tables)); err != nil {
		t.Fatal(err)
	}
	idle := func() time.Duration {
		t.Helper()
		list, err := p.Idle()
		if err != nil || len(list) != 1 || list[0].Key != key || list[0].Port != 1 {
			t.Fatalf("idle addresses %+v, error %v; want %v alone", list, err, key)
		}
		return list[0].Idle
	}
	now.Advance(10 * time.Second)
	if got := idle(); got != 10*time.Second {
		t.Errorf("idle for %v after 10 s of silence", got)
	}
	frame := make([]byte, 60)
	copy(frame, []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x90, 0})
	p.Receive(port(1), frame)
	if got := idle(); got != 0 {
		t.Errorf("idle for %v after a frame", got)
	}
}

// TestCables runs a plane between two hosts, all over sockets, and pulls a cable; the other host
// goes away.
func TestCables(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := New(clock.Real{})
	if err := p.Apply(fib.Diff(fib.NewTables(), twoPorts())); err != nil {
		t.Fatal(err)
	}
	hosts := map[string]*Socket{}
	for n, host := range []string{"h1", "h2"} {
		if err := Connect(dir, End("A1", port(uint16(n+1)).Netdev()), End(host, "eth0")); err != nil {
			t.Fatal(err)
		}
		s, err := OpenSocket(dir, End(host, "eth0"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		hosts[host] = s
	}
	cables := NewCables(dir, "A1", p, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- cables.Run(ctx) }()
	awaitLinks(t, cables, true, port(1), port(2))
	if !hosts["h1"].Carrier() || !hosts["h2"].Carrier() {
		t.Fatal("a host has no carrier")
	}

	frame := append([]byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x90, 0}, make([]byte, 50)...)
	if err := hosts["h1"].Send(frame); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, maxFrame)
	n, err := hosts["h2"].Read(buf)
	if err != nil || !bytes.Equal(buf[:n], frame) {
		t.Fatalf("got %x, error %v; want %x", buf[:n], err, frame)
	}

	if err := Disconnect(dir, End("h2", "eth0")); err != nil {
		t.Fatal(err)
	}
	if err := hosts["h1"].Close(); err != nil {
		t.Fatal(err)
	}
	awaitLinks(t, cables, false, port(1), port(2))
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// awaitLinks reads changes until every port named is in the state wanted.
func awaitLinks(t *testing.T, c *Cables, up bool, ports ...inventory.Port) {
	t.Helper()
	missing := map[inventory.Port]bool{}
	for _, p := range ports {
		missing[p] = true
	}
	deadline := time.After(10 * time.Second)
	for len(missing) > 0 {
		select {
		case l := <-c.Changes():
			if l.Up == up {
				delete(missing, l.Port)
			}
		case <-deadline:
			t.Fatalf("ports %v are not up=%v within 10 s", missing, up)
		}
	}
}
