package memory

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// farSuffix marks the symbolic link that says where the cable of an end leads to.
const farSuffix = ".far"

// End names one end of a cable: the owner's serial number or host name, a colon, and
// the network device, as in P7701-C:xe-0-0-1 or h1:eth0.
func End(owner, netdev string) string { return owner + ":" + netdev }

// Connect lays a cable between two ends in a directory; cables that were there are
// pulled at both their ends. Both ends may already be open.
func Connect(dir, a, b string) error {
	for _, end := range []string{a, b} {
		if err := Disconnect(dir, end); err != nil {
			return err
		}
	}
	for _, l := range [][2]string{{a, b}, {b, a}} {
		if err := os.Symlink(l[1], filepath.Join(dir, l[0]+farSuffix)); err != nil {
			return fmt.Errorf("lay cable %s to %s: %w", a, b, err)
		}
	}
	return nil
}

// Disconnect pulls the cable of an end, if there is one, at both its ends.
func Disconnect(dir, end string) error {
	far, err := Far(dir, end)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = errors.Join(unlink(dir, end), unlink(dir, far))
	}
	if err != nil {
		return fmt.Errorf("pull cable of %s: %w", end, err)
	}
	return nil
}

func unlink(dir, end string) error {
	if err := os.Remove(filepath.Join(dir, end+farSuffix)); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Far returns the far end of an end's cable; the error is os.ErrNotExist if no
// cable is plugged in.
func Far(dir, end string) (string, error) {
	return os.Readlink(filepath.Join(dir, end+farSuffix))
}

// Ends returns the devices of an owner that have a cable.
func Ends(dir, owner string) ([]string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list cables: %w", err)
	}
	var out []string
	for _, f := range files {
		name, plugged := strings.CutSuffix(f.Name(), farSuffix)
		if netdev, mine := strings.CutPrefix(name, owner+":"); mine && plugged {
			out = append(out, netdev)
		}
	}
	return out, nil
}

// Socket is an open end of a cable: a datagram socket, one frame per datagram.
type Socket struct {
	dir, end string
	conn     *net.UnixConn

	mu struct { // guards the connection to the far end
		sync.Mutex
		far    string
		sender *net.UnixConn
	}
}

// maxFrame is the longest frame that a cable carries.
const maxFrame = 16 << 10

// OpenSocket opens an end. The socket file of a process that died is replaced.
func OpenSocket(dir, end string) (*Socket, error) {
	path := socketPath(dir, end)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("open cable %s: %w", end, err)
	}
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("open cable %s: %w", end, err)
	}
	return &Socket{dir: dir, end: end, conn: conn}, nil
}

// socketPath keeps the path below what a socket address holds (108 octets on Linux)
// by going through the working directory if that is shorter.
func socketPath(dir, end string) string {
	path := filepath.Join(dir, end)
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, path); err == nil && len(rel) < len(path) {
			return rel
		}
	}
	return path
}

// Read waits for a frame. It fails with net.ErrClosed after Close.
func (s *Socket) Read(b []byte) (int, error) {
	n, _, err := s.conn.ReadFromUnix(b)
	return n, err
}

// Send sends a frame to the far end. A frame that the far end has no room for is
// lost, as on any wire.
func (s *Socket) Send(frame []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.sender == nil {
		return fmt.Errorf("send by cable %s: no carrier", s.end)
	}
	if err := sendNow(s.mu.sender, frame); err != nil {
		return fmt.Errorf("send by cable %s: %w", s.end, err)
	}
	return nil
}

// Carrier looks whether the cable is plugged in and its far end is open, and
// connects to it. It must be called now and then; it is what notices a change.
func (s *Socket) Carrier() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	far, err := Far(s.dir, s.end)
	if err != nil {
		s.hangUp()
		return false
	}
	// The far end may have been opened anew by another process: only a new
	// connection tells.
	sender, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socketPath(s.dir, far), Net: "unixgram"})
	if err != nil {
		s.hangUp()
		return false
	}
	s.hangUp()
	s.mu.far, s.mu.sender = far, sender
	return true
}

// hangUp drops the connection to the far end; the caller holds the lock.
func (s *Socket) hangUp() {
	if s.mu.sender != nil {
		s.mu.sender.Close()
	}
	s.mu.far, s.mu.sender = "", nil
}

// Close closes the end: the far end loses its carrier.
func (s *Socket) Close() error {
	s.mu.Lock()
	s.hangUp()
	s.mu.Unlock()
	return s.conn.Close()
}
