package ops

import (
	"context"
	"encoding/xml"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/alarm"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/vitals"
	"oneswitch/inventory"
)

// fakeFabric answers with what the test gives it.
type fakeFabric struct {
	view      View
	answers   map[string]map[inventory.MemberID]any // rpc name -> member -> report, or an error
	directors []Director
	commits   []Commit
	logins    []Login
}

func (f *fakeFabric) View() View                                     { return f.view }
func (f *fakeFabric) Directors(context.Context) []Director           { return f.directors }
func (f *fakeFabric) Commits(context.Context, int) ([]Commit, error) { return f.commits, nil }

func newOperations(f *fakeFabric) *Operations { return New(f, f, fakeLogs{}, clock.NewManual(start)) }

// fakeLogs are two files.
type fakeLogs struct{}

func (fakeLogs) List() ([]screen.LogFile, error) {
	return []screen.LogFile{{Name: "interactive-commands", Size: 12, Modified: start}, {Name: "messages", Size: 1048570, Modified: start.Add(-time.Hour)}}, nil
}
func (fakeLogs) Read(string) (string, error) {
	return "Aug 25 09:52:08  dg0 mgd[1]: UI_COMMIT_COMPLETED: commit complete\nAug 25 09:52:09  Node0 mib2d[2]: SNMP_TRAP_LINK_DOWN: ifName Node0:xe-0/0/1\n", nil
}
func (fakeLogs) Clear(context.Context, string, bool) error { return nil }

func (f *fakeFabric) Events(context.Context, int) ([]Event, error) {
	return []Event{{At: start, Origin: "dg1", Text: "second"}, {At: start, Origin: "dg0", Text: "first"}}, nil
}

func (f *fakeFabric) Logout(meant func(Login) bool) int {
	had := len(f.logins)
	f.logins = slices.DeleteFunc(f.logins, meant)
	return had - len(f.logins)
}
func (f *fakeFabric) Logins() []Login { return f.logins }
func (f *fakeFabric) Ask(_ context.Context, members []inventory.MemberID, op []byte, _ time.Duration) []Answer {
	var name struct{ XMLName xml.Name }
	_ = xml.Unmarshal(op, &name)
	var out []Answer
	for _, id := range members {
		a := Answer{Member: id}
		switch v := f.answers[name.XMLName.Local][id].(type) {
		case nil:
			a.Err = errors.New("not connected")
		case refused:
			a.Err, a.Refusal = v, string(v)
		case error:
			a.Err = v
		case report.Report:
			if strings.Contains(string(op), `format="text"`) {
				a.Reply, a.Err = xml.Marshal(report.Message{Line: report.Text(v)})
			} else {
				a.Reply, a.Err = xml.Marshal(v)
			}
		}
		out = append(out, a)
	}
	return out
}

func newFabric() *fakeFabric {
	members := []inventory.Member{
		{ID: "P1377-C", Alias: "Node0", Role: inventory.RoleNode, Device: 1, Address: netip.MustParseAddr("128.0.130.8"), Model: "qfx3500"},
		{ID: "BBAK0372", Alias: "Node1", Role: inventory.RoleNode, Device: 2, Address: netip.MustParseAddr("128.0.130.10"), Model: "qfx3500"},
		{ID: "BBAK8891", Role: inventory.RoleNode, Device: 5, Address: netip.MustParseAddr("128.0.130.12"), Model: "qfx3500"},
		{ID: "F1052", Alias: "IC-Left", Role: inventory.RoleInterconnect, Device: 3, Address: netip.MustParseAddr("128.0.130.4")},
		{ID: "FC-0", Role: inventory.RoleFabricControl, Address: netip.MustParseAddr("128.0.128.6")},
	}
	up := Standing{Connected: true, Configured: true, Known: true, Since: start.Add(-time.Hour)}
	port := func(name string, up bool) screen.Physical {
		return screen.Physical{Name: name, Admin: screen.Up, Oper: screen.UpDown(up), Logical: []screen.Logical{{Name: name + ".0", Admin: screen.Up,
			Oper: screen.UpDown(up), Family: []screen.Family{{Name: "eth-switch"}}}}}
	}
	fte := screen.Physical{Name: "fte-0/1/0", Admin: screen.Up, Oper: screen.Up}
	mac := func(entries ...screen.MACEntry) screen.MACTable {
		return screen.MACTable{Table: screen.MACCounts{Entry: entries}}
	}
	flood := screen.MACEntry{VLAN: "v10", Address: "*", Type: screen.Flood, Age: "-", Interface: screen.AllMembers}
	return &fakeFabric{
		view: View{
			HostName: "oneswitch", Self: "dg0", Leader: "dg0", Members: inventory.NewSnapshot(members, nil),
			Directors: []inventory.Member{{ID: "dg0", Role: inventory.RoleDirector}, {ID: "dg1", Role: inventory.RoleDirector}},
			Alarms: []alarm.Condition{
				{Key: "absent BBAK8891", Area: alarm.Chassis, Class: alarm.Major, Member: "BBAK8891", Text: "Node device BBAK8891 is not connected", Since: start.Add(-time.Minute)},
				{Key: "link", Area: alarm.Fabric, Class: alarm.Major, Member: "F1052", Text: "Fabric link IC-Left:fte-0/0/1 to Node1:fte-0/1/0 is down", Since: start.Add(-time.Second)},
				{Key: "rescue", Area: alarm.Configuration, Class: alarm.Minor, Text: "Rescue configuration is not set", Since: start.Add(-time.Hour)},
			},
			Groups:   []inventory.NodeGroup{{Name: "RSNG01", Members: []inventory.MemberID{"P1377-C", "BBAK0372"}}},
			Missing:  []inventory.Member{{ID: "UNSEEN", Alias: "Node9", Role: inventory.RoleNode}},
			Standing: map[inventory.MemberID]Standing{"P1377-C": up, "BBAK0372": {Connected: true, Known: true, Debt: 7}, "F1052": up, "FC-0": up},
			VLANs:    []VLAN{{Name: "default", Tag: 1, Domain: 1}, {Name: "v10", Tag: 10, Domain: 10}, {Name: "untagged", Domain: 4096}},
			Started:  start.Add(-36 * time.Hour),
			Own:      Director{Name: "dg0", Online: true, Vitals: healthy()},
		},
		answers: map[string]map[inventory.MemberID]any{
			"get-interface-information": {
				"P1377-C":  screen.Interfaces{Style: screen.Terse, Physical: []screen.Physical{port("xe-0/0/10", true), port("xe-0/0/2", false), fte}},
				"BBAK0372": screen.Interfaces{Style: screen.Terse, Physical: []screen.Physical{port("xe-0/0/0", true), fte}},
			},
			"get-vlan-information": {
				"P1377-C": screen.VLANs{VLAN: []screen.VLAN{{Name: "v10", Tag: 10, Members: []screen.VLANMember{{Interface: "xe-0/0/10.0*", Tagging: screen.Untagged, Mode: "access"}}}}},
				"BBAK0372": screen.VLANs{VLAN: []screen.VLAN{{Name: "default", Tag: 1}, {Name: "v10", Tag: 10,
					Members: []screen.VLANMember{{Interface: "xe-0/0/0.0*", Tagging: screen.Untagged, Mode: "access"}}}}},
				"BBAK8891": screen.VLANs{},
			},
			"get-ethernet-switching-table-information": {
				"P1377-C": mac(flood, screen.MACEntry{VLAN: "v10", Address: "00:13:dc:00:72:01", Type: screen.Learn, Age: "0", Interface: "xe-0/0/10.0"},
					screen.MACEntry{VLAN: "v10", Address: "00:1b:21:0a:10:5f", Type: screen.Remote, Age: "-", Interface: "Node1"}),
				"BBAK0372": mac(flood, screen.MACEntry{VLAN: "v10", Address: "00:1b:21:0a:10:5f", Type: screen.Learn, Age: "1:12", Interface: "xe-0/0/0.0"}),
				"BBAK8891": mac(),
			},
			"get-chassis-fabric-device": {
				"F1052": screen.FabricPorts{Port: []screen.FabricPort{
					{Device: "IC-Left", Type: "Interconnect", Port: "fte-0/0/0", Admin: "Up", Link: "Up", Remote: "Node0", RemotePort: "fte-0/1/0"},
					{Device: "IC-Left", Type: "Interconnect", Port: "fte-0/0/1", Admin: "Up", Link: "Down"}}},
			},
			"get-route-information": {"FC-0": screen.Routes{Table: []screen.RouteTable{{Name: "bgp.bridgevpn.0", Destinations: 1, Total: 1, Active: 1, Route: []screen.Route{{
				Destination: "128.0.130.10:1:10.00:1b:21:0a:10:5f", Length: 144, Path: []screen.Path{{Active: "*", Protocol: "BGP", Preference: 170,
					Age: report.Quantity{Seconds: 3661, Text: "01:01:01"}, LocalPref: 100, ASPath: "I", Validation: "unverified",
					Hop: []screen.Hop{{Selected: true, To: "128.0.130.10", Via: "dcfabric.0", Label: "Push 200010, Push 24"}}}}}}}}}},
			"get-system-uptime-information": {"dg0": uptime(start.Add(-time.Hour)), "P1377-C": uptime(start.Add(-9 * 24 * time.Hour))},
			"get-bgp-summary-information":   {"FC-0": screen.BGPSummary{Groups: 2, Peers: 6}},
		},
		directors: []Director{
			{Name: "dg0", Address: "128.0.128.2", Online: true, Master: true, Virtual: true, Store: true, Members: 5, Started: start.Add(-(3*24 + 16) * time.Hour).Unix(), Vitals: healthy()},
			{Name: "dg1", Address: "128.0.128.3"},
		},
		commits: []Commit{{Revision: 9, At: start.Add(-time.Hour), User: "admin", Client: "cli", Comment: "make v10"}, {Revision: 1, At: start.Add(-30 * time.Hour), User: "root", Client: "other"}},
		logins:  []Login{{User: "admin", From: "10.0.0.9", Since: start.Add(-5 * time.Minute), Used: start.Add(-2 * time.Minute), Client: "cli", Terminal: "pts/3", PID: 4711}},
	}
}

// uptime is what a component says that started at a moment.
func uptime(started time.Time) screen.Uptime {
	return screen.Uptime{Now: report.At(start), Source: screen.LocalClock, Started: screen.NewMoment(started, start, ""), Load: screen.NewLoad(start, started, 0, nil)}
}

func healthy() vitals.Vitals {
	return vitals.Vitals{Booted: start.Add(-80 * time.Hour), CPU: 10, FreeKB: 17642780, Load: []float64{0.25, 0.5, 1},
		Disks:     []vitals.Disk{{Mount: "/", Size: 423 << 30, Used: 6442450944, Avail: 395 << 30}},
		Processes: []vitals.Process{{PID: 4711, Command: "oneswitch director", CPU: 75.5, RSSKB: 30000, State: "S"}},
		Links:     []vitals.Link{{Name: "bme0", Up: true}}}
}

var start = time.Date(2012, 8, 25, 9, 52, 8, 0, time.UTC)

func call(rpc string, args ...string) oper.Call {
	c := oper.Call{RPC: rpc}
	for i := 0; i+1 < len(args); i += 2 {
		c.Args = append(c.Args, oper.Arg{Name: args[i], Value: args[i+1]})
	}
	return c
}

// TestScreens compares each screen in text and XML with its golden file.
// ONESWITCH_REWRITE=1 writes them anew.
func TestScreens(t *testing.T) {
	t.Parallel()
	o := newOperations(newFabric())
	for name, c := range map[string]struct {
		handler oper.Handler
		call    oper.Call
	}{
		"inventory":         {o.inventory, call("get-fabric-administration-inventory")},
		"inventory_terse":   {o.inventory, call("x", "terse", "")},
		"inventory_nodes":   {o.inventory, call("x", "node-devices", "")},
		"inventory_ic":      {o.inventory, call("x", "interconnect-devices", "")},
		"inventory_infra":   {o.inventory, call("x", "infrastructure", "")},
		"director_group":    {o.inventory, call("x", "director-group", "")},
		"version":           {o.version, call("get-software-information")},
		"interfaces_terse":  {o.interfaces, call("get-interface-information", "terse", "")},
		"interfaces_fabric": {o.interfaces, call("get-interface-information", "terse", "", "interface-name", "Node0:fte*")},
		"vlans":             {o.vlans, call("get-vlan-information")},
		"mac_table":         {o.macTable, call("get-ethernet-switching-table-information")},
		"connectivity":      {o.connectivity, call("get-chassis-fabric-connectivity")},
		"bgp":               {o.perControl, call("get-bgp-summary-information", "fabric", "")},
		"uptime":            {o.uptime, call("get-system-uptime-information")},
		"processes":         {o.processes, call("get-system-process-information")},
		"commits":           {o.commits, call("get-commit-information")},
		"users":             {o.users, call("get-system-users-information")},
		"alarms":            {o.alarms, call("get-system-alarm-information")},
		"alarms_chassis":    {o.chassisAlarms, call("get-alarm-information")},
		"alarms_node":       {o.chassisAlarms, call("get-alarm-information", "node-device", "BBAK8891")},
		"alarms_none":       {o.chassisAlarms, call("get-alarm-information", "node-device", "Node0")},
		"alarms_fabric":     {o.fabricAlarms, call("get-chassis-fabric-alarm-information")},
		"mac_table_by_tag":  {o.macTable, call("x", "sort-by", "tag")},
		"mac_table_of_port": {o.macTable, call("get-ethernet-switching-table-information", "interface-name", "Node1:xe-0/0/0.0")},
		"mac_table_summary": {o.macTable, call("get-ethernet-switching-table-information", "summary", "")},
		"connectivity_node": {o.connectivity, call("get-chassis-fabric-connectivity", "node-device", "P1377-C")},
		"uptime_node_group": {o.uptime, call("get-system-uptime-information", "node-group", "RSNG01")},
		"routes":            {o.routes, call("get-route-information", "fabric", "", "table", "bgp.bridgevpn.0")},
		"interfaces":        {o.interfaces, call("get-interface-information", "interface-name", "Node1:xe-0/0/0")},
		"logs":              {o.showLog, call("get-log")},
		"log":               {o.showLog, call("get-log", "filename", "messages")},
		"log_of_node":       {o.showLog, call("get-log", "filename", "messages", "node-device", "Node0")},
		"version_all":       {o.version, call("get-software-information", "component", "all")},
		"uptime_all":        {o.uptime, call("get-system-uptime-information", "all", "")},
		"processes_detail":  {o.processes, call("get-system-process-information", "extensive", "")},
		"processes_summary": {o.processes, call("get-system-process-information", "summary", "")},
		"session_host":      {o.sessionHost, call("get-fabric-session-host")},
		"domain_map":        {o.domainMap, call("get-fabric-vlan-domain-map")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := c.handler(context.Background(), c.call)
			if err != nil {
				t.Fatal(err)
			}
			b, err := report.XML(r)
			if err != nil {
				t.Fatal(err)
			}
			j, err := report.JSON(r)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, report.Text(r)+"\n----\n"+string(b)+"----\n"+string(j))
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if os.Getenv("ONESWITCH_REWRITE") != "" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestUnknownNamesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFabric()
	f.answers["get-interface-information"]["BBAK8891"] = screen.Interfaces{}
	f.answers["get-ethernet-switching-table-information"] = map[inventory.MemberID]any{"P1377-C": refused("interface xe-0/0/99 not found")}
	o := newOperations(f)
	for name, c := range map[string]struct {
		handler oper.Handler
		call    oper.Call
		want    string
	}{
		"interface":  {o.interfaces, call("get-interface-information", "interface-name", "Node0:xe-0/0/99"), "device Node0:xe-0/0/99 not found"},
		"word":       {o.interfaces, call("get-interface-information", "interface-name", "nosuch"), "device nosuch not found"},
		"vlan":       {o.vlans, call("get-vlan-information", "vlan-name", "nowhere"), "vlan with tag or name 'nowhere' does not exist"},
		"table port": {o.macTable, call("get-ethernet-switching-table-information", "interface-name", "Node0:xe-0/0/99"), "interface Node0:xe-0/0/99 not found"},
		"table vlan": {o.macTable, call("x", "vlan", "99"), "vlan with tag or name '99' does not exist"},
		"clear vlan": {o.clearTable, call("x", "vlan", "99"), "vlan with tag or name '99' does not exist"},
		"device":     {o.fabricDevice, call("get-chassis-fabric-device", "name", "Node77"), "device Node77 not found; there are: BBAK8891, IC-Left, Node0, Node1"},
		"node":       {o.connectivity, call("x", "node-device", "Node77"), "node device Node77 not found; there are: BBAK8891, Node0, Node1"},
		"IC":         {o.connectivity, call("x", "interconnect-device", "IC"), "interconnect device IC not found; there are: IC-Left"},
		"routes":     {o.routes, call("get-route-information", "table", "inet.0"), "table inet.0 not found; there are: bgp.bridgevpn.0, bgp.fabricvpn.0, bgp.rtarget.0"},
		"uptime":     {o.uptime, call("x", "infrastructure", "FC-9"), "infrastructure FC-9 not found; there are: FC-0, dg0, dg1"},
		"group":      {o.uptime, call("x", "node-group", "g"), "node group g not found; there are: BBAK8891, NW-NG-0, Node9, RSNG01"},
		"alarms":     {o.chassisAlarms, call("x", "node-device", "FC-0"), "node device FC-0 not found; there are: BBAK8891, Node0, Node1"},
		"version":    {o.version, call("x", "component", "y"), "component y not found; there are: BBAK8891, FC-0, IC-Left, Node0, Node1, dg0, dg1"},
		"log":        {o.showLog, call("x", "filename", "secrets"), "log file secrets not found; there are: interactive-commands, messages"},
		"inventory":  {o.inventory, call("x", "node-devices", "", "name", "Node77"), "Node77 is not in the inventory"},
		"ping":       {o.ping, call("ping", "host", "nowhere.example"), "cannot resolve nowhere.example: Unknown host; the fabric knows its components by name, and addresses"},
		"ping far":   {o.ping, call("ping", "host", "203.0.113.9"), "no route to 203.0.113.9: the fabric has no address in a VLAN yet, so it reaches its own components alone"},
		"trace IPv6": {o.traceroute, call("x", "host", "2001:db8::1"), "no route to 2001:db8::1: the control network is IPv4"},
	} {
		if r, err := c.handler(context.Background(), c.call); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, %v; want %q", name, r, err, c.want)
		}
	}
}

// refused is an rpc-error of a member.
type refused string

func (r refused) Error() string { return string(r) }

func TestPatternsMatchWholeNameOrPort(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"Node0:xe-0/0/1", "Node0:xe-0/0/1", true},
		{"Node0:xe-0/0/1", "Node0:xe-0/0/10", false},
		{"Node0:*", "Node0:xe-0/0/10", true},
		{"[efgx][et]-*", "Node0:xe-0/0/10", true},
		{"xe-0/0/[0-1]", "Node0:xe-0/0/1", true},
		{"*fte*", "IC-Left:fte-0/0/1", true},
		{"xe-*", "IC-Left:fte-0/0/1", false},
		{"[", "Node0:xe-0/0/1", false},
	} {
		if got := matches(c.pattern, c.name); got != c.want {
			t.Errorf("matches(%q, %q) = %t", c.pattern, c.name, got)
		}
	}
}

func TestCompletionsCarryTheirKinds(t *testing.T) {
	t.Parallel()
	o := newOperations(newFabric())
	var got []string
	for _, n := range o.Complete(context.Background(), schema.SourceComponents, "") {
		got = append(got, n.Name+"|"+n.Help)
	}
	want := []string{"BBAK8891|Node device", "DRE-0|Diagnostic routing engine", "FC-0|Fabric control", "FM-0|Fabric manager",
		"IC-Left/RE0|Interconnect device control board", "Node0|Node device", "Node1|Node device", "RSNG01|Node group", "dg0|Director device", "dg1|Director device"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	got = nil
	for _, n := range o.Complete(context.Background(), "serials", "BB") {
		got = append(got, n.Name+"|"+n.Help)
	}
	if diff := cmp.Diff([]string{"BBAK0372|Node device Node1", "BBAK8891|Node device"}, got); diff != "" {
		t.Errorf("serial numbers (-want +got):\n%s", diff)
	}
	got = nil
	for _, n := range o.Complete(context.Background(), schema.SourcePorts, "Node0:xe") {
		got = append(got, n.Name)
	}
	if diff := cmp.Diff([]string{"Node0:xe-0/0/2", "Node0:xe-0/0/10"}, got); diff != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
}

func TestResolveFindsComponents(t *testing.T) {
	t.Parallel()
	v := newFabric().view
	for name, want := range map[string]inventory.MemberID{"IC-Left/RE0": "F1052", "IC-Left": "F1052", "Node1": "BBAK0372", "RSNG01": "P1377-C", "BBAK8891": "BBAK8891"} {
		if m, local, ok := v.Resolve(name); !ok || local || m.ID != want {
			t.Errorf("Resolve(%s) = %s, %t, %t", name, m.ID, local, ok)
		}
	}
	if _, local, ok := v.Resolve("FM-0"); !ok || !local {
		t.Error("FM-0 is not local")
	}
	if _, _, ok := v.Resolve("NW-NG-0"); ok {
		t.Error("an empty node group has no shell")
	}
}

func TestEchoGoesRoundTheLoopback(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Fatal("this test opens a raw socket: run it as root (make test does)")
	}
	f := newFabric()
	o := New(f, f, fakeLogs{}, clock.Real{})
	r, err := o.ping(context.Background(), call("ping", "host", "127.0.0.1", "count", "2", "rapid", ""))
	if err != nil {
		t.Fatal(err)
	}
	if p := r.(screen.Ping); p.Received != 2 || p.Loss != 0 {
		t.Errorf("ping = %+v", p)
	}
}
