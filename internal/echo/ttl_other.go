//go:build !unix

package echo

import (
	"errors"
	"net"
)

// setTTL is known on Unix alone.
func setTTL(_ *net.IPConn, ttl int) error {
	if ttl == 0 {
		return nil
	}
	return errors.New("set TTL: not supported on this system")
}
