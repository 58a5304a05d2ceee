package syslog

import "sync"

// pages bounds how many messages a Book keeps.
const pages = 1000

// Book keeps the newest messages of a component. A reader who comes back asks for
// what has come since; one who stays away too long misses the oldest, never the
// newest.
type Book struct {
	mu    sync.Mutex // guards what follows
	next  uint64     // number of the message that comes next; the first is 1
	lines []Message  // the newest, oldest first
}

// NewBook returns an empty book.
func NewBook() *Book { return &Book{next: 1} }

// Add appends a message.
func (b *Book) Add(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, m)
	b.next++
	if len(b.lines) > pages {
		b.lines = append(b.lines[:0:0], b.lines[len(b.lines)-pages*3/4:]...)
	}
}

// Since returns the messages from number on, and the number to ask for next.
func (b *Book) Since(number uint64) (messages []Message, next uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := b.next - uint64(len(b.lines))
	if number > b.next {
		number = 0 // of a book before a restart
	}
	from := max(number, first) - first
	return append(messages, b.lines[from:]...), b.next
}
