package component_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/internal/bootstrap"
	"oneswitch/internal/clock"
	"oneswitch/internal/component"
	"oneswitch/internal/intent"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
	"oneswitch/inventory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// intents records what a member was asked and refuses the transaction "bad".
type intents struct {
	mu    sync.Mutex
	asked []string
}

func (i *intents) note(verb, txn string) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked = append(i.asked, verb+" "+txn)
	if txn == "bad" {
		return netconf.RPCError{Path: "[edit interfaces]", Message: "no such port"}
	}
	return nil
}

func (i *intents) Prepare(_ context.Context, p rpc.Prepare) error { return i.note("prepare", p.Txn) }
func (i *intents) Commit(_ context.Context, c rpc.Commit) error   { return i.note("commit", c.Txn) }
func (i *intents) Abort(_ context.Context, a rpc.Abort) error     { return i.note("abort", a.Txn) }

// lab is one component and the keys to it. The test plays the director.
type lab struct {
	boot    bootstrap.File
	fabric  sshnet.Key
	keyFile string
	home    net.Listener // where the component calls
	intents *intents
	stop    func()
}

var errStop = errors.New("stop")

// newLab starts a component on loopback addresses of its own.
func newLab(t *testing.T, n byte) *lab {
	t.Helper()
	dir := t.TempDir()
	net24 := [3]byte{127, 91, byte(os.Getpid() % 250)}
	at := func(host byte) netip.Addr { return netip.AddrFrom4([4]byte{net24[0], net24[1], net24[2], host}) }
	l := &lab{keyFile: filepath.Join(dir, "fabric"), intents: &intents{}}
	var err error
	if l.fabric, err = sshnet.LoadOrCreateKey(l.keyFile); err != nil {
		t.Fatal(err)
	}
	l.boot = bootstrap.File{
		Serial: "BBAK0001", Role: inventory.RoleNode, Model: "qfx3500", Address: netip.PrefixFrom(at(n), 8), State: dir,
		FabricKey: l.keyFile + ".pub", Directors: []netip.Addr{at(n + 1), at(n + 2)}, // the second never answers
		Ports: bootstrap.Ports{SSH: 2022, NETCONF: 2830, CallHome: 4334},
	}
	l.listenHome(t)
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	registry := oper.New(command.NewOperational(words, schema.ServedByNode))
	registry.Register("get-vlan-information", func(context.Context, oper.Call) (report.Report, error) { return report.Message{Line: "Zürich"}, nil })
	registry.Register("get-route-information", func(context.Context, oper.Call) (report.Report, error) { panic("on purpose") })
	c, err := component.New(component.Config{
		Boot: l.boot, Registry: registry, Intents: l.intents, Clock: clock.Real{}, Log: slog.New(slog.DiscardHandler),
		Identity: func(context.Context) (rpc.Identity, error) {
			return rpc.Identity{Name: "Node0", Epoch: 5, Running: intent.Stamp{Epoch: 5, Revision: 2, Hash: "aa"}}, nil
		},
		Complete: func(_ context.Context, source, prefix string) ([]rpc.Name, error) {
			return []rpc.Name{{Name: prefix + "x", Help: source}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	l.stop = sync.OnceFunc(func() {
		cancel(errStop)
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
		_ = l.home.Close() // nobody uses it any more
	})
	t.Cleanup(l.stop)
	return l
}

func (l *lab) listenHome(t *testing.T) {
	t.Helper()
	var err error
	if l.home, err = net.Listen("tcp", netip.AddrPortFrom(l.boot.Directors[0], l.boot.Ports.CallHome).String()); err != nil {
		t.Fatal(err)
	}
}

// open makes a director's client out of a connection.
func (l *lab) open(t *testing.T, conn net.Conn) (rpc.Component, *sshnet.Client) {
	t.Helper()
	c, err := sshnet.NewClient(t.Context(), conn, sshnet.ClientConfig{User: rpc.User, Key: l.fabric, HostKey: func(k sshnet.PublicKey) error {
		want, err := sshnet.LoadPublicKey(filepath.Join(l.boot.State, "ssh_host_ed25519_key.pub"))
		if err == nil && k != want {
			err = fmt.Errorf("host key %s, want %s", k, want)
		}
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	ch, err := c.Subsystem(t.Context(), "netconf")
	if err != nil {
		t.Fatal(err)
	}
	n, err := netconf.NewClient(t.Context(), ch, netconf.ClientConfig{Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return rpc.Component{Caller: n}, c
}

func (l *lab) accept(t *testing.T) net.Conn {
	t.Helper()
	_ = l.home.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second))
	conn, err := l.home.Accept()
	if err != nil {
		t.Fatalf("the component did not call home: %v", err)
	}
	if got := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr(); got != l.boot.Address.Addr() {
		t.Errorf("called from %s", got)
	}
	return conn
}

func TestCallHome(t *testing.T) {
	t.Parallel()
	l := newLab(t, 10)
	c, client := l.open(t, l.accept(t))
	ctx := t.Context()
	id, err := c.Identity(ctx)
	if err != nil || id.Serial != "BBAK0001" || id.Name != "Node0" || id.Model != "qfx3500" || id.Epoch != 5 || id.Started == 0 ||
		id.Address != l.boot.Address.Addr() || id.Running.Revision != 2 {
		t.Errorf("identity %+v, %v", id, err)
	}
	in := intent.Intent{Member: "BBAK0001", Role: inventory.RoleNode}.Canonical()
	if err := c.Prepare(ctx, rpc.Prepare{Txn: "good", Epoch: 5, Revision: 3, Hash: "bb", Intent: &in}); err != nil {
		t.Error(err)
	}
	err = c.Prepare(ctx, rpc.Prepare{Txn: "bad", Epoch: 5, Revision: 3, Hash: "bb", Intent: &in})
	if e, ok := errors.AsType[netconf.RPCError](err); !ok || e.Path != "[edit interfaces]" || e.Message != "no such port" {
		t.Errorf("refused prepare: %v", err)
	}
	if err := errors.Join(c.Commit(ctx, rpc.Commit{Txn: "good"}), c.Abort(ctx, rpc.Abort{Txn: "late"})); err != nil {
		t.Error(err)
	}
	if got := strings.Join(l.intents.asked, ", "); got != "prepare good, prepare bad, commit good, abort late" {
		t.Errorf("asked: %s", got)
	}
	if names, err := c.Complete(ctx, "ports", "xe"); err != nil || len(names) != 1 || names[0] != (rpc.Name{Name: "xex", Help: "ports"}) {
		t.Errorf("complete: %v, %v", names, err)
	}
	// The director goes away; the component calls again within a second.
	_ = client.Close()
	again, _ := l.open(t, l.accept(t))
	if _, err := again.Identity(ctx); err != nil {
		t.Error(err)
	}
	l.stop()
	if _, err := again.Identity(ctx); err == nil {
		t.Error("a stopped component answered")
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	l := newLab(t, 20)
	c, _ := l.open(t, l.accept(t))
	for line, want := range map[string][]string{
		"show version":          {"Hostname: Node0", "Model: qfx3500", "Junos: 24.1R1.1", "JUNOS Base Version [24.1R1.1]"},
		"show system uptime":    {"Current time: ", "System booted: ", "Protocols started: "},
		"show system processes": {"COMMAND", "component.test"},
		"show system users":     {"1 user", "fabric", "netconf"},
		"show system alarms":    {"1 alarms currently active", "Alarm time               Class  Description", " UTC  Major  Director " + l.boot.Directors[1].String() + " is not connected"},
		"show chassis alarms":   {"1 alarms currently active"},
		"show log":              {" messages"},
		"show log messages":     {"BBAK0001 mgd[", "]: Director " + l.boot.Directors[0].String() + " is connected"},
		"traceroute 127.0.0.1":  {"traceroute to 127.0.0.1 (127.0.0.1), 30 hops max, 40 byte packets", " 1  127.0.0.1 (127.0.0.1)"},

		"show system uptime node-device Node0": {"Protocols started: "},
		"show vlans":                           {"Zürich"},
		"ping 127.0.0.1 rapid":                 {"PING 127.0.0.1 (127.0.0.1): 56 data bytes", "5 packets transmitted, 5 packets received, 0% packet loss"},
	} {
		for _, format := range []string{"text", "xml", "json"} {
			got, err := c.Command(t.Context(), line, format)
			if err != nil {
				t.Errorf("%s in %s: %v", line, format, err)
			}
			for _, part := range want {
				if format == "text" && !strings.Contains(got, part) {
					t.Errorf("%s: no %q in\n%s", line, part, got)
				}
			}
		}
	}
	for line, want := range map[string]string{
		"show system uptime node-device Node7": "Node7 is not here: this is Node0",
		"show log secrets":                     "log file secrets not found; there are: messages",
		"ping nosuch":                          "cannot resolve nosuch: Unknown host",
	} {
		if _, err := c.Command(t.Context(), line, "text"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
	log, err := c.Log(t.Context(), 0)
	if err != nil || len(log.Messages) != 1 || log.Next != 2 || log.Messages[0].Process != "mgd" || log.Messages[0].At.IsZero() {
		t.Errorf("log: %+v, %v", log, err)
	}
	if log, err = c.Log(t.Context(), log.Next); err != nil || len(log.Messages) != 0 {
		t.Errorf("log read twice: %+v, %v", log, err)
	}
	if _, err := c.Command(t.Context(), "show route fabric", "text"); err == nil || !strings.Contains(err.Error(), "internal error") {
		t.Errorf("panic: %v", err)
	}
	if _, err := c.Call(t.Context(), []byte("<get-chassis-cluster-status/>")); err != nil {
		t.Error(err)
	}
	// The member RPCs of another namespace are not the member RPCs.
	if r, err := c.Call(t.Context(), []byte("<commit><txn>x</txn></commit>")); err != nil || r.Err() == nil {
		t.Errorf("commit of the wrong namespace: %+v, %v", r, err)
	}
	if r, err := c.Call(t.Context(), []byte(`<abort xmlns="`+intent.Namespace+`"><epoch>minus</epoch></abort>`)); err != nil || r.Err() == nil {
		t.Errorf("malformed abort: %+v, %v", r, err)
	}
}

// ssh runs OpenSSH as the director would by hand.
func (l *lab) ssh(t *testing.T, port uint16, stdin string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	all := append([]string{"-F", "none", "-i", l.keyFile, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
		"-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-p", fmt.Sprint(port)}, args...)
	cmd := exec.CommandContext(ctx, "ssh", all...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out) + " " + err.Error()
	}
	return string(out)
}

func TestListeners(t *testing.T) {
	t.Parallel()
	l := newLab(t, 30)
	at := rpc.User + "@" + l.boot.Address.Addr().String()
	l.ready(t)
	if out := l.ssh(t, 2022, "", at, "show vlans"); out != "Zürich\n" {
		t.Errorf("exec: %q", out)
	}
	if out := l.ssh(t, 2022, "", at, "show nonsense"); !strings.Contains(out, "error: syntax error, expecting <command>.") || !strings.Contains(out, "status 1") {
		t.Errorf("exec of nonsense: %q", out)
	}
	if out := l.ssh(t, 2022, "", "-T", at); !strings.Contains(out, "request component login") {
		t.Errorf("shell: %q", out)
	}
	if out := l.ssh(t, 2022, "", "admin@"+l.boot.Address.Addr().String(), "show vlans"); !strings.Contains(out, "Permission denied") {
		t.Errorf("stranger: %q", out)
	}
	hello := `<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>]]>]]>`
	out := l.ssh(t, 2830, hello+`<rpc message-id="1"><command format="text">show vlans</command></rpc>]]>]]>`, "-s", at, "netconf")
	if !strings.Contains(out, "<output>Z&#252;rich\n</output>") || !strings.Contains(out, `xmlns:junos="`+rpc.JunosNamespace) {
		t.Errorf("netconf: %q", out)
	}
}

// ready waits until the component accepts connections.
func (l *lab) ready(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", netip.AddrPortFrom(l.boot.Address.Addr(), l.boot.Ports.NETCONF).String())
		if err == nil {
			_ = conn.Close() // it was only a question
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the component does not listen: %v", err)
		}
	}
}

// ncclientScript opens sessions as automation does (northbound.md 0).
const ncclientScript = `
import sys
from ncclient import manager
host, key, mode = sys.argv[1:4]
with manager.connect(host=host, port=2830, username="fabric", key_filename=key, hostkey_verify=False,
                     allow_agent=False, look_for_keys=False, timeout=20,
                     device_params={"name": mode}) as m:
    assert any("base:1.0" in c for c in m.server_capabilities), list(m.server_capabilities)
    from ncclient.xml_ import to_ele
    for i in range(20):
        r = m.dispatch(to_ele("<get-vlan-information/>")) if mode == "default" else m.rpc(to_ele("<get-vlan-information/>"))
        s = r.xml if hasattr(r, "xml") else str(r)
        assert "Z" in s and "rich" in s, s
    try:
        m.dispatch(to_ele("<no-such-rpc/>")) if mode == "default" else m.rpc(to_ele("<no-such-rpc/>"))
        raise SystemExit("an unknown rpc was answered")
    except Exception as e:
        assert "syntax error" in str(e), repr(e)
print("done")
`

func TestNCClient(t *testing.T) {
	t.Parallel()
	l := newLab(t, 40)
	l.ready(t)
	for _, mode := range []string{"default", "junos"} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		cmd := exec.CommandContext(ctx, "/usr/bin/python3", "-c", ncclientScript, l.boot.Address.Addr().String(), l.keyFile, mode)
		out, err := cmd.CombinedOutput()
		cancel()
		if err != nil || !strings.Contains(string(out), "done") {
			t.Errorf("ncclient %s: %v (apt-get install python3-ncclient)\n%s", mode, err, out)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	boot := bootstrap.File{Serial: "X", State: t.TempDir(), FabricKey: "/nonexistent"}
	if _, err := component.New(component.Config{Boot: boot, Clock: clock.Real{}}); err == nil || !strings.Contains(err.Error(), "fabric key") {
		t.Errorf("%v", err)
	}
}

var _ component.Intents = (*intents)(nil)
