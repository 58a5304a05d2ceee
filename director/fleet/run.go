package fleet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
)

const (
	// introduction bounds handshake, hello and identity of a newcomer.
	introduction = 10 * time.Second
	// audit bounds one look at a member's stamp.
	audit = 5 * time.Second
	// newcomers bounds the connections that have not introduced themselves yet.
	newcomers = 256
)

// Run accepts components until ctx ends, then closes every connection and waits.
func (f *Fleet) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var serving sync.WaitGroup
	stop := context.AfterFunc(ctx, func() { _ = f.cfg.Listener.Close() })
	defer func() {
		cancel()
		stop()
		_ = f.cfg.Listener.Close()
		serving.Wait()
	}()
	waiting := make(chan struct{}, newcomers)
	for {
		conn, err := f.accept(ctx)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept components: %w", err)
		}
		select {
		case waiting <- struct{}{}:
			serving.Go(func() { f.serve(ctx, conn, func() { <-waiting }) })
		default:
			f.cfg.Log.Warn("turn component away: too many are introducing themselves", "peer", conn.RemoteAddr().String())
			_ = conn.Close()
		}
	}
}

// accept rides out what passes: a connection that died in the queue, or a process
// that is out of descriptors for a moment.
func (f *Fleet) accept(ctx context.Context) (net.Conn, error) {
	for {
		conn, err := f.cfg.Listener.Accept()
		if err == nil || ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return conn, err
		}
		f.cfg.Log.Warn("accept component", "err", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.cfg.Clock.After(100 * time.Millisecond):
		}
	}
}

// serve owns one connection from the first byte to the last.
func (f *Fleet) serve(ctx context.Context, conn net.Conn, introduced func()) {
	peer := conn.RemoteAddr().String()
	l, m, id, err := f.introduce(ctx, conn)
	introduced()
	if err != nil {
		if ctx.Err() == nil {
			f.cfg.Log.Warn("turn component away", "peer", peer, "member", string(m.ID), "err", err)
		}
		return
	}
	defer l.close()
	f.cfg.Log.Info("component connected", "member", string(m.ID), "peer", peer, "rev", id.Running.Revision)
	f.join(l, m, id)
	err = f.watch(ctx, l, m.ID)
	f.leave(l, m.ID, err)
	f.cfg.Log.Info("component disconnected", "member", string(m.ID), "peer", peer, "reason", fmt.Sprint(err))
}

// introduce performs the handshake, asks who it is, and has the roster say whether
// that serial number belongs to that key. conn is closed on error.
func (f *Fleet) introduce(ctx context.Context, conn net.Conn) (*link, inventory.Member, rpc.Identity, error) {
	ctx, cancel := context.WithTimeout(ctx, introduction)
	defer cancel()
	var contact inventory.Member
	ssh, err := sshnet.NewClient(ctx, conn, sshnet.ClientConfig{
		User: rpc.User,
		Key:  f.cfg.Key,
		// Which serial number the key belongs to is known only after identity: the
		// key is checked there, before anything is asked of the component.
		HostKey: func(k sshnet.PublicKey) error {
			contact.HostKey = k.String()
			return nil
		},
	})
	if err != nil {
		return nil, contact, rpc.Identity{}, err
	}
	l, err := open(ctx, ssh)
	if err != nil {
		return nil, contact, rpc.Identity{}, err
	}
	id, err := rpc.Component{Caller: l.commits}.Identity(ctx)
	if err != nil {
		l.close()
		return nil, contact, id, fmt.Errorf("identity: %w", err)
	}
	contact.ID, contact.Role, contact.Model, contact.Address = id.Serial, id.Role, id.Model, id.Address
	m, err := f.cfg.Roster.Enrol(ctx, contact)
	if err != nil && f.remembers(contact, &m) {
		f.cfg.Log.Warn("enrol component from memory", "member", string(contact.ID), "err", err)
		err = nil
	}
	if err != nil {
		l.close()
		if contact.ID != "" && ctx.Err() == nil {
			f.turnAway(contact, err)
		}
		return nil, contact, id, err
	}
	return l, m, id, nil
}

// watch returns when the connection is over or dead, and why.
func (f *Fleet) watch(ctx context.Context, l *link, member inventory.MemberID) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var beating sync.WaitGroup
	lost := make(chan error, 1)
	beating.Go(func() { f.beat(ctx, l, lost) })
	err := f.attend(ctx, l, member)
	cancel()
	beating.Wait()
	select {
	case err = <-lost: // whatever else has failed then, failed by it
	default:
	}
	return err
}

// attend looks at the member's stamp from time to time, for it may have been changed
// behind our back (reliability.md F39), until the connection is over.
func (f *Fleet) attend(ctx context.Context, l *link, member inventory.MemberID) error {
	look := f.cfg.Clock.NewTicker(f.cfg.Audit)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return errors.New("this director stops")
		case <-l.ssh.Done():
			return errors.New("the component closed the connection")
		case <-l.commits.Done():
			// A call that timed out ends its session; start again from the identity.
			return errors.New("the component did not answer in time")
		case <-look.C():
			if err := f.look(ctx, l, member); err != nil {
				return err
			}
		}
	}
}

// beat asks for signs of life until one does not come in time, which it tells by
// lost. The connection is closed by then, and whoever waits on it waits no longer
// (reliability.md F30).
func (f *Fleet) beat(ctx context.Context, l *link, lost chan<- error) {
	tick := f.cfg.Clock.NewTicker(f.cfg.Beat)
	defer tick.Stop()
	late := fmt.Errorf("no sign of life for %v", f.cfg.Patience)
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C():
		}
		asking, cancel := context.WithCancelCause(ctx)
		var waiting sync.WaitGroup
		waiting.Go(func() { f.bound(asking, func() { cancel(late) }) })
		err := l.ssh.Ping(asking)
		dead := context.Cause(asking) == late
		cancel(nil)
		waiting.Wait()
		switch {
		case dead:
			lost <- late
			return
		case err != nil:
			return // the connection is over, which others see
		}
	}
}

// parts is into how many slices patience is divided.
const parts = 30

// bound calls end when ctx has lasted for as long as the patience with a component.
// Time that this process itself did not get does not count: on a machine that is out
// of breath nobody answers, and all are alive.
func (f *Fleet) bound(ctx context.Context, end func()) {
	slice := f.cfg.Patience / parts
	tick := f.cfg.Clock.NewTicker(slice)
	defer tick.Stop()
	last, used := f.cfg.Clock.Now(), time.Duration(0)
	for used < f.cfg.Patience {
		select {
		case <-ctx.Done():
			return
		case <-tick.C():
		}
		now := f.cfg.Clock.Now()
		used += min(now.Sub(last), 2*slice)
		last = now
	}
	end()
}

func (f *Fleet) look(ctx context.Context, l *link, member inventory.MemberID) error {
	ctx, cancel := context.WithTimeout(ctx, audit)
	defer cancel()
	id, err := rpc.Component{Caller: l.audits}.Identity(ctx)
	if err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	f.update(l, member, id)
	return nil
}
