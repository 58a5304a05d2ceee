package screen

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/report"
)

// rows returns the lines of a report without its first n.
func rows(r report.Report, n int) []string {
	return strings.Split(strings.TrimRight(report.Text(r), "\n"), "\n")[n:]
}

func table(entries ...MACEntry) MACTable { return MACTable{Table: MACCounts{Entry: entries}} }

// TestJoinMACTables joins two nodes as a director does: one Flood line per VLAN,
// every address once, at the node that learned it, under its prefixed port.
func TestJoinMACTables(t *testing.T) {
	t.Parallel()
	a := table(
		MACEntry{VLAN: "v10", Address: "02:00:00:00:00:01", Type: Learn, Age: "0", Interface: "xe-0/0/1.0"},
		MACEntry{VLAN: "v10", Address: "02:00:00:00:00:02", Type: Remote, Age: "-", Interface: "Node1"},
		MACEntry{VLAN: "v10", Address: "*", Type: Flood, Age: "-", Interface: AllMembers},
	)
	b := table(
		MACEntry{VLAN: "default", Address: "*", Type: Flood, Age: "-", Interface: AllMembers},
		MACEntry{VLAN: "v10", Address: "*", Type: Flood, Age: "-", Interface: AllMembers},
		MACEntry{VLAN: "v10", Address: "02:00:00:00:00:02", Type: Learn, Age: "1:12", Interface: "xe-0/0/7.0"},
		MACEntry{VLAN: "v10", Address: "02:00:00:00:00:01", Type: Remote, Age: "-", Interface: "Node0"},
	)
	a.Prefix("Node0")
	b.Prefix("Node1")
	var all MACTable
	all.Join(a)
	all.Join(b)
	want := []string{
		"Ethernet-switching table: 4 entries, 2 learned",
		"  VLAN              MAC address       Type        Age Interfaces",
		"  default           *                 Flood         - All-members",
		"  v10               *                 Flood         - All-members",
		"  v10               02:00:00:00:00:01 Learn         0 Node0:xe-0/0/1.0",
		"  v10               02:00:00:00:00:02 Learn      1:12 Node1:xe-0/0/7.0",
	}
	if diff := cmp.Diff(want, rows(all, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestJoinVLANs(t *testing.T) {
	t.Parallel()
	member := func(name string) []VLANMember { return []VLANMember{{Interface: name, Tagging: Untagged}} }
	all := VLANs{VLAN: []VLAN{{Name: "default", Tag: 1}, {Name: "empty"}}}
	for owner, v := range map[string]VLANs{
		"Node0": {VLAN: []VLAN{{Name: "default", Tag: 1, Members: member("xe-0/0/0.0*")}}},
	} {
		v.Prefix(owner)
		all.Join(v)
	}
	second := VLANs{VLAN: []VLAN{{Name: "default", Members: member("xe-0/0/3.0")}, {Name: "v20", Tag: 20, Members: member("xe-0/0/4.0")}}}
	second.Prefix("a-node-with-a-long-name-in-building-2")
	all.Join(second)
	want := []string{
		"default        1",
		"                       Node0:xe-0/0/0.0*,",
		"                       a-node-with-a-long-name-in-building-2:xe-0/0/3.0",
		"empty",
		"                       None",
		"v20            20",
		"                       a-node-with-a-long-name-in-building-2:xe-0/0/4.0",
	}
	if diff := cmp.Diff(want, rows(all, 1)); diff != "" {
		t.Error(diff)
	}
}

func TestPrefixes(t *testing.T) {
	t.Parallel()
	i := Interfaces{Physical: []Physical{{Name: "xe-0/0/0", Logical: []Logical{{Name: "xe-0/0/0.0"}}}}}
	i.Prefix("Node0")
	i.Join(Interfaces{Physical: []Physical{{Name: "vlan"}}})
	s := SwitchInterfaces{Interface: []SwitchInterface{{Name: "xe-0/0/0.0"}}}
	s.Prefix("Node0")
	s.Join(s)
	l := LLDPNeighbors{Neighbor: []LLDPNeighbor{{Interface: "fte-0/1/0"}}}
	l.Prefix("Node0")
	l.Join(l)
	got := []string{i.Physical[0].Name, i.Physical[0].Logical[0].Name, i.Physical[1].Name, s.Interface[1].Name, l.Neighbor[1].Interface}
	want := []string{"Node0:xe-0/0/0", "Node0:xe-0/0/0.0", "vlan", "Node0:xe-0/0/0.0", "Node0:fte-0/1/0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestXMLReturns holds what a director relies on: a member's answer reads back as
// the report that it was.
func TestXMLReturns(t *testing.T) {
	t.Parallel()
	in := Interfaces{
		Style: Extensive,
		Physical: []Physical{{
			Name: "xe-0/0/0", Admin: Up, Oper: Down, Traffic: &Traffic{InputBytes: 7},
			Extended: Extended{Ethernet: &Ethernet{OutputPackets: 3}, Errors: &Errors{Drops: 1, Reason: []Drop{{"runt", 1}}}, OutErrors: &OutError{Carrier: 2}},
			Logical:  []Logical{{Name: "xe-0/0/0.0", Family: []Family{{Name: "eth-switch"}}}},
		}},
	}
	b, err := xml.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Interfaces
	if err := xml.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	out.XMLName = xml.Name{}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
}
