package component

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"oneswitch/internal/clock"
	"oneswitch/internal/syslog"
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
	mu    sync.Mutex
	clock clock.Clock
	all   []home // in the order of the bootstrap file
}

// home is one director.
type home struct {
	address   netip.Addr
	connected bool
	since     time.Time // of the present state
}

func newHomes(directors []netip.Addr, c clock.Clock) *homes {
	h := &homes{clock: c}
	for _, d := range directors {
		h.all = append(h.all, home{address: d, since: c.Now()})
	}
	return h
}

// set notes the state of a director and reports whether it is news.
func (h *homes) set(director netip.Addr, connected bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i := range h.all {
		if d := &h.all[i]; d.address == director && d.connected != connected {
			d.connected, d.since = connected, h.clock.Now()
			return true
		}
	}
	return false
}

// absent returns the directors that we are not connected to.
func (h *homes) absent() []home {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(h.all), func(d home) bool { return d.connected })
}

// arrived notes that a director came or went, in the log as well.
func (c *Component) arrived(director netip.Addr, connected bool) {
	if !c.homes.set(director, connected) {
		return
	}
	m := syslog.Message{At: c.cfg.Clock.Now(), Host: string(c.cfg.Boot.Serial), Facility: syslog.Daemon, Severity: syslog.Notice,
		Process: process, PID: os.Getpid(), Text: fmt.Sprintf("Director %s is connected", director)}
	if !connected {
		m.Severity, m.Text = syslog.Warning, fmt.Sprintf("Director %s is lost", director)
	}
	c.book.Add(m)
}

// process is the name under which a component's management logs.
const process = "mgd"

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
			err = c.ssh.ServeConn(ctx, heard{conn})
			c.arrived(director.Addr(), false)
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

// heard is a connection that ends when nothing has come for a while: a director
// that lives asks for a sign of life far more often. Without it the component would
// believe in a director whose machine or cable has gone, and call nobody.
type heard struct{ net.Conn }

// SetDeadline bounds writes alone: the SSH library lifts both deadlines at each of
// its writes, and the read that waits meanwhile must keep its own.
func (h heard) SetDeadline(t time.Time) error { return h.SetWriteDeadline(t) }

// Read reads what comes within silence.
func (h heard) Read(p []byte) (int, error) {
	if err := h.Conn.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return h.Conn.Read(p)
}
