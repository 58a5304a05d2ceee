//go:build unix

package echo

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// setTTL bounds the way of what is sent from now on; 0 leaves it to the system.
func setTTL(conn *net.IPConn, ttl int) error {
	if ttl == 0 {
		return nil
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return fmt.Errorf("set TTL: %w", err)
	}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, syscall.IP_TTL, ttl) })
	if err = errors.Join(err, failed); err != nil {
		return fmt.Errorf("set TTL: %w", err)
	}
	return nil
}
