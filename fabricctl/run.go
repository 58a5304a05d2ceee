package fabricctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"runtime/debug"
	"sync"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/reflector"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/oper"
)

// Run is the role: it serves until ctx ends.
func Run(ctx context.Context, f bootstrap.File, log *slog.Logger) error {
	clients, err := openRoster(filepath.Join(f.State, rosterFile))
	if err != nil {
		return err
	}
	secret, err := f.ReadSecret()
	if err != nil {
		return err
	}
	protection, err := bgp.Protected(secret)
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	c := clock.Real{}
	r := reflector.New(reflector.Config{
		Local:      f.Address.Addr(),
		AS:         fabricAS,
		Reflectors: f.Reflect,
		Port:       f.Ports.BGP,
		Protection: protection,
		Expect:     clients.known(),
		Joined:     clients.joined,
		Clock:      c,
		Log:        log,
	})
	face, err := openFace(f, r, c, log)
	if err != nil {
		return err
	}
	l, err := protection.Listen(ctx, netip.AddrPortFrom(f.Address.Addr(), f.Ports.BGP))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return serve(cancel,
		func() error { return r.Run(ctx, l) },
		func() error { return clients.run(ctx, log) },
		func() error { return face.Run(ctx) },
	)
}

// gcPercent lets the heap grow to five times what is alive before it is collected:
// the table is free of pointers and small (some 60 bytes a route), and collecting
// in the middle of a load costs more than the room.
const gcPercent = 400

// openFace builds the management that directors and shells see.
func openFace(f bootstrap.File, r *reflector.Reflector, c clock.Clock, log *slog.Logger) (*component.Component, error) {
	words, err := schema.Load()
	if err != nil {
		return nil, fmt.Errorf("load schema: %w", err)
	}
	own := commands{f, r, c}
	registry := oper.New(command.NewOperational(words, schema.ServedByFabricControl))
	own.register(registry)
	return component.New(component.Config{
		Boot: f, Registry: registry, Identity: own.identity, Complete: own.complete, Clock: c, Log: log,
	})
}

// serve runs the parts of the role at once. The first that ends stops the others:
// without one of them the role is of no use, and a supervisor starts it again.
func serve(stop func(), parts ...func() error) error {
	var running sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		running.Go(func() {
			defer stop()
			errs[i] = part()
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
