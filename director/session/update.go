package session

import (
	"context"

	"oneswitch/internal/junos/conf"
)

// Update brings a private candidate up to date: it becomes what is committed now, with
// the private changes on top. Where others changed the same statements it stays as it
// is, and each of them is named with who changed it and when.
func (s *Session) Update(ctx context.Context) ([]conf.Problem, error) {
	from, conflicts, err := s.update()
	if err != nil || len(conflicts) == 0 {
		return nil, err
	}
	return s.db.blame(ctx, from, conflicts), nil
}

// update is Update without asking the history whom to name; from is the revision that
// the candidate grew from.
func (s *Session) update() (from uint64, conflicts []conflict, err error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	if err := s.mayEdit(); err != nil {
		return 0, nil, err
	}
	if s.mode != Private {
		return 0, nil, ErrNotPrivate
	}
	tree, conflicts := merge(s.base, s.own, s.db.mu.active)
	if len(conflicts) > 0 {
		return s.from, conflicts, nil
	}
	s.open()
	s.own = tree
	return s.from, nil, nil
}
