package director

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"oneswitch/director/commit"
	"oneswitch/director/compile"
	"oneswitch/director/session"
	"oneswitch/director/verdict"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

var _ session.Committer = (*role)(nil)

// Check reports what the settings, the fabric and the compiler have against a
// configuration.
func (r *role) Check(_ context.Context, t conf.Tree) []conf.Problem {
	s, _, problems := r.compiled(t, r.withTrialNumbers)
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
		return session.Result{}, r.readOnly()
	}
	tell := told(c.Progress)
	tell("checking the configuration")
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
	if !c.Alone {
		problems = append(problems, lockedOut(c.Tree, s.Login.Users)...)
	}
	if conf.Failed(problems) {
		return session.Result{Problems: problems}, nil
	}
	tell("configuration check succeeds")
	touched, err := r.touched(intents, everybody)
	if err != nil {
		return session.Result{}, err
	}
	tell(verdict.Affected(r.names(), len(intents), touched))
	change := commit.Change{Parent: c.Parent, User: c.User, Client: c.Client, Comment: c.Comment, At: r.clock.Now(), Config: c.Text,
		Confirm: r.confirmBy(c.Confirm)}
	outcome, err := r.propose(ctx, change, touched, c.Progress)
	if err != nil || outcome.Verdict == commit.Undecided {
		r.relearn(ctx)
	} else if err := r.learnWaiting(ctx); err != nil {
		r.log.Warn("deadline not read", "err", err)
	}
	if err != nil {
		return session.Result{}, fmt.Errorf("commit: the outcome will be in the commit history: %w", err)
	}
	res, err := verdict.Result(outcome, touched, problems, r.names())
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
	known := r.aliased() // a name that a member loses by this configuration is not free
	s, problems := r.now.reader.Read(t, known)
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
	r.now.Lock()
	have, there := r.now.absence.domains, r.now.store
	r.now.Unlock()
	if there {
		ctx, cancel := context.WithTimeout(context.Background(), storePatience)
		defer cancel()
		read, err := r.db.Domains(ctx)
		if err == nil {
			have = read
		} else {
			r.log.Warn("domain numbers not read", "err", err)
		}
		r.now.Lock()
		r.now.absence.domains = have
		r.now.Unlock()
	}
	return maps.Clone(orEmpty(have))
}

func orEmpty(m map[string]inventory.DomainID) map[string]inventory.DomainID {
	if m == nil {
		return map[string]inventory.DomainID{}
	}
	return m
}

// Whom a commit touches beside the members whose intent changes.
type reach uint8

const (
	changed   reach = iota
	everybody       // also whoever waits to be confirmed: the commit confirms it, or moves its deadline
)

// touched picks the members whose intent differs from what was last decided for
// them: nobody else is spoken to. A member that holds a ticket is touched by every
// commit of an operator (D6: disarm all, then decide), and by one of the fabric
// itself as soon as that touches anybody; one that went back by itself is brought
// along by whatever is decided next.
func (r *role) touched(intents compile.Intents, whom reach) ([]commit.Intent, error) {
	state := r.driver.State()
	var out, waiting []commit.Intent
	for _, id := range slices.Sorted(maps.Keys(intents)) {
		in := intents[id]
		hash, err := in.Hash()
		if err != nil {
			return nil, err
		}
		m, known := state.Member(id)
		same := known && m.Want.Stamp.Hash == hash && !(m.WentBack() && !m.Want.Confirm.Waits())
		if same && !m.Want.Confirm.Waits() {
			continue
		}
		xml, err := in.Marshal()
		if err != nil {
			return nil, err
		}
		one := commit.Intent{Member: id, Hash: hash, XML: string(xml)}
		if same {
			waiting = append(waiting, one)
		} else {
			out = append(out, one)
		}
	}
	if whom == changed && len(out) == 0 {
		return nil, nil
	}
	return slices.SortedFunc(slices.Values(append(out, waiting...)), func(a, b commit.Intent) int {
		return strings.Compare(string(a.Member), string(b.Member))
	}), nil
}
