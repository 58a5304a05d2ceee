package lab

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func options() Options {
	return Options{State: "/tmp/x", Nodes: 4, Interconnects: 2, HostsPerNode: 2, Plane: "ebpf", SSH: "127.0.0.1:2222", NETCONF: "127.0.0.1:2830"}
}

func TestOptionsNameEveryMistake(t *testing.T) {
	t.Parallel()
	if err := options().check(); err != nil {
		t.Errorf("the defaults: %v", err)
	}
	o := options()
	o.Nodes, o.Interconnects, o.HostsPerNode, o.SSH, o.DB = 0, 9, 49, "here", "postgres://x"
	err := o.check()
	if err == nil {
		t.Fatal("mistakes were taken")
	}
	for _, want := range []string{"--nodes 0 is not in 1..64", "--interconnects 9 is not in 1..8", "--hosts-per-node 49", `--ssh "here"`, "--db"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

// The lab of the issue: names, addresses and cables that scripts rely on.
func TestTopology(t *testing.T) {
	t.Parallel()
	top, err := NewTopology(options())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"dg0", "dg1", "FC-0", "FC-1", "IC-Left", "IC-Right", "Node0", "h1", "h2", "Node1", "h3", "h4", "Node2", "h5", "h6", "Node3", "h7", "h8"}
	if got := top.names(); !slices.Equal(got, want) {
		t.Errorf("components %v, want %v", got, want)
	}
	h8, _ := top.Component("h8")
	if h8.Address != netip.MustParseAddr("10.0.0.8") || !h8.IsHost() {
		t.Errorf("h8 is %+v", h8)
	}
	for _, c := range []Cable{
		{End{"Node2", "fte-0-1-1"}, End{"IC-Right", "fte-0-0-2"}},
		{End{"Node3", "xe-0-0-1"}, End{"h8", "eth0"}},
	} {
		if !slices.Contains(top.Cables, c) {
			t.Errorf("no cable %v", c)
		}
	}
	memory := options()
	memory.Plane = "memory"
	other := memory
	other.State = "/tmp/y"
	a, errA := NewTopology(memory)
	b, errB := NewTopology(other)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if !a.Virtual.Addr().IsLoopback() || a.Virtual == b.Virtual {
		t.Errorf("memory labs at %v and %v, want two loopback blocks", a.Virtual, b.Virtual)
	}
}

func TestDatabaseHosts(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]string{
		"mysql://u:p@db/fabric":           "mysql://u:p@|db:3306|/fabric",
		"mysql://u:p@h1:3307,h2/fabric":   "mysql://u:p@|h1:3307 h2:3306|/fabric",
		"mariadb://u:a@b@[::1]/fabric":    "mariadb://u:a@b@|[::1]:3306|/fabric",
		"mysql://u:p@unix(/run/s)/fabric": "mysql://u:p@|/run/s|/fabric",
		"mysql://u:p@db":                  "error",
		"mysql://db/fabric":               "error",
		"mysql://u@db/":                   "error",
		"postgres://u:p@db/fabric":        "error",
		"":                                "error",
		"mysql://u:p@unix(/run/s":         "error",
	} {
		before, hosts, after, err := databaseHosts(dsn)
		got := before + "|" + strings.Join(hosts, " ") + "|" + after
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", dsn, got, want)
		}
	}
	o := options()
	o.DB = "mysql://u:p@db,other:3307/fabric"
	got, err := o.database(netip.MustParseAddr("192.0.2.254"))
	if want := "mysql://u:p@192.0.2.254:33060,192.0.2.254:33061/fabric"; err != nil || got != want {
		t.Errorf("the directors get %q (%v), want %q", got, err, want)
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	vlans := untaggedVLANs(`Interface            State  VLAN members   Tag   Tagging   Blocking
Node0:xe-0/0/0.0     up     v10            10    untagged  unblocked
Node0:xe-0/0/1.0     down   default        1     untagged  unblocked
Node1:xe-0/0/0.0     up     v10            10    tagged    unblocked
                            v20            20    untagged  unblocked
`)
	if len(vlans) != 2 || vlans["Node0:xe-0/0/0"] != "v10" || vlans["Node1:xe-0/0/0"] != "v20" {
		t.Errorf("untagged VLANs %v", vlans)
	}
	top, err := NewTopology(options())
	if err != nil {
		t.Fatal(err)
	}
	all := "FC-0 FC-1 F1052 F1053 BBAK0372 BBAK0373 BBAK0374 BBAK0375"
	for members, want := range map[string]bool{all: true, all + " Disconnected": false, all + " Initializing": false,
		strings.Replace(all, "F1053", "", 1): false, "": false} {
		if got := complete(members, top); got != want {
			t.Errorf("%q complete: %v", members, got)
		}
	}
}
