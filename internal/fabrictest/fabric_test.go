package fabrictest

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"oneswitch/director"
	"oneswitch/fabricctl"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/lab"
	"oneswitch/inventory"
	"oneswitch/nodeagent"
)

type role func(context.Context, bootstrap.File, *slog.Logger) error

func entry(r inventory.Role) role {
	switch r {
	case inventory.RoleDirector:
		return director.Run
	case inventory.RoleFabricControl:
		return fabricctl.Run
	default:
		return nodeagent.Run
	}
}

// TestFabricInOneProcess starts two directors, two fabric controls, two
// interconnects, three nodes and six hosts as goroutines; the fabric forwards, loses
// its leader and a fabric control, and forwards still.
func TestFabricInOneProcess(t *testing.T) {
	t.Parallel()
	state, err := os.MkdirTemp("", "osf") // short: socket addresses hold 108 octets
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(state); err != nil {
			t.Error(err)
		}
	})
	o := lab.Options{State: state, Nodes: 3, Interconnects: 2, HostsPerNode: 2, Plane: "memory",
		SSH: "127.0.0.1:0", NETCONF: "127.0.0.1:0"}
	topology, err := lab.NewTopology(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := lab.Build(ctx, o, topology); err != nil {
		t.Fatal(err)
	}
	f := &fabric{t: t, state: state, stops: map[string]func(){}}
	defer f.stopAll()
	for _, c := range topology.Components {
		f.start(ctx, c)
	}
	dg0, _ := topology.Component("dg0")
	o.NETCONF = netip.AddrPortFrom(dg0.Address, 10830).String()
	if err := lab.Settle(ctx, o, topology); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dg1", "FC-0", "IC-Left"} {
		f.stop(name)
	}
	if err := lab.Ping(ctx, o, "h1", netip.MustParseAddr("10.0.0.6")); err != nil {
		t.Errorf("with a director, a fabric control and an interconnect gone: %v", err)
	}
}

// fabric is what runs, by name.
type fabric struct {
	t     *testing.T
	state string
	all   sync.WaitGroup

	mu    sync.Mutex // guards stops
	stops map[string]func()
}

func (f *fabric) start(ctx context.Context, c lab.Component) {
	f.t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	f.mu.Lock()
	f.stops[c.Name] = func() { cancel(); <-done }
	f.mu.Unlock()
	log := slog.New(slog.NewTextHandler(testWriter{f.t}, &slog.HandlerOptions{Level: slog.LevelError})).With("component", c.Name)
	f.all.Go(func() {
		defer close(done)
		err := f.run(ctx, c, log)
		if err != nil && !errors.Is(err, context.Canceled) {
			f.t.Errorf("%s: %v", c.Name, err)
		}
	})
}

func (f *fabric) run(ctx context.Context, c lab.Component, log *slog.Logger) error {
	if c.IsHost() {
		return lab.RunHost(ctx, f.state, c.Name, log)
	}
	file, err := bootstrap.Load(lab.BootstrapPath(f.state, c.Name))
	if err != nil {
		return err
	}
	return entry(c.Role)(ctx, file, log)
}

func (f *fabric) stop(name string) {
	f.mu.Lock()
	stop := f.stops[name]
	f.mu.Unlock()
	stop()
}

func (f *fabric) stopAll() {
	f.mu.Lock()
	for _, stop := range f.stops {
		go stop()
	}
	f.mu.Unlock()
	f.all.Wait()
}

// testWriter sends a role's log to the test's.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// The topology's serial numbers and addresses follow from the options alone.
func TestTopologyIsStable(t *testing.T) {
	t.Parallel()
	o := lab.Options{State: filepath.Join(t.TempDir(), "a"), Nodes: 5, Interconnects: 3, HostsPerNode: 2,
		SSH: "127.0.0.1:0", NETCONF: "127.0.0.1:0", Plane: "ebpf"}
	a, err := lab.NewTopology(o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := lab.NewTopology(o)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, c := range a.Components {
		if b.Components[i] != c {
			t.Errorf("component %d is %v and %v", i, c, b.Components[i])
		}
		for _, key := range []string{c.Name, c.Address.String(), "serial " + string(c.Serial) + strconv.FormatBool(c.IsHost())} {
			if seen[key] && key != "serial true" {
				t.Errorf("%s stands twice", key)
			}
			seen[key] = true
		}
	}
	if want := 5*3 + 10; len(a.Cables) != want {
		t.Errorf("%d cables, want %d", len(a.Cables), want)
	}
}
