package custody

import (
	"sync"
	"time"
)

// Outage is the absence of the datastore as one director sees it. The zero value is
// none. It may be used from any goroutine.
type Outage struct {
	mu    sync.Mutex // guards the group below
	since time.Time
	told  bool
}

// Answered notes that the datastore answered, or did not, at a moment.
func (o *Outage) Answered(answered bool, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case answered:
		o.since = time.Time{}
	case o.since.IsZero():
		o.since = at
	}
}

// Since returns when the datastore stopped to answer; false while it answers.
func (o *Outage) Since() (time.Time, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.since, !o.since.IsZero()
}

// Tell reports whether operators are to be told now that there is an outage: once.
func (o *Outage) Tell() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	tell := !o.since.IsZero() && !o.told
	o.told = o.told || tell
	return tell
}

// Over reports whether they are to be told that it is over: once, if they were told
// of it.
func (o *Outage) Over() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	told := o.told
	o.told = false
	return told
}
