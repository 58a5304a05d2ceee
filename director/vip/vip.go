// Package vip holds the virtual address of the fabric (the QFabric partition
// address, QF-REF 1.3) on the control network while its director leads.
//
// One goroutine, the caller of Hold, owns the address. It is set with a lifetime
// of three seconds and renewed every second, so the kernel itself removes it when
// the process is killed or frozen (rule D8: dead-man). At take-over neighbours are
// told by gratuitous ARP (RFC 5227 section 3).
//
// Invariant: no address outlives the last renewal by more than Lifetime. The
// package must never decide who leads.
package vip

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"oneswitch/internal/clock"
)

// Lifetime is how long the kernel keeps the address without renewal, and Renewal
// how often it is renewed.
const (
	Lifetime = 3 * time.Second
	Renewal  = time.Second
)

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
// returns an error at once when the address cannot be set the first time; later
// failures are logged and tried again, because the lease and not the address says
// who leads.
func (a Address) Hold(ctx context.Context, c clock.Clock, log *slog.Logger) error {
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
	for claims := 0; ; claims++ {
		// Three claims a second apart: the first may be lost while a bridge still
		// learns the port (RFC 5227 section 2.3 asks for at least two).
		if claims < 3 {
			if err := a.claim(); err != nil {
				log.Warn("gratuitous ARP not sent", "address", a.Prefix.String(), "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C():
			if err := a.renew(); err != nil {
				log.Warn("virtual address not renewed", "address", a.Prefix.String(), "err", err)
			}
		}
	}
}
