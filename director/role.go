package director

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"oneswitch/director/account"
	"oneswitch/director/archive"
	"oneswitch/director/chassis"
	"oneswitch/director/commit"
	"oneswitch/director/fleet"
	"oneswitch/director/health"
	"oneswitch/director/journal"
	"oneswitch/director/lastknown"
	"oneswitch/director/lease"
	"oneswitch/director/logs"
	"oneswitch/director/moment"
	"oneswitch/director/northbound"
	"oneswitch/director/notice"
	"oneswitch/director/ops"
	"oneswitch/director/record"
	"oneswitch/director/secret"
	"oneswitch/director/session"
	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/vitals"
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
	moments *moment.Watch // for the leader
	watch   *health.Watch
	logs    *logs.Logs
	journal *journal.Journal
	record  *record.Recorder
	notices *notice.Board
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
	absence  absence
}

// newRole opens the datastore and puts the director together. The listener is where
// components call home.
func newRole(ctx context.Context, file bootstrap.File, callHome net.Listener, log *slog.Logger) (*role, error) {
	r := &role{file: file, clock: clock.Real{}, log: log, started: time.Now(), mail: mail{poke: make(chan struct{}, 1)},
		now: &present{meter: vitals.NewMeter()}}
	var err error
	if r.keys.fabric, err = sshnet.LoadKey(file.FabricKey); err != nil {
		return nil, fmt.Errorf("load fabric key: %w", err)
	}
	if r.keys.host, err = secret.HostKey(file.FabricKey, file.State); err != nil {
		return nil, err
	}
	words, err := schema.Load()
	if err != nil {
		return nil, fmt.Errorf("load schema: %w", err)
	}
	if r.mail.logs, err = logs.Open(filepath.Join(file.State, "log"), r.clock, log); err != nil {
		return nil, err
	}
	r.mail.journal = journal.New(journal.Config{Host: string(file.Serial), Leads: r.leads, Post: r.mail.logs.Post,
		Keep: func(ctx context.Context, s store.Severity, text string) error { return r.db.Log(ctx, s, text) }, Clock: r.clock, Log: log})
	r.mail.record = record.New(words, r.mail.journal.Post)
	known, there, err := lastknown.Load(r.copyPath())
	if err != nil {
		log.Warn("what was known last is lost", "err", err)
	}
	if r.db, err = store.Open(ctx, file.Director.DB, store.Options{Now: time.Now, Origin: string(file.Serial), Log: log, Absent: there}); err != nil {
		return nil, err
	}
	err = r.assemble(words, callHome)
	if err == nil && there {
		err = r.assume(known)
	}
	if err != nil {
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
	r.mail.notices = notice.New(r.clock)
	r.mail.moments = moment.New(moment.Config{Next: r.nextMoment, Clock: r.clock, Log: r.log})
	r.data = session.New(session.Config{Schema: words, History: archive.New(r.db), Committer: r, Clock: r.clock})
	r.mail.watch = health.New(health.Config{Look: r.observed, Ask: r.Ask, Directors: r.Directors, Rescue: r.hasRescue, Tell: r.mail.journal, Clock: r.clock})
	r.ops = ops.New(r, r, r.mail.logs, r.clock)
	r.oper = oper.New(command.NewOperational(words, schema.ServedByDirector))
	r.ops.Register(r.oper)
	chassis.New(r, r.clock).Register(r.oper)
	face := northbound.New(northbound.Config{Schema: words, Database: r.data, Registry: r.oper, Fabric: components{r},
		HostName: r.hostName, SessionName: r.sessionName, Later: r, Rescue: r, Notices: r.mail.notices, Greeting: r.greeting, Class: r.class,
		Audit: func(x northbound.Record) { r.note(false, x.String()) }, Log: r.log})
	if missing := r.oper.Missing(); len(missing) > 0 {
		return fmt.Errorf("commands without a handler: %v", missing)
	}
	r.netconf = netconf.NewServer(netconf.Config{Capabilities: northbound.Capabilities(), ReplyAttrs: rpc.ReplyAttrs(),
		Open: r.opener(face), Log: r.log})
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

// note tells everybody of something; it does not block.
func (r *role) note(alarm bool, text string) { r.mail.journal.Note(alarm, text) }

// tell is note for what everybody at a shell is to see at once.
func (r *role) tell(alarm bool, text string) {
	r.note(alarm, text)
	r.mail.notices.Post("root", "", text)
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
	return account.Users(configured, shipped, r.classNamed)
}

func (r *role) access() account.Access {
	return account.Access{Users: r.users, FabricKey: r.keys.fabric.Public()}
}
