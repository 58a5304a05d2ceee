package session

import (
	"context"
	"fmt"
	"strings"

	"oneswitch/internal/junos/conf"
)

// Check validates the candidate without committing it.
func (s *Session) Check(ctx context.Context) ([]conf.Problem, error) {
	tree, problems, err := s.proposed()
	if err != nil || conf.Failed(problems) {
		return problems, err
	}
	return append(problems, s.db.cfg.Committer.Check(ctx, tree)...), nil
}

// Commit carries the candidate out on the fabric and makes it the active
// configuration. Other commits wait for it, as long as ctx lasts.
func (s *Session) Commit(ctx context.Context, comment string) (Result, error) {
	select {
	case s.db.commit <- struct{}{}:
		defer func() { <-s.db.commit }()
	case <-ctx.Done():
		return Result{}, fmt.Errorf("wait for another commit: %w", ctx.Err())
	}
	tree, problems, err := s.proposed()
	if err != nil || conf.Failed(problems) {
		return Result{Problems: problems}, err
	}
	if active, rev := s.db.Active(); same(tree, active) {
		s.settle(tree, rev)
		return Result{Committed: true, Revision: rev}, nil
	}
	text, err := Text(tree)
	if err != nil {
		return Result{}, err
	}
	res, err := s.db.cfg.Committer.Commit(ctx, Change{Tree: tree, Text: text, User: s.who.User, Client: s.who.Client, Comment: comment})
	if err != nil || !res.Committed {
		return res, err
	}
	res.Problems = append(problems, res.Problems...)
	s.settle(tree, res.Revision)
	return res, nil
}

// Recommit lets f commit the active configuration again, for a reason outside of
// the configuration, while no other commit runs.
func (d *Database) Recommit(ctx context.Context, f func(active conf.Tree) error) error {
	select {
	case d.commit <- struct{}{}:
		defer func() { <-d.commit }()
	case <-ctx.Done():
		return fmt.Errorf("wait for another commit: %w", ctx.Err())
	}
	active, _ := d.Active()
	return f(active)
}

// Text prints a configuration as the store keeps it.
func Text(t conf.Tree) (string, error) {
	var b strings.Builder
	if err := t.Print(&b, nil, conf.Style{Format: conf.Text}); err != nil {
		return "", fmt.Errorf("print configuration: %w", err)
	}
	return b.String(), nil
}

// proposed returns what a commit of this session would make the active
// configuration. A private candidate is laid over what others committed meanwhile.
func (s *Session) proposed() (conf.Tree, []conf.Problem, error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return conf.Tree{}, nil, err
	}
	active := s.db.mu.active
	if s.mode != Private || same(s.base, active) {
		return s.candidate(), nil, nil
	}
	tree, problems := merge(s.base, s.own, active)
	return tree, problems, nil
}

// settle makes what was committed the active configuration. A change that somebody
// made to the shared candidate during the commit stays in it.
func (s *Session) settle(tree conf.Tree, revision uint64) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	mu := &s.db.mu
	before := mu.active
	mu.active, mu.revision = tree, revision
	if s.mode == Private {
		s.base, s.own = tree, tree
		if same(mu.candidate, before) {
			mu.candidate = tree
			return
		}
		// Others have uncommitted changes: lay them over what is active now.
		if merged, problems := merge(before, mu.candidate, tree); !conf.Failed(problems) {
			mu.candidate = merged
		}
		return
	}
	s.touched = false
}

// merge lays what mine changed since base over theirs. A statement that both
// changed, each to something else, is an error (reliability.md F43).
func merge(base, mine, theirs conf.Tree) (conf.Tree, []conf.Problem) {
	others := map[string]conf.Edit{}
	for _, e := range conf.Diff(base, theirs) {
		others[e.Path.String()] = e
	}
	var mineEdits []conf.Edit
	var problems []conf.Problem
	for _, e := range conf.Diff(base, mine) {
		o, both := others[e.Path.String()]
		if both && (o.Op != e.Op || o.Value != e.Value) {
			problems = append(problems, conf.Problem{Path: e.Path.String(), Code: conf.Semantic,
				Text: "statement was changed by another user since this private configuration was opened"})
			continue
		}
		if !both {
			mineEdits = append(mineEdits, e)
		}
	}
	if len(problems) > 0 {
		return theirs, problems
	}
	return theirs.Apply(mineEdits)
}
