package nodeagent

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"sync"

	"oneswitch/fabricctl/bgp"
	"oneswitch/fabricctl/speaker"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/syslog"
	"oneswitch/inventory"
	"oneswitch/nodeagent/engine"
	"oneswitch/nodeagent/hello"
	"oneswitch/nodeagent/journal"
	"oneswitch/nodeagent/mgmt"
)

// Run is the role: it serves until ctx ends. Whatever ends, the plane goes on
// forwarding by the tables it has.
func Run(ctx context.Context, f bootstrap.File, log *slog.Logger) error {
	a, err := open(f, clock.Real{}, log)
	if err != nil {
		return err
	}
	return errors.Join(a.run(ctx), a.forwarding.Close())
}

// agent is a member put together and not yet running.
type agent struct {
	forwarding
	speaker *speaker.Speaker
	loop    *loop
	mgmt    *mgmt.Mgmt
	face    face
}

// face is the management server.
type face interface {
	Run(ctx context.Context) error
}

func open(f bootstrap.File, c clock.Clock, log *slog.Logger) (*agent, error) {
	secret, err := f.ReadSecret()
	if err != nil {
		return nil, err
	}
	key, err := hello.NewKey(secret)
	if err != nil {
		return nil, err
	}
	protection, err := bgp.Protected(secret)
	if err != nil {
		return nil, err
	}
	disk, record, damage, err := journal.Open(filepath.Join(f.State, "journal"))
	if err != nil {
		return nil, err
	}
	if damage != nil {
		// The last good record is in force; what is newer comes again from a director.
		log.Error("journal is damaged, the record before is used", "error", damage, "rev", record.State.Running.Revision)
	}
	fw, err := openForwarding(f, c, log)
	if err != nil {
		return nil, err
	}
	sp := speaker.New(speaker.Config{Local: f.Address.Addr(), Reflectors: reflectors(f), Clock: c, Log: log, Bind: true, Protection: protection})
	e := engine.New(engine.Config{
		Serial: f.Serial, Role: f.Role, Address: f.Address.Addr(), Chassis: chassis(f.Serial), About: "oneswitch " + f.Role.String(),
		Key: key, Random: rand.Uint64(),
	})
	l := newLoop(e, adapters{fw.plane, fw.ports, sp, disk}, c, log)
	l.start = engine.Start{Record: engine.Record(record)}
	book := syslog.NewBook()
	m := mgmt.New(mgmt.Config{
		Serial: f.Serial, Role: f.Role, Address: f.Address.Addr(), Member: l, Speaker: sp, Links: fw.links, Book: book, Clock: c,
	})
	a := &agent{forwarding: fw, speaker: sp, loop: l, mgmt: m}
	if a.face, err = openFace(f, m, book, c, log); err != nil {
		return nil, errors.Join(err, fw.Close())
	}
	return a, nil
}

// run runs all parts. When ctx ends they stop together, which is safe in any order:
// a vote that is on the disk is remembered, routes stay with the reflectors
// (graceful restart), and the plane needs none of us.
func (a *agent) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return together(cancel,
		func() error { return a.loop.run(ctx) },
		func() error { return a.ports.Run(ctx) },
		func() error { return a.speaker.Run(ctx) },
		func() error { return a.mgmt.Run(ctx) },
		func() error { return a.face.Run(ctx) },
	)
}

// together runs the parts at once. The first that ends stops the others: a member
// without one of them must be started anew by its supervisor.
func together(stop func(), parts ...func() error) error {
	var running sync.WaitGroup
	errs := make([]error, len(parts))
	for i, part := range parts {
		running.Go(func() {
			defer stop()
			errs[i] = part()
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

func reflectors(f bootstrap.File) []netip.AddrPort {
	out := make([]netip.AddrPort, len(f.Reflect))
	for i, a := range f.Reflect {
		out[i] = netip.AddrPortFrom(a, f.Ports.BGP)
	}
	return out
}

// chassis derives the chassis identifier from the serial number: locally
// administered, unicast, the same at every start.
func chassis(serial inventory.MemberID) inventory.MAC {
	sum := sha256.Sum256([]byte(fmt.Sprintf("chassis of %s", serial)))
	m := inventory.MAC(sum[:6])
	m[0] = m[0]&^1 | 2
	return m
}
