package ebpf

import (
	"fmt"

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
