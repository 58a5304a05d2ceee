package northbound

import (
	"context"
	"log/slog"

	"oneswitch/director/permission"
	"oneswitch/director/session"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/rpc"
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
	// SessionName names a session so that a confirmed commit can belong to it.
	SessionName func(id uint32) string
	Later       Later
	Rescue      Rescue
	Notices     Board
	Greeting    func() string // system login announcement
	// Audit keeps what somebody did. It must not block.
	Audit func(Record)
	// Class returns what somebody may do at this moment.
	Class func(netconf.Peer) permission.Class
	Log   *slog.Logger
}

// Face answers NETCONF sessions.
type Face struct {
	cfg        Config
	operations map[string]operation
	withheld   *shelf
}

// New returns a face. It registers `show configuration` and what else belongs to
// the configuration database.
func New(cfg Config) *Face {
	f := &Face{cfg: cfg, withheld: &shelf{}}
	f.operations = f.table()
	f.register()
	return f
}

// Capabilities are those of the server's hello beside base:1.0 (northbound.md 2):
// what Junos tells, in its older spelling as well.
func Capabilities() []string {
	var out []string
	for _, c := range []string{"candidate:1.0", "confirmed-commit:1.0", "confirmed-commit:1.1", "validate:1.0", "url:1.0?scheme=http,ftp,file"} {
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
	client := s.Peer.Client()
	who := session.Who{ID: s.ID, User: s.Peer.User, Client: client, Remote: s.Peer.Remote, Terminal: s.Peer.Seat.Terminal, PID: s.Peer.Seat.PID}
	return &dispatcher{Face: f, peer: s.Peer, id: s.ID, client: client, session: f.cfg.Database.Open(who)}
}

// operation is one entry of the table: what it takes to ask for it, and what
// answers. Who may see or change nothing of the configuration is refused here; what
// exactly he sees and changes is a matter of the answers.
type operation struct {
	words string // the command of the shell that it is
	bit   string // permission bit that the command takes; empty: any class
	run   func(d *dispatcher, ctx context.Context, op netconf.Operation) netconf.Reply
}

func (o operation) allowed(c permission.Class) bool {
	switch o.bit {
	case "":
		return c.Any()
	case looks:
		return c.Looks()
	}
	return c.Command(o.words, o.bit)
}

// looks stands for any of the bits that let see a part of the configuration.
const looks = "looks"

func (f *Face) table() map[string]operation {
	const edit, relay = permission.Configure, permission.Network
	return map[string]operation{
		"get-configuration":    {"show configuration", looks, (*dispatcher).getConfiguration},
		"load-configuration":   {"load", edit, (*dispatcher).loadConfiguration},
		"commit-configuration": {"commit", edit, (*dispatcher).commitConfiguration},
		"open-configuration":   {"configure", edit, (*dispatcher).openConfiguration},
		"close-configuration":  {"configure", "", (*dispatcher).closeConfiguration},
		"configuration-status": {"status", edit, (*dispatcher).configurationStatus},
		"update-configuration": {"update", edit, (*dispatcher).updateConfiguration},
		"lock-configuration":   {"configure exclusive", edit, (*dispatcher).lock},
		"unlock-configuration": {"configure exclusive", "", (*dispatcher).unlock},

		"get-config":      {"show configuration", looks, (*dispatcher).getConfig},
		"get":             {"show configuration", looks, (*dispatcher).getConfig},
		"edit-config":     {"load", edit, (*dispatcher).editConfig},
		"copy-config":     {"load", edit, (*dispatcher).copyConfig},
		"delete-config":   {"load", edit, (*dispatcher).deleteConfig},
		"lock":            {"configure exclusive", edit, (*dispatcher).lock},
		"unlock":          {"configure exclusive", "", (*dispatcher).unlock},
		"validate":        {"commit check", edit, (*dispatcher).validate},
		"commit":          {"commit", edit, (*dispatcher).commit},
		"cancel-commit":   {"rollback", edit, (*dispatcher).cancelCommit},
		"discard-changes": {"rollback 0", edit, (*dispatcher).discard},
		"get-schema":      {"", "", (*dispatcher).getSchema},

		"command":       {"", "", (*dispatcher).command},
		"complete":      {"", "", (*dispatcher).complete},
		"component-rpc": {"request component login", relay, (*dispatcher).componentRPC},
	}
}

// dispatcher answers one session.
type dispatcher struct {
	*Face
	peer      netconf.Peer
	id        uint32
	client    string // cli, netconf
	session   *session.Session
	following *following       // a commit that runs beside; nil: none
	did       string           // the command that the present operation turned out to be
	class     permission.Class // at the present operation
}

// Close ends the configuration session with its lock.
func (d *dispatcher) Close() {
	d.finish()
	d.session.Close()
}

// Dispatch carries out one operation.
func (d *dispatcher) Dispatch(ctx context.Context, op netconf.Operation) netconf.Reply {
	name := op.Name.Local
	switch name { // what the shell asks by itself is nothing that the operator does
	case "commit-progress":
		return d.progress(ctx)
	case "standing":
		return d.standing(op)
	case "withheld":
		return d.withholding()
	}
	d.finish()
	d.class = d.cfg.Class(d.peer)
	if d.session.Restrict(nil); !d.class.Full() {
		d.session.Restrict(d.class.Denied)
	}
	if o, ok := d.operations[name]; ok {
		if !o.allowed(d.class) {
			return d.audited(o.words, o.bit, refused())
		}
		d.did = o.words
		reply := o.run(d, ctx, op)
		return d.audited(d.did, o.bit, reply)
	}
	if d.cfg.Registry.Serves(name) {
		if r := d.cfg.Schema.RPC(name); r != nil && !d.class.Command(spelled(r, op), bit(r)) {
			return d.audited(spelled(r, op), bit(r), refused())
		}
		reply := d.cfg.Registry.RPC(ctx, d.peer, op)
		if r := d.cfg.Schema.RPC(name); r != nil {
			reply = d.audited(spelled(r, op), bit(r), reply)
		}
		return reply
	}
	// What Junos answers to what it does not know (northbound.md 2).
	e := netconf.Errorf("syntax error")
	e.BadElement = name
	return netconf.Fail(e)
}

func refused() netconf.Reply { return netconf.Fail(netconf.Errorf("permission denied")) }
