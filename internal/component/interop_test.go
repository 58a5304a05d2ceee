package component_test

import (
	"context"
	"log/slog"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/rpc"
	"oneswitch/internal/sshnet"
)

// bigConfig holds what broke clients (dependencies.md 5, northbound.md 0): lines
// that look like chunk marks, characters that fall between two reads, size.
func bigConfig() string {
	return strings.Repeat("## Last commit: Zürich 東京\n##\n#12\n]] text\n", 12000)
}

// foreignServer is a NETCONF server over SSH for admin/secret, with or without
// chunked framing.
func foreignServer(t *testing.T, capabilities ...string) *net.TCPAddr {
	t.Helper()
	server := netconf.NewServer(netconf.Config{
		Capabilities: capabilities,
		ReplyAttrs:   rpc.ReplyAttrs(),
		Log:          slog.New(slog.DiscardHandler),
		Open: func(*netconf.Session) netconf.Dispatcher {
			return netconftest.Func(func(_ context.Context, op netconf.Operation) netconf.Reply {
				switch op.Name.Local {
				case "get-config":
					return netconf.Reply{Body: netconf.Element("data", netconf.TextElement("configuration-text", bigConfig()))}
				case "commit":
					return netconf.Reply{OK: true, Errors: []netconf.RPCError{netconf.Warningf("uncommitted changes will be discarded on exit")}}
				case "lock":
					return netconf.Fail(netconf.RPCError{Tag: "lock-denied", Message: "configuration database locked by: root", Path: "[edit]"})
				}
				return netconf.Done()
			})
		},
	})
	key, err := sshnet.LoadOrCreateKey(filepath.Join(t.TempDir(), "host"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshnet.NewServer(sshnet.Config{
		HostKeys: []sshnet.Key{key},
		Password: func(l sshnet.Login, p string) bool { return l.User == "admin" && p == "secret" },
		Log:      slog.New(slog.DiscardHandler),
		Serve: func(ctx context.Context, ch *sshnet.Session) {
			if err := server.Serve(ctx, ch, netconf.Peer{User: ch.User()}); err != nil && ctx.Err() == nil {
				t.Errorf("serve: %v", err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().(*net.TCPAddr)
}

const foreignScript = `
import sys
from ncclient import manager
from ncclient.operations import RPCError
port, base, expect = int(sys.argv[1]), sys.argv[2], sys.stdin.read()
with manager.connect(host="127.0.0.1", port=port, username="admin", password="secret", hostkey_verify=False,
                     timeout=30, device_params={"name": "default"}) as m:
    assert m._session._base == {"1.0": 1, "1.1": 2}[base], m._session._base
    for i in range(2):
        got = m.get_config("running").data_ele.find(".//{*}configuration-text").text
        assert got == expect, (len(got), len(expect))
    try:
        m.lock("candidate")
        raise SystemExit("lock succeeded")
    except RPCError as e:
        assert e.tag == "lock-denied" and e.message == "configuration database locked by: root", (e.tag, e.message)
    m.discard_changes() if ":candidate" in m.server_capabilities else None
print("done")
`

// ncclient reads the same text in both framings, byte by byte.
func TestNCClientFramings(t *testing.T) {
	t.Parallel()
	const candidate = "urn:ietf:params:netconf:capability:candidate:1.0"
	for base, capabilities := range map[string][]string{"1.0": {candidate}, "1.1": {candidate, netconf.Base11}} {
		t.Run(base, func(t *testing.T) {
			t.Parallel()
			at := foreignServer(t, capabilities...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, "/usr/bin/python3", "-c", foreignScript, portOf(at), base)
			cmd.Stdin = strings.NewReader(bigConfig())
			if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "done") {
				t.Errorf("ncclient: %v (apt-get install python3-ncclient)\n%s", err, out)
			}
		})
	}
}

func portOf(a *net.TCPAddr) string {
	_, port, _ := net.SplitHostPort(a.String())
	return port
}

// A member that has stopped to read costs a call its deadline and Close a bounded
// time; the connection is given up.
func TestHungMember(t *testing.T) {
	t.Parallel()
	key, err := sshnet.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshnet.NewServer(sshnet.Config{
		HostKeys:  []sshnet.Key{key},
		PublicKey: func(sshnet.Login, sshnet.PublicKey) bool { return true },
		Log:       slog.New(slog.DiscardHandler),
		Serve: func(ctx context.Context, ch *sshnet.Session) {
			_, _ = ch.Write([]byte(`<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities>` +
				`<capability>urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>1</session-id></hello>]]>]]>`))
			<-ctx.Done()
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	defer func() { cancel(); <-done }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := sshnet.NewClient(t.Context(), conn, sshnet.ClientConfig{User: "fabric", Key: key, HostKey: func(sshnet.PublicKey) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ch, err := c.Subsystem(t.Context(), "netconf")
	if err != nil {
		t.Fatal(err)
	}
	n, err := netconf.NewClient(t.Context(), ch, netconf.ClientConfig{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	short, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	big := netconf.TextElement("prepare", strings.Repeat("x", 8<<20)) // more than any window
	if _, err := n.Call(short, big); err == nil || time.Since(began) > 3*time.Second {
		t.Errorf("call after %v: %v", time.Since(began), err)
	}
	_ = n.Close() // bounded by the time for closing a channel
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("close took %v", took)
	}
}
