package director

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/fleet"
	"oneswitch/director/lease"
	"oneswitch/director/moment"
	"oneswitch/director/northbound"
	"oneswitch/director/ops"
	"oneswitch/director/session"
	"oneswitch/director/vitals"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
	"oneswitch/inventory/store"
)

// role is one director process, put together. Everything in it is made once by
// newRole; what changes while it runs is in now, under its lock.
type role struct {
	file    bootstrap.File
	clock   clock.Clock
	log     *slog.Logger
	db      *store.DB
	lease   *lease.Lease
	fleet   *fleet.Fleet
	driver  *fleet.Driver
	data    *session.Database
	ops     *ops.Operations
	oper    *oper.Registry
	netconf *netconf.Server
	keys    keys
	started time.Time
	mail    mail
	now     *present
}

// mail is what waits for the workers that are no packages of their own.
type mail struct {
	poke    chan struct{} // asks the reconciler to look again
	events  chan event    // for the event log
	moments *moment.Watch // for the leader
}

// keys are the secrets of a director.
type keys struct {
	fabric sshnet.Key // opens components and other directors
	host   sshnet.Key // what the director group shows to clients
}

// present is what changes while the director runs.
type present struct {
	sync.Mutex
	members  []inventory.Member // as the datastore has them
	settings settings.Settings  // of the active configuration
	reader   settings.Reader    // of candidates; it has a lock of its own
	revision uint64             // that settings belong to
	shipped  settings.User      // the account of the factory configuration
	waiting  waiting
	classes  classes
	leader   lease.Row
	listener func(commit.Progress) // to the commit that runs; nil: nobody listens
	meter    *vitals.Meter
	vitals   vitals.Vitals
	store    bool // the datastore answered the last time
}

// newRole opens the datastore and puts the director together. The listener is where
// components call home.
func newRole(ctx context.Context, file bootstrap.File, callHome net.Listener, log *slog.Logger) (*role, error) {
	r := &role{file: file, clock: clock.Real{}, log: log, started: time.Now(), mail: mail{poke: make(chan struct{}, 1), events: make(chan event, 256)},
		now: &present{meter: vitals.NewMeter()}}
	var err error
	if r.keys.fabric, err = sshnet.LoadKey(file.FabricKey); err != nil {
		return nil, fmt.Errorf("load fabric key: %w", err)
	}
	if r.keys.host, err = groupHostKey(file.FabricKey, file.State); err != nil {
		return nil, err
	}
	words, err := schema.Load()
	if err != nil {
		return nil, fmt.Errorf("load schema: %w", err)
	}
	if r.db, err = store.Open(ctx, file.Director.DB, store.Options{Now: time.Now, Origin: string(file.Serial), Log: log}); err != nil {
		return nil, err
	}
	if err := r.assemble(words, callHome); err != nil {
		return nil, errors.Join(err, r.db.Close())
	}
	return r, nil
}

func (r *role) assemble(words *schema.Schema, callHome net.Listener) error {
	var err error
	if r.lease, err = lease.New(lease.Config{Holder: holder{string(r.file.Serial), r.file.Address.Addr()}.String(), Store: r.db, Clock: r.clock, Log: r.log}); err != nil {
		return err
	}
	if r.fleet, err = fleet.New(fleet.Config{Listener: callHome, Key: r.keys.fabric, Roster: r.db, Clock: r.clock, Log: r.log}); err != nil {
		return err
	}
	r.driver = fleet.NewDriver(fleet.DriverConfig{Log: r.db, Intents: r.db, Members: r.fleet, Clock: r.clock, Logger: r.log,
		Note: r.note, Resign: r.lease.Raise, Progress: r.progress})
	r.mail.moments = moment.New(moment.Config{Next: r.nextMoment, Clock: r.clock, Log: r.log})
	r.data = session.New(session.Config{Schema: words, History: history{r.db}, Committer: r, Clock: r.clock})
	r.ops = ops.New(r, r, r.clock)
	r.oper = oper.New(command.NewOperational(words, schema.ServedByDirector))
	r.ops.Register(r.oper)
	face := northbound.New(northbound.Config{Schema: words, Database: r.data, Registry: r.oper, Fabric: components{r},
		HostName: r.hostName, SessionName: r.sessionName, Later: r, Rescue: r, Class: r.class,
		Audit: func(x northbound.Record) { r.note(false, x.String()) }, Extra: r.extra, Log: r.log})
	if missing := r.oper.Missing(); len(missing) > 0 {
		return fmt.Errorf("commands without a handler: %v", missing)
	}
	r.netconf = netconf.NewServer(netconf.Config{Capabilities: northbound.Capabilities(), ReplyAttrs: rpc.ReplyAttrs(),
		Open: face.Open, Log: r.log})
	return nil
}

// holder is how a director writes itself into the lease: its name, and where the
// others find it.
type holder struct {
	name    string
	address netip.Addr
}

func (h holder) String() string { return h.name + " " + h.address.String() }

func parseHolder(s string) (holder, bool) {
	var h holder
	var text string
	if n, err := fmt.Sscan(s, &h.name, &text); err != nil || n != 2 {
		return holder{}, false
	}
	var err error
	h.address, err = netip.ParseAddr(text)
	return h, err == nil
}

// event is a line for the event log of the fabric.
type event struct {
	severity store.Severity
	text     string
}

// note hands a line to the writer of the event log; it must not block the driver,
// so a line too many goes to the log of the process alone.
func (r *role) note(alarm bool, text string) {
	e := event{store.Notice, text}
	level := slog.LevelInfo
	if alarm {
		e.severity, level = store.Alarm, slog.LevelWarn
	}
	r.log.Log(context.Background(), level, text)
	select {
	case r.mail.events <- e:
	default:
		r.log.Warn("event log is behind, a line was left out")
	}
}

// writeEvents is the writer of the event log.
func (r *role) writeEvents(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-r.mail.events:
			bounded, cancel := context.WithTimeout(ctx, storePatience)
			if err := r.db.Log(bounded, e.severity, e.text); err != nil {
				r.log.Warn("event not logged", "err", err)
			}
			cancel()
		}
	}
}

// leads reports whether this director leads at this moment.
func (r *role) leads() bool { return r.lease.Epoch() != 0 }

func (r *role) hostName() string {
	r.now.Lock()
	defer r.now.Unlock()
	if r.now.settings.HostName == "" {
		return settings.DefaultHostName
	}
	return r.now.settings.HostName
}

func (r *role) users() []settings.User {
	r.now.Lock()
	configured, shipped := r.now.settings.Login.Users, r.now.shipped
	r.now.Unlock()
	return accounts(configured, shipped, r.classNamed)
}

func (r *role) access() access { return access{users: r.users, fabricKey: r.keys.fabric.Public()} }
