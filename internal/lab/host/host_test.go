package host_test

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"oneswitch/internal/lab/host"
	"oneswitch/inventory"
)

// wire is one direction of a cable in memory.
type end struct {
	out chan<- []byte
	in  <-chan []byte
}

var errClosed = errors.New("cable closed")

func (e end) Send(f []byte) error { e.out <- f; return nil }

func (e end) Receive() ([]byte, error) {
	f, ok := <-e.in
	if !ok {
		return nil, errClosed
	}
	return f, nil
}

func TestPing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ab, ba := make(chan []byte, 16), make(chan []byte, 16)
		a := host.New(inventory.MAC{2, 0, 0, 0, 0, 1}, netip.MustParseAddr("10.0.0.1"), end{ab, ba})
		b := host.New(inventory.MAC{2, 0, 0, 0, 0, 2}, netip.MustParseAddr("10.0.0.2"), end{ba, ab})
		ended := make(chan error, 2)
		go func() { ended <- a.Run() }()
		go func() { ended <- b.Run() }()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := a.Ping(ctx, netip.MustParseAddr("10.0.0.2")); err != nil {
			t.Errorf("ping of a neighbour: %v", err)
		}
		if _, err := a.Ping(ctx, netip.MustParseAddr("10.0.0.9")); !errors.Is(err, host.ErrNoAnswer) {
			t.Errorf("ping of nobody: %v, want no answer", err)
		}
		// What is not for the host, short or garbled, changes nothing and ends nothing.
		for _, f := range [][]byte{nil, {1}, make([]byte, 13), make([]byte, 14), make([]byte, 60),
			append(make([]byte, 12), 0x08, 0x06), append(make([]byte, 12), 0x08, 0x00, 0x45)} {
			ab <- f
		}
		synctest.Wait()
		close(ab)
		close(ba)
		for range 2 {
			if err := <-ended; !errors.Is(err, errClosed) {
				t.Errorf("Run ended with %v", err)
			}
		}
	})
}
