// Package vip holds the virtual address of the fabric (the QFabric partition
// address, QF-REF 1.3) on the control network while its director leads.
//
// One goroutine, the caller of Hold, owns the address. Two things in the kernel take it
// from a process that is killed or frozen (rule D8: dead-man): a guard, which lets
// nothing leave from the address after the moment until which its holder may answer,
// to the millisecond, and the lifetime of the address. At take-over neighbours are told
// by gratuitous ARP (RFC 5227 section 3).
//
// Invariants: no kernel answers beyond the moment that Hold was told last, and a leader's
// moment is the end of its lease, before which nobody else leads: no two answer. What the
// kernel has removed Hold does not set again, since its caller's right may have ended with
// it. The package must never decide who leads.
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

// Lifetime is how long the kernel keeps the address without renewal: longer than any
// holder may answer without being told so again. Renewal is how often both the moment
// and the lifetime are renewed: as often as the lease.
const (
	Lifetime = 3 * time.Second
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

// Hold keeps the address on the interface until ctx ends, then removes it. It is asked
// at every renewal until when it may answer. It returns an error when the address cannot
// be set the first time, and ErrLost when this process did not get to renewing it for a
// Lifetime: whether it may be set again is for the caller to find out. Other failures are
// logged and tried again.
func (a Address) Hold(ctx context.Context, until func() time.Time, c clock.Clock, log *slog.Logger) error {
	h := holder{a, until, c, log, nil}
	var err error
	if h.guard, err = a.newGuard(); err != nil {
		// A kernel without such filters: the lifetime has to do.
		log.Warn("the virtual address is not guarded: when this director freezes it may answer for three seconds more", "err", err)
	}
	renewed := c.Now()
	if err := h.renew(); err != nil {
		return errors.Join(fmt.Errorf("set virtual address %s on %s: %w", a.Prefix, a.Interface, err), h.guard.remove())
	}
	defer h.leave()
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
		err := h.renew()
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

// holder is one Hold.
type holder struct {
	Address
	until func() time.Time
	clock clock.Clock
	log   *slog.Logger
	guard *guard
}

// renew tells the kernel until when it may answer, and that the address lives.
func (h *holder) renew() error {
	if err := h.guard.open(h.until().Sub(h.clock.Now())); err != nil {
		return err
	}
	return h.Address.renew()
}

// leave removes the address and then the guard. If the address cannot be removed the
// guard stays and keeps it silent until its lifetime ends.
func (h *holder) leave() {
	if err := h.remove(); err != nil && !gone(err) {
		h.log.Warn("virtual address stays until its lifetime ends", "address", h.Prefix.String(), "err", err)
		return
	}
	if err := h.guard.remove(); err != nil {
		h.log.Warn("guard of the virtual address stays", "address", h.Prefix.String(), "err", err)
	}
}

// Three claims a second apart: the first may be lost while a bridge still learns the
// port (RFC 5227 section 2.3 asks for at least two).
const (
	claims   = 3
	perClaim = int(time.Second / Renewal)
)
