//go:build !linux

package vip

import "time"

// On other systems the lab gives both directors their address by other means.
func (a Address) renew() error  { return nil }
func (a Address) remove() error { return nil }
func (a Address) claim() error  { return nil }

func gone(error) bool { return true }

type guard struct{}

func (a Address) newGuard() (*guard, error) { return nil, nil }
func (*guard) open(time.Duration) error     { return nil }
func (*guard) remove() error                { return nil }
