package component

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// How a lost director is dialled again: at once after a connection that held, then
// ever slower up to a second, and never all members in step.
const (
	firstRetry  = 50 * time.Millisecond
	maxRetry    = time.Second
	dialTimeout = 2 * time.Second
)

// homes are the directors and whether we are connected to each. It is shared by
// the goroutines that call home and by the commands that ask.
type homes struct {
	mu        sync.Mutex
	directors []netip.Addr
	connected map[netip.Addr]bool
}

func newHomes(directors []netip.Addr) *homes {
	return &homes{directors: directors, connected: make(map[netip.Addr]bool)}
}

func (h *homes) set(director netip.Addr, connected bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.connected[director] = connected
}

// absent returns the directors that we are not connected to.
func (h *homes) absent() []netip.Addr {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(h.directors), func(d netip.Addr) bool { return h.connected[d] })
}

// callHome keeps a connection to one director (RFC 8071 section 3.1): we dial, and
// serve SSH on what we have dialled.
func (c *Component) callHome(ctx context.Context, director netip.AddrPort) {
	log := c.cfg.Log.With("director", director.String())
	wait := firstRetry
	told := ""
	for ctx.Err() == nil {
		conn, err := c.dial(ctx, director)
		if err == nil {
			log.Info("called home")
			told, wait = "", firstRetry
			c.homes.set(director.Addr(), true)
			err = c.ssh.ServeConn(ctx, conn)
			c.homes.set(director.Addr(), false)
			if ctx.Err() == nil && err == nil {
				log.Info("director has hung up")
			}
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil && err.Error() != told { // an absent director is one line, not one a second
			told = err.Error()
			log.Warn("call home", "err", err)
		}
		timer := c.cfg.Clock.NewTimer(wait/2 + rand.N(wait/2))
		select {
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			return
		}
		wait = min(2*wait, maxRetry)
	}
}

// dial comes from the control-plane address, by which the director knows us before
// it has seen our key.
func (c *Component) dial(ctx context.Context, director netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{
		Timeout:         dialTimeout,
		KeepAliveConfig: keepAlive(),
		LocalAddr:       net.TCPAddrFromAddrPort(netip.AddrPortFrom(c.cfg.Boot.Address.Addr(), 0)),
	}
	conn, err := d.DialContext(ctx, "tcp", director.String())
	if err != nil {
		return nil, fmt.Errorf("dial director: %w", err)
	}
	return conn, nil
}
