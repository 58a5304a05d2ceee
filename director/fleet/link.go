package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"oneswitch/internal/netconf"
	"oneswitch/internal/sshnet"
)

// operSessions bounds how many operational commands run on one component at a
// time. A component takes 8 channels a connection.
const operSessions = 4

// link is one connection to one component.
type link struct {
	ssh     *sshnet.Client
	commits *netconf.Client // commit traffic, in turn
	audits  *netconf.Client // looks at the stamp, which a slow prepare must not hold up

	slots   chan struct{}  // one token per operational session that may be in use
	working sync.WaitGroup // calls on them

	mu     sync.Mutex // guards the group below
	idle   []*netconf.Client
	closed bool
}

// open makes a link over an SSH connection, with the sessions that it always has.
// On error the connection is closed.
func open(ctx context.Context, ssh *sshnet.Client) (*link, error) {
	l := &link{ssh: ssh, slots: make(chan struct{}, operSessions)}
	var err error
	if l.commits, err = l.session(ctx); err == nil {
		l.audits, err = l.session(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, ssh.Close())
	}
	return l, nil
}

func (l *link) session(ctx context.Context) (*netconf.Client, error) {
	stream, err := l.ssh.Subsystem(ctx, "netconf")
	if err != nil {
		return nil, fmt.Errorf("open netconf channel: %w", err)
	}
	return netconf.NewClient(ctx, stream, netconf.ClientConfig{})
}

// Call runs one operation on a session of its own, so that a slow one holds up
// nobody but itself. A session is kept for the next call unless it broke.
func (l *link) Call(ctx context.Context, op []byte) (netconf.Reply, error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return netconf.Reply{}, fmt.Errorf("wait for a session: %w", ctx.Err())
	case <-l.ssh.Done():
		return netconf.Reply{}, ErrNotConnected
	}
	type result struct {
		reply netconf.Reply
		err   error
	}
	done := make(chan result, 1)
	started := l.start(func() {
		defer func() { <-l.slots }()
		reply, err := l.call(ctx, op)
		done <- result{reply, err}
	})
	if !started {
		<-l.slots
		return netconf.Reply{}, ErrNotConnected
	}
	select {
	case r := <-done:
		return r.reply, r.err
	case <-ctx.Done():
		return netconf.Reply{}, ctx.Err()
	}
}

// start runs work on a goroutine that close waits for; false when it is too late.
func (l *link) start(work func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.working.Go(work)
	}
	return !l.closed
}

func (l *link) call(ctx context.Context, op []byte) (netconf.Reply, error) {
	// A channel that is not answered in time costs the whole connection: that is a
	// matter between us and the component, not one of the caller's patience.
	opening, cancel := context.WithTimeout(context.WithoutCancel(ctx), introduction)
	defer cancel()
	c, err := l.take(opening)
	if err != nil {
		return netconf.Reply{}, err
	}
	if ctx.Err() != nil {
		l.giveBack(c)
		return netconf.Reply{}, ctx.Err()
	}
	reply, err := c.Call(ctx, op)
	if err != nil {
		return netconf.Reply{}, errors.Join(err, c.Close())
	}
	l.giveBack(c)
	return reply, nil
}

func (l *link) take(ctx context.Context) (*netconf.Client, error) {
	l.mu.Lock()
	var c *netconf.Client
	for len(l.idle) > 0 && c == nil {
		last := len(l.idle) - 1
		c, l.idle = l.idle[last], l.idle[:last]
		select {
		case <-c.Done():
			c = nil // it ended while nobody looked
		default:
		}
	}
	l.mu.Unlock()
	if c != nil {
		return c, nil
	}
	return l.session(ctx)
}

func (l *link) giveBack(c *netconf.Client) {
	l.mu.Lock()
	closed := l.closed
	if !closed {
		l.idle = append(l.idle, c)
	}
	l.mu.Unlock()
	if closed {
		_ = c.Close() // the connection under it is closed already
	}
}

// close ends the connection, and with it every session and every call on it.
func (l *link) close() {
	l.mu.Lock()
	idle := l.idle
	l.idle, l.closed = nil, true
	l.mu.Unlock()
	// What these return is that the connection is closed, which is the wish.
	_ = l.ssh.Close()
	_ = l.commits.Close()
	_ = l.audits.Close()
	for _, c := range idle {
		_ = c.Close()
	}
	l.working.Wait()
}
