//go:build !linux

package bgp

import "syscall"

// control does nothing: see Protection.
func (p Protection) control(string, string, syscall.RawConn) error { return nil }
