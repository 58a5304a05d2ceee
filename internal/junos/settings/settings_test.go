package settings_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// loaded is the schema, which takes longer to make than any test here.
var loaded = sync.OnceValues(schema.Load)

func known() inventory.Snapshot {
	return inventory.NewSnapshot([]inventory.Member{
		{ID: "S0", Alias: "Node0", Role: inventory.RoleNode},
		{ID: "S1", Alias: "Node1", Role: inventory.RoleNode},
		{ID: "S2", Role: inventory.RoleNode},
		{ID: "I0", Alias: "IC-Left", Role: inventory.RoleInterconnect},
		{ID: "FC-0", Role: inventory.RoleFabricControl},
	}, nil)
}

const aliases = `set fabric aliases node-device S0 Node0
set fabric aliases node-device S1 Node1
set fabric aliases interconnect-device I0 IC-Left
`

// read types a configuration of set commands that the schema accepts.
func read(t *testing.T, lines string) (settings.Settings, []string) {
	t.Helper()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	tree, problems := conf.New(s).Load(conf.Request{Format: conf.Lines, Source: []byte(lines)})
	if len(problems) > 0 {
		t.Fatalf("configuration: %v", problems)
	}
	out, problems := settings.Read(tree, known())
	var texts []string
	for _, p := range problems {
		texts = append(texts, fmt.Sprintf("%s: %s '%s': %s", p.Severity, p.Banner(), p.Token, p.Text))
	}
	return out, texts
}

func TestEmptyIsAsShipped(t *testing.T) {
	t.Parallel()
	got, problems := read(t, "")
	want := settings.Settings{
		HostName: "oneswitch",
		Services: settings.Services{SSH: true, NETCONF: true},
		VLANs:    []settings.VLAN{{Name: "default", ID: 1, Path: "vlans default"}},
		LLDP:     settings.LLDP{All: true, Interfaces: map[inventory.Interface]bool{}},
		Aging:    300 * time.Second,
	}
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("problems %v, settings (-want +got):\n%s", problems, d)
	}
}

const network = aliases + `set vlans v10 vlan-id 10
set vlans v20 vlan-id 20
set vlans v30 vlan-id 30
set vlans loose description "no tag"
`

// TestPorts shows what one port becomes, in every spelling.
func TestPorts(t *testing.T) {
	t.Parallel()
	es := "set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching "
	trunk := es + "port-mode trunk\n"
	tests := []struct {
		name, lines string
		want        string
	}{
		{"not mentioned", "", ""},
		{"description alone leaves it as shipped", "set interfaces Node0:xe-0/0/1 description x\n", "access [default] native= x"},
		{"family alone", es + "\n", "access [default] native= "},
		{"access by name", es + "port-mode access vlan members v10\n", "access [v10] native= "},
		{"access, ELS spelling", es + "interface-mode access vlan members v10\n", "access [v10] native= "},
		{"access by vlan-id", es + "vlan members 10\n", "access [v10] native= "},
		{"access from the vlan", es + "\nset vlans v10 interface Node0:xe-0/0/1.0\n", "access [v10] native= "},
		{"from the vlan alone", "set vlans v10 interface Node0:xe-0/0/1.0\n", "access [v10] native= "},
		{"unit left out", "set vlans v10 interface Node0:xe-0/0/1\n", "access [v10] native= "},
		{"by serial number", "set vlans v10 interface S0:xe-0/0/1.0\nset interfaces Node0:xe-0/0/1 description y\n", "access [v10] native= y"},
		{"vlan without vlan-id", es + "vlan members loose\n", "access [loose] native= "},
		{"trunk", trunk + es + "vlan members [ v20 v10 ]\n", "trunk [v20 v10] native= "},
		{"trunk range", trunk + es + "vlan members 10-20\n", "trunk [v10 v20] native= "},
		{"trunk all", trunk + es + "vlan members all\n", "trunk [default v10 v20 v30] native= "},
		{"trunk from both sides", trunk + es + "vlan members v10\nset vlans v20 interface Node0:xe-0/0/1.0\n", "trunk [v10 v20] native= "},
		{"native by id", trunk + es + "vlan members v10\n" + es + "native-vlan-id 20\n", "trunk [v10] native=v20 "},
		{"native by name", trunk + es + "native-vlan-id v20\n", "trunk [] native=v20 "},
		{"native, ELS", trunk + es + "vlan members [ v10 v20 ]\nset interfaces Node0:xe-0/0/1 native-vlan-id 20\n", "trunk [v10] native=v20 "},
		{"from the vlan by a range", "set interfaces interface-range desks member-range Node0:xe-0/0/1 to Node0:xe-0/0/1\nset vlans v10 interface desks\n", "access [v10] native= "},
		{"from the vlan by a range of a group", "set groups g interfaces interface-range desks member Node0:xe-0/0/1\nset apply-groups g\nset vlans v10 interface desks\n", "access [v10] native= "},
		{"from the vlan by a range and by itself", trunk + "set interfaces interface-range desks member Node0:xe-0/0/1\nset vlans v10 interface desks\nset vlans v10 interface Node0:xe-0/0/1.0\n", "trunk [v10] native= "},
		{"inactive", es + "port-mode trunk\ndeactivate interfaces Node0:xe-0/0/1\n", ""},
		{"inactive mode", trunk + es + "vlan members v10\ndeactivate interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching port-mode\n", "access [v10] native= "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, problems := read(t, network+tt.lines)
			if len(problems) > 0 {
				t.Errorf("problems: %q", problems)
			}
			got := ""
			for _, i := range s.Interfaces {
				mode := map[settings.Mode]string{settings.Access: "access", settings.Trunk: "trunk"}[i.Mode]
				got += fmt.Sprintf("%s %s native=%s %s", mode, i.VLANs, i.Native, i.Description)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestRangeLLDP: a range stands for its members, and what is said of a port itself is
// stronger.
func TestRangeLLDP(t *testing.T) {
	t.Parallel()
	got, problems := read(t, network+`set interfaces interface-range quiet member Node0:xe-0/0/[1-3]
set interfaces interface-range other member Node0:xe-0/0/[3-4]
set protocols lldp interface all
set protocols lldp interface quiet disable
set protocols lldp interface other
set protocols lldp interface Node0:xe-0/0/2
`)
	want := make(map[inventory.Interface]bool)
	for num, on := range map[uint16]bool{1: false, 2: true, 3: true, 4: true} {
		want[inventory.Interface{Owner: "Node0", Port: inventory.Port{Kind: "xe", Num: num}}] = on
	}
	if d := cmp.Diff(settings.LLDP{All: true, Interfaces: want}, got.LLDP); d != "" || len(problems) > 0 {
		t.Errorf("problems %v, LLDP (-want +got):\n%s", problems, d)
	}
}

func TestSystem(t *testing.T) {
	t.Parallel()
	got, problems := read(t, `set system host-name lab
set system login message hello
set system login user bob class operator full-name "Bob B" authentication ssh-ed25519 "ssh-ed25519 AAAA bob@x"
set system services ssh
set fabric resources node-group NW-NG-0 node-device S0
set ethernet-switching-options mac-table-aging-time unlimited
set protocols lldp interface all
set protocols lldp interface Node0:xe-0/0/1.0 disable
`)
	want := settings.Settings{
		HostName: "lab",
		Login: settings.Login{Message: "hello", Users: []settings.User{
			{Name: "bob", FullName: "Bob B", Class: "operator", Keys: []string{"ssh-ed25519 AAAA bob@x"}}}},
		Services: settings.Services{SSH: true},
		Groups:   []settings.NodeGroup{{Name: "NW-NG-0", NetworkDomain: true, Members: []string{"S0"}}},
		VLANs:    []settings.VLAN{{Name: "default", ID: 1, Path: "vlans default"}},
		LLDP: settings.LLDP{All: true, Interfaces: map[inventory.Interface]bool{
			{Owner: "Node0", Port: inventory.Port{Kind: "xe", Num: 1}}: false}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("problems %v, settings (-want +got):\n%s", problems, d)
	}
}
