package director

import (
	"context"

	"oneswitch/director/commit"
	"oneswitch/inventory"
)

// told returns what passes a step of a commit on, if somebody listens.
func told(progress func(string)) func(string) {
	if progress == nil {
		return func(string) {}
	}
	return progress
}

// propose has a change carried out. Whoever listens hears of each step while it
// happens. One commit runs at a time, so there is at most one listener.
func (r *role) propose(ctx context.Context, change commit.Change, touched []commit.Intent, progress func(string)) (commit.Outcome, error) {
	if progress != nil {
		names := r.names()
		r.listen(func(p commit.Progress) { progress(p.Text(names)) })
		defer r.listen(nil)
	}
	return r.driver.Commit(ctx, change, touched)
}

func (r *role) listen(f func(commit.Progress)) {
	r.now.Lock()
	defer r.now.Unlock()
	r.now.listener = f
}

// progress is called by the driver; it must not block.
func (r *role) progress(p commit.Progress) {
	r.now.Lock()
	listener := r.now.listener
	r.now.Unlock()
	if listener != nil {
		listener(p)
	}
}

// names returns what turns a serial number into what the user calls the member.
func (r *role) names() func(inventory.MemberID) string {
	known := r.aliased()
	return func(id inventory.MemberID) string {
		if m, ok := known.Member(id); ok {
			return m.Name()
		}
		return string(id)
	}
}
