package director

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/sshnet"
)

// Run is the director role: it serves until ctx ends. It returns nil after an
// orderly shutdown and an error when it cannot start or must not go on.
func Run(ctx context.Context, file bootstrap.File, log *slog.Logger) error {
	// What a run before this one left behind must not lead anybody to our doors: it goes
	// in a moment, and a connection that was made to it would hang.
	address, moves := virtualAddress(file)
	if moves {
		address.Release()
	}
	doors, err := openDoors(ctx, file)
	if err != nil {
		return err
	}
	defer doors.close()
	r, err := newRole(ctx, file, doors.callHome, log)
	if err != nil {
		return fmt.Errorf("start director: %w", err)
	}
	stay := func(ctx context.Context) error { <-ctx.Done(); return nil }
	if moves {
		keeper := r.keeper(address)
		doors.ssh, doors.netconf, stay = keeper.Guard(doors.ssh), keeper.Guard(doors.netconf), keeper.Run
	}
	log.Info("director serves", "store", r.db.Describe(), "address", file.Address.Addr().String())
	return errors.Join(r.run(ctx, doors, stay), r.db.Close())
}

// doors are the listening sockets of a director.
type doors struct {
	ssh, netconf, callHome net.Listener
}

// openDoors listens on all local addresses, the virtual one included, which comes
// and goes. A lab without namespaces shares one machine among all components: there
// each has an address of its own on the loopback.
func openDoors(ctx context.Context, file bootstrap.File) (d doors, err error) {
	at := netip.IPv4Unspecified()
	if file.Address.Addr().IsLoopback() {
		at = file.Address.Addr()
	}
	for _, door := range []struct {
		into *net.Listener
		port uint16
		what string
	}{{&d.ssh, file.Ports.SSH, "SSH"}, {&d.netconf, file.Ports.NETCONF, "NETCONF"}, {&d.callHome, file.Ports.CallHome, "call home"}} {
		to := netip.AddrPortFrom(at, door.port).String()
		if *door.into, err = (&net.ListenConfig{KeepAliveConfig: keepAlive()}).Listen(ctx, "tcp", to); err != nil {
			d.close()
			return d, fmt.Errorf("listen for %s: %w", door.what, err)
		}
	}
	return d, nil
}

// keepAlive finds a peer that is gone without a word within 25 s, so that its lock does
// not outlive it (reliability.md F44).
func keepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}
}

func (d doors) close() {
	for _, l := range []net.Listener{d.ssh, d.netconf, d.callHome} {
		if l != nil {
			_ = l.Close() // whoever served it may have closed it already
		}
	}
}

// run starts the workers and waits for the end of ctx or of one of them. Shutdown
// is the reverse: first nobody new is let in and operators are sent away, then the
// leadership is given back so that another director need not wait for its end, then
// commits under way are answered, and last the connections to members close. What
// members forward is not touched.
func (r *role) run(ctx context.Context, d doors, stay func(context.Context) error) error {
	keep := context.WithoutCancel(ctx)
	var stages []*stage
	for _, begin := range []func(context.Context) *stage{
		func(c context.Context) *stage { return start(c, r.fleet.Run, r.mail.journal.Run, r.mail.logs.Run) },
		func(c context.Context) *stage { return start(c, r.driver.Run) },
		func(c context.Context) *stage { return start(c, r.lease.Run, r.watching, r.mail.watch.Run, stay) },
		func(c context.Context) *stage {
			return start(c, r.front(d.ssh, r.serve), r.front(d.netconf, r.serveOnly))
		},
	} {
		stages = append(stages, begin(keep))
	}
	select {
	case <-ctx.Done():
	case <-stages[0].failed:
	case <-stages[1].failed:
	case <-stages[2].failed:
	case <-stages[3].failed:
	}
	var errs []error
	for i := len(stages) - 1; i >= 0; i-- {
		errs = append(errs, stages[i].stop())
	}
	return errors.Join(errs...)
}

func (r *role) watching(ctx context.Context) error {
	r.watch(ctx)
	return nil
}

// front serves SSH on a listener.
func (r *role) front(l net.Listener, serve sshnet.Serve) func(context.Context) error {
	return func(ctx context.Context) error {
		who := r.access()
		s, err := sshnet.NewServer(sshnet.Config{HostKeys: []sshnet.Key{r.keys.host},
			Password:  func(l sshnet.Login, password string) bool { return r.tried(l, "password", who.Password(l, password)) },
			PublicKey: func(l sshnet.Login, key sshnet.PublicKey) bool { return r.tried(l, "publickey", who.PublicKey(l, key)) },
			Serve:     serve, Banner: r.banner, Forwards: r.file.Director.Forwards, Log: r.log})
		if err != nil {
			return fmt.Errorf("serve SSH: %w", err)
		}
		return s.Serve(ctx, l)
	}
}

// banner is `system login message` of the active configuration.
func (r *role) banner() string {
	r.now.Lock()
	defer r.now.Unlock()
	return r.now.settings.Login.Message
}

// greeting is `system login announcement`, and what everybody who comes has to know.
func (r *role) greeting() string {
	r.now.Lock()
	lines := []string{r.now.settings.Login.Announcement}
	r.now.Unlock()
	if err := r.data.ReadOnly(); err != nil {
		lines = append(lines, "warning: "+err.Error())
	}
	if r.shippedHolds() {
		lines = append(lines, "warning: "+shippedText)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// stage is a group of workers that start and stop together.
type stage struct {
	cancel context.CancelFunc
	failed chan struct{} // closed when the first worker has ended
	done   chan struct{} // closed when all have
	mu     sync.Mutex    // guards err
	err    error
}

func start(ctx context.Context, workers ...func(context.Context) error) *stage {
	ctx, cancel := context.WithCancel(ctx)
	s := &stage{cancel: cancel, failed: make(chan struct{}), done: make(chan struct{})}
	var all sync.WaitGroup
	var once sync.Once
	for _, w := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			err := w(ctx)
			s.mu.Lock()
			defer s.mu.Unlock()
			if err != nil && ctx.Err() == nil {
				s.err = errors.Join(s.err, err)
			}
			once.Do(func() { close(s.failed) })
		}()
	}
	go func() {
		all.Wait()
		close(s.done)
	}()
	return s
}

// stop ends the workers, waits for them and returns what went wrong before.
func (s *stage) stop() error {
	s.cancel()
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
