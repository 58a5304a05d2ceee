package netdev

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// Net is the set of ports of the process's network namespace.
type Net struct {
	events  chan Event
	sockets map[uint16]*socket // by ethertype; fixed after Open
	known   struct {           // written by Run, read by Send
		sync.RWMutex
		byIndex map[int]State
		index   map[inventory.Port]int
	}
}

// Open prepares to watch the ports and to receive frames of the ethertypes.
func Open(ethertypes ...uint16) (*Net, error) {
	n := &Net{events: make(chan Event, 256), sockets: map[uint16]*socket{}}
	n.known.byIndex, n.known.index = map[int]State{}, map[inventory.Port]int{}
	for _, e := range ethertypes {
		s, err := openSocket(e)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open socket for ethertype %#04x: %w", e, err), n.closeSockets())
		}
		n.sockets[e] = s
	}
	return n, nil
}

// Events returns the channel of reports. It must be read.
func (n *Net) Events() <-chan Event { return n.events }

// Set puts a port up or down and sets its MTU.
func (n *Net) Set(port inventory.Port, up bool, mtu int) error {
	l, err := netlink.LinkByName(port.Netdev())
	if err != nil {
		return fmt.Errorf("set port %s: %w", port, err)
	}
	if l.Attrs().MTU != mtu {
		if err := netlink.LinkSetMTU(l, mtu); err != nil {
			return fmt.Errorf("set MTU %d of port %s: %w", mtu, port, err)
		}
	}
	set := netlink.LinkSetDown
	if up {
		set = netlink.LinkSetUp
	}
	if err := set(l); err != nil {
		return fmt.Errorf("set port %s: %w", port, err)
	}
	return nil
}

// Quiet keeps the kernel's own stack off a port: a switch port has no address, and a
// host must never meet the member itself there (reliability.md A72). Kernels without
// IPv6 have nothing to silence.
func (n *Net) Quiet(port inventory.Port) error {
	err := os.WriteFile(filepath.Join("/proc/sys/net/ipv6/conf", port.Netdev(), "disable_ipv6"), []byte("1"), 0)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("silence port %s: %w", port, err)
	}
	return nil
}

// Counters returns the counters of all ports.
func (n *Net) Counters() (map[inventory.Port]Counters, error) {
	links, err := netlink.LinkList()
	if err != nil {
		return nil, fmt.Errorf("list ports: %w", err)
	}
	out := map[inventory.Port]Counters{}
	for _, l := range links {
		a := l.Attrs()
		port, err := inventory.ParseNetdev(a.Name)
		if s := a.Statistics; err == nil && s != nil {
			out[port] = Counters{
				InFrames: s.RxPackets, InOctets: s.RxBytes, InErrors: s.RxErrors, InDrops: s.RxDropped,
				OutFrames: s.TxPackets, OutOctets: s.TxBytes, OutErrors: s.TxErrors, OutDrops: s.TxDropped,
			}
		}
	}
	return out, nil
}

// state reads what we care about out of a link; ok is false when it is no port.
func state(a *netlink.LinkAttrs) (s State, ok bool) {
	port, err := inventory.ParseNetdev(a.Name)
	if err != nil {
		return State{}, false
	}
	s = State{
		Port: port, Index: a.Index, MTU: a.MTU,
		Admin:   a.RawFlags&unix.IFF_UP != 0,
		Carrier: a.RawFlags&unix.IFF_LOWER_UP != 0,
	}
	copy(s.MAC[:], a.HardwareAddr)
	return s, true
}
