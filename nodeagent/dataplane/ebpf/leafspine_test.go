package ebpf

import (
	"testing"

	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// fabric is host1 - leaf1 - spine - leaf2 - host2, a namespace and a plane each. Both
// hosts are in one domain; the address tables are filled.
type fabric struct {
	host  [2]*space
	leaf  [2]*node
	spine *node
}

// node is one member: its namespace, its pins and its plane.
type node struct {
	*space
	pins   string
	plane  *Plane
	tables fib.Tables
}

const (
	leaf1, leaf2, spineID = inventory.DeviceID(1), inventory.DeviceID(2), inventory.DeviceID(101)
	benchDomain           = inventory.DomainID(10)
)

func newFabric(tb testing.TB) *fabric {
	tb.Helper()
	f := &fabric{spine: newNode(tb)}
	spine := member(inventory.RoleInterconnect, spineID)
	for i := range f.leaf {
		f.host[i], f.leaf[i] = newSpace(tb), newNode(tb)
		leaf := member(inventory.RoleNode, inventory.DeviceID(i+1))
		leaf.Intent.Domains = []intent.Domain{{ID: benchDomain, Tag: inventory.VLANID(benchDomain)}}
		xe := inventory.Port{Kind: inventory.KindXE}
		up := inventory.Port{Kind: inventory.KindFTE, PIC: 1}
		down := inventory.Port{Kind: inventory.KindFTE, Num: uint16(i)}
		access, _ := cable(tb, f.leaf[i].space, xe.Netdev(), f.host[i], "eth0")
		uplink, downlink := cable(tb, f.leaf[i].space, up.Netdev(), f.spine.space, down.Netdev())
		leafMAC, spineMAC := f.leaf[i].mac(tb, up.Netdev()), f.spine.mac(tb, down.Netdev())
		leaf.Intent.Ports = []intent.Port{{Port: xe, Mode: intent.Access, Domains: []inventory.DomainID{benchDomain}}}
		leaf.Slots[xe], leaf.Slots[up], spine.Slots[down] = 1, 2, fib.Slot(i+1)
		leaf.Locals = []fib.Local{
			{Port: xe, Index: access, MAC: f.leaf[i].mac(tb, xe.Netdev()), Up: true},
			{Port: up, Index: uplink, MAC: leafMAC, Up: true, Far: fib.Far{
				Device: spineID, MAC: spineMAC, Reach: []inventory.DeviceID{leaf1, leaf2},
			}},
		}
		spine.Locals = append(spine.Locals, fib.Local{
			Port: down, Index: downlink, MAC: spineMAC, Up: true, Far: fib.Far{Device: inventory.DeviceID(i + 1), MAC: leafMAC},
		})
		f.leaf[i].tables = fib.Build(leaf)
	}
	f.spine.tables = fib.Build(spine)
	for i := range f.leaf {
		here, there := f.host[i].mac(tb, "eth0"), f.host[1-i].mac(tb, "eth0")
		f.leaf[i].tables.FDB[fib.MACKey{Domain: benchDomain, MAC: here}] = fib.LocalEntry(1)
		f.leaf[i].tables.FDB[fib.MACKey{Domain: benchDomain, MAC: there}] = fib.Entry{
			Device: inventory.DeviceID(2 - i), Label: fib.Slot(1).Label(),
		}
		f.leaf[i].apply(tb)
	}
	f.spine.apply(tb)
	return f
}

func member(role inventory.Role, device inventory.DeviceID) fib.Inputs {
	both := []inventory.DeviceID{leaf1, leaf2}
	return fib.Inputs{
		Intent: intent.Intent{Role: role, Device: device},
		Slots:  fib.Slots{},
		Flood:  map[inventory.DomainID][]inventory.DeviceID{benchDomain: both},
	}
}

func newNode(tb testing.TB) *node {
	tb.Helper()
	n := &node{space: newSpace(tb), pins: pinsDir(tb)}
	n.open(tb)
	tb.Cleanup(func() {
		if err := n.plane.Close(); err != nil {
			tb.Error(err)
		}
	})
	return n
}

func (n *node) open(tb testing.TB) {
	tb.Helper()
	n.plane = openAt(tb, n.space, Options{Pins: n.pins})
}

// apply brings the plane to the node's tables.
func (n *node) apply(tb testing.TB) {
	tb.Helper()
	n.do(tb, func() error {
		have, err := n.plane.Dump()
		if err != nil {
			return err
		}
		return n.plane.Apply(fib.Diff(have, n.tables))
	})
}
