package ebpf

import (
	"fmt"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Dump reads the tables back from the maps that forward.
func (p *Plane) Dump() (fib.Tables, error) {
	t := fib.NewTables()
	t.Self = fib.Self{Device: inventory.DeviceID(p.state.Device), Transit: p.state.Transit != 0}
	up := fib.PortSet(p.state.Up)
	for i := range p.ports.rows {
		row := &p.ports.rows[i]
		if row.Kind == uint8(planePortKindABSENT) {
			continue
		}
		port, err := unpackPort(row)
		if err != nil {
			return fib.Tables{}, fmt.Errorf("dump port in slot %d: %w", i, err)
		}
		port.Up = up.Has(fib.Slot(i))
		t.Ports[fib.Slot(i)] = port
		p.dumpVLANs(fib.Slot(i), t)
	}
	for i := range p.doms.rows {
		if row := &p.doms.rows[i]; row.Present != 0 {
			t.Domains[inventory.DomainID(i)] = fib.Domain{
				Tag: inventory.VLANID(row.Tag), Untagged: row.Untagged, Tagged: row.Tagged,
			}
		}
	}
	for i := range p.trees.rows {
		if row := &p.trees.rows[i]; *row != (planeTree{}) {
			t.Trees[inventory.DomainID(i)] = fib.Tree{Down: row.Down, Up: unpackPaths(row.Up)}
		}
	}
	for i := range p.nodes.rows {
		if row := &p.nodes.rows[i]; *row != (planePaths{}) {
			t.Nodes[inventory.DeviceID(i)] = unpackPaths(*row)
		}
	}
	for c := range p.fdb.all() {
		t.FDB[unpackKey(*p.fdb.key(c))] = unpackEntry(*p.fdb.value(c))
	}
	return t, nil
}

func (p *Plane) dumpVLANs(slot fib.Slot, t fib.Tables) {
	for vlan, id := range p.vlans.rows[slot].Domain {
		if id != 0 {
			t.VLANs[fib.VLANKey{Port: slot, VLAN: inventory.VLANID(vlan)}] = inventory.DomainID(id)
		}
	}
}

func packPort(port fib.Port) planePort {
	row := planePort{Ifindex: uint32(port.Index), Kind: uint8(planePortKindACCESS), Peer: uint16(port.Peer)}
	if port.Name.IsFabric() {
		row.Kind = uint8(planePortKindFABRIC)
	}
	row.Mac, row.Far = port.MAC, port.Far
	row.Trunk, row.Departed = flag(port.Trunk), flag(port.Departed)
	for i, c := range []byte(port.Name.Netdev()) {
		if i < len(row.Name)-1 {
			row.Name[i] = int8(c)
		}
	}
	return row
}

func unpackPort(row *planePort) (fib.Port, error) {
	var name []byte
	for _, c := range row.Name {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	port, err := inventory.ParseNetdev(string(name))
	if err != nil {
		return fib.Port{}, err
	}
	return fib.Port{
		Name: port, Index: int(row.Ifindex), MAC: row.Mac, Far: row.Far, Peer: inventory.DeviceID(row.Peer),
		Trunk: row.Trunk != 0, Departed: row.Departed != 0,
	}, nil
}

func flag(on bool) uint8 {
	if on {
		return 1
	}
	return 0
}
