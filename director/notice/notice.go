// Package notice is what a director has to say to the people at its shells: messages
// that operators send, and what happens to a commit that nobody confirmed.
//
// A Board may be used by any goroutine; it runs none. It keeps the newest notices for
// sessions that ask, each for what it has not seen: nobody is waited for.
//
// Invariants: numbers only grow; a session that begins sees nothing of what was said
// before; a notice to one user is seen by nobody else.
//
// It must never print.
package notice

import (
	"sync"
	"time"

	"oneswitch/internal/clock"
)

// kept is how many notices wait for sessions that are slow to ask.
const kept = 64

// Notice is one thing said.
type Notice struct {
	From string // who says it
	To   string // the user it is for; empty: everybody
	At   time.Time
	Text string

	number uint64
}

// Board holds the newest notices.
type Board struct {
	clock clock.Clock

	mu   sync.Mutex
	last uint64
	all  []Notice // oldest first
}

// New returns an empty board.
func New(c clock.Clock) *Board { return &Board{clock: c} }

// Post says something to a user, or to everybody.
func (b *Board) Post(from, to, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	b.all = append(b.all, Notice{From: from, To: to, At: b.clock.Now(), Text: text, number: b.last})
	b.all = b.all[max(0, len(b.all)-kept):]
}

// Last is the number of the newest notice, where a session begins.
func (b *Board) Last() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.last
}

// Since returns what was said to a user after a number, oldest first, and the number
// of the newest notice.
func (b *Board) Since(seen uint64, user string) (said []Notice, last uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range b.all {
		if n.number > seen && (n.To == "" || n.To == user) {
			said = append(said, n)
		}
	}
	return said, b.last
}
