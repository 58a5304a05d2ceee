package nodeagent

import (
	"context"
	"fmt"
	"log/slog"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane/memory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/mgmt"
)

// forwarding is a plane with the ports that belong to it.
type forwarding struct {
	plane plane
	ports ports
	links mgmt.Links // nil without a kernel
	close func() error
}

// Close gives the plane up; a plane in the kernel goes on forwarding.
func (f forwarding) Close() error { return f.close() }

func openForwarding(f bootstrap.File, c clock.Clock, log *slog.Logger) (forwarding, error) {
	switch f.Plane {
	case "memory":
		p := memory.New(c)
		cables := memory.NewCables(f.Cables, f.Serial, p, log)
		return forwarding{plane: p, ports: newCabled(p, cables), close: func() error { return nil }}, nil
	case "ebpf":
		return openKernel(f, log)
	}
	return forwarding{}, fmt.Errorf("plane %q is neither ebpf nor memory", f.Plane)
}

// cabled are the ports of the memory plane.
type cabled struct {
	plane  *memory.Plane
	cables *memory.Cables
	events chan engine.Event
	index  map[inventory.Port]int
}

func newCabled(p *memory.Plane, c *memory.Cables) *cabled {
	return &cabled{plane: p, cables: c, events: make(chan engine.Event, 256), index: map[inventory.Port]int{}}
}

// Run reports the cables and the frames handed up. There is nothing to adopt from a
// plane that ended with its process, so the list of ports is complete at once.
func (c *cabled) Run(ctx context.Context) error {
	c.report(ctx, engine.PortsListed{})
	return together(func() {},
		func() error { return c.cables.Run(ctx) },
		func() error { return c.follow(ctx) },
	)
}

func (c *cabled) follow(ctx context.Context) error {
	changes := c.cables.Changes()
	for {
		select {
		case l, ok := <-changes:
			if !ok {
				return nil // the end of Run, by ctx or by its error
			}
			if c.index[l.Port] == 0 {
				c.index[l.Port] = len(c.index) + 1
			}
			c.report(ctx, engine.PortChange{
				Port: l.Port, Index: c.index[l.Port], MAC: l.MAC, Admin: true, Carrier: l.Up, MTU: cableMTU,
			})
		case p := <-c.plane.Punts():
			c.report(ctx, engine.Frame{Port: p.Port, Frame: p.Frame})
		}
	}
}

// cableMTU is what a cable of the memory plane carries.
const cableMTU = 9300

func (c *cabled) report(ctx context.Context, ev engine.Event) {
	select {
	case c.events <- ev:
	case <-ctx.Done():
	}
}

// Events returns what happens at the ports.
func (c *cabled) Events() <-chan engine.Event { return c.events }

// Set does nothing: a cable has no settings.
func (c *cabled) Set(inventory.Port, bool, int) error { return nil }

// Send sends a frame by a port.
func (c *cabled) Send(port inventory.Port, frame []byte) error { return c.plane.Send(port, frame) }
