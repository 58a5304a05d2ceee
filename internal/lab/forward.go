package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"oneswitch/internal/lab/wiring"
	"oneswitch/internal/sshnet"
)

// forward carries TCP connections from an address of this machine to an address
// on the control plane of the lab, which only the lab's namespaces can reach.
type forward struct {
	listener  net.Listener
	namespace string   // where to dial from; empty: here
	network   string   // of the targets: tcp4, tcp or unix
	targets   []string // tried in order
	source    net.Addr // where to dial from; nil: the system's choice
	announce  bool     // tell the target whose connection it is (PROXY protocol)
	log       *slog.Logger
	patience  time.Duration // with targets that do not answer; 0: dialPatience
}

const (
	dialTimeout  = 400 * time.Millisecond
	dialPatience = 8 * time.Second // a connection made during a change of leader waits for the new one
)

// run accepts until ctx ends; it returns when all connections are closed.
func (f *forward) run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	stop := context.AfterFunc(ctx, func() { f.listener.Close() })
	defer stop()
	for {
		in, err := f.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			f.log.Warn("accept", "at", f.listener.Addr(), "err", err)
			continue
		}
		all.Go(func() { f.carry(ctx, in) })
	}
}

func (f *forward) carry(ctx context.Context, in net.Conn) {
	defer in.Close()
	out, err := f.dial(ctx)
	if err != nil {
		f.log.Warn("forward", "at", f.listener.Addr(), "err", err)
		return
	}
	defer out.Close()
	if f.announce {
		header, err := sshnet.ProxyHeader(in)
		if err == nil {
			_, err = out.Write(header)
		}
		if err != nil {
			f.log.Warn("say whose connection it is", "at", f.listener.Addr(), "err", err)
			return
		}
	}
	stop := context.AfterFunc(ctx, func() { in.Close(); out.Close() })
	defer stop()
	var both sync.WaitGroup
	both.Go(func() { pump(out, in) })
	both.Go(func() { pump(in, out) })
	both.Wait()
}

// pump copies one direction and passes the end of the stream on.
func pump(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if half, ok := to.(*net.TCPConn); ok && err == nil {
		_ = half.CloseWrite() // the far end may be gone already
		return
	}
	to.Close()
}

// dial tries the targets until one answers or dialPatience is over.
func (f *forward) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(f.patience, dialPatience))
	defer cancel()
	for {
		var errs []error
		for _, t := range f.targets {
			c, err := f.dialOne(ctx, t)
			if err == nil {
				return c, nil
			}
			errs = append(errs, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("no director answers: %w", errors.Join(errs...))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (f *forward) dialOne(ctx context.Context, target string) (c net.Conn, err error) {
	d := net.Dialer{Timeout: dialTimeout, KeepAlive: 5 * time.Second, LocalAddr: f.source}
	if f.namespace == "" {
		return d.DialContext(ctx, f.network, target)
	}
	err = wiring.Do(f.namespace, func() error {
		c, err = d.DialContext(ctx, f.network, target)
		return err
	})
	return c, err
}
