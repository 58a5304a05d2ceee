package memory

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/inventory"
)

// Link is the state of one port's cable.
type Link struct {
	Port inventory.Port
	MAC  inventory.MAC
	Up   bool // a cable is plugged in and its far end is open
}

// watchInterval is how often cables are looked at: carrier is found or lost within it.
const watchInterval = 100 * time.Millisecond

// Cables plugs the cables of one member, which are sockets in a directory, into a
// plane. A port is there once a cable has been laid to it; see Connect.
type Cables struct {
	dir, owner string
	plane      *Plane
	clock      clock.Clock
	log        *slog.Logger
	changes    chan Link
	open       map[inventory.Port]*openPort
	readers    sync.WaitGroup
}

type openPort struct {
	socket *Socket
	up     bool
}

// NewCables prepares the cables of the member with the serial number owner.
func NewCables(dir string, owner inventory.MemberID, p *Plane, log *slog.Logger) *Cables {
	return &Cables{
		dir: dir, owner: string(owner), plane: p, clock: p.clock, log: log,
		changes: make(chan Link), open: map[inventory.Port]*openPort{},
	}
}

// Changes returns the channel on which every port appears once when it is found, and
// again whenever its carrier comes or goes. It must be read while Run runs, which
// closes it at its end.
func (c *Cables) Changes() <-chan Link { return c.changes }

// Run opens the ports and watches their carriers until ctx ends.
func (c *Cables) Run(ctx context.Context) error {
	defer close(c.changes)
	defer c.readers.Wait()
	defer func() {
		for _, p := range c.open {
			p.socket.Close()
		}
	}()
	ticker := c.clock.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		if err := c.look(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C():
		}
	}
}

// look opens ports that have a cable for the first time and compares carriers.
func (c *Cables) look(ctx context.Context) error {
	devices, err := Ends(c.dir, c.owner)
	if err != nil {
		return err
	}
	for _, netdev := range devices {
		port, err := inventory.ParseNetdev(netdev)
		if err != nil {
			return fmt.Errorf("cable of %s: %w", c.owner, err)
		}
		if c.open[port] != nil {
			continue
		}
		if err := c.add(port); err != nil {
			return err
		}
		c.tell(ctx, port, false)
	}
	for port, p := range c.open {
		if up := p.socket.Carrier(); up != p.up {
			p.up = up
			c.tell(ctx, port, up)
		}
	}
	return nil
}

func (c *Cables) add(port inventory.Port) error {
	s, err := OpenSocket(c.dir, End(c.owner, port.Netdev()))
	if err != nil {
		return err
	}
	c.open[port] = &openPort{socket: s}
	c.plane.Plug(port, s)
	c.readers.Add(1)
	go c.read(port, s)
	return nil
}

// read carries frames from a cable into the plane.
func (c *Cables) read(port inventory.Port, s *Socket) {
	defer c.readers.Done()
	buf := make([]byte, maxFrame)
	for {
		n, err := s.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			c.log.Warn("cable cannot be read", "port", port, "reason", err)
			return
		}
		c.plane.Receive(port, buf[:n])
	}
}

func (c *Cables) tell(ctx context.Context, port inventory.Port, up bool) {
	select {
	case c.changes <- Link{Port: port, MAC: address(c.owner, port), Up: up}:
	case <-ctx.Done():
	}
}

// address gives a port an address of its own, the same at every start: a hash with
// the bit of locally administered unicast addresses.
func address(owner string, port inventory.Port) inventory.MAC {
	sum := sha256.Sum256([]byte(End(owner, port.Netdev())))
	m := inventory.MAC(sum[:6])
	m[0] = m[0]&^1 | 2
	return m
}
