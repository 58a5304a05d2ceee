package line

import (
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	prompt "github.com/c-bata/go-prompt"
)

// roomy is the window that go-prompt is told. It only has to be large: the
// writer wraps by the real window, and a resize during a line does not matter.
const roomy = 65535

// pollWait is how long one Read waits for a key. Enter closes the gate before
// go-prompt waits for its reader, so this is never felt.
const pollWait = 200 * time.Millisecond

// parser is go-prompt's input (QF-REF dependencies 4): one key, or one run of
// text, per Read; nothing after Enter until the next Setup, else keys typed ahead
// would be lost; at the end of the input one Enter, else Input would never end.
type parser struct {
	queue *queue

	mu     sync.Mutex
	closed bool // Enter was delivered: wait for Setup
	held   bool // a key binding is at work: it may read keys itself

	idle    *idle
	warning string // of seqWarn, which shows news as well
	expired bool   // nobody typed for too long
	end     bool   // the last key was ^D
}

var _ prompt.ConsoleParser = (*parser)(nil)

func (p *parser) Setup() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = false
	return nil
}

func (p *parser) TearDown() error { return nil }

func (p *parser) GetWinSize() *prompt.WinSize { return &prompt.WinSize{Row: roomy, Col: roomy} }

func (p *parser) hold(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = on
}

// Read returns the next key in the form that go-prompt's tables know.
func (p *parser) Read() ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.held {
		return nil, syscall.EAGAIN
	}
	key, err := p.queue.await(time.After(pollWait), func(b []byte, final bool) int {
		if n := run(b); n > 0 {
			return n
		}
		return nextKey(b, final)
	})
	switch {
	case err != nil:
		key = []byte{keyLF}
	case key == nil && p.idle.over():
		p.expired, key = true, []byte{keyLF}
	case key == nil:
		if p.warning = p.idle.warning() + p.queue.takeNews(); p.warning != "" {
			return []byte(seqWarn), nil
		}
		return nil, syscall.EAGAIN
	default:
		p.idle.touch()
	}
	p.end = key[0] == keyEnd
	return p.translate(key)
}

// translate maps keys which go-prompt would take in its own way, and drops those
// it does not know, which it would insert as text.
func (p *parser) translate(key []byte) ([]byte, error) {
	switch {
	case key[0] == keyCR || key[0] == keyLF:
		p.closed = true
		return []byte{keyLF}, nil // ControlM and Enter alike; LF is Enter in its table
	case key[0] == keyRedraw:
		return []byte(seqRedraw), nil // its own ^L writes to a process-wide writer
	case key[0] == keySearch:
		p.held = true
		return []byte(seqSearch), nil
	case key[0] == keyInterrupt:
		return []byte(seqCancel), nil
	case prompt.GetKey(key) == prompt.Up || prompt.GetKey(key) == prompt.ControlP:
		return []byte(seqOlder), nil
	case prompt.GetKey(key) == prompt.Down || prompt.GetKey(key) == prompt.ControlN:
		return []byte(seqNewer), nil
	case string(key) == "?" || string(key) == " " || key[0] == keyTab:
		p.held = true // what the completer prints may need the pager
		return key, nil
	case !utf8.Valid(key):
		return nil, syscall.EAGAIN
	case printable(key) || isBound(string(key)):
		return key, nil
	case prompt.GetKey(key) == prompt.NotDefined:
		return nil, syscall.EAGAIN
	}
	return key, nil
}
