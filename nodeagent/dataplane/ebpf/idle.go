package ebpf

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/cilium/ebpf"

	"oneswitch/nodeagent/dataplane"
)

// The programs note when an address was heard in jiffies, which cost nothing to
// read, cut to ageShift bits less, so that a busy address is written a few times a
// second at most.
const ageShift = int(planeFdbValueAGE_SHIFT)

// now asks the kernel for both of its clocks.
func (p *Plane) now() (planeMoment, error) {
	var m planeMoment
	buf := make([]byte, 16)
	if _, err := p.objs.Now.Run(&ebpf.RunOptions{Context: &m, ContextOut: buf}); err != nil {
		return m, fmt.Errorf("read the kernel's clock: %w", err)
	}
	m.Jiffies = le64(buf)
	m.Nanoseconds = le64(buf[8:])
	return m, nil
}

func le64(b []byte) (v uint64) {
	for i := range 8 {
		v |= uint64(b[i]) << (8 * i)
	}
	return v
}

// age returns the present time as the programs write it.
func (p *Plane) age() (uint32, error) {
	m, err := p.now()
	return uint32(m.Jiffies >> ageShift), err
}

// jiffiesPerSecond: the kernel counts jiffies from 2^32 - 300 s (INITIAL_JIFFIES in
// linux/jiffies.h) and monotonic time from zero, so one reading of both tells which
// of the rates that a kernel can be built with this one has. (Only at 300 s after boot,
// to the millisecond, all rates agree; then the most usual one is taken.)
func jiffiesPerSecond(m planeMoment) uint64 {
	best, least := uint64(250), ^uint64(0)
	for _, hz := range []uint64{250, 1000, 100, 300, 24, 48, 64, 128, 200, 256, 500, 1024, 1200} {
		expect := 1<<32 - 300*hz + m.Nanoseconds/1000*hz/1_000_000
		off := max(expect, m.Jiffies) - min(expect, m.Jiffies)
		if off < least {
			best, least = hz, off
		}
	}
	return best
}

// Idle scans the table for the addresses behind own ports that may age.
func (p *Plane) Idle() ([]dataplane.IdleMAC, error) {
	moment, err := p.now()
	if err != nil {
		return nil, err
	}
	now, hz := uint32(moment.Jiffies>>ageShift), jiffiesPerSecond(moment)
	var out []dataplane.IdleMAC
	for c := range p.fdb.all() {
		e := unpackEntry(*p.fdb.value(c))
		slot, local := e.Local()
		if !local || e.Static {
			continue
		}
		// A frame may have been heard after now was read: the difference is signed.
		ticks := max(int32(now-atomic.LoadUint32(p.fdb.heard(c))), 0)
		out = append(out, dataplane.IdleMAC{
			Key:  unpackKey(*p.fdb.key(c)),
			Port: slot,
			Idle: time.Duration(uint64(ticks)<<ageShift*1_000_000/hz) * time.Microsecond,
		})
	}
	return out, nil
}
