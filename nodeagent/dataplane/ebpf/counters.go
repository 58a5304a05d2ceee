package ebpf

import (
	"fmt"
	"sync/atomic"

	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/fib"
)

// Counters sums the per-CPU counters up.
func (p *Plane) Counters() (dataplane.Counters, error) {
	out := dataplane.Counters{Ports: map[fib.Slot]dataplane.PortCounters{}}
	var drops []planeDropCounters
	if err := p.objs.Drops.Lookup(uint32(0), &drops); err != nil {
		return out, fmt.Errorf("read drop counters: %w", err)
	}
	for _, cpu := range drops {
		for i, n := range cpu.Dropped {
			out.Drops[i] += n
		}
		out.Detours += cpu.Detours
	}
	for i := range p.ports.rows {
		if p.ports.rows[i].Kind == uint8(planePortKindABSENT) {
			continue
		}
		c, err := p.portCounters(fib.Slot(i))
		if err != nil {
			return out, err
		}
		out.Ports[fib.Slot(i)] = c
	}
	return out, nil
}

func (p *Plane) portCounters(slot fib.Slot) (dataplane.PortCounters, error) {
	var sum dataplane.PortCounters
	var cpus []planePortCounters
	if err := p.objs.Counters.Lookup(uint32(slot), &cpus); err != nil {
		return sum, fmt.Errorf("read counters of slot %d: %w", slot, err)
	}
	for _, c := range cpus {
		sum.InFrames += c.InFrames
		sum.InOctets += c.InOctets
		sum.OutFrames += c.OutFrames
		sum.OutOctets += c.OutOctets
		sum.Dropped += c.Dropped
	}
	return sum, nil
}

// zeroCounters makes the counters of a slot ready for another port.
func (p *Plane) zeroCounters(slot fib.Slot) error {
	var cpus []planePortCounters
	err := p.objs.Counters.Lookup(uint32(slot), &cpus)
	if err == nil {
		clear(cpus)
		err = p.objs.Counters.Put(uint32(slot), cpus)
	}
	if err != nil {
		return fmt.Errorf("clear counters of slot %d: %w", slot, err)
	}
	return nil
}

// Echoes reads what the programs noted. A row may be read between the stores of its two
// halves; the owner asks again soon.
func (p *Plane) Echoes() map[fib.Slot]fib.Echo {
	out := map[fib.Slot]fib.Echo{}
	for i := range p.echoes.rows {
		row := &p.echoes.rows[i]
		if n := atomic.LoadUint64(&row.Number); n != 0 {
			out[fib.Slot(i)] = fib.Echo{Life: atomic.LoadUint64(&row.Life), Number: n}
		}
	}
	return out
}
