package sshnet

import (
	"net/netip"
	"sync"
	"time"
)

// How long a wrong password is held against its source and its account
// (reliability.md A12). A right one from the same source clears both, and nobody
// is ever locked out: the wait has an upper bound below the login grace.
const (
	freeFailures  = 3
	firstPenalty  = 250 * time.Millisecond
	maxPenalty    = 4 * time.Second
	penaltyLasts  = 10 * time.Minute
	maxPenaltyLog = 10000 // accounts and sources remembered
)

// offender is an account tried from a source.
type offender struct {
	source netip.Addr
	user   string
}

// offence is what is held against one.
type offence struct {
	failures int
	last     time.Time
}

// penalty counts failed logins. Weak: it is forgotten at a restart.
type penalty struct {
	mu sync.Mutex
	by map[offender]offence
}

func newPenalty() *penalty { return &penalty{by: make(map[offender]offence)} }

// both are the two counts that a login touches: the source with any account, and
// the account from any source.
func both(l Login) [2]offender {
	return [2]offender{{source: l.Remote.Addr()}, {user: l.User}}
}

// due is how long the next attempt has to wait.
func (p *penalty) due(l Login) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	wait := time.Duration(0)
	for _, o := range both(l) {
		got := p.by[o]
		if got.failures < freeFailures || time.Since(got.last) > penaltyLasts {
			continue
		}
		wait = max(wait, min(maxPenalty, firstPenalty<<min(got.failures-freeFailures, 10)))
	}
	return wait
}

// record counts the outcome of an attempt.
func (p *penalty) record(l Login, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	for _, o := range both(l) {
		if ok {
			delete(p.by, o)
			continue
		}
		got := p.by[o]
		if now.Sub(got.last) > penaltyLasts {
			got.failures = 0
		}
		p.by[o] = offence{got.failures + 1, now}
	}
	if len(p.by) > maxPenaltyLog {
		p.forget(now)
	}
}

// forget drops what has lapsed; when that is not enough, everything: names and
// addresses are the attacker's to invent, memory is ours.
func (p *penalty) forget(now time.Time) {
	for o, got := range p.by {
		if now.Sub(got.last) > penaltyLasts {
			delete(p.by, o)
		}
	}
	if len(p.by) > maxPenaltyLog {
		clear(p.by)
	}
}
