package lease

import "time"

// election is the pure part: what one director knows of the lease, and what it
// should do next. Times are of its own monotonic clock.
type election struct {
	timing Timing
	floor  uint64 // never take a token up to this one

	row   Row
	since time.Time // the row stands like this since then, as seen from here
	known bool

	epoch uint64    // that we hold, 0: none
	until time.Time // serve no longer than this
}

// action is what the director should do next.
type action uint8

const (
	look action = iota // read the row
	take
	keep
	giveUp // stop serving: time is up
)

// next says what to do at now.
func (e *election) next(now time.Time) action {
	switch {
	case e.epoch != 0 && !now.Before(e.until):
		return giveUp
	case e.epoch != 0:
		return keep
	case e.known && (e.row.Holder == "" || now.Sub(e.since) >= e.timing.TTL):
		return take
	}
	return look
}

// observe notes the row as it was read. Only a row that stands still grows old:
// one that could not be read does not, so a contender never takes over because it
// was itself cut off from the store.
// It counts from the answer on: the leader may have beaten while we asked.
func (e *election) observe(answered time.Time, r Row) {
	if !e.known || e.row != r {
		e.row, e.since, e.known = r, answered, true
	}
}

// blind notes that the row could not be read: what was seen before proves nothing
// about the time since.
func (e *election) blind() { e.known = false }

// token is the epoch to take after the row's.
func (e *election) token() uint64 { return max(e.row.Token, e.floor) + 1 }

// won notes that the lease was taken or kept; asked is the time before the store
// was asked, so that the TTL never ends later here than anywhere else.
func (e *election) won(asked time.Time, epoch uint64) {
	e.epoch = epoch
	e.until = asked.Add(e.timing.TTL - e.timing.Margin)
}

// lost notes that the lease is another's, or that time is up.
func (e *election) lost() {
	e.epoch = 0
	e.known = false
}
