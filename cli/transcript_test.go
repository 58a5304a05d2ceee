package cli

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"oneswitch/internal/netconf"
)

// envChild makes the test binary the shell itself.
const envChild = "ONESWITCH_SHELL_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		os.Exit(Main(os.Args[1:]))
	}
	flag.Bool("rewrite", false, "write the golden files anew")
	flag.Parse()
	os.Exit(m.Run())
}

func rewrite() bool { return flag.Lookup("rewrite").Value.String() == "true" }

// opener starts the dispatcher of a session.
type opener func(*netconf.Session) netconf.Dispatcher

// connect serves a user on a socket and returns the end for the shell.
func connect(t testing.TB, user string, open opener) *os.File {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours := os.NewFile(uintptr(fds[0]), "server")
	conn, err := net.FileConn(ours)
	if err != nil {
		t.Fatal(err)
	}
	_ = ours.Close()
	server := netconf.NewServer(netconf.Config{
		Open: open,
		Log:  slog.New(slog.DiscardHandler),
	})
	ctx, stop := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		_ = server.Serve(ctx, conn, netconf.Peer{User: user, Remote: "10.0.0.9", Via: "local", Seat: netconf.Seat{Terminal: "pts/0", PID: 1000}})
	})
	t.Cleanup(func() {
		stop()
		serving.Wait()
	})
	return os.NewFile(uintptr(fds[1]), "client")
}

func shellCommand(t testing.TB, d *fakeDirector, args ...string) *exec.Cmd {
	t.Helper()
	return shellOf(t, "admin", func(*netconf.Session) netconf.Dispatcher { return d }, args...)
}

func shellOf(t testing.TB, user string, open opener, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), envChild+"=1", envUser+"="+user, envHome+"="+home)
	socket := connect(t, user, open)
	t.Cleanup(func() { _ = socket.Close() })
	cmd.ExtraFiles = []*os.File{socket}
	cmd.Dir = home
	return cmd
}

// screen is the shell on a pseudo-terminal and what it has written.
type screen struct {
	t   *testing.T
	pty *os.File
	cmd *exec.Cmd

	mu      sync.Mutex
	out     string
	changed chan struct{}
}

// seen is what has been written so far, with what differs from run to run made the
// same: the user's directory and the times.
func (s *screen) seen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	clock := regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC(, idle \d\d:\d\d:\d\d)?`)
	return clock.ReplaceAllString(strings.ReplaceAll(s.out, s.cmd.Dir, "/home/admin"), "2026-01-01 00:00:00 UTC")
}

func startShell(t *testing.T, d *fakeDirector) *screen {
	t.Helper()
	return seat(t, "admin", func(*netconf.Session) netconf.Dispatcher { return d })
}

// seat starts the shell of a user.
func seat(t *testing.T, user string, open opener) *screen {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := term.MakeRaw(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(slave, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	cmd := shellOf(t, user, open)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = slave.Close()
	s := &screen{t: t, pty: master, cmd: cmd, changed: make(chan struct{}, 1)}
	go s.read()
	t.Cleanup(func() {
		_ = master.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return s
}

func (s *screen) read() {
	b := make([]byte, 4096)
	for {
		n, err := s.pty.Read(b)
		s.mu.Lock()
		s.out += strings.ReplaceAll(string(b[:n]), "\r\n", "\n")
		s.mu.Unlock()
		select {
		case s.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *screen) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.pty, keys); err != nil {
		s.t.Fatal(err)
	}
}

// take waits until as much is written as was wanted, and returns and forgets it.
// Without a wish, when the golden file is written, it waits until nothing comes: not
// for long where somebody is asked for something.
func (s *screen) take(want string) string {
	timer := time.NewTimer(s.quiet())
	defer timer.Stop()
	for {
		out := s.seen()
		if !rewrite() && (len(out) >= len(want) && !hasDots(want) || hasDots(want) && matches(want, out)) {
			break
		}
		select {
		case <-s.changed:
			timer.Reset(s.quiet())
			continue
		case <-timer.C:
		}
		break
	}
	out := s.seen()
	if !rewrite() && !hasDots(want) {
		out = out[:min(len(want), len(out))]
	}
	rest := strings.TrimPrefix(s.seen(), out)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = rest
	return out
}

// quiet is how long nothing comes after which nothing more will.
func (s *screen) quiet() time.Duration {
	asks := regexp.MustCompile(`([>#] |\)---|\) |: )$`)
	switch {
	case !rewrite():
		return 20 * time.Second
	case asks.MatchString(s.seen()):
		return 400 * time.Millisecond
	}
	return 3 * time.Second
}

// dots on a line of their own stand for any number of lines, so that a list of
// statements may grow.
const dots = "..."

func hasDots(want string) bool { return strings.Contains("\n"+want+"\n", "\n"+dots+"\n") }

// matches compares a screen with a wish that may have dots. The columns of a list
// that may grow may become wider as well.
func matches(want, got string) bool {
	if hasDots(want) {
		blanks := regexp.MustCompile(` +`)
		want, got = blanks.ReplaceAllString(want, " "), blanks.ReplaceAllString(got, " ")
	}
	return matchLines(strings.Split(want, "\n"), strings.Split(got, "\n"))
}

// withDots writes a wish anew that had dots: of the new screen it keeps the lines that
// the wish had.
func withDots(want, got string) string {
	squeezed := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	wished := map[string]bool{}
	for line := range strings.SplitSeq(want, "\n") {
		wished[squeezed(line)] = true
	}
	lines := strings.Split(got, "\n")
	var out []string
	for i, line := range lines {
		switch {
		case wished[squeezed(line)] || i < 2 || i > len(lines)-3:
			out = append(out, line)
		case out[len(out)-1] != dots:
			out = append(out, dots)
		}
	}
	return strings.Join(out, "\n")
}

func matchLines(want, got []string) bool {
	if len(want) == 0 {
		return len(got) == 0
	}
	if want[0] == dots {
		for i := range len(got) + 1 {
			if matchLines(want[1:], got[i:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && want[0] == got[0] && matchLines(want[1:], got[1:])
}

// step is keys sent and the screen that follows.
type step struct{ keys, screen string }

// readSteps reads a transcript: a line `<<< keys` (a Go string without quotes)
// followed by what is then written, each line behind a bar.
func readSteps(t *testing.T, text string) []step {
	t.Helper()
	var out []step
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "<<<"):
			keys := strings.TrimPrefix(strings.TrimPrefix(line, "<<<"), " ")
			keys, err := strconv.Unquote(`"` + strings.ReplaceAll(keys, `"`, `\"`) + `"`)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			out = append(out, step{keys: keys})
		case strings.HasPrefix(line, "|") && len(out) > 0:
			out[len(out)-1].screen += visible(line[1:])
		}
	}
	for i := range out {
		out[i].screen = strings.TrimSuffix(out[i].screen, "\n")
	}
	return out
}

// visible and hidden keep control characters readable in a golden file.
func visible(line string) string {
	if strings.HasSuffix(line, " $") {
		line = strings.TrimSuffix(line, "$")
	}
	return strings.NewReplacer(`\b`, "\b", `\r`, "\r", `\e`, "\x1b").Replace(line) + "\n"
}

func hidden(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(text, "\n") {
		line = strings.NewReplacer("\b", `\b`, "\r", `\r`, "\x1b", `\e`).Replace(line)
		if strings.HasSuffix(line, " ") {
			line += "$" // blanks at the end of a line are seen
		}
		b.WriteString("|" + line + "\n")
	}
	return b.String()
}

// TestTranscripts types the keys of testdata/*.txt on a real pseudo-terminal and
// compares the screens.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			transcript(t, file)
		})
	}
}

func transcript(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := startShell(t, newFakeDirector(t))
	got := s.play(readSteps(t, string(text)))
	if rewrite() {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// play types the keys of each step and compares what follows; it returns the steps
// as they went.
func (s *screen) play(steps []step) string {
	s.t.Helper()
	var got strings.Builder
	for _, st := range steps {
		s.send(st.keys)
		out := s.take(st.screen)
		keys := strconv.Quote(st.keys)
		keys = strings.ReplaceAll(keys[1:len(keys)-1], `\"`, `"`)
		if matches(st.screen, out) {
			out = st.screen
		} else if rewrite() && hasDots(st.screen) {
			out = withDots(st.screen, out)
		}
		got.WriteString("<<< " + keys + "\n" + hidden(out) + "\n")
		if !rewrite() && out != st.screen {
			s.t.Fatalf("after %s:\n%s\nwant\n%s", keys, hidden(out), hidden(st.screen))
		}
	}
	return got.String()
}
