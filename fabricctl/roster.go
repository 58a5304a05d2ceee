package fabricctl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"oneswitch/internal/durable"
)

// rosterFile is where the roster lies below the state directory.
const rosterFile = "clients.json"

// roster remembers over restarts who our neighbours were, so that a new reflector
// knows whom to wait for before it says that it is complete. The reflector adds to
// it; run writes the file.
type roster struct {
	path string
	mu   struct {
		sync.Mutex
		members []netip.Addr
	}
	changed chan struct{}
}

// openRoster reads the roster at path. A file that cannot be understood is no
// reason not to start: a roster only makes a restart smoother.
func openRoster(path string) (*roster, error) {
	r := &roster{path: path, changed: make(chan struct{}, 1)}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read list of clients: %w", err)
	}
	var members []netip.Addr
	if json.Unmarshal(b, &members) == nil {
		r.mu.members = slices.DeleteFunc(members, func(a netip.Addr) bool { return !a.IsValid() })
	}
	return r, nil
}

func (r *roster) known() []netip.Addr {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.mu.members)
}

// joined notes a neighbour. It does not block.
func (r *roster) joined(a netip.Addr) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if slices.Contains(r.mu.members, a) {
		return
	}
	r.mu.members = append(r.mu.members, a)
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

// run writes the file after each change until ctx ends.
func (r *roster) run(ctx context.Context, log *slog.Logger) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.changed:
			if err := r.save(); err != nil {
				log.Error("write list of clients", "reason", err)
			}
		}
	}
}

// save replaces the file in one step, so that a crash leaves the old or the new.
func (r *roster) save() error {
	b, err := json.Marshal(r.known())
	if err != nil {
		return fmt.Errorf("encode list of clients: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(r.path), 0o700); err != nil {
		return fmt.Errorf("make state directory: %w", err)
	}
	if err := durable.Replace(r.path, b, 0o600); err != nil {
		return fmt.Errorf("write list of clients: %w", err)
	}
	return nil
}
