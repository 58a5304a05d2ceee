package netdev

import (
	"context"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// carrierInterval is how often the carriers of fabric links are looked at. The
// kernel tells the loss of a carrier at once only for some interfaces; for others,
// plain NICs among them, it tells at most once a second (dataplane.md section 5).
const carrierInterval = 20 * time.Millisecond

// etherLink is ETHTOOL_GLINK: is there a link?
const etherLink = 0x0000000a

// carriers asks the kernel for the carriers of interfaces.
type carriers struct{ fd int }

func openCarriers() (carriers, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return carriers{}, fmt.Errorf("open socket for link states: %w", err)
	}
	return carriers{fd}, nil
}

func (c carriers) close() { _ = unix.Close(c.fd) } // nothing was written

// up reports whether an interface that is administratively up has a carrier; an
// error means that it is gone or does not tell.
func (c carriers) up(name string) (bool, error) {
	value := struct{ cmd, data uint32 }{cmd: etherLink}
	request := struct {
		name [unix.IFNAMSIZ]byte
		data unsafe.Pointer
		_    [16]byte // the rest of struct ifreq
	}{data: unsafe.Pointer(&value)}
	copy(request.name[:unix.IFNAMSIZ-1], name)
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(c.fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request)))
	runtime.KeepAlive(&value)
	if errno != 0 {
		return false, errno
	}
	return value.data != 0, nil
}

// look compares the carriers of the fabric links with what was told last. Only a
// loss is taken from here: of a gain the kernel tells without delay.
func (n *Net) look(ctx context.Context, c carriers) {
	for _, s := range n.states() {
		if !s.Port.IsFabric() || !s.Admin || !s.Carrier {
			continue
		}
		if up, err := c.up(s.Port.Netdev()); err == nil && !up {
			s.Carrier = false
			n.changed(ctx, s)
		}
	}
}
