// Package verdict says in an operator's words whom a commit speaks to and what became
// of it.
//
// It is pure and has no state. It must never decide anything.
package verdict

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/director/commit"
	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/inventory"
)

// Names turns a serial number into what the user calls the member.
type Names func(inventory.MemberID) string

// Affected says whom a commit speaks to.
func Affected(names Names, all int, touched []commit.Intent) string {
	if len(touched) == 0 {
		return fmt.Sprintf("compiled for %d members, none is affected", all)
	}
	var list []string
	for _, t := range touched {
		list = append(list, names(t.Member))
	}
	return fmt.Sprintf("compiled for %d members, %d affected: %s", all, len(touched), strings.Join(list, ", "))
}

// Refusals lists who refused and why, in one line.
func Refusals(list []commit.Refusal, names Names) string {
	var out []string
	for _, x := range list {
		out = append(out, names(x.Member)+": "+x.Reason)
	}
	return strings.Join(out, "; ")
}

// Result tells an outcome: what each member did, and why not or not yet. An error means
// that nothing was decided, or that it is not known what.
func Result(o commit.Outcome, touched []commit.Intent, problems []conf.Problem, names Names) (session.Result, error) {
	res := session.Result{Revision: o.Revision, Problems: problems}
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
		return res, session.NotReady{Why: o.Reason}
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
