package sshnet_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/internal/sshnet"
)

func TestMain(m *testing.M) {
	if os.Getenv("SSHNET_CHILD") != "" {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

// child plays the shell process: it says what terminal it has and echoes lines
// until Ctrl-D or `quit`, like a CLI that sets no terminal mode itself.
func child() {
	out, _ := exec.Command("stty", "-F", "/dev/tty", "-a").CombinedOutput()
	raw := strings.Contains(string(out), "-icanon") && strings.Contains(string(out), "-echo ")
	fmt.Printf("raw=%t term=%s args=%s\r\n", raw, os.Getenv("TERM"), strings.Join(os.Args[1:], " "))
	in := bufio.NewReader(os.Stdin)
	line := ""
	for {
		c, err := in.ReadByte()
		if err != nil || c == 4 {
			fmt.Print("bye\r\n")
			os.Exit(7)
		}
		switch c {
		case '\r', '\n':
			switch line {
			case "size":
				size, _ := exec.Command("stty", "-F", "/dev/tty", "size").Output()
				fmt.Printf("size %s\r\n", strings.TrimSpace(string(size)))
			case "quit":
				os.Exit(3)
			default:
				fmt.Printf("got %s\r\n", line)
			}
			line = ""
		default:
			line += string(c)
		}
	}
}

type fixture struct {
	addr   *net.TCPAddr
	user   sshnet.Key
	host   sshnet.Key
	keyLoc string
}

func testServer(t *testing.T, change func(*sshnet.Config)) fixture {
	t.Helper()
	dir := t.TempDir()
	f := fixture{keyLoc: filepath.Join(dir, "id")}
	var err error
	if f.user, err = sshnet.LoadOrCreateKey(f.keyLoc); err != nil {
		t.Fatal(err)
	}
	if f.host, err = sshnet.LoadOrCreateKey(filepath.Join(dir, "host")); err != nil {
		t.Fatal(err)
	}
	cfg := sshnet.Config{
		HostKeys:  []sshnet.Key{f.host},
		Password:  func(l sshnet.Login, p string) bool { return l.User == "admin" && p == "secret" },
		PublicKey: func(l sshnet.Login, k sshnet.PublicKey) bool { return l.User == "fabric" && k == f.user.Public() },
		Serve:     serveTest,
		Log:       slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	s, err := sshnet.NewServer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.addr = l.Addr().(*net.TCPAddr)
	ctx, cancel := context.WithCancel(context.Background())
	var served sync.WaitGroup
	served.Go(func() {
		if err := s.Serve(ctx, l); err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); served.Wait() })
	return f
}

func serveTest(ctx context.Context, s *sshnet.Session) {
	switch {
	case s.Kind() == sshnet.KindNETCONF:
		_, _ = io.Copy(s, s)
	case s.Kind() == sshnet.KindExec && strings.HasPrefix(s.Command(), "status "):
		fmt.Fprintln(s.Stderr(), "to stderr")
		_ = s.Exit(5)
	case s.Kind() == sshnet.KindExec && s.Command() == "panic":
		panic("on purpose")
	default:
		exe, _ := os.Executable()
		cmd := exec.Command(exe, "-user", s.User(), s.Command())
		cmd.Env = append(os.Environ(), "SSHNET_CHILD=1")
		_, _ = sshnet.RunOnPTY(ctx, s, cmd, func(string, int) {})
	}
}

func (f fixture) ssh(t *testing.T, stdin string, args ...string) (out string, status int) {
	t.Helper()
	known := filepath.Join(t.TempDir(), "known")
	line := fmt.Sprintf("[127.0.0.1]:%d %s\n", f.addr.Port, f.host.Public())
	if err := os.WriteFile(known, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	all := append([]string{"-F", "none", "-o", "UserKnownHostsFile=" + known, "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR",
		"-p", fmt.Sprint(f.addr.Port)}, args...)
	name := "ssh"
	if os.Getenv("SSHPASS_TEST") == "" && strings.Contains(strings.Join(args, " "), "admin@") {
		name, all = "sshpass", append([]string{"-p", "secret", "ssh", "-o", "PubkeyAuthentication=no"}, all...)
	} else {
		all = append([]string{"-i", f.keyLoc, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"}, all...)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, all...)
	cmd.Stdin = strings.NewReader(stdin)
	b, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return string(b), exit.ExitCode()
	}
	if err != nil {
		t.Fatalf("%s: %v (apt-get install openssh-client sshpass)", name, err)
	}
	return string(b), 0
}

func TestOpenSSH(t *testing.T) {
	t.Parallel()
	f := testServer(t, nil)
	for _, tc := range []struct {
		name, stdin string
		args        []string
		want        []string
		status      int
	}{
		{"terminal, typed ahead", "one\rsize\rquit\r", []string{"-tt", "fabric@127.0.0.1"}, []string{"raw=true", "term=", "got one", "size 24 80"}, 3},
		{"terminal, end of input", "one\r", []string{"-tt", "fabric@127.0.0.1"}, []string{"got one", "bye"}, 7},
		{"no terminal", "one\n", []string{"-T", "fabric@127.0.0.1"}, []string{"raw=false", "got one", "bye"}, 7},
		{"exec in a process", "", []string{"fabric@127.0.0.1", "show vlans | no-more"}, []string{"args=-user fabric show vlans | no-more"}, 7},
		{"exec status", "", []string{"fabric@127.0.0.1", "status x"}, []string{"to stderr"}, 5},
		{"panic costs one session", "", []string{"fabric@127.0.0.1", "panic"}, nil, 0},
		{"subsystem", "<hello/>", []string{"-s", "fabric@127.0.0.1", "netconf"}, []string{"<hello/>"}, 0},
		{"exec netconf", "<hello/>", []string{"fabric@127.0.0.1", "netconf"}, []string{"<hello/>"}, 0},
		{"exec xml-mode", "<hello/>", []string{"fabric@127.0.0.1", "xml-mode  netconf need-trailer"}, []string{"<hello/>"}, 0},
		{"other subsystem", "", []string{"-s", "fabric@127.0.0.1", "sftp"}, []string{"subsystem request failed"}, 255},
		{"unknown user", "", []string{"root@127.0.0.1", "x"}, []string{"Permission denied"}, 255},
		{"password", "", []string{"-o", "PreferredAuthentications=password", "admin@127.0.0.1", "status x"}, []string{"to stderr"}, 5},
		{"keyboard-interactive", "", []string{"-o", "PreferredAuthentications=keyboard-interactive", "admin@127.0.0.1", "status x"}, []string{"to stderr"}, 5},
		{"agent forwarding is not granted", "", []string{"-A", "fabric@127.0.0.1", "status x"}, []string{"to stderr"}, 5},
		{"remote forwarding", "", []string{"-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1", "fabric@127.0.0.1", "status x"}, []string{"forwarding failed"}, 255},
		{"old key exchange", "", []string{"-o", "KexAlgorithms=diffie-hellman-group14-sha1", "fabric@127.0.0.1", "x"}, nil, 255},
		{"old cipher", "", []string{"-c", "aes128-cbc", "fabric@127.0.0.1", "x"}, nil, 255},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			out, status := f.ssh(t, tc.stdin, tc.args...)
			if status != tc.status {
				t.Errorf("status %d, want %d", status, tc.status)
			}
			for _, part := range tc.want {
				if !strings.Contains(out, part) {
					t.Errorf("no %q in %q", part, out)
				}
			}
		})
	}
}

// dial is the call-home direction: our client on a connection that the server's
// side has dialled.
func (f fixture) dial(t *testing.T, change func(*sshnet.ClientConfig)) (*sshnet.Client, error) {
	t.Helper()
	conn, err := net.Dial("tcp", f.addr.String())
	if err != nil {
		t.Fatal(err)
	}
	cfg := sshnet.ClientConfig{User: "fabric", Key: f.user, HostKey: func(k sshnet.PublicKey) error {
		if k != f.host.Public() {
			return fmt.Errorf("unknown host key %s", k.Fingerprint())
		}
		return nil
	}}
	if change != nil {
		change(&cfg)
	}
	c, err := sshnet.NewClient(t.Context(), conn, cfg)
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func TestClient(t *testing.T) {
	t.Parallel()
	f := testServer(t, func(c *sshnet.Config) { c.Channels = 2 })
	c, err := f.dial(t, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.HostKey() != f.host.Public() {
		t.Errorf("host key %s", c.HostKey())
	}
	if err := c.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for i := range 2 {
		ch, err := c.Subsystem(t.Context(), "netconf")
		if err != nil {
			t.Fatal(err)
		}
		big := bytes.Repeat([]byte{byte('a' + i)}, 1<<20)
		go func() { _, _ = ch.Write(big) }()
		got := make([]byte, len(big))
		if _, err := io.ReadFull(ch, got); err != nil || !bytes.Equal(got, big) {
			t.Errorf("channel %d: %v", i, err)
		}
	}
	if _, err := c.Subsystem(t.Context(), "netconf"); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("third channel: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-c.Done()
}

func TestClientRefuses(t *testing.T) {
	t.Parallel()
	f := testServer(t, nil)
	if _, err := f.dial(t, func(c *sshnet.ClientConfig) {
		c.HostKey = func(sshnet.PublicKey) error { return errors.New("changed key") }
	}); err == nil || !strings.Contains(err.Error(), "changed key") {
		t.Errorf("changed host key: %v", err)
	}
	if _, err := f.dial(t, func(c *sshnet.ClientConfig) { c.User = "admin" }); err == nil {
		t.Error("a key opened another user's account")
	}
	if _, err := f.dial(t, func(c *sshnet.ClientConfig) { c.HostKey = nil }); err == nil {
		t.Error("a client without a host key check connected")
	}
}

func TestSilentPeers(t *testing.T) {
	t.Parallel()
	f := testServer(t, func(c *sshnet.Config) { c.Grace = 50 * time.Millisecond; c.PerSource = 2 })
	var conns []net.Conn
	for range 3 {
		conn, err := net.Dial("tcp", f.addr.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conns = append(conns, conn)
	}
	for i, conn := range conns { // all are closed by the server: two by the grace time, one at once
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("connection %d: %v", i, err)
		}
	}
	// The client's side of a peer that never speaks.
	ours, theirs := net.Pipe()
	defer theirs.Close()
	if _, err := sshnet.NewClient(t.Context(), ours, sshnet.ClientConfig{User: "u", Key: f.user,
		HostKey: func(sshnet.PublicKey) error { return nil }, Timeout: 20 * time.Millisecond}); err == nil {
		t.Error("a handshake with nobody succeeded")
	}
}

func TestNewServerWantsAuthentication(t *testing.T) {
	t.Parallel()
	k, err := sshnet.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sshnet.NewServer(sshnet.Config{HostKeys: []sshnet.Key{k}, Serve: serveTest}); err == nil {
		t.Error("a server that lets everybody in was made")
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	k, err := sshnet.LoadOrCreateKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := sshnet.LoadOrCreateKey(path)
	if err != nil || again.Public() != k.Public() {
		t.Errorf("second start: %v, %v", again.Public(), err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode: %v, %v", st.Mode(), err)
	}
	public, err := sshnet.LoadPublicKey(path + ".pub")
	if err != nil || public != k.Public() {
		t.Errorf("public half: %v, %v", public, err)
	}
	if !strings.HasPrefix(public.Fingerprint(), "SHA256:") {
		t.Error(public.Fingerprint())
	}
	for _, bad := range []string{"", "x", `command="x" ` + public.String(), public.String() + "\n" + public.String()} {
		if _, err := sshnet.ParsePublicKey(bad); err == nil {
			t.Errorf("%q was taken for a key", bad)
		}
	}
	if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sshnet.LoadOrCreateKey(path); err == nil {
		t.Error("a broken key was replaced or taken")
	}
}
