// Package vip holds the virtual address of the fabric (the QFabric partition
// address, QF-REF 1.3) on the control network while its director leads.
//
// One goroutine, the caller of Hold, owns the address. It is set with a lifetime
// of a second and renewed four times a second, so the kernel itself removes it when
// the process is killed or frozen (rule D8: dead-man). At take-over neighbours are
// told by gratuitous ARP (RFC 5227 section 3).
//
// Invariants: no address outlives the last renewal by more than Lifetime and Slack,
// which is less than a lease has left when its leader stops; and what the kernel has
// removed Hold does not set again, since its caller's right may have ended with it. So
// no two kernels answer. The package must never decide who leads.
package vip

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"oneswitch/internal/clock"
)

// Lifetime is how long the kernel keeps the address without renewal: whole seconds are
// what it counts in. Slack is how much later it may remove it, since it looks at
// lifetimes by rounded timers (check_lifetime in net/ipv4/devinet.c), and Renewal how
// often the lifetime is renewed. A leader that is stopped has at least its lease's TTL less
// one beat, 1.75 s, before another one takes over (director/lease).
const (
	Lifetime = time.Second
	Slack    = 250 * time.Millisecond
	Renewal  = 250 * time.Millisecond
)

// ErrLost is returned by Hold when it was not renewed in time.
var ErrLost = errors.New("the virtual address was not renewed in time, and the kernel has removed it")

// Address is the virtual address and where it lives.
type Address struct {
	Prefix    netip.Prefix
	Interface string
}

// Release removes the address if the interface has it: what a director that was
// killed left behind must not answer for the one that leads now.
func (a Address) Release() {
	_ = a.remove() // not there is what is wanted; otherwise its lifetime ends it
}

// Hold keeps the address on the interface until ctx ends, then removes it. It
// returns an error when the address cannot be set the first time, and ErrLost when
// this process did not get to renewing it for a Lifetime: whether it may be set again is
// for the caller to find out. Other failures are logged and tried again.
func (a Address) Hold(ctx context.Context, c clock.Clock, log *slog.Logger) error {
	renewed := c.Now()
	if err := a.renew(); err != nil {
		return fmt.Errorf("set virtual address %s on %s: %w", a.Prefix, a.Interface, err)
	}
	defer func() {
		if err := a.remove(); err != nil {
			log.Warn("virtual address stays until its lifetime ends", "address", a.Prefix.String(), "err", err)
		}
	}()
	tick := c.NewTicker(Renewal)
	defer tick.Stop()
	for n := 0; ; n++ {
		if n%perClaim == 0 && n < claims*perClaim {
			if err := a.claim(); err != nil {
				log.Warn("gratuitous ARP not sent", "address", a.Prefix.String(), "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C():
		}
		now := c.Now()
		if now.Sub(renewed) >= Lifetime {
			return ErrLost
		}
		err := a.renew()
		if c.Now().Sub(renewed) >= Lifetime { // stopped in between: it may have been set anew
			return ErrLost
		}
		if err == nil {
			renewed = now
		} else {
			log.Warn("virtual address not renewed", "address", a.Prefix.String(), "err", err)
		}
	}
}

// Three claims a second apart: the first may be lost while a bridge still learns the
// port (RFC 5227 section 2.3 asks for at least two).
const (
	claims   = 3
	perClaim = int(time.Second / Renewal)
)
