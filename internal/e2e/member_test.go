package e2e

import (
	"net/netip"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/internal/lab"
	"oneswitch/internal/rpc"
)

// TestAbsentMemberCatchesUp commits while a node is away: the commit does not
// wait, the inventory shows what is owed, and the node gets it on its return.
func TestAbsentMemberCatchesUp(t *testing.T) {
	f := start(t)
	m := f.mustDial()
	defer m.close()
	f.mustLab("stop", "Node1")
	await(t, 10*time.Second, "the inventory to miss Node1", func() bool {
		return regexp.MustCompile(`Node1 +BBAK0373 +Disconnected`).MatchString(f.show("show fabric administration inventory | no-more"))
	})
	if err := m.load("set vlans v30 vlan-id 30\nset interfaces Node1:xe-0/0/0 unit 0 family ethernet-switching vlan members v30\n" +
		"set interfaces Node2:xe-0/0/0 unit 0 family ethernet-switching vlan members v30\n"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	m.commit()
	t.Logf("a commit with Node1 away took %v", time.Since(began))
	if out := f.show("show fabric administration inventory node-groups Node1 | no-more"); strings.Contains(out, "Configured") {
		t.Errorf("the inventory does not say that Node1 is owed a configuration:\n%s", out)
	}
	// Its plane forwards by the old configuration until then.
	if !f.pings("h4", "10.0.0.7") {
		t.Error("the node without an agent does not forward")
	}
	f.mustLab("start", "Node1")
	took := await(t, 10*time.Second, "Node1 to catch up", func() bool { return f.pings("h3", "10.0.0.5") })
	t.Logf("Node1 forwards by the new configuration %.1f s after it was started", took.Seconds())
	if f.pings("h3", "10.0.0.7") {
		t.Error("h3 in v30 reaches h7 in default")
	}
}

// TestRefusal takes the ground from under one node's journal: it must refuse, be
// named with its reason, and no other node may change.
func TestRefusal(t *testing.T) {
	f := start(t)
	m := f.mustDial()
	defer m.close()
	before := m.awaitAgreement()
	journal := filepath.Join(f.state, "Node1")
	if err := unix.Mount("tmpfs", journal, "tmpfs", unix.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if err := m.load(describe("refused")); err != nil {
		t.Fatal(err)
	}
	_, err := m.call(rpc.CommitConfiguration{})
	if err := unix.Unmount(journal, unix.MNT_DETACH); err != nil {
		t.Fatal(err)
	}
	if err == nil || !strings.Contains(err.Error(), "Node1") || !strings.Contains(err.Error(), "journal") {
		t.Errorf("the commit should name Node1 and its journal: %v", err)
	}
	if after := m.awaitAgreement(); after != before {
		t.Errorf("a refused commit moved the nodes from revision %d to %d", before, after)
	}
	m.commit()
	if after := m.awaitAgreement(); after <= before {
		t.Errorf("once Node1 can write again the commit should take: revision %d after %d", after, before)
	}
}

// TestResume takes the fabric down and up again on the same state: everything
// that was committed is there.
func TestResume(t *testing.T) {
	f := start(t)
	m := f.mustDial()
	if err := m.load("set system host-name again\nset vlans v30 vlan-id 30\n" +
		"set interfaces Node0:xe-0/0/0 unit 0 family ethernet-switching vlan members v30\n" +
		"set interfaces Node3:xe-0/0/1 unit 0 family ethernet-switching vlan members v30\n"); err != nil {
		t.Fatal(err)
	}
	m.commit()
	m.close()
	before := f.show("show configuration | no-more")
	if out, err := exec.Command(f.bin, "down", "--state", f.state).CombinedOutput(); err != nil {
		t.Fatalf("down: %v\n%s", err, out)
	}
	f.noTrace()
	f.up()
	if after := f.show("show configuration | no-more"); after != before {
		t.Errorf("the configuration was\n%s\nand is\n%s", before, after)
	}
	if !f.pings("h1", "10.0.0.8") || f.pings("h1", "10.0.0.2") {
		t.Error("the fabric does not forward as it was configured")
	}
}

// TestLabelStack looks at a fabric link with tshark: three label stack entries
// over the inner frame.
func TestLabelStack(t *testing.T) {
	f := start(t)
	fl := f.flow("h1", netip.MustParseAddr("10.0.0.6"))
	defer fl.finish()
	var out string
	for _, uplink := range []string{"fte-0-1-0", "fte-0-1-1"} {
		cmd := exec.Command("ip", "netns", "exec", lab.Namespace(f.state, "Node0"), "tshark", "-n", "-i", uplink,
			"-a", "duration:3", "-c", "20", "-T", "fields", "-E", "occurrence=a", "-e", "mpls.label", "-e", "mpls.bottom", "-e", "ip.dst",
			// tshark guesses what follows the stack from its first four bits; say that it is Ethernet.
			"-d", "mpls.label==200001,pwethnocw", "-f", "mpls")
		b, err := cmd.Output()
		if err != nil {
			t.Fatalf("tshark: %v", err)
		}
		out += string(b)
	}
	want := regexp.MustCompile(`(?m)^100\d,\d\d,200001\t(0|False),(0|False),(1|True)\t10\.0\.0\.[16]$`)
	if !want.MatchString(out) {
		t.Errorf("no frame with node, port and domain label around an IP packet between h1 and h6:\n%s", out)
	}
}
