package ebpf

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// memoryFDB is a table in ordinary memory.
func memoryFDB(buckets int) *fdbTable {
	t := &fdbTable{seed: 1}
	t.buckets.rows = make([]planeFdbBucket, buckets)
	t.ages.rows = make([]planeAgeBucket, buckets)
	return t
}

// TestFDBAgainstMap does random things to a small table and to a Go map.
func TestFDBAgainstMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		table, want := memoryFDB(4), map[uint64]uint64{}
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			key := rapid.Uint64Range(1, 24).Draw(t, "key")
			if rapid.IntRange(0, 3).Draw(t, "remove") == 0 {
				table.remove(key)
				delete(want, key)
				continue
			}
			value := rapid.Uint64Range(1, 9).Draw(t, "value")
			if err := table.set(key, value, 7); err == nil {
				want[key] = value
			} else if len(want) < cells {
				t.Fatalf("full with %d of %d cells in use", len(want), 4*cells)
			}
		}
		got := map[uint64]uint64{}
		for c := range table.all() {
			if _, twice := got[*table.key(c)]; twice {
				t.Fatalf("key %d stands twice", *table.key(c))
			}
			got[*table.key(c)] = *table.value(c)
		}
		for k, v := range want {
			if c, ok := table.find(k); !ok || *table.value(c) != v || got[k] != v {
				t.Fatalf("key %d: found %v, want %d", k, ok, v)
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%d entries, want %d", len(got), len(want))
		}
	})
}

// TestFDBHoldsWhatItPromises: Options.MACs addresses fit, and half as many again.
func TestFDBHoldsWhatItPromises(t *testing.T) {
	t.Parallel()
	const macs = 1 << 15
	table := memoryFDB(2 * macs / cells)
	for i := range uint64(macs * 3 / 2) {
		if err := table.set(packKey(fib.MACKey{Domain: 7, MAC: inventory.MAC{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}}), 1, 0); err != nil {
			t.Fatalf("address %d of %d: %v", i, macs*3/2, err)
		}
	}
}

func TestPacking(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := fib.MACKey{
			Domain: inventory.DomainID(rapid.Uint32Range(1, uint32(inventory.MaxDomainID)).Draw(t, "domain")),
			MAC:    inventory.MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac")),
		}
		if got := unpackKey(packKey(k)); got != k {
			t.Fatalf("key %v comes back as %v", k, got)
		}
		e := fib.Entry{
			Device: inventory.DeviceID(rapid.Uint32Range(0, uint32(inventory.MaxDeviceID)).Draw(t, "device")),
			Label:  inventory.Label(rapid.Uint32Range(17, 999).Draw(t, "label")),
			Static: rapid.Bool().Draw(t, "static"),
		}
		if got := unpackEntry(packEntry(e)); got != e {
			t.Fatalf("entry %v comes back as %v", e, got)
		}
	})
}

func TestJiffiesPerSecond(t *testing.T) {
	t.Parallel()
	for _, hz := range []uint64{100, 250, 300, 1000} {
		for _, up := range []uint64{1, 299, 301, 86400 * 365} {
			m := planeMoment{Jiffies: 1<<32 - 300*hz + up*hz, Nanoseconds: up*1e9 + 3e6}
			if got := jiffiesPerSecond(m); got != hz {
				t.Errorf("%d s after boot at %d Hz: %d", up, hz, got)
			}
		}
	}
}

// TestIdle: an address is as old as its last frame says, and frames for it do not count.
func TestIdle(t *testing.T) {
	f := newFabric(t)
	key := fib.MACKey{Domain: benchDomain, MAC: f.host[0].mac(t, "eth0")}
	idle := func() time.Duration {
		t.Helper()
		list, err := f.leaf[0].plane.Idle()
		if err != nil || len(list) != 1 || list[0].Key != key || list[0].Port != 1 {
			t.Fatalf("idle addresses %+v, error %v; want %v alone", list, err, key)
		}
		return list[0].Idle
	}
	const silence = 600 * time.Millisecond
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for idle() < silence {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("a silent address does not age")
		}
	}
	fd := f.hostSocket(t, 0)
	defer unix.Close(fd)
	rx := f.receiver(t)
	if _, err := unix.Write(fd, f.frame(t)); err != nil {
		t.Fatal(err)
	}
	if rx(1) != 1 {
		t.Fatal("the frame did not arrive")
	}
	if got := idle(); got >= silence {
		t.Errorf("idle for %v after a frame", got)
	}
}
