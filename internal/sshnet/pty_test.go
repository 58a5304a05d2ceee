package sshnet_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"oneswitch/internal/sshnet"
)

// typist is a client with a terminal, a line at a time.
type typist struct {
	conn *gossh.Client
	ses  *gossh.Session
	in   interface{ Write([]byte) (int, error) }
	out  *bufio.Scanner
}

func (f fixture) typist(t *testing.T) *typist {
	t.Helper()
	conn, err := gossh.Dial("tcp", f.addr.String(), &gossh.ClientConfig{User: "admin", Auth: []gossh.AuthMethod{gossh.Password("secret")},
		HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ses, err := conn.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	in, err := ses.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := ses.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := ses.RequestPty("xterm", 30, 100, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := ses.Shell(); err != nil {
		t.Fatal(err)
	}
	return &typist{conn, ses, in, bufio.NewScanner(out)}
}

// expect reads lines up to one that contains want.
func (c *typist) expect(t *testing.T, want string) {
	t.Helper()
	for c.out.Scan() {
		if strings.Contains(c.out.Text(), want) {
			return
		}
	}
	t.Fatalf("no line with %q: %v", want, c.out.Err())
}

func (c *typist) send(t *testing.T, keys string) {
	t.Helper()
	if _, err := c.in.Write([]byte(keys)); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalFollowsTheWindow(t *testing.T) {
	t.Parallel()
	f := testServer(t, nil)
	c := f.typist(t)
	c.expect(t, "raw=true term=xterm")
	c.send(t, "size\r")
	c.expect(t, "size 30 100")
	for rows := 31; rows < 60; rows++ {
		if err := c.ses.WindowChange(rows, 120); err != nil {
			t.Fatal(err)
		}
	}
	// The size comes on another channel than the keys: ask until it is there.
	for range 1000 {
		c.send(t, "size\r")
		c.out.Scan()
		if strings.Contains(c.out.Text(), "size 59 120") {
			break
		}
	}
	if !strings.Contains(c.out.Text(), "size 59 120") {
		t.Errorf("last answer %q", c.out.Text())
	}
	c.send(t, "quit\r")
	var exit *gossh.ExitError
	if err := c.ses.Wait(); err == nil {
		t.Error("exit status 0")
	} else if ok := asExit(err, &exit); !ok || exit.ExitStatus() != 3 {
		t.Errorf("exit: %v", err)
	}
}

func asExit(err error, target **gossh.ExitError) bool {
	e, ok := err.(*gossh.ExitError)
	*target = e
	return ok
}

// The process of a login dies with the connection, and RunOnPTY returns.
func TestHangUp(t *testing.T) {
	t.Parallel()
	ended := make(chan int, 1)
	f := testServer(t, func(c *sshnet.Config) {
		c.Serve = func(ctx context.Context, s *sshnet.Session) {
			exe, _ := os.Executable()
			cmd := exec.Command(exe)
			cmd.Env = append(os.Environ(), "SSHNET_CHILD=1")
			status, err := sshnet.RunOnPTY(ctx, s, cmd, func(string, int) {})
			if err != nil {
				t.Errorf("run: %v", err)
			}
			ended <- status
		}
	})
	c := f.typist(t)
	c.expect(t, "raw=true")
	_ = c.conn.Close()
	select {
	case status := <-ended:
		if status != 128+1 && status != 7 { // SIGHUP, or Ctrl-D came first
			t.Errorf("status %d", status)
		}
	case <-time.After(20 * time.Second):
		t.Error("the process outlived the connection")
	}
}

func TestManyTypedAheadSessions(t *testing.T) {
	t.Parallel()
	f := testServer(t, func(c *sshnet.Config) { c.Conns = 64 })
	for i := range 20 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			c := f.typist(t)
			for j := range 10 {
				c.send(t, fmt.Sprintf("line %d.%d\r", i, j))
			}
			for j := range 10 {
				c.expect(t, fmt.Sprintf("got line %d.%d", i, j))
			}
			c.send(t, "quit\r")
			_ = c.ses.Wait() // status 3
		})
	}
}
