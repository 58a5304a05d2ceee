package director

import (
	"context"
	"encoding/xml"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/report/screen"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/internal/txn"
	"oneswitch/inventory"
)

// lab is a director group with members that are real at the level of RPCs: they
// call home over SSH, vote and keep intents, but have no ports.
type lab struct {
	*testing.T
	dir     string
	network [3]byte
	words   *schema.Schema
	log     *slog.Logger
}

var labs struct {
	sync.Mutex
	taken byte
}

func newLab(t *testing.T) *lab {
	t.Helper()
	labs.Lock()
	labs.taken++
	n := labs.taken
	labs.Unlock()
	l := &lab{T: t, dir: t.TempDir(), network: [3]byte{127, 60 + n, byte(os.Getpid() % 250)}, log: slog.New(slog.DiscardHandler)}
	if os.Getenv("ONESWITCH_TEST_LOG") != "" {
		l.log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if _, err := sshnet.LoadOrCreateKey(filepath.Join(l.dir, "fabric")); err != nil {
		t.Fatal(err)
	}
	var err error
	if l.words, err = schema.Load(); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lab) at(host byte) netip.Addr {
	return netip.AddrFrom4([4]byte{l.network[0], l.network[1], l.network[2], host})
}

func (l *lab) boot(serial string, role inventory.Role, host byte) bootstrap.File {
	l.Helper()
	state := filepath.Join(l.dir, serial)
	if err := os.MkdirAll(state, 0o700); err != nil {
		l.Fatal(err)
	}
	f := bootstrap.File{Serial: inventory.MemberID(serial), Role: role, Model: "qfx3500", Address: netip.PrefixFrom(l.at(host), 8), Interface: "lo",
		State: state, FabricKey: filepath.Join(l.dir, "fabric.pub"), Directors: []netip.Addr{l.at(2), l.at(3)},
		Ports: bootstrap.Ports{SSH: 2022, NETCONF: 2830, CallHome: 4334}.OrStandard()}
	if role == inventory.RoleDirector {
		f.FabricKey = filepath.Join(l.dir, "fabric")
		f.Director = &bootstrap.Director{DB: "sqlite://" + filepath.Join(l.dir, "fabric.db"), Virtual: netip.PrefixFrom(l.at(1), 8),
			Password: filepath.Join(l.dir, "admin.password")}
	}
	return f
}

// run starts a role and returns what stops it.
func (l *lab) run(what string, f func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				l.Errorf("%s: %v", what, err)
			}
		case <-time.After(30 * time.Second):
			l.Errorf("%s does not stop", what)
		}
	})
	l.Cleanup(stop)
	return stop
}

func (l *lab) director(serial string, host byte) (stop func()) {
	f := l.boot(serial, inventory.RoleDirector, host)
	return l.run(serial, func(ctx context.Context) error { return Run(ctx, f, l.log.With("component", serial)) })
}

// member is a node device without ports.
type member struct {
	mu     sync.Mutex
	state  txn.State
	held   intent.Intent
	runs   intent.Intent
	refuse string        // reason to refuse prepares
	asked  int           // prepares so far
	back   intent.Intent // of the ticket
	ran    []string      // hashes of what was carried out, in order
}

var _ component.Intents = (*member)(nil)

func (l *lab) member(serial string, role inventory.Role, host byte) (m *member, stop func()) {
	l.Helper()
	m = &member{}
	server := schema.ServedByNode
	if role == inventory.RoleInterconnect {
		server = schema.ServedByInterconnect
	}
	registry := oper.New(command.NewOperational(l.words, server))
	registry.Register("get-interface-information", func(context.Context, oper.Call) (report.Report, error) {
		return screen.Interfaces{Style: screen.Terse, Physical: []screen.Physical{{Name: "xe-0/0/0", Admin: screen.Up, Oper: screen.Up}}}, nil
	})
	c, err := component.New(component.Config{Boot: l.boot(serial, role, host), Registry: registry, Intents: m, Clock: clock.Real{}, Log: l.log,
		Identity: m.identity, Complete: func(context.Context, string, string) ([]rpc.Name, error) { return nil, nil }})
	if err != nil {
		l.Fatal(err)
	}
	return m, l.run(serial, c.Run)
}

func (m *member) identity(context.Context) (rpc.Identity, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := rpc.Identity{Name: m.runs.Name, Epoch: m.state.Epoch, Running: m.state.Running}
	if m.state.Held.Txn != "" {
		id.Prepared = &rpc.PreparedTxn{Txn: m.state.Held.Txn, Stamp: m.state.Held.Stamp}
	}
	if m.state.Left.Revision != 0 {
		left := m.state.Left
		id.Left = &left
	}
	return id, nil
}

func (m *member) step(r txn.Request, in *intent.Intent) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r.Verb == txn.Prepare {
		m.asked++
		if m.refuse != "" {
			return netconf.RPCError{Message: m.refuse, Path: "interfaces Node0:xe-0/0/0"}
		}
	}
	former := m.state.Ticket
	s, action, err := txn.Step(m.state, r)
	m.state = s
	if s.Ticket.Armed() && !former.Armed() {
		m.back = m.runs
	}
	if errors.Is(err, txn.ErrNeedsIntent) {
		return netconf.RPCError{Tag: rpc.TagNeedsIntent, Message: err.Error()}
	}
	if err != nil {
		return err
	}
	if action == txn.Activate || action == txn.Adopt {
		m.ran = append(m.ran, r.Stamp.Hash)
	}
	switch action {
	case txn.Hold:
		m.held = *in
	case txn.Activate:
		m.runs = m.held
	case txn.Adopt:
		m.runs = *in
	}
	return nil
}

func (m *member) Prepare(_ context.Context, p rpc.Prepare) error {
	return m.step(txn.Request{Verb: txn.Prepare, Txn: p.Txn, Stamp: intent.Stamp{Epoch: p.Epoch, Revision: p.Revision, Hash: p.Hash}, Intent: p.Intent != nil}, p.Intent)
}

func (m *member) Commit(_ context.Context, c rpc.Commit) error {
	return m.step(txn.Request{Verb: txn.Commit, Txn: c.Txn, Stamp: intent.Stamp{Epoch: c.Epoch, Revision: c.Revision, Hash: c.Hash}, Intent: c.Intent != nil,
		Deadline: c.Within}, c.Intent)
}

// expire is that the member's time is up. It reports false when it holds no ticket
// that counts.
func (m *member) expire() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := txn.Expire(m.state)
	if ok {
		m.state, m.runs = s, m.back
	}
	return ok
}

func (m *member) stamp() intent.Stamp {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.Running
}

func (m *member) carriedOut() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.ran)
}

func (m *member) Abort(_ context.Context, a rpc.Abort) error {
	return m.step(txn.Request{Verb: txn.Abort, Txn: a.Txn, Stamp: intent.Stamp{Epoch: a.Epoch}}, nil)
}

func (m *member) running() intent.Intent {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.runs
}

func (m *member) prepares() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

func (m *member) refusing(why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = why
}

// eventually waits until f is true, looking again and again.
func (l *lab) eventually(what string, f func() bool) {
	l.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for !f() {
		select {
		case <-tick.C:
		case <-deadline:
			l.Fatalf("%s: not within 20 s", what)
		}
	}
}

func (l *lab) password() string {
	l.Helper()
	var b []byte
	l.eventually("password file", func() bool {
		var err error
		b, err = os.ReadFile(filepath.Join(l.dir, "admin.password"))
		return err == nil && len(b) > 0
	})
	return strings.TrimSpace(string(b))
}

func (l *lab) connect(host byte) (net.Conn, error) {
	return net.DialTimeout("tcp", netip.AddrPortFrom(l.at(host), 2830).String(), time.Second)
}

// dial opens a NETCONF session as admin; it tries until the director lets it in.
func (l *lab) dial(host byte) *netconf.Client {
	l.Helper()
	password := l.password()
	var client *netconf.Client
	l.eventually("login", func() bool {
		conn, err := l.connect(host)
		if err != nil {
			return false
		}
		ssh, err := sshnet.NewClient(context.Background(), conn, sshnet.ClientConfig{User: adminUser, Password: password,
			HostKey: func(sshnet.PublicKey) error { return nil }})
		if err != nil {
			return false
		}
		stream, err := ssh.Subsystem(context.Background(), "netconf")
		if err != nil {
			return false
		}
		if client, err = netconf.NewClient(context.Background(), stream, netconf.ClientConfig{Timeout: 20 * time.Second}); err != nil {
			return false
		}
		l.Cleanup(func() {
			_ = client.Close()
			_ = ssh.Close()
		})
		return true
	})
	return client
}

// ask sends an operation and fails the test when the session ends.
func (l *lab) ask(c *netconf.Client, op string) netconf.Reply {
	l.Helper()
	reply, err := c.Call(context.Background(), []byte(op))
	if err != nil {
		l.Fatalf("%s: %v", op, err)
	}
	return reply
}

// must is ask for operations that succeed; it returns the text of the reply.
func (l *lab) must(c *netconf.Client, op string) string {
	l.Helper()
	reply := l.ask(c, op)
	if err := reply.Err(); err != nil {
		l.Fatalf("%s: %v", op, err)
	}
	return string(reply.Body)
}

// text runs a command and returns what the shell would print.
func (l *lab) text(c *netconf.Client, line string) string {
	l.Helper()
	var out rpc.Output
	body := l.must(c, "<command>"+line+"</command>")
	if err := xml.Unmarshal([]byte(body), &out); err != nil {
		l.Fatalf("%s: %v in %s", line, err, body)
	}
	return out.Text
}
