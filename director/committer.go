package director

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/compile"
	"oneswitch/director/session"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

var _ session.Committer = (*role)(nil)

// Check reports what the settings, the fabric and the compiler have against a
// configuration.
func (r *role) Check(_ context.Context, t conf.Tree) []conf.Problem {
	s, _, problems := r.compiled(t, r.withTrialNumbers)
	if conf.Failed(problems) {
		return problems
	}
	return append(problems, lockedOut(t, s.Login.Users)...)
}

// Commit compiles the configuration and has it committed on all members that it
// touches, or on none.
func (r *role) Commit(ctx context.Context, c session.Change) (session.Result, error) {
	// An operator who goes away takes nothing with him: a commit that has begun ends,
	// and this director knows how (reliability.md F16).
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitPatience)
	defer cancel()
	epoch := r.lease.Epoch()
	if epoch == 0 {
		return session.Result{}, session.ErrReadOnly
	}
	var numbering error
	s, intents, problems := r.compiled(c.Tree, func(s settings.Settings, known inventory.Snapshot) inventory.Snapshot {
		domains, err := r.db.Numbers(ctx, epoch, compile.Unnumbered(s, known))
		if err != nil {
			numbering = err
			return known
		}
		return inventory.NewSnapshot(known.Members(), domains)
	})
	if numbering != nil {
		return session.Result{}, numbering
	}
	if !conf.Failed(problems) && !c.Alone {
		problems = append(problems, lockedOut(c.Tree, s.Login.Users)...)
	}
	if conf.Failed(problems) {
		return session.Result{Problems: problems}, nil
	}
	touched, err := r.touched(intents)
	if err != nil {
		return session.Result{}, err
	}
	change := commit.Change{Parent: r.driver.State().Current, User: c.User, Client: c.Client, Comment: c.Comment, At: r.clock.Now(), Config: c.Text,
		Confirm: r.confirmBy(c.Confirm)}
	outcome, err := r.driver.Commit(ctx, change, touched)
	if err != nil || outcome.Verdict == commit.Undecided {
		r.relearn(ctx)
	} else if err := r.learnWaiting(ctx); err != nil {
		r.log.Warn("deadline not read", "err", err)
	}
	if err != nil {
		return session.Result{}, fmt.Errorf("commit: the outcome will be in the commit history: %w", err)
	}
	res, err := r.result(outcome, touched, problems)
	if err == nil && res.Committed {
		r.adopt(s, res.Revision)
	}
	return res, err
}

// commitPatience is far above what the limits of director/commit allow: it ends a
// wait that could only be a defect.
const commitPatience = time.Minute

// relearn takes the active configuration from the datastore after a commit whose
// end was not seen: what is active there is active here.
func (r *role) relearn(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	if err := errors.Join(r.refreshConfiguration(ctx, r.leads()), r.learnWaiting(ctx)); err != nil {
		r.log.Warn("active configuration not read after a commit without a verdict", "err", err)
	}
}

// compiled turns a configuration into intents. numbers gives VLANs without a
// vlan-id their domain numbers.
func (r *role) compiled(t conf.Tree, numbers func(settings.Settings, inventory.Snapshot) inventory.Snapshot) (settings.Settings, compile.Intents, []conf.Problem) {
	known := r.snapshot()
	s, problems := settings.Read(t, known)
	if conf.Failed(problems) {
		return s, nil, problems
	}
	intents, found := compile.Compile(s, numbers(s, known))
	for _, p := range found {
		problems = append(problems, conf.Problem{Path: p.Path, Code: conf.Semantic, Text: p.Text})
	}
	return s, intents, problems
}

// withTrialNumbers gives numbers that nobody keeps: a check changes nothing.
func (r *role) withTrialNumbers(s settings.Settings, known inventory.Snapshot) inventory.Snapshot {
	domains := r.domains()
	next := inventory.MaxDomainID
	for _, name := range compile.Unnumbered(s, inventory.NewSnapshot(nil, domains)) {
		domains[name] = next
		next--
	}
	return inventory.NewSnapshot(known.Members(), domains)
}

// domains returns the numbers given out so far, as far as the datastore answers.
func (r *role) domains() map[string]inventory.DomainID {
	ctx, cancel := context.WithTimeout(context.Background(), storePatience)
	defer cancel()
	have, err := r.db.Domains(ctx)
	if err != nil {
		r.log.Warn("domain numbers not read", "err", err)
	}
	return maps.Clone(orEmpty(have))
}

func orEmpty(m map[string]inventory.DomainID) map[string]inventory.DomainID {
	if m == nil {
		return map[string]inventory.DomainID{}
	}
	return m
}

// touched picks the members whose intent differs from what was last decided for
// them: nobody else is spoken to.
func (r *role) touched(intents compile.Intents) ([]commit.Intent, error) {
	state := r.driver.State()
	var out []commit.Intent
	for _, id := range slices.Sorted(maps.Keys(intents)) {
		in := intents[id]
		hash, err := in.Hash()
		if err != nil {
			return nil, err
		}
		if m, ok := state.Member(id); ok && m.Want.Stamp.Hash == hash {
			continue
		}
		xml, err := in.Marshal()
		if err != nil {
			return nil, err
		}
		out = append(out, commit.Intent{Member: id, Hash: hash, XML: string(xml)})
	}
	return out, nil
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
