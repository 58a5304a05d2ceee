package ebpf

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// Apply writes the delta into the tables. The order matters: a link that went down
// is left at once; what is new stands before anything points to it; what is old goes
// last. A port whose network device cannot be attached to (it may be moving between
// namespaces) is left without an index, so that Dump shows it as not installed, and
// the rest is applied.
func (p *Plane) Apply(d fib.Delta) error {
	p.linksDown(d.Ports)
	if d.Self != nil {
		p.setSelf(*d.Self)
	}
	var errs []error
	for _, slot := range slices.Sorted(maps.Keys(d.Ports.Set)) {
		errs = append(errs, p.setPort(slot, d.Ports.Set[slot]))
	}
	errs = append(errs, p.setDomains(d), p.setNodes(d.Nodes), p.setFDB(d.FDB))
	for _, k := range d.FDB.Delete {
		p.fdb.remove(packKey(k))
	}
	p.deleteRest(d)
	for _, slot := range d.Ports.Delete {
		errs = append(errs, p.deletePort(slot))
	}
	return errors.Join(errs...)
}

// linksDown marks the ports down that the delta takes down. From here on the
// programs use the backups.
func (p *Plane) linksDown(c fib.Change[fib.Slot, fib.Port]) {
	for slot, port := range c.Set {
		if !port.Up {
			p.mark(slot, false)
		}
	}
	for _, slot := range c.Delete {
		p.mark(slot, false)
	}
}

// mark sets the state of one link in the one word that the programs read.
func (p *Plane) mark(slot fib.Slot, up bool) {
	word := fib.PortSet(p.state.Up)
	if up {
		word = word.With(slot)
	} else {
		word = word.Without(slot)
	}
	atomic.StoreUint64(&p.state.Up[slot/64], word[slot/64])
}

func (p *Plane) setSelf(s fib.Self) {
	var transit uint32
	if s.Transit {
		transit = 1
	}
	atomic.StoreUint32(&p.state.Transit, transit)
	atomic.StoreUint32(&p.state.Device, uint32(s.Device))
}

func (p *Plane) setDomains(d fib.Delta) error {
	var errs []error
	for id, dom := range d.Domains.Set {
		if err := inRange("domain", uint32(id), domainLimit); err != nil {
			errs = append(errs, err)
			continue
		}
		p.doms.rows[id] = planeDomain{Untagged: dom.Untagged, Tagged: dom.Tagged, Tag: uint16(dom.Tag), Present: 1}
	}
	for k, id := range d.VLANs.Set {
		if k.VLAN > inventory.MaxVLANID {
			errs = append(errs, fmt.Errorf("vlan-id %d of slot %d is not in 0..%d", k.VLAN, k.Port, inventory.MaxVLANID))
			continue
		}
		p.vlans.rows[k.Port].Domain[k.VLAN] = uint16(id)
	}
	for id, t := range d.Trees.Set {
		if err := inRange("tree of domain", uint32(id), domainLimit); err != nil {
			errs = append(errs, err)
			continue
		}
		p.trees.rows[id] = planeTree{Down: t.Down, Up: packPaths(t.Up)}
	}
	return errors.Join(errs...)
}

func (p *Plane) setNodes(c fib.Change[inventory.DeviceID, fib.Paths]) error {
	var errs []error
	for id, paths := range c.Set {
		if err := inRange("device", uint32(id), deviceLimit); err != nil {
			errs = append(errs, err)
			continue
		}
		p.nodes.rows[id] = packPaths(paths)
	}
	return errors.Join(errs...)
}

func inRange(what string, id uint32, limit int) error {
	if id == 0 || int(id) >= limit {
		return fmt.Errorf("%s %d is not in 1..%d", what, id, limit-1)
	}
	return nil
}

func (p *Plane) setFDB(c fib.Change[fib.MACKey, fib.Entry]) error {
	if len(c.Set) == 0 {
		return nil
	}
	now, err := p.age()
	if err != nil {
		return err
	}
	full := 0
	for k, e := range c.Set {
		if err := p.fdb.set(packKey(k), packEntry(e), now); err != nil {
			full++
		}
	}
	if full > 0 {
		return fmt.Errorf("%w: no room for %d of %d addresses", ErrFull, full, len(c.Set))
	}
	return nil
}

func (p *Plane) deleteRest(d fib.Delta) {
	for _, id := range d.Nodes.Delete {
		if inRange("device", uint32(id), deviceLimit) == nil {
			p.nodes.rows[id] = planePaths{}
		}
	}
	for _, id := range d.Trees.Delete {
		if inRange("tree", uint32(id), domainLimit) == nil {
			p.trees.rows[id] = planeTree{}
		}
	}
	for _, k := range d.VLANs.Delete {
		if k.VLAN <= inventory.MaxVLANID {
			p.vlans.rows[k.Port].Domain[k.VLAN] = 0
		}
	}
	for _, id := range d.Domains.Delete {
		if inRange("domain", uint32(id), domainLimit) == nil {
			p.doms.rows[id] = planeDomain{}
		}
	}
}

func packPaths(paths fib.Paths) planePaths {
	var out planePaths
	for i, way := range paths {
		out.Path[i].Primary, out.Path[i].Backup = uint8(way.Primary), uint8(way.Backup)
		if way != paths[0] {
			out.Spread = 1
		}
	}
	return out
}

func unpackPaths(row planePaths) fib.Paths {
	var out fib.Paths
	for i, way := range row.Path {
		out[i] = fib.Path{Primary: fib.Slot(way.Primary), Backup: fib.Slot(way.Backup)}
	}
	return out
}
