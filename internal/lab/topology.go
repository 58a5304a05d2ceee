package lab

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strconv"

	"oneswitch/inventory"
)

// Component is one process of the lab, or one test host, in its own namespace.
type Component struct {
	Name    string             // alias: dg0, FC-0, IC-Left, Node0, h1
	Serial  inventory.MemberID // serial number; virtual components carry their name
	Role    inventory.Role     // RoleUnknown for a test host
	Address netip.Addr         // control-plane address, or the address of eth0 on a host
}

// IsHost reports whether the component is a test host and not part of the fabric.
func (c Component) IsHost() bool { return c.Role == inventory.RoleUnknown }

// End is one end of a cable.
type End struct {
	Name   string // component
	Netdev string // Linux interface name there
}

// Cable joins two ends: a fabric link, or a host and its access port.
type Cable struct{ A, B End }

// Topology is a whole lab, derived from the options alone, so that a second `up`
// on the same state directory finds the same one.
type Topology struct {
	Components []Component
	Cables     []Cable
	Virtual    netip.Prefix // address of the fabric
	Outside    netip.Prefix // the lab's own foot on the control network, for its port forwards
	Hosts      int          // number of test hosts
}

// hostNetBits is the prefix length of the network that all test hosts share.
const hostNetBits = 24

// controlNet is where the control-plane addresses of a lab come from: inside
// the lab's namespaces this is QFabric's 128.0.0.0/16 (QF-REF 1.8); the memory
// plane has no namespaces and uses loopback addresses instead, a block for each
// state directory so that several labs can run.
func controlNet(o Options) netip.Prefix {
	if !o.memory() {
		return netip.MustParsePrefix("128.0.0.0/16")
	}
	const lowest, blocks = 64, 190
	sum := sha256.Sum256([]byte(ID(o.State)))
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{127, lowest + sum[0]%blocks, 0, 0}), 16)
}

// NewTopology lays out the lab that the options ask for: two directors, two
// fabric controls, every node cabled to every interconnect, hosts on the first
// access ports of each node.
func NewTopology(o Options) (Topology, error) {
	if err := o.check(); err != nil {
		return Topology{}, err
	}
	block := controlNet(o)
	at := func(third, fourth int) netip.Addr {
		b := block.Addr().As4()
		n := third<<8 + fourth
		b[2], b[3] = byte(n>>8), byte(n)
		return netip.AddrFrom4(b)
	}
	t := Topology{
		Virtual: netip.PrefixFrom(at(128, 1), block.Bits()),
		Outside: netip.PrefixFrom(at(255, 254), block.Bits()),
	}
	for i := range 2 {
		t.add(fmt.Sprintf("dg%d", i), inventory.RoleDirector, at(128, 2+i))
	}
	for i := range 2 {
		t.add(fmt.Sprintf("FC-%d", i), inventory.RoleFabricControl, at(128, 6+2*i))
	}
	for i := range o.Interconnects {
		t.addSerial(interconnectName(i), fmt.Sprintf("F%04d", 1052+i), inventory.RoleInterconnect, at(130, 4+2*i))
	}
	for i := range o.Nodes {
		name := fmt.Sprintf("Node%d", i)
		t.addSerial(name, fmt.Sprintf("BBAK%04d", 372+i), inventory.RoleNode, at(130, 4+2*(o.Interconnects+i)))
		for j := range o.Interconnects {
			t.cable(name, fabricPort(1, j), interconnectName(j), fabricPort(0, i))
		}
		for j := range o.HostsPerNode {
			t.host(name, j)
		}
	}
	return t, nil
}

func interconnectName(i int) string {
	if i < 2 {
		return [2]string{"IC-Left", "IC-Right"}[i]
	}
	return fmt.Sprintf("IC-%d", i)
}

func fabricPort(pic, n int) inventory.Port {
	return inventory.Port{Kind: inventory.KindFTE, PIC: uint8(pic), Num: uint16(n)}
}

func accessPort(n int) inventory.Port {
	return inventory.Port{Kind: inventory.KindXE, Num: uint16(n)}
}

func (t *Topology) add(name string, role inventory.Role, addr netip.Addr) {
	t.addSerial(name, name, role, addr)
}

func (t *Topology) addSerial(name, serial string, role inventory.Role, addr netip.Addr) {
	t.Components = append(t.Components, Component{name, inventory.MemberID(serial), role, addr})
}

func (t *Topology) cable(a string, ap inventory.Port, b string, bp inventory.Port) {
	t.Cables = append(t.Cables, Cable{End{a, ap.Netdev()}, End{b, bp.Netdev()}})
}

// host adds the next test host, h1, h2 ..., on access port n of a node.
func (t *Topology) host(node string, n int) {
	t.Hosts++
	addr := netip.AddrFrom4([4]byte{10, 0, byte(t.Hosts >> 8), byte(t.Hosts)})
	name := "h" + strconv.Itoa(t.Hosts)
	t.Components = append(t.Components, Component{Name: name, Address: addr})
	t.Cables = append(t.Cables, Cable{End{node, accessPort(n).Netdev()}, End{name, "eth0"}})
}

// Component returns the component called name.
func (t Topology) Component(name string) (Component, bool) {
	for _, c := range t.Components {
		if c.Name == name {
			return c, true
		}
	}
	return Component{}, false
}

// HostMAC is the address that the lab gives to eth0 of the n-th host, counted
// from 1, so that tables read the same in every run.
func HostMAC(n int) inventory.MAC {
	return inventory.MAC{0x02, 0x68, 0, 0, byte(n >> 8), byte(n)}
}

// roleAddresses lists the control-plane addresses of all components of a role.
func (t Topology) roleAddresses(role inventory.Role) []netip.Addr {
	var out []netip.Addr
	for _, c := range t.Components {
		if c.Role == role {
			out = append(out, c.Address)
		}
	}
	return out
}
