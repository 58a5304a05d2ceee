package reflector

import (
	"net"
	"sync/atomic"
)

// segment is a run of whole messages for one audience.
type segment struct {
	to       *audience
	bytes    []byte
	messages int
}

// node is one step of the journal. It never changes once linked.
type node struct {
	next     atomic.Pointer[node]
	segments []segment
	end      uint64 // bytes of the journal up to and with this node
}

// journal is a list that only grows at its tail. Nothing holds its head: what no
// cursor can reach any more is garbage, so a slow session costs what it has not read.
type journal struct{ tail *node }

func newJournal() journal { return journal{tail: &node{}} }

func (j *journal) add(segments []segment) {
	n := &node{segments: segments, end: j.tail.end}
	for _, s := range segments {
		n.end += uint64(len(s.bytes))
	}
	j.tail.next.Store(n)
	j.tail = n
}

// cursor is one session's place in the journal. The writer moves it on; the core
// may make it jump, at any time, so that nothing holds what was skipped.
type cursor struct {
	slot uint16
	last atomic.Pointer[node] // the last one taken
}

func newCursor(slot uint16, at *node) *cursor {
	c := &cursor{slot: slot}
	c.last.Store(at)
	return c
}

// pullBytes is about how much one write takes: enough to make the system call
// cheap, little enough for the send-hold timer to mean something.
const pullBytes = 256 << 10

// pull appends the segments for this session, up to about pullBytes of them.
func (c *cursor) pull(bufs net.Buffers) (net.Buffers, int) {
	from := c.last.Load()
	at, size, messages := from, 0, 0
	for size < pullBytes {
		n := at.next.Load()
		if n == nil {
			break
		}
		for _, s := range n.segments {
			if s.to.has(c.slot) {
				bufs = append(bufs, s.bytes)
				size += len(s.bytes)
				messages += s.messages
			}
		}
		at = n
	}
	// When this fails the core has made us jump: what was taken comes before.
	c.last.CompareAndSwap(from, at)
	return bufs, messages
}

// skip makes the writer go on behind n.
func (c *cursor) skip(n *node) { c.last.Store(n) }

// lag returns how many bytes of the journal are not taken yet.
func (c *cursor) lag(j *journal) uint64 { return j.tail.end - c.last.Load().end }
