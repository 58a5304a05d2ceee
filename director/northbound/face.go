package northbound

import (
	"context"
	"log/slog"

	"oneswitch/director/session"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
)

// Login classes, by what they may do (Junos' predefined classes).
const (
	ClassSuperUser = netconf.ClassSuperUser
	ClassOperator  = "operator"
	ClassReadOnly  = "read-only"
)

// Fabric is what the face asks of the components.
type Fabric interface {
	// Component returns the way to the component that the user calls name.
	Component(name string) (rpc.Caller, error)
	// Complete returns live names of a source that begin with prefix.
	Complete(ctx context.Context, source, prefix string) []rpc.Name
}

// Config is what a Face needs.
type Config struct {
	Schema   *schema.Schema
	Database *session.Database
	Registry *oper.Registry
	Fabric   Fabric
	HostName func() string // for commit results
	Later    Later
	Rescue   Rescue
	// Extra answers operations that belong to the role and not to operators, such as
	// what directors tell one another. ok is false when it does not know the operation.
	Extra func(ctx context.Context, peer netconf.Peer, op netconf.Operation) (r netconf.Reply, ok bool)
	Log   *slog.Logger
}

// Face answers NETCONF sessions.
type Face struct {
	cfg        Config
	operations map[string]operation
}

// New returns a face. It registers `show configuration` and what else belongs to
// the configuration database.
func New(cfg Config) *Face {
	f := &Face{cfg: cfg}
	f.operations = f.table()
	f.register()
	return f
}

// Capabilities are those of the server's hello beside base:1.0 (northbound.md 2):
// what Junos tells, in its older spelling as well.
func Capabilities() []string {
	var out []string
	for _, c := range []string{"candidate:1.0", "confirmed-commit:1.0", "validate:1.0", "url:1.0?scheme=http,ftp,file"} {
		out = append(out, "urn:ietf:params:netconf:capability:"+c)
	}
	for _, c := range []string{"base:1.0", "capability:candidate:1.0", "capability:confirmed-commit:1.0", "capability:validate:1.0",
		"capability:url:1.0?protocol=http,ftp,file"} {
		out = append(out, "urn:ietf:params:xml:ns:netconf:"+c)
	}
	return append(out, "http://xml.juniper.net/netconf/junos/1.0", "http://xml.juniper.net/dmi/system/1.0")
}

// Open starts the dispatcher of one NETCONF session.
func (f *Face) Open(s *netconf.Session) netconf.Dispatcher {
	client := "netconf"
	if s.Peer.Via == "local" {
		client = "cli"
	}
	return &dispatcher{Face: f, peer: s.Peer, session: f.cfg.Database.Open(session.Who{User: s.Peer.User, Client: client, Remote: s.Peer.Remote})}
}

// permission says who may ask for an operation.
type permission uint8

const (
	view      permission = iota // everybody with a class
	configure                   // super-user
	maintain                    // super-user and operator
)

func (p permission) allows(class string) bool {
	switch class {
	case ClassSuperUser:
		return true
	case ClassOperator:
		return p == view || p == maintain
	case ClassReadOnly:
		return p == view
	}
	return false
}

// operation is one entry of the table.
type operation struct {
	needs permission
	run   func(d *dispatcher, ctx context.Context, op netconf.Operation) netconf.Reply
}

func (f *Face) table() map[string]operation {
	t := map[string]operation{
		"get-configuration":    {configure, (*dispatcher).getConfiguration},
		"load-configuration":   {configure, (*dispatcher).loadConfiguration},
		"commit-configuration": {configure, (*dispatcher).commitConfiguration},
		"open-configuration":   {configure, (*dispatcher).openConfiguration},
		"close-configuration":  {configure, (*dispatcher).closeConfiguration},
		"lock-configuration":   {configure, (*dispatcher).lock},
		"unlock-configuration": {configure, (*dispatcher).unlock},

		"get-config":      {configure, (*dispatcher).getConfig},
		"get":             {configure, (*dispatcher).getConfig},
		"edit-config":     {configure, (*dispatcher).editConfig},
		"copy-config":     {configure, (*dispatcher).copyConfig},
		"lock":            {configure, (*dispatcher).lock},
		"unlock":          {configure, (*dispatcher).unlock},
		"validate":        {configure, (*dispatcher).validate},
		"commit":          {configure, (*dispatcher).commit},
		"cancel-commit":   {configure, (*dispatcher).cancelCommit},
		"discard-changes": {configure, (*dispatcher).discard},
		"get-schema":      {view, (*dispatcher).getSchema},

		"command":       {view, (*dispatcher).command},
		"complete":      {view, (*dispatcher).complete},
		"component-rpc": {maintain, (*dispatcher).componentRPC},
	}
	return t
}

// dispatcher answers one session.
type dispatcher struct {
	*Face
	peer    netconf.Peer
	session *session.Session
}

// Close ends the configuration session with its lock.
func (d *dispatcher) Close() { d.session.Close() }

// Dispatch carries out one operation.
func (d *dispatcher) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	name := op.Name.Local
	if o, ok := d.operations[name]; ok {
		if !o.needs.allows(d.peer.Class) {
			return refused()
		}
		return o.run(d, ctx, op)
	}
	if d.cfg.Registry.Serves(name) {
		if r := d.cfg.Schema.RPC(name); r != nil && !allowsClass(d.peer.Class, r.Class) {
			return refused()
		}
		return d.cfg.Registry.RPC(ctx, d.peer, op)
	}
	if d.cfg.Extra != nil {
		if r, ok := d.cfg.Extra(ctx, d.peer, op); ok {
			return r
		}
	}
	// What Junos answers to what it does not know (northbound.md 2).
	e := netconf.Errorf("syntax error")
	e.BadElement = name
	return netconf.Fail(e)
}

func refused() netconf.Reply { return netconf.Fail(netconf.Errorf("permission denied")) }

// allowsClass matches a login class with the permission class of an rpc.
func allowsClass(login, needed string) bool {
	switch needed {
	case "view", "network":
		return view.allows(login)
	case "clear":
		return maintain.allows(login)
	}
	return configure.allows(login)
}
