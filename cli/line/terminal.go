package line

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"oneswitch/internal/clock"
)

// ErrInterrupted says that the user pressed ^C where an answer or a text was asked
// for.
var ErrInterrupted = errors.New("interrupted")

// ErrIdle says that nobody typed for longer than the prompt allows.
var ErrIdle = errors.New("idle timeout exceeded")

// ErrEnd says that the user typed ^D on an empty line: no more is to come. It is
// also how a director tells that the client has closed its side.
var ErrEnd = errors.New("end of input")

// Window size where the terminal does not tell one (RFC 4254 section 6.2 allows
// zero, and zero must not be divided by).
const (
	DefaultWidth  = 80
	DefaultHeight = 24
)

// Terminal is the user's terminal, or a plain pair of streams without one.
type Terminal struct {
	in      *os.File
	out     io.Writer
	queue   *queue
	restore *term.State // nil: not a terminal
	echo    bool        // is a terminal: edit and echo
	dumb    bool        // knows no escape sequences
	idle    *idle
	expired bool // nobody typed for too long
}

// Open takes over the terminal: raw mode, and the goroutine that reads keys.
// Where in is not a terminal, lines are read as they come and nothing is echoed.
func Open(in *os.File, out io.Writer) (*Terminal, error) {
	t := &Terminal{in: in, out: out, queue: newQueue(), idle: &idle{clock: clock.Real{}}, dumb: isDumb(os.Getenv("TERM"))}
	if term.IsTerminal(int(in.Fd())) && hasControlling() {
		state, err := term.MakeRaw(int(in.Fd()))
		if err != nil {
			return nil, fmt.Errorf("set terminal to raw mode: %w", err)
		}
		t.restore, t.echo = state, true
	}
	go t.queue.fill(in)
	return t, nil
}

// isDumb reports whether a terminal of that type follows no escape sequence.
func isDumb(kind string) bool { return kind == "" || kind == "dumb" || kind == "unknown" }

// SetClock makes another clock than the machine's measure how long nobody types. It
// comes before the first line is read.
func (t *Terminal) SetClock(c clock.Clock) { t.idle.clock = c }

// key takes one key, waiting for it up to the given time (0: for ever), for readers
// other than the editor. Without a key it returns nil, and ErrIdle when nobody has
// typed for as long as the prompt allowed.
func (t *Terminal) key(wait time.Duration) ([]byte, error) {
	deadline := t.idle.clock.Now().Add(wait)
	for {
		d := t.idle.next()
		if wait > 0 {
			d = min(d, max(deadline.Sub(t.idle.clock.Now()), time.Millisecond))
		}
		timer := t.idle.clock.NewTimer(d)
		came := t.queue.wait(timer.C())
		timer.Stop()
		switch {
		case came:
			t.idle.touch()
			return t.queue.await(nil, nextKey)
		case t.idle.over():
			t.expired = true
			return nil, ErrIdle
		case wait > 0 && !t.idle.clock.Now().Before(deadline):
			return nil, nil
		}
		if text := t.idle.warning() + t.queue.takeNews(); text != "" {
			t.Print("\n" + text)
		}
	}
}

// hasControlling reports whether /dev/tty can be opened: go-prompt's New panics
// when it cannot.
func hasControlling() bool {
	f, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	return f.Close() == nil
}

// Close gives the terminal back as it was.
func (t *Terminal) Close() error {
	if t.restore == nil {
		return nil
	}
	return term.Restore(int(t.in.Fd()), t.restore)
}

// Interactive reports whether there is a terminal with a person, or a tool that
// behaves like one, in front of it.
func (t *Terminal) Interactive() bool { return t.echo }

// Size is the size of the window now.
func (t *Terminal) Size() (width, height int) {
	width, height, err := term.GetSize(int(t.in.Fd()))
	if err != nil || width <= 0 {
		width = DefaultWidth
	}
	if err != nil || height <= 0 {
		height = DefaultHeight
	}
	return width, height
}

// OnInterrupt makes ^C call f instead of being a key, and drops what is typed
// ahead then; so does the end of the input. f runs on the reader's goroutine and
// must not block. The result undoes it.
func (t *Terminal) OnInterrupt(f func()) (undo func()) { return t.queue.interrupt(f) }

// Tell shows a text to whoever is at the terminal, below what he is typing or
// reading, which stays. It may be called from any goroutine. While a command runs the
// text waits for its end; without a terminal it is lost.
func (t *Terminal) Tell(text string) {
	if t.echo {
		t.queue.tell(text)
	}
}

// HangUp ends the input: whoever waits for a key gets io.EOF.
func (t *Terminal) HangUp() { t.queue.end(io.EOF) }

// Print writes text in one write. On a terminal a line ends with CR LF, since a
// raw one adds nothing by itself. An error is no use to anyone: the input ends as
// well when the terminal has gone.
func (t *Terminal) Print(text string) {
	if text == "" {
		return
	}
	if t.echo {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	_, _ = io.WriteString(t.out, text)
}
