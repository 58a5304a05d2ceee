package line

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"oneswitch/internal/clock"
)

// envChild makes the test binary the program behind the terminal: go-prompt wants a
// controlling terminal, and there is one per process.
const envChild = "ONESWITCH_LINE_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		if err := child(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child reads lines and says what it got. A few lines make it do other things.
func child() error {
	t, err := Open(os.Stdin, os.Stdout)
	if err != nil {
		return err
	}
	defer func() { _ = t.Close() }()
	e := NewEditor(t, func(key Key, before string) (string, string) {
		switch {
		case key == KeyQuestion:
			return "", "help for <" + before + ">\n"
		case strings.HasSuffix(before, "sh"):
			return "ow ", ""
		case strings.HasSuffix(before, "bad"):
			return "", "no such word\n"
		}
		return " ", ""
	})
	h := NewHistory([]string{"old one", "old two"}, func(line string) bool { return !strings.Contains(line, "secret") })
	idle := moved(t)
	told(t)
	for {
		text, err := e.ReadLine(Prompt{Banner: "\n[top]\n", Text: "> ", Rows: 5, Idle: idle}, h)
		if err != nil {
			t.Print(fmt.Sprintf("over: %v\n", err))
			return nil
		}
		switch text {
		case "exit":
			return nil
		case "page":
			t.Page(numbered(12), 5)
		case "ask":
			answer, err := t.Ask("sure? ")
			t.Print(fmt.Sprintf("answer %q %v\n", answer, err))
		case "text":
			body, err := t.ReadText()
			t.Print(fmt.Sprintf("text %q %v\n", body, err))
		case "sleep":
			stopped := make(chan struct{})
			undo := t.OnInterrupt(func() { close(stopped) })
			t.Print("working\n")
			<-stopped
			undo()
			t.Print("interrupted\n")
		default:
			t.Print("got <" + text + ">\n")
		}
	}
}

// moved gives the terminal a clock that SIGUSR1 moves by 50 seconds, when the test
// wants to see idleness; it returns how long nobody may type.
func moved(t *Terminal) time.Duration {
	limit, err := time.ParseDuration(os.Getenv(envIdle))
	if err != nil {
		return 0
	}
	c := clock.NewManual(time.Unix(0, 0))
	t.SetClock(c)
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR1)
	go func() {
		for range signals {
			c.Advance(50 * time.Second)
		}
	}()
	return limit
}

// told shows news at the terminal at SIGUSR2.
func told(t *Terminal) {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGUSR2)
	go func() {
		for range signals {
			t.Tell("\nnews\n")
		}
	}()
}

// envIdle is how long nobody may type.
const envIdle = "ONESWITCH_LINE_IDLE"

func numbered(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// session is a program on a pseudo-terminal and what it has written.
type session struct {
	t   *testing.T
	pty *os.File
	cmd *exec.Cmd

	mu      sync.Mutex
	out     string
	seen    int // what expect has passed
	changed chan struct{}
}

// start runs the child on a raw terminal of the size, as the director does.
func start(t *testing.T, size *pty.Winsize, env ...string) *session {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := term.MakeRaw(int(slave.Fd())); err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(slave, size); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), envChild+"=1", "TERM=vt100"), env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = slave.Close()
	s := &session{t: t, pty: master, cmd: cmd, changed: make(chan struct{}, 1)}
	go s.read()
	t.Cleanup(s.close)
	return s
}

func (s *session) read() {
	b := make([]byte, 4096)
	for {
		n, err := s.pty.Read(b)
		s.mu.Lock()
		s.out += string(b[:n])
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

func (s *session) close() {
	_ = s.pty.Close()
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
}

func (s *session) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.pty, keys); err != nil {
		s.t.Fatal(err)
	}
}

// expect waits for a text in what was written since the last one and returns
// everything up to its end.
func (s *session) expect(text string) string {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		fresh := s.out[s.seen:]
		if i := strings.Index(fresh, text); i >= 0 {
			s.seen += i + len(text)
			s.mu.Unlock()
			return fresh[:i+len(text)]
		}
		s.mu.Unlock()
		select {
		case <-s.changed:
		case <-deadline:
			s.t.Fatalf("no %q in %q", text, fresh)
		}
	}
}

// typed sends keys one by one and waits for the echo of each, as a person does.
func (s *session) typed(text string) {
	s.t.Helper()
	for _, r := range text {
		s.send(string(r))
		s.expect(string(r))
	}
}

func TestEditing(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("[top]\r\n> ")
	for _, tc := range []struct{ name, keys, want string }{
		{"enter", "hello\r", "got <hello>"},
		{"line feed", "hello\n", "got <hello>"},
		{"carriage return and line feed", "hello\r\nthere\r\n", "got <there>"},
		{"backspace", "helpx\x7f\x08lo\r", "got <hello>"},
		{"beginning and end", "b\x01a\x05c\r", "got <abc>"},
		{"left and delete", "abxc\x1b[D\x1b[D\x1b[3~\r", "got <abc>"},
		{"kill and yank", "one two\x17\x19\x19\r", "got <one twotwo>"},
		{"clear", "garbage\x15good\r", "got <good>"},
		{"meta", "one two\x1bb\x1bbX\r", "got <Xone two>"},
		{"delete word", "one two\x1b\x7fx\r", "got <one x>"},
		{"history", "\x1b[A\r", "got <one x>"},
		{"interrupt", "garbage\x03fresh\r", "got <fresh>"},
		{"end of file is a delete", "ab\x01\x04\r", "got <b>"},
		{"end of file behind the last character", "ok\x04\r", "got <ok>"},
		{"unknown sequences", "a\x1b[99~\x1bOZb\r", "got <ab>"},
		{"wide characters", "a日本b\x1b[D\x1b[D\x7f\r", "got <a本b>"},
		{"completion", "sh", "show "},
		{"completed", "x\r", "got <show x>"},
		{"help in quotes", "\"a ?\"\r", "got <\"a ?\">"},
		{"search", "\x12old o\r", "got <old one>"},
		{"search given up", "abc\x12old o\x07d\r", "got <abcd>"},
		{"search left by escape", "\x12old t\x1b", "search left by escape"},
		{"transpose at the end", "ab\x14\r", "got <ba>"},
		{"transpose", "abcd\x02\x02\x14\r", "got <acbd>"},
		{"oldest and newest", "x\x1b<\x1b>y\r", "got <xy>"},
		{"oldest", "\x1b<\r", "got <old one>"},
		{"a line changed on the way", "abc\x10\x0e\r", "got <abc>"},
		{"last word", "see \x1b.\r", "got <see abc>"},
		{"last word before", "see \x1b.\x1b.\x1b.\r", "got <see xy>"},
		{"expand", "old\r", "got <old>"},
		{"expanded", "good\ra ol\x1b/\r", "got <a old>"},
		{"secret", "my secret\r", "got <my secret>"},
		{"secret is forgotten", "\x10\r", "got <a old>"},
		{"bracketed paste", "\x1b[200~a\tb\x1b[201~\r", "got <a b>"},
		{"combining", "e\u0301x\x7f\r", "got <e\u0301>"},
		{"suspend and quoting are no keys", "a\x1a\x16\x11\x13b\r", "got <ab>"},
		{"page keys", "a\x1b[5~\x1b[6~b\x1b[Hc\x1b[Fd\r", "got <cabd>"},
		{"word forward and delete", "one two\x01\x1bf\x1bd!\r", "got <one!>"},
		{"kill the line", "abc\x01\x0bx\r", "got <x>"},
	} {
		if tc.name == "search left by escape" { // the escape must be a key of its own: nothing follows it
			s.send(tc.keys)
			s.expect("> old two")
			s.send("!\r")
			s.expect("got <old two!>\r\n\r\n[top]\r\n> ")
			continue
		}
		if tc.name == "completion" {
			s.typed(tc.keys)
			s.send("\t")
			s.expect("ow ")
			continue
		}
		s.send(tc.keys)
		if out := s.expect(tc.want + "\r\n\r\n[top]\r\n> "); strings.Contains(out, "\x1b") {
			t.Errorf("%s: escape sequences in %q", tc.name, out)
		}
	}
}

// TestEcho is what drivers of automation live on: each typed character comes back
// once, and nothing else does.
func TestEcho(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	long := strings.Repeat("set interfaces Node0:xe-0/0/0 ", 10)
	for _, r := range long {
		s.send(string(r))
		if out := s.expect(string(r)); out != string(r) {
			t.Fatalf("echo of %q is %q", r, out)
		}
	}
	s.send("\r")
	if out := s.expect("got"); out != "\r\ngot" {
		t.Errorf("after Enter: %q", out)
	}
}

func TestHelpAtOnce(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.typed("abc")
	s.send("?")
	if out := s.expect("> abc"); out != "?\r\nhelp for <abc>\r\n[top]\r\n> abc" {
		t.Errorf("%q", out)
	}
	s.typed("bad")
	s.send(" ")
	if out := s.expect("> abcbad"); out != "\r\nno such word\r\n[top]\r\n> abcbad" {
		t.Errorf("%q", out)
	}
}

func TestTypedAhead(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{}) // ssh -tt from a pipe tells no size
	var want strings.Builder
	want.WriteString("\r\n[top]\r\n> ")
	for i := range 200 {
		s.send(fmt.Sprintf("line %d\r", i))
		fmt.Fprintf(&want, "line %d\r\ngot <line %d>\r\n\r\n[top]\r\n> ", i, i)
	}
	if out := s.expect("got <line 199>\r\n\r\n[top]\r\n> "); out != want.String() {
		t.Errorf("typed ahead:\n%q\nwant\n%q", out, want.String())
	}
}

func TestPager(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	wiped := "\r            \r"
	s.send("page\r")
	s.expect("line 4\r\n---(more)---")
	s.send("\r")
	if out := s.expect("more"); out != wiped+"line 5\r\n---(more" {
		t.Errorf("%q", out)
	}
	s.expect("41%)---")
	s.send(" ")
	s.expect("line 9\r\n---(more 75%)---")
	s.send("b")
	s.expect("line 2\r\nline 3\r\nline 4\r\nline 5\r\n---(more 41%)---")
	s.send("/12\r")
	s.expect("line 12\r\n\r\n[top]\r\n> ")
	s.send("page\r")
	s.expect("---(more)---")
	s.send("qnext\r")
	if out := s.expect("got <next>"); strings.Contains(out, "line 5") {
		t.Errorf("q shows %q", out)
	}
}

// TestNews: what others have to say is shown below the line, which goes on.
func TestNews(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	tell := func() {
		if err := s.cmd.Process.Signal(syscall.SIGUSR2); err != nil {
			t.Fatal(err)
		}
	}
	tell()
	if out := s.expect("[top]\r\n> "); !strings.Contains(out, "news") {
		t.Errorf("at the prompt: %q", out)
	}
	s.send("abc")
	s.expect("abc")
	tell()
	s.expect("news\r\n[top]\r\n> abc")
	s.send("d\r")
	s.expect("got <abcd>")
	s.send("page\r")
	s.expect("---(more)---")
	tell()
	s.expect("news\r\n")
	s.send("q")
	s.expect("> ")
	s.send("sleep\r")
	s.expect("working\r\n")
	tell()
	s.send("\x03")
	s.expect("interrupted\r\n")
	if out := s.expect("[top]\r\n> \r\n\r\nnews\r\n[top]\r\n> "); strings.Count(out, "news") != 1 {
		t.Errorf("after a command: %q", out)
	}
}

func TestDialogs(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.send("ask\r")
	s.expect("sure? ")
	s.send("nox\x7f \r")
	s.expect(`answer "no" <nil>`)
	s.send("ask\r")
	s.expect("sure? ")
	s.send("x\x03")
	s.expect(`answer "" interrupted`)
	s.send("text\rone\rtw?\x7fo\r\x04after\r")
	s.expect("text \"one\\ntwo\\n\" <nil>")
	s.expect("got <after>")
	s.send("sleep\r")
	s.expect("working\r\n")
	s.send("lost\x03")
	s.expect("interrupted\r\n")
	s.send("kept\r")
	s.expect("got <kept>")
}

// TestLongLine edits a line longer than the window in an earlier row of it.
func TestLongLine(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 20})
	s.expect("> ")
	s.send(strings.Repeat("a", 50) + "\x01b\r")
	s.expect("got <b" + strings.Repeat("a", 50) + ">")
}

// TestEndOfInput: ^D on an empty line is all that says so on a raw terminal.
func TestEndOfInput(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.send("one\r\x04")
	s.expect("got <one>\r\n\r\n[top]\r\n> \r\n")
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestEnd(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.send("exit\r")
	s.expect("exit\r\n")
	if err := s.cmd.Wait(); err != nil {
		t.Error(err)
	}
}

// TestWithoutTerminal: lines come and answers go, no prompt, no echo, no escapes.
func TestWithoutTerminal(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envChild+"=1")
	cmd.Stdin = strings.NewReader("one\r\ntwo\n\nexit\n")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("%v: %s", err, exit.Stderr)
	}
	if want := "got <one>\ngot <two>\ngot <>\n"; string(out) != want {
		t.Errorf("%q, want %q", out, want)
	}
}

// TestIdle: who does not type is warned as Junos warns and then sent away, with half a
// line as without one, and in the pager; a key takes it all back.
func TestIdle(t *testing.T) {
	t.Parallel()
	last := "Warning: session will be closed in 10 seconds if there is no activity\r\n"
	for name, tc := range map[string]struct{ keys, seen, again, end string }{
		"untouched": {"", "", "[top]\r\n> ", "[top]\r\n> \r\nover: idle timeout exceeded"},
		"half":      {"abc", "abc", "[top]\r\n> abc", "\r\nover: idle timeout exceeded"},
		"pager":     {"page\r", "---(more)---", "", "over: idle timeout exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, &pty.Winsize{Rows: 24, Cols: 80}, envIdle+"=101s")
			s.expect("> ")
			if tc.keys != "" {
				s.send(tc.keys)
				s.expect(tc.seen)
			}
			s.pass() // 50 seconds
			s.expect("Warning: session will be closed in 1 minute if there is no activity\r\n")
			s.expect(tc.again)
			s.pass() // 100 seconds
			s.expect(last)
			s.pass()
			s.expect(tc.end)
		})
	}
}

// TestIdleEnds: a key is activity.
func TestIdleEnds(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80}, envIdle+"=101s")
	s.expect("> ")
	for range 3 {
		s.pass()
		s.expect("in 1 minute if there is no activity\r\n")
		s.send("x\x15")
		s.expect("x\b \b")
	}
	s.send("ok\r")
	s.expect("got <ok>")
}

// pass lets 50 seconds pass.
func (s *session) pass() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		s.t.Fatal(err)
	}
}

// TestSearchGivesTheLineBack: the search is drawn over the line, and the line over the
// search.
func TestSearchGivesTheLineBack(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.typed("abc")
	s.send("\x12two")
	s.expect("old two")
	s.send("\x07")
	s.expect("> abc")
	s.send("\r")
	s.expect("\r\ngot <abc>")
	s.mu.Lock()
	first, _, _ := strings.Cut(s.out[strings.Index(s.out, "> "):], "\r\n")
	s.mu.Unlock()
	if shown := rendered(first, 80); shown != "> abc" {
		t.Errorf("%q shows %q", first, shown)
	}
}

// rendered is what a line looks like after some output.
func rendered(out string, width int) string {
	scr := &screen{width: width}
	_, _ = scr.Write([]byte(out))
	return scr.text()
}

// TestDumbTerminal: no escape sequence is sent, whatever the line.
func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 20}, "TERM=dumb")
	s.expect("> ")
	s.send(strings.Repeat("a", 50))
	s.expect(strings.Repeat("a", 18))
	s.send("\x01b\x05c\r")
	if out := s.expect("got <b" + strings.Repeat("a", 50) + "c>"); strings.Contains(out, "\x1b") {
		t.Errorf("escape sequences in %q", out)
	}
}

// TestResize: a line of several rows is drawn anew when the window has another width.
func TestResize(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	s.typed(strings.Repeat("a", 50))
	if err := pty.Setsize(s.pty, &pty.Winsize{Rows: 24, Cols: 20}); err != nil {
		t.Fatal(err)
	}
	s.send("b")
	s.expect("\r\n> " + strings.Repeat("a", 50) + "b")
	s.send("\r")
	s.expect("got <" + strings.Repeat("a", 50) + "b>")
}

// TestPaste: five thousand lines at once arrive whole and in order.
func TestPaste(t *testing.T) {
	t.Parallel()
	s := start(t, &pty.Winsize{Rows: 24, Cols: 80})
	s.expect("> ")
	go func() { // what is written fills the terminal: somebody must read meanwhile
		for i := range 5000 {
			if _, err := fmt.Fprintf(s.pty, "set vlans v%d vlan-id %d\n", i, i); err != nil {
				return
			}
		}
	}()
	for i := range 5000 {
		s.expect(fmt.Sprintf("got <set vlans v%d vlan-id %d>", i, i))
	}
}
