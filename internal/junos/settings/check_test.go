package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// errorsOf returns the errors of a configuration as the user reads them, in set or
// text form.
func errorsOf(t *testing.T, text string, known inventory.Snapshot) []string {
	t.Helper()
	var out []string
	for _, p := range problemsOf(t, text, known) {
		if p.Severity == conf.Error {
			out = append(out, fmt.Sprintf("%s '%s': %s", p.Banner(), p.Token, p.Text))
		}
	}
	return out
}

func problemsOf(t *testing.T, text string, known inventory.Snapshot) []conf.Problem {
	t.Helper()
	s, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadSet, Source: []byte(text)})
	if conf.Failed(problems) {
		t.Fatalf("configuration: %v", problems)
	}
	_, problems = settings.Read(tree, known)
	return problems
}

// modelled is the inventory of the tests with hardware that is known.
func modelled() inventory.Snapshot {
	var members []inventory.Member
	for _, m := range known().Members() {
		m.Model = "OSX-48X4F"
		members = append(members, m)
	}
	return inventory.NewSnapshot(members, nil)
}

// TestErrors shows what a commit refuses, one fault each, with the place where it is
// told. Each is told once.
func TestErrors(t *testing.T) {
	t.Parallel()
	const port = "set interfaces Node0:xe-0/0/3 unit 0 family ethernet-switching "
	const at = "[edit interfaces Node0:xe-0/0/3 unit 0 family ethernet-switching"
	const rvi = "set interfaces vlan unit 10 family inet address 10.0.10.1/24\n"
	const count = "set chassis aggregated-devices ethernet device-count 4\n"
	tests := []struct {
		name, lines string
		want        []string
	}{
		{"a second vlan with one vlan-id is there nevertheless", "set vlans w vlan-id 10\n" + port + "vlan members w",
			[]string{"[edit vlans w] 'vlan-id 10': vlan-id 10 is already that of vlan 'v10'"}},
		{"two vlans from two sides", port + "vlan members v10\nset vlans v20 interface Node0:xe-0/0/3.0",
			[]string{"[edit vlans v20] 'interface Node0:xe-0/0/3.0': access interface Node0:xe-0/0/3 cannot be in more than one vlan; it is in v10 and v20"}},
		{"two vlans from the other side", "set vlans v10 interface Node0:xe-0/0/3\nset vlans v20 interface Node0:xe-0/0/3.0",
			[]string{"[edit vlans v20] 'interface Node0:xe-0/0/3.0': access interface Node0:xe-0/0/3 cannot be in more than one vlan; it is in v10 and v20"}},
		{"many vlans on an access port", port + "vlan members [ v10 v20 v30 loose ]",
			[]string{at + " vlan] 'members v20': access interface Node0:xe-0/0/3 cannot be in more than one vlan; it is in v10, v20 and 2 more"}},
		{"a range on an access port", port + "vlan members 10-20",
			[]string{at + " vlan] 'members 10-20': access interface Node0:xe-0/0/3 cannot be in more than one vlan; it is in v10 and v20"}},
		{"no native vlan", port + "port-mode trunk native-vlan-id 77", []string{at + "] 'native-vlan-id 77': vlan with vlan-id 77 is not defined"}},
		{"no native vlan, ELS", port + "interface-mode trunk\nset interfaces Node0:xe-0/0/3 native-vlan-id 77",
			[]string{"[edit interfaces Node0:xe-0/0/3] 'native-vlan-id 77': vlan with vlan-id 77 is not defined"}},
		{"no vlan on a LAG", count + "set interfaces Node0:ae1 unit 0 family ethernet-switching vlan members v99",
			[]string{"[edit interfaces Node0:ae1 unit 0 family ethernet-switching vlan] 'members v99': vlan 'v99' is not defined"}},
		{"no vlan elsewhere", "set protocols igmp-snooping vlan v99\nset ethernet-switching-options secure-access-port vlan 99 examine-dhcp\nset ethernet-switching-options analyzer a output vlan v98",
			[]string{"[edit protocols igmp-snooping] 'vlan v99': vlan 'v99' is not defined",
				"[edit ethernet-switching-options analyzer a output vlan] 'v98': vlan 'v98' is not defined",
				"[edit ethernet-switching-options secure-access-port] 'vlan 99': vlan with vlan-id 99 is not defined"}},
		{"any vlan", "set protocols igmp-snooping vlan all", nil},
		{"no such port", "set interfaces Node0:xe-0/0/99 disable\nset vlans v10 interface Node0:xe-0/1/0.0\nset protocols lldp interface Node0:xe-0/0/48",
			[]string{"[edit interfaces] 'Node0:xe-0/0/99': Node0 has no port xe-0/0/99: the ports of model OSX-48X4F are xe-0/0/0 to xe-0/0/47",
				"[edit protocols lldp] 'interface Node0:xe-0/0/48': Node0 has no port xe-0/0/48: the ports of model OSX-48X4F are xe-0/0/0 to xe-0/0/47",
				"[edit vlans v10] 'interface Node0:xe-0/1/0.0': Node0 has no port xe-0/1/0: the ports of model OSX-48X4F are xe-0/0/0 to xe-0/0/47"}},
		{"no such port in a range", "set interfaces interface-range r member Node0:xe-0/0/[46-48]\nset interfaces interface-range r disable",
			[]string{"[edit interfaces interface-range r] 'member Node0:xe-0/0/48': Node0 has no port xe-0/0/48: the ports of model OSX-48X4F are xe-0/0/0 to xe-0/0/47"}},
		{"the relay of an instance has its own servers", "set routing-instances red instance-type virtual-router\nset routing-instances red forwarding-options dhcp-relay server-group s 10.0.0.9\n" +
			"set routing-instances red forwarding-options dhcp-relay group g active-server-group s\nset routing-instances red forwarding-options dhcp-relay active-server-group t",
			[]string{"[edit routing-instances red forwarding-options dhcp-relay] 'active-server-group t': server-group 't' is not defined"}},
		{"no such range", "set protocols lldp interface desks\nset protocols rstp interface desks edge\nset vlans v10 interface desks",
			[]string{"[edit protocols lldp] 'interface desks': interface-range 'desks' is not defined",
				"[edit protocols rstp] 'interface desks': interface-range 'desks' is not defined",
				"[edit vlans v10] 'interface desks': interface-range 'desks' is not defined"}},
		{"what a range names is told of the statement", port + "vlan members v10\nset interfaces interface-range desks member Node0:xe-0/0/3\nset vlans v20 interface desks",
			[]string{"[edit vlans v20] 'interface desks': access interface Node0:xe-0/0/3 cannot be in more than one vlan; it is in v10 and v20"}},
		{"ranges wherever interfaces are named", "set interfaces interface-range desks member Node0:xe-0/0/3\nset protocols igmp-snooping vlan v10 interface desks\nset protocols dot1x authenticator interface desks\n" +
			"set class-of-service interfaces desks scheduler-map m\nset class-of-service scheduler-maps m forwarding-class best-effort scheduler s\nset class-of-service schedulers s priority low\n" +
			"set ethernet-switching-options secure-access-port interface desks mac-limit 5\nset poe interface desks\nset protocols ospf area 0 interface desks", nil},
		{"1G module", "set interfaces Node0:ge-0/0/47 disable", nil},
		{"a range tells its faults once", "set interfaces interface-range r member Node0:xe-0/0/[0-9]\nset interfaces interface-range r unit 0 family ethernet-switching vlan members v99",
			[]string{"[edit interfaces interface-range r unit 0 family ethernet-switching vlan] 'members v99': vlan 'v99' is not defined"}},
		{"a group tells its faults once", "set groups g interfaces <*> unit 0 family ethernet-switching vlan members v99\nset apply-groups g\nset interfaces Node0:xe-0/0/1 disable\nset interfaces Node0:xe-0/0/2 disable\nset interfaces Node0:xe-0/0/3 disable",
			[]string{"[edit interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching vlan] 'members v99': vlan 'v99' is not defined (and in 2 more places)"}},
		{"both families", port + "port-mode access\nset interfaces Node0:xe-0/0/3 unit 0 family inet address 10.0.0.1/24",
			[]string{"[edit interfaces Node0:xe-0/0/3 unit 0] 'family inet': family inet and family ethernet-switching cannot both be configured on one unit"}},
		{"member link of two", count + "set interfaces Node0:ae1 disable\nset interfaces Node0:ae2 disable\nset interfaces Node0:xe-0/0/3 ether-options 802.3ad ae1\nset interfaces Node0:xe-0/0/3 gigether-options 802.3ad ae2",
			[]string{"[edit interfaces Node0:xe-0/0/3 gigether-options] '802.3ad ae2': Node0:xe-0/0/3 is already a member of Node0:ae1"}},
		{"member link in a vlan", count + "set interfaces Node0:ae1 disable\nset interfaces Node0:xe-0/0/3 ether-options 802.3ad ae1\nset vlans v10 interface Node0:xe-0/0/3.0",
			[]string{"[edit vlans v10] 'interface Node0:xe-0/0/3.0': interface Node0:xe-0/0/3 is a member of ae1 and cannot be in a vlan by itself"}},
		{"no such LAG", count + "set interfaces Node0:xe-0/0/3 ether-options 802.3ad ae9",
			[]string{"[edit interfaces Node0:xe-0/0/3 ether-options] '802.3ad ae9': device-count of node group Node0 is 4, so there is no ae9"}},
		{"LAG of another group", count + "set fabric resources node-group R node-device Node0\nset interfaces Node0:ae1 disable",
			[]string{"[edit interfaces] 'Node0:ae1': node device Node0 is in node group R, so its aggregated interfaces are called R:ae1"}},
		{"LAG by the serial number of its device", count + "set interfaces Node0:ae1 disable\nset interfaces Node0:xe-0/0/3 ether-options 802.3ad S0:ae1", nil},
		{"no routed interface", "set vlans v10 l3-interface irb.10\n" + rvi, []string{"[edit vlans v10] 'l3-interface irb.10': interface 'irb.10' is not defined"}},
		{"routing without interface", "set protocols ospf area 0 interface vlan.11\nset protocols ospf area 0 interface vme\nset protocols ospf area 0 interface all\n" +
			"set protocols ospf area 0 interface Node0:xe-0/0/5.0\nset protocols ospf area 0 interface vlan.10\nset forwarding-options helpers bootp interface vlan.12 server 10.0.0.1\n" + rvi,
			[]string{"[edit forwarding-options helpers bootp] 'interface vlan.12': interface 'vlan.12' is not defined",
				"[edit protocols ospf area 0] 'interface Node0:xe-0/0/5.0': interface 'Node0:xe-0/0/5.0' is not defined",
				"[edit protocols ospf area 0] 'interface vlan.11': interface 'vlan.11' is not defined"}},
		{"overlapping subnets", rvi + "set interfaces vlan unit 20 family inet address 10.0.0.1/16\nset interfaces irb unit 3 family inet address 10.0.77.1/24",
			[]string{"[edit interfaces vlan unit 20 family inet] 'address 10.0.0.1/16': overlapping subnets are found on rt_inst default, intfs vlan.10 (10.0.10.0/24) and vlan.20 (10.0.0.0/16), family inet",
				"[edit interfaces vlan unit 20 family inet] 'address 10.0.0.1/16': overlapping subnets are found on rt_inst default, intfs irb.3 (10.0.77.0/24) and vlan.20 (10.0.0.0/16), family inet"}},
		{"overlapping subnets of IPv6", "set interfaces vlan unit 1 family inet6 address 2001:db8::1/64\nset interfaces vlan unit 2 family inet6 address 2001:db8::2/64\nset interfaces vlan unit 2 family inet6 address fe80::1/64\nset interfaces vlan unit 1 family inet6 address fe80::1/64",
			[]string{"[edit interfaces vlan unit 2 family inet6] 'address 2001:db8::2/64': overlapping subnets are found on rt_inst default, intfs vlan.1 (2001:db8::/64) and vlan.2 (2001:db8::/64), family inet6"}},
		{"apart by routing instance", rvi + "set interfaces vlan unit 20 family inet address 10.0.10.1/24\nset routing-instances red interface vlan.20", nil},
		{"identical in a routing instance", rvi + "set interfaces vlan unit 20 family inet address 10.0.10.1/24\nset routing-instances red interface vlan.20\nset routing-instances red interface vlan.10",
			[]string{"[edit interfaces vlan unit 20 family inet] 'address 10.0.10.1/24': identical local address is found on rt_inst red, intfs vlan.10 and vlan.20, family inet"}},
		{"two addresses on one interface", rvi + "set interfaces vlan unit 10 family inet address 10.0.10.2/24", nil},
		{"a loopback in a subnet", rvi + "set interfaces lo0 unit 0 family inet address 10.0.10.9/32", nil},
		{"two routing instances", rvi + "set routing-instances red interface vlan.10\nset routing-instances blue interface vlan.10",
			[]string{"[edit routing-instances red] 'interface vlan.10': interface vlan.10 is already in routing instance 'blue'"}},
		{"addresses that are nobody's", "set interfaces vlan unit 1 family inet address 10.0.1.0/24\nset interfaces vlan unit 2 family inet address 10.0.2.255/24\nset interfaces vlan unit 3 family inet address 10.0.3.0/31",
			[]string{"[edit interfaces vlan unit 1 family inet] 'address 10.0.1.0/24': cannot assign address 0 on subnet 10.0.1.0/24",
				"[edit interfaces vlan unit 2 family inet] 'address 10.0.2.255/24': cannot assign the broadcast address of subnet 10.0.2.0/24"}},
		{"names of everything else", `set firewall family inet filter f term t from source-prefix-list l
set firewall family inet filter f term t then policer p
set interfaces vlan unit 10 family inet filter input g
set applications application-set s application a
set applications application-set s application junos-ssh
set policy-options policy-statement x term t from community c
set routing-instances red vrf-import y
set forwarding-options dhcp-relay active-server-group z`,
			[]string{"[edit interfaces vlan unit 10 family inet filter] 'input g': filter 'g' is not defined",
				"[edit forwarding-options dhcp-relay] 'active-server-group z': server-group 'z' is not defined",
				"[edit policy-options policy-statement x term t from] 'community c': community 'c' is not defined",
				"[edit firewall family inet filter f term t from] 'source-prefix-list l': prefix-list 'l' is not defined",
				"[edit firewall family inet filter f term t then] 'policer p': policer 'p' is not defined",
				"[edit routing-instances red] 'vrf-import y': policy-statement 'y' is not defined",
				"[edit applications application-set s] 'application a': application 'a' is not defined"}},
		{"apply-path", "set policy-options prefix-list l apply-path \"interfaces <*> adress <*>\"",
			[]string{"[edit policy-options prefix-list l] 'apply-path \"interfaces <*> adress <*>\"': path 'interfaces <*> adress <*>' matches no statement: 'adress' is not one at [edit interfaces <*>]"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, errorsOf(t, network+tt.lines, modelled())); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
		})
	}
}

// TestRename says that nothing may go on naming a device by a name that it has lost.
func TestRename(t *testing.T) {
	t.Parallel()
	const leaf0 = "set fabric aliases node-device S0 Leaf0\nset fabric aliases node-device S1 Node1\nset fabric aliases interconnect-device I0 IC-Left\n"
	const used = "set interfaces Node0:xe-0/0/1 disable\nset interfaces Node0:xe-0/0/2 disable\nset vlans v10 vlan-id 10\nset vlans v10 interface Node0:xe-0/0/3.0\n" +
		"set fabric resources node-group R node-device Node0\nset groups g interfaces <Node0:*> disable\n"
	tests := []struct {
		name, lines string
		want        []string
	}{
		{"renamed", leaf0 + used, []string{"[edit fabric aliases node-device S0] 'Leaf0': device S0 is no longer called Node0, but these statements still name it so: " +
			"'fabric resources node-group R node-device Node0', 'interfaces Node0:xe-0/0/1', 'interfaces Node0:xe-0/0/2' and 2 more; 'replace pattern Node0 with Leaf0' changes them"}},
		{"alias deleted", "set fabric aliases node-device S1 Node1\nset interfaces Node0:xe-0/0/1 disable\n",
			[]string{"[edit fabric aliases] '': device S0 is no longer called Node0, but these statements still name it so: 'interfaces Node0:xe-0/0/1'; 'replace pattern Node0 with S0' changes them"}},
		{"one name in another", leaf0 + "set fabric aliases node-device S2 Node01\nset interfaces Node0:xe-0/0/1 disable\n",
			[]string{`[edit fabric aliases node-device S0] 'Leaf0': device S0 is no longer called Node0, but these statements still name it so: 'interfaces Node0:xe-0/0/1'; 'replace pattern "\bNode0\b" with Leaf0' changes them`}},
		{"a pattern of a group", leaf0 + "set groups g interfaces <Node0:*> disable\n",
			[]string{"[edit fabric aliases node-device S0] 'Leaf0': device S0 is no longer called Node0, but these statements still name it so: 'groups g interfaces <Node0:*>'; 'replace pattern Node0 with Leaf0' changes them"}},
		{"nobody names it", leaf0 + "set interfaces Leaf0:xe-0/0/1 disable\n", nil},
		{"by the serial number", leaf0 + "set interfaces S0:xe-0/0/1 disable\n", nil},
		{"the name goes to another", "set fabric aliases node-device S0 Leaf0\nset fabric aliases node-device S2 Node0\nset fabric aliases node-device S1 Node1\nset interfaces Node0:xe-0/0/1 disable\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, errorsOf(t, tt.lines, known())); d != "" {
				t.Errorf("errors (-want +got):\n%s", d)
			}
		})
	}
}

// TestFlood says that what is wrong with many statements takes one line.
func TestFlood(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for n := range 6144 {
		fmt.Fprintf(&b, "set interfaces N%d:xe-0/0/%d speed 10g\nset interfaces N%d:xe-0/0/%d ether-options flow-control\n", n/48, n%48, n/48, n%48)
	}
	counts := make(map[string]int)
	for _, p := range problemsOf(t, b.String(), known()) {
		counts[p.Text]++
	}
	for text, want := range map[string]int{
		"statement is accepted, but the fabric does not act on it yet (and in 6143 more places)": 2,
		"node device N0 is not known yet (and in 47 more places)":                                1,
	} {
		if counts[text] != want {
			t.Errorf("%d lines '%s', want %d; all: %d", counts[text], text, want, len(counts))
		}
	}
	b.Reset()
	for n := range 300 {
		fmt.Fprintf(&b, "set vlans v%d l3-interface vlan.%d\n", n, n)
	}
	all := problemsOf(t, b.String(), known())
	if last := all[len(all)-1]; len(all) != 202 || last.Text != "too many errors: 100 more are not shown" {
		t.Errorf("%d problems, the last is '%s'", len(all), last.Text)
	}
}
