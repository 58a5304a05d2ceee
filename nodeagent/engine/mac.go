package engine

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"time"

	"oneswitch/fabricctl/route"
	"oneswitch/inventory"
	"oneswitch/nodeagent/fib"
)

// macTable is what is known of addresses.
type macTable struct {
	local    map[fib.MACKey]*local
	remote   map[fib.MACKey][]route.MAC // more than one only with host addresses
	mobility map[fib.MACKey]*mobility   // of addresses that have moved lately
}

// local is an address behind one of our own ports.
type local struct {
	port  *port
	seq   uint32 // MAC mobility sequence number (RFC 7432 section 7.7)
	since time.Time
}

// MaxPerPort bounds the addresses behind one port: a host that makes them up must
// not take the memory of the others (reliability.md A65).
const MaxPerPort = 16384

func newMACTable() macTable {
	return macTable{
		local:    map[fib.MACKey]*local{},
		remote:   map[fib.MACKey][]route.MAC{},
		mobility: map[fib.MACKey]*mobility{},
	}
}

// putEntry puts an address into the tables unless it is there.
func (e *Engine) putEntry(key fib.MACKey, want fib.Entry) {
	delete(e.out.gone, key)
	if have, ok := e.installed.FDB[key]; ok && have == want {
		delete(e.out.fdb, key)
		return
	}
	e.out.fdb[key] = want
}

// dropEntry takes an address out of the tables.
func (e *Engine) dropEntry(key fib.MACKey) {
	delete(e.out.fdb, key)
	if _, ok := e.installed.FDB[key]; ok {
		e.out.gone[key] = true
	}
}

// learned takes in a source address seen at a port.
func (e *Engine) learned(l fib.Learn) {
	p := e.ports.bySlot[l.Port]
	key := fib.MACKey{Domain: l.Domain, MAC: l.MAC}
	if p == nil || !p.up() || !e.adoption.listed || !e.member(p, l.Domain) || l.MAC.IsMulticast() || l.MAC.IsZero() {
		return // a late event: the port or its membership has changed since
	}
	if mine := e.macs.local[key]; mine != nil {
		if mine.port != p && !e.frozen(key) {
			e.move(key, mine.port.Port.String(), p.Port.String())
			e.depart(mine.port)
			delete(mine.port.macs, key)
			e.addLocal(key, p, mine.seq)
			return
		}
		return
	}
	if len(p.macs) >= MaxPerPort {
		e.limit(p)
		return
	}
	seq := uint32(0)
	if best, ok := e.best(key); ok {
		if best.Sticky || e.frozen(key) {
			return // RFC 7432 sections 15.1, 15.2: a static or a frozen address does not move
		}
		// RFC 7432 section 15: one more than the number it was announced with.
		seq = best.Seq + 1
		if best.Seq == math.MaxUint32 {
			seq = math.MaxUint32
		}
		e.move(key, "member "+best.NextHop.String(), p.Port.String())
	}
	e.addLocal(key, p, seq)
}

// limit tells once that a port has too many addresses.
func (e *Engine) limit(p *port) {
	if p.full {
		return
	}
	p.full = true
	e.warn("MAC limit of the port is reached, further addresses are not learned", "port", p.Port, "limit", MaxPerPort)
}

// addLocal puts an address behind a port and announces it.
func (e *Engine) addLocal(key fib.MACKey, p *port, seq uint32) {
	e.macs.local[key] = &local{port: p, seq: seq, since: e.now}
	p.macs[key] = true
	e.putEntry(key, fib.LocalEntry(p.slot))
	e.tellRoute(e.own(key), true)
}

// own is the route that announces a local address.
func (e *Engine) own(key fib.MACKey) route.MAC {
	l := e.macs.local[key]
	return route.MAC{Domain: key.Domain, MAC: key.MAC, NextHop: e.cfg.Address, PortLabel: l.port.slot.Label(), Seq: l.seq}
}

// removeLocal takes a local address away and lets a remote one take its place.
func (e *Engine) removeLocal(key fib.MACKey) {
	l := e.macs.local[key]
	e.tellRoute(e.own(key), false)
	delete(l.port.macs, key)
	l.port.full = false
	delete(e.macs.local, key)
	e.resolve(key)
}

// flush removes every address behind a port.
func (e *Engine) flush(p *port) {
	for _, key := range sortedKeys(p.macs) {
		e.removeLocal(key)
	}
}

// idle ages addresses out.
func (e *Engine) idle(macs []Silence) {
	aging := e.aging()
	for _, s := range macs {
		l := e.macs.local[s.Key]
		if l != nil && aging > 0 && s.For >= aging && e.now.Sub(l.since) >= aging {
			e.removeLocal(s.Key)
		}
	}
}

// clear forgets local addresses; one that was frozen may move again.
func (e *Engine) clear(keys []fib.MACKey) {
	for _, key := range keys {
		delete(e.macs.mobility, key)
		if e.macs.local[key] != nil {
			e.removeLocal(key)
		}
	}
}

// evictStrays removes the local addresses whose port is no longer in their domain.
func (e *Engine) evictStrays() {
	for _, p := range e.sorted() {
		strays := map[fib.MACKey]bool{}
		for key := range p.macs {
			if !e.member(p, key.Domain) {
				strays[key] = true
			}
		}
		for _, key := range sortedKeys(strays) {
			e.removeLocal(key)
		}
	}
}

// member reports whether the port is in the domain.
func (e *Engine) member(p *port, id inventory.DomainID) bool {
	d := e.installed.Domains[id]
	return d.Untagged.Has(p.slot) || d.Tagged.Has(p.slot)
}

func sortedKeys[V any](m map[fib.MACKey]V) []fib.MACKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b fib.MACKey) int {
		return cmp.Or(cmp.Compare(a.Domain, b.Domain), slices.Compare(a.MAC[:], b.MAC[:]))
	})
}
