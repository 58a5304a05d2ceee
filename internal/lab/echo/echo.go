// Package echo sends ICMP echo requests from a network namespace, for machines
// without the ping tool and for the lab's own look at whether it forwards.
//
// It keeps no state: a socket belongs to whoever opened it. It must never send to
// anything but the address it is given.
package echo

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
	"time"

	"oneswitch/internal/echo"
	"oneswitch/internal/lab/wiring"
)

// Socket is a socket for ICMP in a namespace.
type Socket struct{ socket *echo.Socket }

// Open opens a socket in a namespace.
func Open(ctx context.Context, namespace string) (s Socket, err error) {
	err = wiring.Do(namespace, func() error {
		s.socket, err = echo.Open(ctx)
		return err
	})
	return s, err
}

// Close closes the socket.
func (s Socket) Close() error { return s.socket.Close() }

// Once sends one echo request and returns how long its answer took, 0 when none
// came within wait. A host whose port is not up yet refuses to send: that is no
// answer.
func (s Socket) Once(ctx context.Context, to netip.Addr, sequence uint16, wait time.Duration) (time.Duration, error) {
	a, err := s.socket.Once(ctx, echo.Request{To: to, Sequence: sequence}, wait)
	if errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETDOWN) {
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		return 0, nil
	}
	return a.Took, err
}
