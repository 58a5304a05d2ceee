package netdev

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"oneswitch/inventory"
)

// A port that hands up more frames of one protocol a second than this is flooding:
// hellos come ten times a second, LLDP twice a minute.
const maxFramesPerSecond = 200

// frameSize takes the longest frame that a fabric link carries.
const frameSize = 9600

// socket is one AF_PACKET socket for one ethertype on all interfaces. One for each
// port would be bound anew at every move of a cable.
type socket struct {
	file *os.File // owns the descriptor and waits for it with the runtime's poller
	raw  syscall.RawConn
}

func openSocket(ether uint16) (*socket, error) {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, int(swapped(ether)))
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "packet")
	raw, err := file.SyscallConn()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &socket{file, raw}, nil
}

// swapped returns the number in network byte order, as the kernel wants it.
func swapped(ether uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], ether)
	return binary.NativeEndian.Uint16(b[:])
}

// Close closes the sockets of a Net that does not run.
func (n *Net) Close() error { return n.closeSockets() }

func (n *Net) closeSockets() error {
	var errs []error
	for _, s := range n.sockets {
		errs = append(errs, s.file.Close())
	}
	return errors.Join(errs...)
}

// Send sends a whole frame by a port. Its ethertype must be one of those that Open
// was given.
func (n *Net) Send(port inventory.Port, frame []byte) error {
	if len(frame) < 14 {
		return fmt.Errorf("send by port %s: frame of %d octets", port, len(frame))
	}
	ether := binary.BigEndian.Uint16(frame[12:])
	s := n.sockets[ether]
	index, ok := n.indexOf(port)
	if s == nil || !ok {
		return fmt.Errorf("send ethertype %#04x by port %s: no such port or socket", ether, port)
	}
	to := unix.SockaddrLinklayer{Protocol: swapped(ether), Ifindex: index, Halen: 6}
	copy(to.Addr[:], frame[:6])
	var err error
	cerr := s.raw.Write(func(fd uintptr) bool {
		// Never wait: a link protocol repeats itself, and the loop must not stand still.
		err = unix.Sendto(int(fd), frame, unix.MSG_DONTWAIT, &to)
		return true
	})
	if err := errors.Join(cerr, err); err != nil {
		return fmt.Errorf("send by port %s: %w", port, err)
	}
	return nil
}

// receive hands the frames of one ethertype up until the socket is closed.
func (n *Net) receive(ctx context.Context, s *socket) {
	buf := make([]byte, frameSize)
	rate := limiter{seen: map[int]int{}}
	for ctx.Err() == nil {
		size, index, err := s.read(buf)
		switch {
		case errors.Is(err, os.ErrClosed):
			return
		case err != nil:
			continue // an interface went down under a frame (ENETDOWN); the socket lives
		}
		st, ok := n.at(index)
		if !ok || size < 14 || !rate.allow(index, time.Now()) {
			continue
		}
		frame := append([]byte(nil), buf[:size]...)
		n.report(ctx, Event{Kind: Received, State: State{Port: st.Port}, Frame: frame})
	}
}

func (s *socket) read(buf []byte) (size, index int, err error) {
	var from unix.Sockaddr
	cerr := s.raw.Read(func(fd uintptr) bool {
		size, from, err = unix.Recvfrom(int(fd), buf, 0)
		return !errors.Is(err, unix.EAGAIN)
	})
	if cerr != nil {
		return 0, 0, cerr
	}
	if ll, ok := from.(*unix.SockaddrLinklayer); ok {
		index = ll.Ifindex
	}
	return size, index, err
}

// limiter counts the frames of each interface in the second at hand.
type limiter struct {
	second int64
	seen   map[int]int
}

func (l *limiter) allow(index int, now time.Time) bool {
	if s := now.Unix(); s != l.second {
		l.second = s
		clear(l.seen)
	}
	l.seen[index]++
	return l.seen[index] <= maxFramesPerSecond
}
