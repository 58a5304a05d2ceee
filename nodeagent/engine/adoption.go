package engine

import (
	"maps"
	"net/netip"
	"slices"

	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/hello"
)

// adoption is what the plane held at the start and what is still believed of it.
type adoption struct {
	tables   fib.Tables // the dump; dropped once a reflector has sent everything
	flood    map[inventory.DomainID][]inventory.DeviceID
	listed   bool       // all ports are known: tables may be written
	early    netip.Addr // a reflector that was complete before the ports were listed
	complete bool       // local addresses are announced again
	synced   bool       // remote addresses without a route are gone
}

// start takes over what the journal and the plane hold. The tables are not touched
// before the ports are listed.
func (e *Engine) start(ev Start) {
	e.rec, e.installed = ev.Record, ev.Tables
	e.adoption.tables = ev.Tables.Clone()
	e.ports.slots = ev.Tables.Slots()
	e.adoption.flood = adoptFlood(ev.Tables)
	e.adoptIntent()
	e.resumeTicket()
	e.log("adopted the forwarding plane", "ports", len(ev.Tables.Ports), "macs", len(ev.Tables.FDB), "rev", ev.Record.State.Running.Revision)
}

// adoptFlood reads the members of each tree out of tables. A node's tables do not
// name them; every device that it can reach stands for them.
func adoptFlood(t fib.Tables) map[inventory.DomainID][]inventory.DeviceID {
	all := slices.Sorted(maps.Keys(t.Nodes))
	out := make(map[inventory.DomainID][]inventory.DeviceID, len(t.Trees))
	for id, tree := range t.Trees {
		if !t.Self.Transit {
			out[id] = all
			continue
		}
		for slot := range tree.Down.Slots() {
			if d := t.Ports[slot].Peer; d != 0 {
				out[id] = append(out[id], d)
			}
		}
	}
	return out
}

// inherit gives a port that turns up at the start what the tables say of it: the
// neighbour and what it reaches, and the addresses behind it.
func (e *Engine) inherit(p *port) {
	t := e.adoption.tables
	old, ok := t.Ports[p.slot]
	if e.adoption.listed || !ok || old.Name != p.Port || old.Index != p.Index {
		return
	}
	if !p.Port.IsFabric() || old.Peer == 0 || !p.up() {
		return
	}
	p.life.adopted = true
	p.far = far{adopted: true, Hello: hello.Hello{Device: old.Peer, Source: old.Far}}
	for d, paths := range t.Nodes {
		for _, path := range paths {
			if d != old.Peer && (path.Primary == p.slot || path.Backup == p.slot) {
				p.far.Reach = append(p.far.Reach, d)
				break
			}
		}
	}
	slices.Sort(p.far.Reach)
}

// portsListed takes over the addresses that the plane holds and opens the tables.
func (e *Engine) portsListed() {
	if e.adoption.listed {
		return
	}
	e.adoption.listed = true
	e.out.rebuild = true
	for _, key := range sortedKeys(e.installed.FDB) {
		slot, local := e.installed.FDB[key].Local()
		if !local {
			continue
		}
		old := e.adoption.tables.Ports[slot]
		p := e.ports.bySlot[slot]
		if p == nil || !p.up() || old.Name != p.Port || old.Index != p.Index {
			e.dropEntry(key)
			continue
		}
		e.addLocal(key, p, 0)
	}
	if e.adoption.early.IsValid() {
		e.synced(e.adoption.early)
	}
	e.timers.hello = e.now // the next tick says hello
}

// synced ends the belief in remote addresses and flood members that nobody has
// announced since the start: a reflector has now sent everything.
func (e *Engine) synced(peer netip.Addr) {
	if !e.adoption.listed {
		e.adoption.early = peer
		return
	}
	if e.adoption.synced {
		return
	}
	e.adoption.synced = true
	e.adoption.flood, e.adoption.tables = nil, fib.Tables{}
	stale := 0
	for key, entry := range e.installed.FDB {
		if entry.Device != 0 && len(e.macs.remote[key]) == 0 {
			e.dropEntry(key)
			stale++
		}
	}
	e.log("routes of the fabric are complete", "peer", peer, "stale", stale)
	e.out.rebuild = true
}
