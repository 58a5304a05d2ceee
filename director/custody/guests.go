package custody

import (
	"net"
	"net/netip"
	"sync"
)

// guests are the connections that came in.
type guests struct {
	mu   sync.Mutex // guards the group below
	open map[*guest]struct{}
}

// guarded is a listener that remembers its connections.
type guarded struct {
	net.Listener
	guests *guests
}

// Accept returns the next connection.
func (g guarded) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	in := &guest{Conn: c, of: g.guests}
	g.guests.mu.Lock()
	defer g.guests.mu.Unlock()
	if g.guests.open == nil {
		g.guests.open = map[*guest]struct{}{}
	}
	g.guests.open[in] = struct{}{}
	return in, nil
}

// guest is one connection.
type guest struct {
	net.Conn
	of *guests
}

// Close closes the connection and forgets it.
func (g *guest) Close() error {
	g.of.mu.Lock()
	delete(g.of.open, g)
	g.of.mu.Unlock()
	return g.Conn.Close()
}

// reset ends the connections to an address and says how many there were. The peer gets
// a reset at once: an orderly end would wait for answers to an address that has moved.
func (g *guests) reset(a netip.Addr) int {
	g.mu.Lock()
	var ours []*guest
	for c := range g.open {
		if local, ok := c.LocalAddr().(*net.TCPAddr); ok && local.AddrPort().Addr().Unmap() == a {
			ours = append(ours, c)
		}
	}
	g.mu.Unlock()
	for _, c := range ours {
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0) // then Close sends a reset
		}
		_ = c.Close()
	}
	return len(ours)
}
