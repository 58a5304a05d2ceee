package fabricctl

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oneswitch/fabricctl/reflector"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/inventory"
)

// publicKey writes a fabric key's public half as OpenSSH does.
func publicKey(t *testing.T, file string) {
	t.Helper()
	pub, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b []byte
	for _, part := range [][]byte{[]byte("ssh-ed25519"), pub} {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(part))), part...)
	}
	if err := os.WriteFile(file, []byte("ssh-ed25519 "+base64.StdEncoding.EncodeToString(b)+" fabric\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (f *fabric) boot(i int) bootstrap.File {
	dir := f.t.TempDir()
	key := filepath.Join(dir, "fabric.pub")
	publicKey(f.t, key)
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte(testSecret+"\n"), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return bootstrap.File{
		Serial: "FC-0", Role: inventory.RoleFabricControl, Address: netip.PrefixFrom(f.control(i), 8), State: dir, FabricKey: key, Secret: secret,
		Directors: []netip.Addr{netip.AddrFrom4([4]byte{127, f.net, 128, 2})},
		Reflect:   []netip.Addr{f.control(0), f.control(1)},
		Ports:     bootstrap.Ports{SSH: f.port + 1, NETCONF: f.port + 2, CallHome: f.port + 3, BGP: f.port},
	}
}

// TestRole runs the whole role, stops it, and finds its clients remembered.
func TestRole(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 26)
	boot := f.boot(0)
	for range 2 { // the second time on the same state
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() {
			err := Run(ctx, boot, slog.New(slog.DiscardHandler))
			if ctx.Err() == nil {
				t.Errorf("the role ended by itself: %v", err)
			}
			ended <- err
		}()
		a := f.join(0, domains(10), f.mac(0, 10, 1, 0))
		b := f.join(1, domains(10))
		b.awaitRoutes(1)
		f.poll("list of clients", func() bool {
			r, err := openRoster(filepath.Join(boot.State, rosterFile))
			return err == nil && len(r.known()) == 2
		})
		a.kill()
		b.kill()
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
}

func TestRoleFailsWithAClearError(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 27)
	boot := f.boot(0)
	boot.Address = netip.MustParsePrefix("192.0.2.1/24") // not ours
	err := Run(t.Context(), boot, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "listen for BGP") {
		t.Error(err)
	}
}

func TestRosterSurvivesDamage(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "state", rosterFile)
	r, err := openRoster(file)
	if err != nil {
		t.Fatal(err)
	}
	a := netip.MustParseAddr("128.0.130.8")
	r.joined(a)
	r.joined(a)
	if err := r.save(); err != nil {
		t.Fatal(err)
	}
	if r, err = openRoster(file); err != nil || len(r.known()) != 1 || r.known()[0] != a {
		t.Fatalf("%v, %v", r.known(), err)
	}
	if err := os.WriteFile(file, []byte(`["128.0.13`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err = openRoster(file); err != nil || len(r.known()) != 0 {
		t.Fatalf("%v, %v", r.known(), err)
	}
}

// registry holds our own commands over a running reflector.
func (f *fabric) registry(r *reflector.Reflector) *oper.Registry {
	f.t.Helper()
	words, err := schema.Load()
	if err != nil {
		f.t.Fatal(err)
	}
	reg := oper.New(command.NewOperational(words, schema.ServedByFabricControl))
	commands{bootstrap.File{Address: netip.PrefixFrom(f.control(0), 8), Reflect: []netip.Addr{f.control(0), f.control(1)}}, r, clock.Real{}}.register(reg)
	return reg
}

func TestCommands(t *testing.T) {
	t.Parallel()
	f := newFabric(t, 28)
	f.start(0)
	f.join(0, domains(10), f.mac(0, 10, 1, 0), f.flood(0, 10))
	f.join(1, domains(10)).awaitRoutes(2)
	reg := f.registry(f.fc[0].r)
	for _, c := range []struct {
		line string
		form report.Format
		want []string
	}{
		{"show bgp summary fabric", "", []string{
			"Groups: 2 Peers: 3 Down peers: 1", "Unconfigured peers: 2", "bgp.bridgevpn.0", "127.28.130.8", "Establ", "bgp.bridgevpn.0: 2/2/2/0", "127.28.128.8",
		}},
		{"show route fabric table bgp.bridgevpn.0", "", []string{
			"127.28.130.8:1:10.02:00:00:00:00:01/144", "*[BGP/170]", "localpref 100", "Push 200010, Push 20",
		}},
		{"show route fabric table bgp.rtarget.0", "", []string{"target:65534:33554442(L2:10)"}},
		{"show route fabric table bgp.fabricvpn.0", "", []string{"bgp.fabricvpn.0: 0 destinations"}},
		{"show route fabric table bgp.bridgevpn.0", "xml", []string{"<rt-destination>127.28.130.8:1:10.02:00:00:00:00:01</rt-destination>"}},
		{"show route fabric table bgp.bridgevpn.0", "json", []string{`"rt-destination"`}},
		{"show route fabric summary", "", []string{"bgp.bridgevpn.0"}},
		{"show fabric summary", "", []string{"Fabric Control", "127.28.128.6"}},
		{"show route fabric table inet.0", "", []string{`no fabric table named "inet.0"`}},
	} {
		out := string(reg.Command(t.Context(), netconf.Peer{}, c.line, c.form).Body)
		for _, e := range reg.Command(t.Context(), netconf.Peer{}, c.line, c.form).Errors {
			out += e.Message
		}
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%s (%s) does not show %q:\n%s", c.line, c.form, w, out)
			}
		}
	}
}
