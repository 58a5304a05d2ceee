package nodeagent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"oneswitch/internal/bootstrap"
	"oneswitch/inventory"
	"oneswitch/nodeagent/dataplane"
	"oneswitch/nodeagent/dataplane/ebpf"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/netdev"
)

// openKernel opens the plane in the kernel and the ports of our network namespace.
func openKernel(f bootstrap.File, log *slog.Logger) (forwarding, error) {
	net, err := netdev.Open(dataplane.EtherLLDP, dataplane.EtherHello)
	if err != nil {
		return forwarding{}, fmt.Errorf("open ports: %w", err)
	}
	p, err := ebpf.Open(ebpf.Options{Pins: f.Pins, Log: log})
	if err != nil {
		return forwarding{}, errors.Join(err, net.Close())
	}
	k := &kernel{Net: net, log: log, events: make(chan engine.Event, 256)}
	return forwarding{plane: p, ports: k, links: net, close: p.Close}, nil
}

// kernel are the ports that are Linux interfaces.
type kernel struct {
	*netdev.Net
	log    *slog.Logger
	events chan engine.Event
}

// Run reports what happens to the interfaces.
func (k *kernel) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	return together(cancel,
		func() error { return k.Net.Run(ctx) },
		func() error { return k.translate(ctx) },
	)
}

func (k *kernel) translate(ctx context.Context) error {
	quiet := map[inventory.Port]int{}
	for {
		var ev engine.Event
		select {
		case <-ctx.Done():
			return nil
		case e := <-k.Net.Events():
			if e.Kind == netdev.Changed && quiet[e.Port] != e.Index {
				quiet[e.Port] = e.Index
				if err := k.Quiet(e.Port); err != nil {
					k.log.Warn("the kernel's own stack stays on a port", "port", e.Port, "error", err)
				}
			}
			ev = event(e)
		}
		select {
		case k.events <- ev:
		case <-ctx.Done():
			return nil
		}
	}
}

// event turns a report of netdev into an event of the engine.
func event(e netdev.Event) engine.Event {
	switch e.Kind {
	case netdev.Gone:
		return engine.PortGone{Port: e.Port}
	case netdev.Listed:
		return engine.PortsListed{}
	case netdev.Received:
		return engine.Frame{Port: e.Port, Frame: e.Frame}
	}
	return engine.PortChange(e.State)
}

// Events returns what happens at the ports.
func (k *kernel) Events() <-chan engine.Event { return k.events }
