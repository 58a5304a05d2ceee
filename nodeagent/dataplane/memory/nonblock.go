package memory

import (
	"errors"
	"net"
	"syscall"
)

// sendNow writes a datagram without waiting for room: a full far end loses frames, it
// must not hold up the whole plane.
func sendNow(c *net.UnixConn, frame []byte) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var sent error
	err = raw.Write(func(fd uintptr) bool {
		_, sent = syscall.Write(int(fd), frame)
		return true
	})
	if errors.Is(sent, syscall.EAGAIN) {
		sent = nil // lost
	}
	return errors.Join(err, sent)
}
