package mgmt

import (
	"context"
	"sync"
	"time"

	"oneswitch/internal/report/screen"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/fib"
	"oneswitch/nodeagent/netdev"
)

// portCounters are all counters of a port: what the plane forwarded, and what the
// kernel knows beside.
type portCounters struct {
	plane  dataplane.PortCounters
	kernel netdev.Counters
}

// counters reads all counters, the plane's on the loop's goroutine.
func (m *Mgmt) counters(ctx context.Context) (map[inventory.Port]portCounters, error) {
	out := map[inventory.Port]portCounters{}
	var failed error
	err := m.cfg.Member.View(ctx, func(e *engine.Engine, p dataplane.Plane) {
		c, err := p.Counters()
		failed = err
		for _, v := range e.Ports() {
			out[v.Port] = portCounters{plane: c.Ports[v.Slot]}
		}
	})
	if err == nil {
		err = failed
	}
	if err != nil || m.cfg.Links == nil {
		return out, err
	}
	kernel, err := m.cfg.Links.Counters()
	for port, c := range out {
		c.kernel = kernel[port]
		out[port] = c
	}
	return out, err
}

// drops returns the plane's drop reasons that are not zero.
func drops(p dataplane.Plane) []screen.Drop {
	c, err := p.Counters()
	if err != nil {
		return nil
	}
	var out []screen.Drop
	for i, n := range c.Drops {
		if r := fib.Reason(i); n > 0 && r != fib.Kept {
			out = append(out, screen.Drop{Name: r.String(), Packets: n})
		}
	}
	return out
}

// total is the traffic of a port: the plane counts what it forwarded and the kernel
// what passed the interface. A frame that one of them does not see (a hello; a frame
// handed straight into a socket) is seen by the other.
func (c portCounters) total() screen.Traffic {
	return screen.Traffic{
		InputBytes: max(c.plane.InOctets, c.kernel.InOctets), InputPackets: max(c.plane.InFrames, c.kernel.InFrames),
		OutputBytes: max(c.plane.OutOctets, c.kernel.OutOctets), OutputPackets: max(c.plane.OutFrames, c.kernel.OutFrames),
	}
}

// rates keeps the last two samples of every port.
type rates struct {
	mu struct {
		sync.Mutex
		at, before   time.Time
		last, former map[inventory.Port]screen.Traffic
	}
}

func (r *rates) sample(now time.Time, all map[inventory.Port]portCounters) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.before, r.mu.former = r.mu.at, r.mu.last
	r.mu.at, r.mu.last = now, make(map[inventory.Port]screen.Traffic, len(all))
	for port, c := range all {
		r.mu.last[port] = c.total()
	}
}

// fill puts the rates of a port into t.
func (r *rates) fill(port inventory.Port, t *screen.Traffic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last, ok := r.mu.last[port]
	former, before := r.mu.former[port]
	d := r.mu.at.Sub(r.mu.before).Seconds()
	if !ok || !before || d <= 0 {
		return
	}
	per := func(now, then uint64) uint64 {
		if now < then {
			return 0 // counters began anew
		}
		return uint64(float64(now-then) / d)
	}
	t.InputBPS, t.OutputBPS = 8*per(last.InputBytes, former.InputBytes), 8*per(last.OutputBytes, former.OutputBytes)
	t.InputPPS, t.OutputPPS = per(last.InputPackets, former.InputPackets), per(last.OutputPackets, former.OutputPackets)
}
