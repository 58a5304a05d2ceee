package director

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"oneswitch/director/commit"
	"oneswitch/director/compile"
	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
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

// affected says whom a commit speaks to.
func affected(names func(inventory.MemberID) string, all compile.Intents, touched []commit.Intent) string {
	if len(touched) == 0 {
		return fmt.Sprintf("compiled for %d members, none is affected", len(all))
	}
	var list []string
	for _, t := range touched {
		list = append(list, names(t.Member))
	}
	return fmt.Sprintf("compiled for %d members, %d affected: %s", len(all), len(touched), strings.Join(list, ", "))
}

// result tells an outcome in the words of the operator.
func (r *role) result(o commit.Outcome, touched []commit.Intent, problems []conf.Problem) (session.Result, error) {
	res := session.Result{Revision: o.Revision, Problems: problems}
	names := r.names()
	switch o.Verdict {
	case commit.Committed:
		res.Committed = true
		for _, t := range touched {
			m := session.MemberResult{Name: names(t.Member), State: "committed"}
			if slices.Contains(o.Owing, t.Member) {
				m.State = "owes"
				res.Problems = append(res.Problems, conf.Problem{Severity: conf.Warning, Code: conf.Unapplied,
					Text: fmt.Sprintf("%s does not answer: it is brought up to this configuration when it returns", m.Name)})
			}
			res.Members = append(res.Members, m)
		}
		return res, nil
	case commit.Undecided:
		return res, fmt.Errorf("the datastore did not answer: `show system commit` will tell whether revision %d was committed", o.Revision)
	}
	if len(o.Refusals) == 0 {
		return res, errors.New("commit failed: " + o.Reason)
	}
	for _, t := range touched {
		m := session.MemberResult{Name: names(t.Member), State: "aborted"}
		if i := slices.IndexFunc(o.Refusals, func(x commit.Refusal) bool { return x.Member == t.Member }); i >= 0 {
			m.State, m.Path, m.Text = "refused", o.Refusals[i].Path, o.Refusals[i].Reason
		}
		res.Members = append(res.Members, m)
	}
	return res, nil
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
