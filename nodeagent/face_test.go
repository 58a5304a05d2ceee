package nodeagent

import (
	"io"
	"log/slog"
	"net/netip"
	"path/filepath"
	"testing"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
	"oneswitch/nodeagent/mgmt"
)

// TestEveryCommandIsServed holds the schema's promise for both kinds of member: what
// can be typed has a handler.
func TestEveryCommandIsServed(t *testing.T) {
	t.Parallel()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []inventory.Role{inventory.RoleNode, inventory.RoleInterconnect} {
		dir := t.TempDir()
		if _, err := sshnet.LoadOrCreateKey(filepath.Join(dir, "fabric")); err != nil {
			t.Fatal(err)
		}
		f := bootstrap.File{
			Serial: "N0", Role: role, Address: netip.MustParsePrefix("128.0.130.8/16"), State: dir, FabricKey: filepath.Join(dir, "fabric.pub"),
			Directors: []netip.Addr{netip.MustParseAddr("128.0.128.2")},
		}
		m := mgmt.New(mgmt.Config{Serial: f.Serial, Role: role})
		registry := commands(words, role, m)
		if _, err := component.New(component.Config{
			Boot: f, Registry: registry, Intents: m, Identity: m.Identity, Complete: m.Complete,
			Clock: clock.Real{}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		}); err != nil {
			t.Fatal(err)
		}
		if missing := registry.Missing(); len(missing) > 0 {
			t.Errorf("%s: no handler for %q", role, missing)
		}
	}
}
