package fabricctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"sync"

	"oneswitch/fabricctl/reflector"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
)

// Run is the role: it serves until ctx ends.
func Run(ctx context.Context, f bootstrap.File, log *slog.Logger) error {
	clients, err := openRoster(filepath.Join(f.State, rosterFile))
	if err != nil {
		return err
	}
	local := f.Address.Addr()
	l, err := net.Listen("tcp", net.JoinHostPort(local.String(), strconv.Itoa(int(f.Ports.BGP))))
	if err != nil {
		return fmt.Errorf("listen for BGP: %w", err)
	}
	r := reflector.New(reflector.Config{
		Local:      local,
		Reflectors: f.Reflect,
		Port:       f.Ports.BGP,
		Expect:     clients.known(),
		Joined:     clients.joined,
		Clock:      clock.Real{},
		Log:        log,
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return serve(cancel,
		func() error { return r.Run(ctx, l) },
		func() error { return clients.run(ctx, log) },
	)
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
