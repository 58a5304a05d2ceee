package settings_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProblems shows every check with the words that the user reads.
func TestProblems(t *testing.T) {
	t.Parallel()
	es := "set interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching "
	const at = "[edit interfaces Node0:xe-0/0/1 unit 0 family ethernet-switching"
	tests := []struct {
		lines string
		want  []string
	}{
		{es + "vlan members v99", []string{"error: " + at + " vlan] 'members v99': vlan 'v99' is not defined"}},
		{es + "vlan members 99", []string{"error: " + at + " vlan] 'members 99': vlan with vlan-id 99 is not defined"}},
		{es + "port-mode trunk vlan members 40-50", []string{"warning: " + at + " vlan] 'members 40-50': no vlan with a vlan-id of 40-50 is defined"}},
		{es + "port-mode trunk vlan members 50-40", []string{"error: " + at + " vlan] 'members 50-40': '50-40' is not a range of vlan-ids"}},
		{es + "vlan members [ v10 v20 ]", []string{"error: " + at + " vlan] 'members v20': access interface Node0:xe-0/0/1 cannot be in more than one vlan; it is in v10 and v20"}},
		{es + "port-mode access\n" + es + "interface-mode access", []string{"error: " + at + "] 'interface-mode access': port-mode and interface-mode cannot both be configured"}},
		{es + "native-vlan-id 10", []string{"error: " + at + "] 'native-vlan-id 10': native-vlan-id is possible on a trunk port only"}},
		{es + "port-mode trunk vlan members loose", []string{"error: " + at + " vlan] 'members loose': vlan 'loose' has no vlan-id, so trunk interface Node0:xe-0/0/1 cannot carry it"}},
		{"set interfaces Node0:xe-0/0/1 unit 1", []string{"error: [edit interfaces Node0:xe-0/0/1] 'unit 1': only unit 0 is possible on a port with family ethernet-switching"}},
		{"set interfaces Node0:xe-0/0/1 unit 100 family inet address 10.0.0.1/30", []string{
			"warning: [edit interfaces Node0:xe-0/0/1 unit 100 family] 'inet': statement is accepted, but the fabric does not act on it yet"}},
		{"set interfaces Node9:xe-0/0/1 disable", []string{"warning: [edit interfaces] 'Node9:xe-0/0/1': node device Node9 is not known yet"}},
		{"set interfaces IC-Left:xe-0/0/1 disable", []string{"error: [edit interfaces] 'IC-Left:xe-0/0/1': IC-Left is an interconnect-device, not a node-device"}},
		{"set interfaces Node0:xe-0/0/1 disable\nset interfaces S0:xe-0/0/1 disable", []string{"error: [edit interfaces] 'S0:xe-0/0/1': is the same port as Node0:xe-0/0/1"}},
		{"set interfaces Node0:fte-0/1/0 disable", []string{"warning: [edit interfaces] 'Node0:fte-0/1/0': statement is accepted, but the fabric does not act on it yet"}},
		{"set interfaces Node0:xe-0/0/1 unit 0 family inet address 10.0.0.1/24\nset vlans v10 interface Node0:xe-0/0/1.0", []string{
			"warning: [edit interfaces Node0:xe-0/0/1 unit 0 family] 'inet': statement is accepted, but the fabric does not act on it yet",
			"error: [edit vlans v10] 'interface Node0:xe-0/0/1.0': interface Node0:xe-0/0/1 has no family ethernet-switching"}},
		{"set vlans w vlan-id 10", []string{"error: [edit vlans w] 'vlan-id 10': vlan-id 10 is already that of vlan 'v10'"}},
		{"set vlans w vlan-id 1", []string{"error: [edit vlans w] 'vlan-id 1': vlan-id 1 is already that of vlan 'default'"}},
		{"set vlans v10 l3-interface vlan.10", []string{
			"warning: [edit vlans v10] 'l3-interface vlan.10': statement is accepted, but the fabric does not act on it yet",
			"error: [edit vlans v10] 'l3-interface vlan.10': interface 'vlan.10' is not defined"}},
		{"set vlans v10 l3-interface vlan.10\nset vlans v20 l3-interface vlan.10\nset interfaces vlan unit 10", []string{
			"warning: [edit vlans v10] 'l3-interface vlan.10': statement is accepted, but the fabric does not act on it yet (and in one more place)",
			"warning: [edit interfaces] 'vlan': statement is accepted, but the fabric does not act on it yet",
			"error: [edit vlans v20] 'l3-interface vlan.10': vlan.10 is already the layer 3 interface of vlan 'v10'"}},
		{"set interfaces vlan unit 1 family inet address 10.0.0.1/24\nset interfaces vlan unit 2 family inet address 10.0.0.1/25", []string{
			"warning: [edit interfaces vlan unit 1 family] 'inet': statement is accepted, but the fabric does not act on it yet (and in one more place)",
			"warning: [edit interfaces] 'vlan': statement is accepted, but the fabric does not act on it yet",
			"error: [edit interfaces vlan unit 2 family inet] 'address 10.0.0.1/25': identical local address is found on rt_inst default, intfs vlan.1 and vlan.2, family inet"}},
		{"set interfaces Node0:xe-0/0/1 ether-options 802.3ad NW-NG-0:ae1\nset fabric resources node-group R node-device Node0", []string{
			"warning: [edit interfaces Node0:xe-0/0/1 ether-options] '802.3ad': statement is accepted, but the fabric does not act on it yet",
			"error: [edit interfaces Node0:xe-0/0/1 ether-options] '802.3ad NW-NG-0:ae1': node device Node0 is in node group R, so it cannot join NW-NG-0:ae1"}},
		{"set interfaces Node0:xe-0/0/1 ether-options 802.3ad ae1\nset interfaces Node0:xe-0/0/1 unit 0", []string{
			"warning: [edit interfaces Node0:xe-0/0/1 ether-options] '802.3ad': statement is accepted, but the fabric does not act on it yet",
			"error: [edit interfaces Node0:xe-0/0/1] 'unit': Node0:xe-0/0/1 is a member of Node0:ae1 and cannot have units of its own",
			"error: [edit interfaces Node0:xe-0/0/1 ether-options] '802.3ad ae1': aggregated interface Node0:ae1 is not defined, and node group Node0 has no aggregated-devices ethernet device-count"}},
		{"set interfaces S0:ae3 description x\nset chassis node-group S0 aggregated-devices ethernet device-count 2", []string{
			"warning: [edit] 'chassis': statement is accepted, but the fabric does not act on it yet",
			"warning: [edit interfaces] 'S0:ae3': statement is accepted, but the fabric does not act on it yet",
			"error: [edit interfaces] 'S0:ae3': device-count of node group S0 is 2, so there is no ae3"}},
		{"set protocols bgp group g export nowhere import nothing", []string{
			"warning: [edit protocols] 'bgp': statement is accepted, but the fabric does not act on it yet",
			"error: [edit protocols bgp group g] 'import nothing': policy-statement 'nothing' is not defined",
			"error: [edit protocols bgp group g] 'export nowhere': policy-statement 'nowhere' is not defined"}},
		{"set policy-options policy-statement p term t from prefix-list l", []string{
			"warning: [edit] 'policy-options': statement is accepted, but the fabric does not act on it yet",
			"error: [edit policy-options policy-statement p term t from] 'prefix-list l': prefix-list 'l' is not defined"}},
		{"set interfaces vlan unit 3 family inet filter input f", []string{
			"warning: [edit interfaces vlan unit 3 family] 'inet': statement is accepted, but the fabric does not act on it yet",
			"warning: [edit interfaces] 'vlan': statement is accepted, but the fabric does not act on it yet",
			"error: [edit interfaces vlan unit 3 family inet filter] 'input f': filter 'f' is not defined"}},
		{"set system login user bob class noc", []string{"error: [edit system login user bob] 'class noc': class 'noc' is not defined"}},
		{"set system services ssh\ndelete system services ssh", nil},
		{"set interfaces RSNG9:ae0 description x\nset interfaces RSNG9:ae1 description x\nset chassis aggregated-devices ethernet device-count 2", []string{
			"warning: [edit] 'chassis': statement is accepted, but the fabric does not act on it yet",
			"warning: [edit interfaces] 'RSNG9:ae0': node group RSNG9 is not known yet (and in one more place)",
			"warning: [edit interfaces] 'RSNG9:ae0': statement is accepted, but the fabric does not act on it yet (and in one more place)"}},
		{"set system services telnet", []string{
			"warning: [edit system] 'services': neither 'ssh' nor 'netconf ssh' is among them, so nobody can log in over the network",
			"warning: [edit system services] 'telnet': statement is accepted, but the fabric does not act on it yet"}},
		{"set system login class noc permissions view\nset system login user bob class noc", nil},
		{"set system apply-groups g", []string{"error: [edit system] 'apply-groups g': group 'g' is not defined"}},
		{"set vlans v10 interface Node0:fte-0/1/0.0", []string{"error: [edit vlans v10] 'interface Node0:fte-0/1/0.0': Node0:fte-0/1/0 is a fabric link"}},
		{"set fabric aliases node-device S2 Node1", []string{"error: [edit fabric aliases node-device S2] 'Node1': alias 'Node1' is already that of device S1"}},
		{"set fabric aliases node-device S2 S0", []string{"error: [edit fabric aliases node-device S2] 'S0': alias 'S0' is the name of another node-device"}},
		{"set fabric aliases node-device I9 x\nset fabric aliases interconnect-device I9 y", []string{
			"warning: [edit fabric aliases interconnect-device I9] 'y': device I9 is not known yet",
			"error: [edit fabric aliases node-device I9] 'x': device I9 is already named as interconnect-device"}},
		{"set fabric aliases node-device S2", []string{"error: [edit fabric aliases] 'node-device S2': Missing mandatory statement: 'alias'"}},
		{"set fabric aliases interconnect-device S2 x", []string{"error: [edit fabric aliases interconnect-device S2] 'x': device S2 is a node-device, not an interconnect-device"}},
		{"set fabric resources node-group R node-device [ S0 Node1 S2 ]", []string{"error: [edit fabric resources node-group R] 'node-device': node group R has 3 node devices, at most 2 are possible"}},
		{"set fabric resources node-group R node-device Node0\nset fabric resources node-group Q node-device S0", []string{"error: [edit fabric resources node-group R] 'node-device Node0': node device Node0 is already in node group Q"}},
		{"set fabric resources node-group R network-domain", []string{"error: [edit fabric resources node-group R] 'network-domain': only node group NW-NG-0 can be the network domain"}},
		{"set fabric resources node-group R node-device Node7", []string{"warning: [edit fabric resources node-group R] 'node-device Node7': node device Node7 is not known yet"}},
		{"set fabric resources node-group R node-device IC-Left", []string{"error: [edit fabric resources node-group R] 'node-device IC-Left': IC-Left is an interconnect-device, not a node-device"}},
		{"set fabric resources node-group NW-NG-0 node-device [ a b c d e f g h i ]", append(unknown("NW-NG-0", "abcdefghi"),
			"error: [edit fabric resources node-group NW-NG-0] 'node-device': node group NW-NG-0 has 9 node devices, at most 8 are possible")},
		{"set ethernet-switching-options mac-table-aging-time 60\nset protocols l2-learning global-mac-table-aging-time 61", []string{
			"error: [edit protocols l2-learning] 'global-mac-table-aging-time': differs from 'ethernet-switching-options mac-table-aging-time 60'; only one of them may be configured"}},
		{"set system login user bob full-name Bob", []string{"error: [edit system login] 'user bob': Missing mandatory statement: 'class'"}},
		{"set system login user bob class operator authentication encrypted-password secret", []string{
			"error: [edit system login user bob authentication] 'encrypted-password': encrypted password is not a hash; those of SHA-512 begin with $6$"}},
		{"set system login user bob class operator authentication encrypted-password $5$secret", []string{
			"warning: [edit system login user bob authentication] 'encrypted-password': hashes of this kind are not compared, so user bob cannot log in with a password; those of SHA-512 begin with $6$"}},
	}
	for _, tt := range tests {
		t.Run(tt.lines, func(t *testing.T) {
			t.Parallel()
			_, problems := read(t, network+tt.lines)
			if d := cmp.Diff(tt.want, problems); d != "" {
				t.Errorf("problems (-want +got):\n%s", d)
			}
		})
	}
}

func unknown(group, nodes string) (out []string) {
	for _, n := range strings.Split(nodes, "") {
		out = append(out, fmt.Sprintf("warning: [edit fabric resources node-group %s] 'node-device %s': node device %[2]s is not known yet", group, n))
	}
	return out
}
