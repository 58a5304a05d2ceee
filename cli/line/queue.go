package line

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// maxTypedAhead bounds the bytes that wait to be taken; the reader stops reading
// above it, and the sender feels it.
const maxTypedAhead = 1 << 20

// queue holds the bytes typed and not yet taken. The reader goroutine fills it;
// one consumer at a time empties it.
type queue struct {
	changed chan struct{} // capacity 1: something was added, taken or ended

	mu          sync.Mutex
	buf         []byte
	err         error  // why no more will come
	afterCR     bool   // the last byte taken was CR: a LF that follows belongs to it
	onInterrupt func() // what ^C does while a command runs; nil: it is a key
	pasting     bool   // between the marks of a bracketed paste
	news        string // to be shown to whoever is at the terminal, as soon as somebody waits for a key
}

func newQueue() *queue { return &queue{changed: make(chan struct{}, 1)} }

// fill reads until the input ends. It is the body of the reader goroutine.
func (q *queue) fill(in io.Reader) {
	b := make([]byte, 4096)
	for {
		n, err := in.Read(b)
		for _, c := range b[:n] {
			q.push(c)
		}
		if err != nil {
			q.end(err)
			return
		}
		q.wake()
		q.waitForRoom()
	}
}

// end says that nothing more will come. A running command is given up: nobody waits
// for it any more.
func (q *queue) end(err error) {
	q.mu.Lock()
	if q.err == nil {
		q.err = err
	}
	f := q.onInterrupt
	q.mu.Unlock()
	q.wake()
	if f != nil {
		f()
	}
}

func (q *queue) push(c byte) {
	q.mu.Lock()
	f := q.onInterrupt
	if c == keyInterrupt && f != nil {
		q.buf = nil
	} else {
		q.add(c)
		f = nil
	}
	q.mu.Unlock()
	if f != nil {
		f()
	}
}

// The marks that a terminal puts around a paste (xterm, "bracketed paste mode"). The
// shell does not ask for them, but what is in front of it may have been asked.
const (
	pasteBegins = "\x1b[200~"
	pasteEnds   = "\x1b[201~"
)

// add appends a byte. The marks of a paste are taken out, and a tab between them is a
// blank: what is pasted asks for no completion.
func (q *queue) add(c byte) {
	if c == keyTab && q.pasting {
		c = ' '
	}
	q.buf = append(q.buf, c)
	if c != '~' {
		return
	}
	for _, mark := range []string{pasteBegins, pasteEnds} {
		if bytes.HasSuffix(q.buf, []byte(mark)) {
			q.buf, q.pasting = q.buf[:len(q.buf)-len(mark)], mark == pasteBegins
		}
	}
}

func (q *queue) wake() {
	select {
	case q.changed <- struct{}{}:
	default:
	}
}

func (q *queue) waitForRoom() {
	for q.size() > maxTypedAhead {
		time.Sleep(10 * time.Millisecond)
	}
}

func (q *queue) size() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.buf)
}

// take removes what measure says from the head of the queue. It returns nil when
// there is nothing to take now; err tells that nothing will come either.
func (q *queue) take(measure func(b []byte, final bool) int) ([]byte, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.afterCR && len(q.buf) > 0 {
		if q.buf[0] == keyLF {
			q.buf = q.buf[1:]
		}
		q.afterCR = false
	}
	n := measure(q.buf, q.err != nil)
	if n <= 0 {
		if len(q.buf) == 0 {
			return nil, q.err
		}
		return nil, nil
	}
	key := append([]byte(nil), q.buf[:n]...)
	if q.buf = q.buf[n:]; len(q.buf) == 0 {
		q.buf = nil
	}
	q.afterCR = key[n-1] == keyCR
	return key, nil
}

// escapeWait is how long the rest of an escape sequence may take to come; after
// it ESC was a key of its own.
const escapeWait = 50 * time.Millisecond

// await takes what measure finds, waiting until the deadline (nil: for ever); nil
// and no error when nothing came.
func (q *queue) await(deadline <-chan time.Time, measure func([]byte, bool) int) ([]byte, error) {
	for {
		k, err := q.take(measure)
		if k != nil || err != nil {
			return k, err
		}
		var partial <-chan time.Time
		if q.size() > 0 {
			partial = time.After(escapeWait)
		}
		select {
		case <-q.changed:
		case <-deadline:
			return nil, nil
		case <-partial:
			// What is there will not become longer: take it as it stands.
			return q.take(func(b []byte, _ bool) int { return measure(b, true) })
		}
	}
}

// wait waits until there is a key or the end of the input; false when the deadline
// is there first, or news.
func (q *queue) wait(deadline <-chan time.Time) bool {
	for {
		_, _ = q.take(func([]byte, bool) int { return 0 }) // a LF behind CR is no key
		switch {
		case q.size() > 0 || q.ended():
			return true
		case q.hasNews():
			return false
		}
		select {
		case <-q.changed:
		case <-deadline:
			return false
		}
	}
}

// goesOn reports whether text is typed already that continues the line.
func (q *queue) goesOn() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return textFollows(q.buf)
}

// unread puts a key back in front of the others.
func (q *queue) unread(key []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.buf, q.afterCR = append(key, q.buf...), false
}

// interrupt sets what ^C does from now on and returns what undoes it. A ^C that
// waits already, typed right behind Enter, counts.
func (q *queue) interrupt(f func()) (undo func()) {
	q.mu.Lock()
	before := q.onInterrupt
	q.onInterrupt = f
	waiting := bytes.IndexByte(q.buf, keyInterrupt) >= 0
	if waiting {
		q.buf = nil
	}
	q.mu.Unlock()
	if waiting {
		f()
	}
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.onInterrupt = before
	}
}

// ended reports whether the input is over and everything is taken.
func (q *queue) ended() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err != nil && len(q.buf) == 0
}

// tell leaves news for whoever waits for a key, now or next.
func (q *queue) tell(text string) {
	q.mu.Lock()
	q.news += text
	q.mu.Unlock()
	q.wake()
}

func (q *queue) hasNews() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.news != ""
}

// takeNews returns the news once.
func (q *queue) takeNews() string {
	q.mu.Lock()
	defer q.mu.Unlock()
	text := q.news
	q.news = ""
	return text
}
