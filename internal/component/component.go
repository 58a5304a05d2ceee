package component

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/syslog"
)

// hostKeyFile is the component's own key in its state directory; the directors pin
// its public half at first contact.
const hostKeyFile = "ssh_host_ed25519_key"

// Intents is the member's half of the two-phase commit. Each method returns only
// when what it answers is durable (rule D1). An error that is a netconf.RPCError
// goes out as it is.
type Intents interface {
	Prepare(ctx context.Context, p rpc.Prepare) error
	Commit(ctx context.Context, c rpc.Commit) error
	Abort(ctx context.Context, a rpc.Abort) error
}

// Config is what a Component needs.
type Config struct {
	Boot     bootstrap.File
	Registry *oper.Registry
	// Identity says who we are now. What the bootstrap file and this package know
	// (Serial, Role, Model, Version, Address, Started) may be left empty.
	Identity func(ctx context.Context) (rpc.Identity, error)
	Intents  Intents // nil on fabric controls: the RPCs are refused
	Complete func(ctx context.Context, source, prefix string) ([]rpc.Name, error)
	Book     *syslog.Book                                      // messages of the role; nil: it writes none
	Alarms   func(ctx context.Context) ([]screen.Alarm, error) // what is wrong beside absent directors; nil: nothing ever
	Clock    clock.Clock
	Log      *slog.Logger
}

// Component serves one component's management.
type Component struct {
	cfg     Config
	started time.Time
	fabric  sshnet.PublicKey
	ssh     *sshnet.Server
	netconf *netconf.Server
	homes   *homes
	book    *syslog.Book // what directors collect
}

// New makes the host key at first start and registers those commands that every
// component has and that the role has not registered itself.
func New(cfg Config) (*Component, error) {
	c := &Component{cfg: cfg, started: cfg.Clock.Now(), homes: newHomes(cfg.Boot.Directors, cfg.Clock), book: cfg.Book}
	if c.book == nil {
		c.book = syslog.NewBook()
	}
	var err error
	if c.fabric, err = sshnet.LoadPublicKey(cfg.Boot.FabricKey); err != nil {
		return nil, fmt.Errorf("load fabric key: %w", err)
	}
	host, err := sshnet.LoadOrCreateKey(filepath.Join(cfg.Boot.State, hostKeyFile))
	if err != nil {
		return nil, fmt.Errorf("load host key: %w", err)
	}
	c.netconf = netconf.NewServer(netconf.Config{
		ReplyAttrs: rpc.ReplyAttrs(),
		Open:       func(s *netconf.Session) netconf.Dispatcher { return dispatcher{c, s.Peer} },
		Log:        cfg.Log,
	})
	c.ssh, err = sshnet.NewServer(sshnet.Config{
		HostKeys:  []sshnet.Key{host},
		PublicKey: func(l sshnet.Login, k sshnet.PublicKey) bool { return l.User == rpc.User && k == c.fabric },
		Serve:     c.session,
		Log:       cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	c.registerCommon()
	return c, nil
}

// Run serves until ctx ends, then closes every session and returns nil. It returns
// an error when it cannot listen.
func (c *Component) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listeners []net.Listener
	for _, port := range []uint16{c.cfg.Boot.Ports.SSH, c.cfg.Boot.Ports.NETCONF} {
		l, err := listen(ctx, netip.AddrPortFrom(c.cfg.Boot.Address.Addr(), port))
		if err != nil {
			for _, open := range listeners {
				_ = open.Close() // nothing was accepted on it
			}
			return err
		}
		listeners = append(listeners, l)
	}
	var running sync.WaitGroup
	errs := make([]error, len(listeners))
	for i, l := range listeners {
		running.Go(func() {
			defer cancel()
			errs[i] = c.ssh.Serve(ctx, l)
		})
	}
	for _, director := range c.cfg.Boot.Directors {
		running.Go(func() { c.callHome(ctx, netip.AddrPortFrom(director, c.cfg.Boot.Ports.CallHome)) })
	}
	running.Wait()
	return errors.Join(errs...)
}

func listen(ctx context.Context, at netip.AddrPort) (net.Listener, error) {
	lc := net.ListenConfig{KeepAliveConfig: keepAlive()}
	l, err := lc.Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, fmt.Errorf("listen for management: %w", err)
	}
	return l, nil
}

// keepAlive finds a director whose machine has gone without a word.
func keepAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 2 * time.Second, Count: 3}
}

// session serves one SSH session: NETCONF, or one command.
func (c *Component) session(ctx context.Context, s *sshnet.Session) {
	peer := netconf.Peer{User: s.User(), Class: netconf.ClassSuperUser, Remote: s.Remote().String(), Via: "ssh"}
	switch s.Kind() {
	case sshnet.KindNETCONF:
		c.arrived(s.Remote().Addr(), true) // a stranger's address is no home
		if err := c.netconf.Serve(ctx, s, peer); err != nil && ctx.Err() == nil {
			c.cfg.Log.Warn("netconf session", "peer", peer.Remote, "err", err)
		}
	case sshnet.KindExec:
		c.exec(ctx, s, peer)
	default:
		fmt.Fprint(s, "error: the shell of this component is at the director: request component login "+string(c.cfg.Boot.Serial)+"\r\n")
		_ = s.Exit(1) // fails only when the connection is gone
	}
}

// exec answers `ssh fabric@component show ...`.
func (c *Component) exec(ctx context.Context, s *sshnet.Session, peer netconf.Peer) {
	reply := c.cfg.Registry.Command(ctx, peer, s.Command(), "")
	text, err := reply.Text()
	if err = errors.Join(reply.Err(), err); err != nil {
		fmt.Fprintf(s.Stderr(), "error: %v\n", err)
		_ = s.Exit(1) // fails only when the connection is gone
		return
	}
	fmt.Fprint(s, text)
}

// identity fills in what the role does not know.
func (c *Component) identity(ctx context.Context) (rpc.Identity, error) {
	id, err := c.cfg.Identity(ctx)
	if err != nil {
		return id, err
	}
	boot := c.cfg.Boot
	id.XMLName = xml.Name{}
	id.Serial, id.Role, id.Model = boot.Serial, boot.Role, boot.Model
	id.Address, id.Started = boot.Address.Addr(), c.started.UnixNano()
	if id.Version == "" {
		id.Version = rpc.Release
	}
	if id.Name == "" {
		id.Name = string(boot.Serial)
	}
	return id, nil
}
