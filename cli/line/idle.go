package line

import (
	"strconv"
	"time"

	"oneswitch/internal/clock"
)

// idle is the watch over a session at which nobody types. It belongs to whoever
// waits for keys at the time; there is one such goroutine at any moment.
type idle struct {
	clock clock.Clock
	limit time.Duration // how long nobody may type; 0: for ever
	since time.Time     // when the last key came, or waiting began
	said  time.Duration // the last warning that was given: so long before the end
}

// warnings are how long before the end Junos warns.
func warnings() []time.Duration {
	return []time.Duration{5 * time.Minute, time.Minute, 10 * time.Second}
}

// begin starts the watch anew.
func (i *idle) begin(limit time.Duration) {
	i.limit = limit
	i.touch()
}

// touch says that somebody is there.
func (i *idle) touch() { i.since, i.said = i.clock.Now(), i.limit }

// over reports whether the session has been idle for too long.
func (i *idle) over() bool { return i.limit > 0 && i.clock.Now().Sub(i.since) >= i.limit }

// warning returns the text that is due now, each once; empty for none.
func (i *idle) warning() string {
	left := i.limit - i.clock.Now().Sub(i.since)
	due := time.Duration(0)
	for _, w := range warnings() {
		if left <= w && w < i.said {
			due = w
		}
	}
	if i.limit == 0 || due == 0 {
		return ""
	}
	i.said = due
	return "Warning: session will be closed in " + inWords(due) + " if there is no activity\n"
}

// next is how long there is nothing to do, and never 0; without a limit it is long.
func (i *idle) next() time.Duration {
	if i.limit == 0 {
		return forever
	}
	left := i.limit - i.clock.Now().Sub(i.since)
	for _, w := range warnings() {
		if w < i.said && w < left {
			return left - w
		}
	}
	return max(left, time.Millisecond)
}

// forever is longer than anybody waits.
const forever = 10 * 365 * 24 * time.Hour

func inWords(d time.Duration) string {
	n, unit := int(d.Seconds()), "second"
	if d >= time.Minute {
		n, unit = int(d.Minutes()), "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + " " + unit
}
