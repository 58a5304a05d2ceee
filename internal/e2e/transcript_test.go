package e2e

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTranscript is the session of the README: two VLANs over two switches, typed
// by an administrator into a real ssh client.
func TestTranscript(t *testing.T) {
	f := start(t)
	s := f.login()
	type step struct{ line, want string }
	for _, step := range []step{
		{"configure", `Entering configuration mode`},
		{"set vlans v10 vlan-id 10", `\[edit\]`},
		{"set vlans v20 vlan-id 20", `\[edit\]`},
		{"set interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members v10", `\[edit\]`},
		{"set interfaces Node2:xe-0/0/0 unit 0 family ethernet-switching vlan members v10", `\[edit\]`},
		{"set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan members v20", `\[edit\]`},
		{"set interfaces Node2:xe-0/0/1 unit 0 family ethernet-switching vlan members v20", `\[edit\]`},
		{"edit interfaces Node1:xe-0/0/0 unit 0 family ethernet-switching", `\[edit interfaces Node1:xe-0/0/0 unit 0 family ethernet-switching\]`},
		{"set port-mode trunk vlan members [ v10 v20 ]", `unit 0 family`},
		{"top", `\[edit\]`},
		{"show | compare | match members | no-more", `members \[ v10 v20 \];`},
		{"commit check", `configuration check succeeds`},
		{"commit comment \"two VLANs\" and-quit", `commit complete`},
		{"show vlans | no-more", `v10 +10\s`},
		{"show system commit | no-more", `two VLANs`},
	} {
		if got := s.run(step.line); !regexp.MustCompile(step.want).MatchString(got) {
			t.Errorf("%s printed, without %q:\n%s", step.line, step.want, got)
		}
	}
	f.checkIsolation()
	f.checkTrunk()
	f.checkTable()
	f.checkReflector(s)
}

// checkIsolation: h1 and h5 are in v10, h2 and h6 in v20, the others untouched.
func (f *fabric) checkIsolation() {
	f.t.Helper()
	for _, pair := range []struct {
		from, to string
		reach    bool
	}{
		{"h1", "10.0.0.5", true}, {"h5", "10.0.0.1", true}, {"h2", "10.0.0.6", true},
		{"h4", "10.0.0.7", true}, {"h7", "10.0.0.8", true},
		{"h1", "10.0.0.2", false}, {"h1", "10.0.0.6", false}, {"h2", "10.0.0.5", false},
		{"h1", "10.0.0.7", false}, {"h8", "10.0.0.6", false}, {"h3", "10.0.0.1", false},
	} {
		if pair.reach {
			await(f.t, 5*time.Second, pair.from+" to reach "+pair.to, func() bool { return f.pings(pair.from, pair.to) })
		} else if f.pings(pair.from, pair.to) {
			f.t.Errorf("%s reaches %s across VLANs", pair.from, pair.to)
		}
	}
}

// checkTrunk speaks tagged frames on h3's port, which is a trunk of v10 and v20.
func (f *fabric) checkTrunk() {
	f.t.Helper()
	own := netip.MustParseAddr("10.0.0.3")
	h3 := f.tagged("h3")
	for _, q := range []struct {
		vlan  uint16
		to    string
		reach bool
	}{{10, "10.0.0.1", true}, {10, "10.0.0.5", true}, {20, "10.0.0.6", true}, {20, "10.0.0.1", false}, {10, "10.0.0.2", false}, {30, "10.0.0.1", false}} {
		if got := h3.resolves(q.vlan, own, netip.MustParseAddr(q.to)); got != q.reach {
			f.t.Errorf("tagged %d on the trunk: ARP for %s answered %v, want %v", q.vlan, q.to, got, q.reach)
		}
	}
}

// checkTable: the fabric's table shows every host once, on its port.
func (f *fabric) checkTable() {
	f.t.Helper()
	f.pings("h4", "10.0.0.8")
	want := map[string]string{
		"02:68:00:00:00:01": "v10 Node0:xe-0/0/0.0", "02:68:00:00:00:02": "v20 Node0:xe-0/0/1.0",
		"02:68:00:00:00:04": "default Node1:xe-0/0/1.0", "02:68:00:00:00:05": "v10 Node2:xe-0/0/0.0",
		"02:68:00:00:00:06": "v20 Node2:xe-0/0/1.0", "02:68:00:00:00:07": "default Node3:xe-0/0/0.0",
		"02:68:00:00:00:08": "default Node3:xe-0/0/1.0",
	}
	out := f.show("show ethernet-switching table | no-more")
	for mac, where := range want {
		vlan, port, _ := strings.Cut(where, " ")
		var lines []string
		for line := range strings.Lines(out) {
			if strings.Contains(line, mac) {
				lines = append(lines, line)
			}
		}
		if len(lines) != 1 || !strings.Contains(lines[0], port) || !strings.Contains(lines[0], vlan+" ") {
			f.t.Errorf("%s should stand once, in %s on %s:\n%s", mac, vlan, port, out)
		}
	}
}

// checkReflector: FC-0 has a session with every member and with FC-1.
func (f *fabric) checkReflector(s *shell) {
	f.t.Helper()
	if got := s.run("request component login FC-0"); !strings.Contains(got, "qfabric-admin@FC-0> ") {
		f.t.Errorf("component login printed:\n%s", got)
	}
	got := s.run("show bgp summary fabric | match Establ | count")
	if !strings.Contains(got, "Count: 7 lines") {
		f.t.Errorf("FC-0 should have 4 nodes, 2 interconnects and FC-1 established:\n%s\n%s", got, s.run("show bgp summary fabric | no-more"))
	}
	if got := s.run("exit"); !strings.Contains(got, "admin@oneswitch> ") {
		f.t.Errorf("exit from the component printed:\n%s", got)
	}
}
