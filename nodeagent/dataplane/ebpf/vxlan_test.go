package ebpf

import (
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// newVXLAN builds the same path as newFabric does from what Linux has: a bridge with a
// VXLAN device per leaf, learning off, static tables, a spine that routes.
func newVXLAN(tb testing.TB) *path {
	tb.Helper()
	spine := newSpace(tb)
	spine.sysctl(tb, "net/ipv4/ip_forward", "1")
	var host, leaf [2]*space
	for i := range leaf {
		host[i], leaf[i] = newSpace(tb), newSpace(tb)
		leaf[i].quietBridges(tb)
		cable(tb, leaf[i], "xe0", host[i], "eth0")
		cable(tb, leaf[i], "up0", spine, fmt.Sprintf("down%d", i))
		leaf[i].address(tb, "up0", fmt.Sprintf("10.1.%d.1/30", i))
		spine.address(tb, fmt.Sprintf("down%d", i), fmt.Sprintf("10.1.%d.2/30", i))
		leaf[i].neighbour(tb, "up0", fmt.Sprintf("10.1.%d.2", i), spine.mac(tb, fmt.Sprintf("down%d", i)))
		spine.neighbour(tb, fmt.Sprintf("down%d", i), fmt.Sprintf("10.1.%d.1", i), leaf[i].mac(tb, "up0"))
		_, all, _ := net.ParseCIDR("0.0.0.0/0")
		if err := leaf[i].nl.RouteAdd(&netlink.Route{Dst: all, Gw: net.ParseIP(fmt.Sprintf("10.1.%d.2", i))}); err != nil {
			tb.Fatalf("add default route: %v", err)
		}
	}
	for i := range leaf {
		leaf[i].bridge(tb, net.ParseIP(fmt.Sprintf("10.1.%d.1", i)), net.ParseIP(fmt.Sprintf("10.1.%d.1", 1-i)),
			host[i].mac(tb, "eth0"), host[1-i].mac(tb, "eth0"))
	}
	return newPath(tb, host[0], host[1], leaf[0], "xe0")
}

func (s *space) sysctl(tb testing.TB, name, value string) {
	tb.Helper()
	s.do(tb, func() error { return os.WriteFile("/proc/sys/"+name, []byte(value), 0) })
}

// quietBridges keeps netfilter out of the bridges: it would slow the other side down.
func (s *space) quietBridges(tb testing.TB) {
	tb.Helper()
	for _, f := range []string{"iptables", "ip6tables", "arptables"} {
		name := "net/bridge/bridge-nf-call-" + f
		if _, err := os.Stat("/proc/sys/" + name); err == nil {
			s.sysctl(tb, name, "0")
		}
	}
}

func (s *space) neighbour(tb testing.TB, dev, ip string, mac inventory.MAC) {
	tb.Helper()
	l, err := s.nl.LinkByName(dev)
	if err == nil {
		err = s.nl.NeighSet(&netlink.Neigh{
			LinkIndex: l.Attrs().Index, State: netlink.NUD_PERMANENT, IP: net.ParseIP(ip), HardwareAddr: mac[:],
		})
	}
	if err != nil {
		tb.Fatalf("add neighbour %s: %v", ip, err)
	}
}

// bridge joins xe0 and a VXLAN device to the other leaf, with both hosts' addresses in
// the tables.
func (s *space) bridge(tb testing.TB, local, remote net.IP, here, there inventory.MAC) {
	tb.Helper()
	must := func(what string, err error) {
		tb.Helper()
		if err != nil {
			tb.Fatalf("%s: %v", what, err)
		}
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.MTU = "br0", 1500
	must("add bridge", s.nl.LinkAdd(&netlink.Bridge{LinkAttrs: attrs}))
	attrs = netlink.NewLinkAttrs()
	attrs.Name, attrs.MTU = "vx10", 1500
	must("add vxlan", s.nl.LinkAdd(&netlink.Vxlan{LinkAttrs: attrs, VxlanId: 10, SrcAddr: local, Port: 4789, Learning: false}))
	br, err := s.nl.LinkByName("br0")
	must("find bridge", err)
	for dev, mac := range map[string]inventory.MAC{"xe0": here, "vx10": there} {
		l, err := s.nl.LinkByName(dev)
		must("find "+dev, err)
		must("join bridge", s.nl.LinkSetMaster(l, br))
		must("stop learning", s.nl.LinkSetLearning(l, false))
		entry := netlink.Neigh{
			LinkIndex: l.Attrs().Index, Family: unix.AF_BRIDGE, State: netlink.NUD_NOARP | netlink.NUD_PERMANENT,
			Flags: netlink.NTF_MASTER, HardwareAddr: mac[:],
		}
		entry.State = netlink.NUD_NOARP
		must("add static address", s.nl.NeighSet(&entry))
		if dev == "vx10" {
			entry.Flags, entry.IP, entry.State = netlink.NTF_SELF, remote, netlink.NUD_PERMANENT
			must("add remote address", s.nl.NeighSet(&entry))
		}
		s.up(tb, dev)
	}
	s.up(tb, "br0")
}
