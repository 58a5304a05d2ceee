package e2e

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// shell is an interactive login through OpenSSH on a real pseudo-terminal.
type shell struct {
	t   *testing.T
	tty *os.File

	mu   sync.Mutex // guards seen
	seen strings.Builder
	read int // how much of seen has been matched
}

// login opens a shell and waits for its prompt.
func (f *fabric) login() *shell {
	f.t.Helper()
	cmd := exec.Command("sshpass", f.sshArgs("-tt")...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 120})
	if err != nil {
		f.t.Fatal(err)
	}
	s := &shell{t: f.t, tty: tty}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			s.mu.Lock()
			s.seen.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	f.t.Cleanup(func() {
		tty.Close()
		_ = cmd.Process.Kill() // it may have ended with its terminal
		_ = cmd.Wait()
		<-drained
	})
	s.expect(`admin@[\w-]+> $`)
	return s
}

// expect waits for text that matches the pattern and returns all that came up to
// its end.
func (s *shell) expect(pattern string) string {
	s.t.Helper()
	re := regexp.MustCompile(pattern)
	var got string
	deadline := time.Now().Add(20 * time.Second)
	ticks := time.NewTicker(10 * time.Millisecond)
	defer ticks.Stop()
	for {
		s.mu.Lock()
		rest := s.seen.String()[s.read:]
		s.mu.Unlock()
		if loc := re.FindStringIndex(rest); loc != nil {
			got = rest[:loc[1]]
			s.read += loc[1]
			return strings.ReplaceAll(got, "\r", "")
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %q, have:\n%s", pattern, rest)
		}
		<-ticks.C
	}
}

// run types a line and returns what came until the next prompt.
func (s *shell) run(line string) string {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, line+"\r"); err != nil {
		s.t.Fatal(err)
	}
	return s.expect(`(?m)^[\w-]+@[\w-]+[>#] $`)
}
