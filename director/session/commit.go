package session

import (
	"context"
	"fmt"
	"strings"

	"oneswitch/internal/junos/conf"
)

// Check validates the candidate without committing it.
func (s *Session) Check(ctx context.Context) ([]conf.Problem, error) {
	tree, problems, err := s.merged(ctx)
	if err != nil || conf.Failed(problems) {
		return problems, err
	}
	return append(problems, s.db.cfg.Committer.Check(ctx, tree)...), nil
}

// Read makes a configuration of its own from a load on an empty one, for whoever only
// wants to look at it.
func (d *Database) Read(r conf.Request) (conf.Tree, []conf.Problem) {
	return conf.New(d.cfg.Schema).Load(r)
}

// Check reports what is wrong with a configuration that no session has in hand.
func (d *Database) Check(ctx context.Context, t conf.Tree) []conf.Problem {
	return d.cfg.Committer.Check(ctx, t)
}

// Order says how to commit.
type Order struct {
	Comment  string
	Confirm  Confirm
	Claim    Claim             // for what waits to be confirmed
	Progress func(step string) // see Change
}

func (o Order) tell(format string, args ...any) {
	if o.Progress != nil {
		o.Progress(fmt.Sprintf(format, args...))
	}
}

// Commit carries the candidate out on the fabric and makes it the active
// configuration. Other commits wait for it, as long as ctx lasts. Whatever waited
// to be confirmed is confirmed by it, even when there is nothing to change.
func (s *Session) Commit(ctx context.Context, o Order) (Result, error) {
	o.tell("obtaining the lock for commits")
	done, err := s.db.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer done()
	if err := s.mayCommit(o.Claim); err != nil {
		return Result{}, err
	}
	o.tell("merging the candidate with what is committed")
	tree, problems, err := s.merged(ctx)
	if err != nil || conf.Failed(problems) {
		return Result{Problems: problems}, err
	}
	if active, rev := s.db.Active(); o.Confirm.After == 0 && same(tree, active) {
		o.tell("nothing has been changed")
		return s.confirm(ctx, tree, rev, o)
	}
	change, err := s.described(tree, o)
	if err != nil {
		return Result{}, err
	}
	res, err := s.db.cfg.Committer.Commit(ctx, change)
	if err != nil || !res.Committed {
		return res, err
	}
	res.Problems = append(problems, res.Problems...)
	s.settle(tree, res.Revision)
	return res, nil
}

// confirm is a commit without a change: it confirms what waits to be confirmed, and is a
// commit of its own then, as in Junos. Without anything that waits nothing is kept of it.
func (s *Session) confirm(ctx context.Context, tree conf.Tree, active uint64, o Order) (Result, error) {
	confirmed, err := s.db.cfg.Committer.Confirm(ctx, Change{User: s.who.User, Client: s.who.Client, Comment: o.Comment, Progress: o.Progress})
	if err != nil {
		return Result{}, err
	}
	res := Result{Committed: true, Revision: max(active, confirmed)}
	if confirmed == 0 && o.Comment != "" && s.who.Client == "cli" { // programs repeat themselves, and stop at warnings
		res.Problems = []conf.Problem{{Severity: conf.Warning, Code: conf.Semantic, Text: "nothing has been changed, so the comment is not kept"}}
	}
	s.settle(tree, res.Revision)
	return res, nil
}

// described is what the committer is told.
func (s *Session) described(tree conf.Tree, o Order) (Change, error) {
	text, err := Text(tree)
	return Change{Parent: s.db.parent(), Tree: tree, Text: text, User: s.who.User, Client: s.who.Client, Comment: o.Comment, Confirm: o.Confirm,
		Progress: o.Progress}, err
}

// parent is the revision that whoever may commit makes his change from.
func (d *Database) parent() uint64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mu.head
}

// mayCommit is why this session may not commit now, beside what it has in hand.
func (s *Session) mayCommit(c Claim) error {
	if err := s.db.ReadOnly(); err != nil {
		return err
	}
	if err := s.db.cfg.Committer.Pending(); err != nil {
		return err
	}
	return s.db.cfg.Committer.Claim(c)
}

// Change returns what a commit of the candidate would be, for one that is carried
// out later.
func (s *Session) Change(ctx context.Context, o Order) (Change, error) {
	if err := s.mayCommit(o.Claim); err != nil {
		return Change{}, err
	}
	tree, problems, err := s.merged(ctx)
	switch {
	case err != nil:
		return Change{}, err
	case conf.Failed(problems):
		return Change{}, fmt.Errorf("%s %s", problems[0].Banner(), problems[0].Text)
	}
	return s.described(tree, o)
}

// Confirm makes the commit permanent that waits to be confirmed, without being a commit:
// the history names it, but it is no configuration to roll back to.
func (s *Session) Confirm(ctx context.Context, c Claim) (waited bool, err error) {
	done, err := s.db.begin(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if err := s.db.cfg.Committer.Claim(c); err != nil {
		return false, err
	}
	confirmed, err := s.db.cfg.Committer.Confirm(ctx, Change{User: s.who.User, Client: ClientOther, Comment: "confirmed via " + s.who.Client})
	return confirmed != 0, err
}

// begin waits until no other commit runs; done lets the next one go.
func (d *Database) begin(ctx context.Context) (done func(), err error) {
	select {
	case d.commit <- struct{}{}:
		return func() { <-d.commit }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another commit: %w", ctx.Err())
	}
}

// Recommit lets f commit the active configuration again, for a reason outside of
// the configuration, while no other commit runs. f is told from which revision it is
// made and returns the new one, 0 when there was nothing to do.
func (d *Database) Recommit(ctx context.Context, f func(active conf.Tree, parent uint64) (revision uint64, err error)) error {
	done, err := d.begin(ctx)
	if err != nil {
		return err
	}
	defer done()
	active, _ := d.Active()
	revision, err := f(active, d.parent())
	d.Repeated(revision)
	return err
}

// Repeated notes that a revision holds the active configuration once more. It is
// called by whoever runs the one commit that may run.
func (d *Database) Repeated(revision uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mu.head = max(d.mu.head, revision)
}

// Replace commits a configuration that no session has in hand, such as the one
// before a commit that nobody confirmed. find is asked while no other commit runs
// for what is still to be done; false is nothing. Uncommitted changes of operators
// are laid over the new configuration as far as they go together.
func (d *Database) Replace(ctx context.Context, find func() (Change, bool, error)) (Result, error) {
	done, err := d.begin(ctx)
	if err != nil {
		return Result{}, err
	}
	defer done()
	c, ok, err := find()
	if err != nil || !ok {
		return Result{}, err
	}
	if c.Tree, err = d.Parse(c.Text); err != nil {
		return Result{}, fmt.Errorf("read configuration to go to: %w", err)
	}
	c.Alone, c.Parent = true, d.parent()
	res, err := d.cfg.Committer.Commit(ctx, c)
	if err != nil || !res.Committed {
		return res, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.mu.active
	d.mu.active, d.mu.revision, d.mu.head = c.Tree, res.Revision, res.Revision
	d.rebase(before)
	return res, nil
}

// rebase moves the shared candidate from what was active to what is; the lock is
// held.
func (d *Database) rebase(before conf.Tree) {
	if same(d.mu.candidate, before) {
		d.mu.candidate = d.mu.active
		return
	}
	if merged, conflicts := merge(before, d.mu.candidate, d.mu.active); len(conflicts) == 0 {
		d.mu.candidate = merged
	}
}

// Text prints a configuration as the store keeps it.
func Text(t conf.Tree) (string, error) {
	var b strings.Builder
	if err := t.Print(&b, nil, conf.Style{Format: conf.Text}); err != nil {
		return "", fmt.Errorf("print configuration: %w", err)
	}
	return b.String(), nil
}

// proposed is what a commit of this session would make the active configuration. A
// private candidate is laid over what others committed meanwhile, as far as they
// changed other statements.
func (s *Session) proposed() (tree conf.Tree, conflicts []conflict, err error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return conf.Tree{}, nil, err
	}
	active := s.db.mu.active
	if s.mode != Private || same(s.base, active) {
		return s.candidate(), nil, nil
	}
	tree, conflicts = merge(s.base, s.own, active)
	return tree, conflicts, nil
}

// merged is proposed with the conflicts named.
func (s *Session) merged(ctx context.Context) (conf.Tree, []conf.Problem, error) {
	tree, conflicts, err := s.proposed()
	if err != nil || len(conflicts) == 0 {
		return tree, nil, err
	}
	return tree, s.db.blame(ctx, s.from, conflicts), nil
}

// settle makes what was committed the active configuration. A change that somebody
// made to the shared candidate during the commit stays in it.
func (s *Session) settle(tree conf.Tree, revision uint64) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	mu := &s.db.mu
	before := mu.active
	mu.active, mu.revision, mu.head = tree, revision, max(mu.head, revision)
	if s.mode == Private {
		s.base, s.own, s.from = tree, tree, revision
		s.db.rebase(before) // others may have uncommitted changes
		return
	}
	s.touched = false
}
