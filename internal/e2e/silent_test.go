package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/lab"
	"oneswitch/internal/lab/wiring"
)

// silence lets a port lose everything that leaves by it, carrier and all else as before:
// a shaper that is too narrow for any frame. (nft would do for frames of the agent alone:
// what a program redirects does not pass its egress hook.)
func (f *fabric) silence(name, netdev string) {
	f.t.Helper()
	f.tc(name, "qdisc", "add", "dev", netdev, "root", "tbf", "rate", "8bit", "burst", "1", "limit", "1")
}

// hear ends the silence of a port.
func (f *fabric) hear(name, netdev string) {
	f.t.Helper()
	f.tc(name, "qdisc", "del", "dev", netdev, "root")
}

func (f *fabric) tc(name string, args ...string) {
	f.t.Helper()
	cmd := exec.Command("tc", args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := wiring.Do(lab.Namespace(f.state, name), cmd.Run); err != nil {
		f.t.Fatalf("tc %s in %s: %v\n%s", args, name, err, out.String())
	}
}

// logged returns what a component has logged.
func (f *fabric) logged(name string) string {
	f.t.Helper()
	b, err := os.ReadFile(filepath.Join(f.state, "log", name+".log"))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

// TestSilentLink cuts fabric links that keep their carrier, both ways and one way, near
// the sender and beyond the interconnect (reliability.md F57, F58). The interface that is
// silent belongs to a member whose agent lives; it is the frames that do not pass.
func TestSilentLink(t *testing.T) {
	f := start(t)
	// Of the flows h1 and h3 to h5..h8 the nodes 0, 1, 2 and 3 send or receive all.
	for _, c := range []struct {
		name string
		ends map[string]string
	}{
		{"uplink of the sender, both ways", map[string]string{"Node0": "fte-0-1-0", "IC-Left": "fte-0-0-0"}},
		{"uplink of the sender, what it sends", map[string]string{"Node0": "fte-0-1-1"}},
		{"uplink of the sender, what it receives", map[string]string{"IC-Right": "fte-0-0-0"}},
		{"link beyond the interconnect, both ways", map[string]string{"Node2": "fte-0-1-0", "IC-Left": "fte-0-0-2"}},
		{"link beyond the interconnect, one way", map[string]string{"IC-Right": "fte-0-0-3"}},
	} {
		lost := f.underTraffic(func() {
			for name, netdev := range c.ends {
				f.silence(name, netdev)
			}
		})
		back := f.underTraffic(func() {
			for name, netdev := range c.ends {
				f.hear(name, netdev)
			}
		})
		t.Logf("%s: %d of %d frames lost, longest gap of a flow %v; back: %d of %d lost", c.name, lost.lost, lost.sent, lost.longest, back.lost, back.sent)
		if lost.longest > 400*time.Millisecond {
			t.Errorf("%s: a gap of %v, want under 400 ms", c.name, lost.longest)
		}
		if back.lost != 0 {
			t.Errorf("%s: lost %d frames when it came back, want 0", c.name, back.lost)
		}
	}
}

// TestDeadAgentIsNotSilent: members whose agents are dead, or frozen, answer probes, so
// no link of theirs is taken out of use and no frame is lost.
func TestDeadAgentIsNotSilent(t *testing.T) {
	f := start(t)
	for _, name := range []string{"IC-Left", "Node2"} {
		got := f.underTraffic(func() { f.mustLab("stop", name) })
		back := f.underTraffic(func() {
			f.mustLab("start", name)
			await(t, 10*time.Second, name+" to run", func() bool { return f.status()[name].PID != 0 })
		})
		t.Logf("%s dead: %d of %d frames lost; back: %d of %d", name, got.lost, got.sent, back.lost, back.sent)
		if got.lost+back.lost > 0 {
			t.Errorf("%s: lost %d and %d frames, want 0", name, got.lost, back.lost)
		}
	}
	for _, name := range []string{"Node0", "Node1", "Node3", "IC-Right"} {
		if strings.Contains(f.logged(name), "does not answer probes") {
			t.Errorf("%s took a link for silent", name)
		}
	}
}
