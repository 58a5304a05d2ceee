// Package archive is the datastore as the configuration database sees it: what was
// committed, by whom, when and why, the newest fifty different configurations by their
// number, and every one that is kept by its revision.
//
// An Archive may be used from any goroutine. It remembers the list that it read last:
// while the datastore does not answer, operators still see who committed what.
//
// It must never write, and never hand out the text of a configuration that it did not
// just read: the datastore proves it against its hash.
package archive

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"oneswitch/director/session"
	"oneswitch/inventory/store"
)

// Archive reads what was committed.
type Archive struct {
	db *store.DB

	mu    sync.Mutex // guards the group below
	known []session.Revision
}

var _ session.History = (*Archive)(nil)

// New returns an archive that knows nothing yet.
func New(db *store.DB) *Archive { return &Archive{db: db} }

// maxRead bounds how far back is looked for fifty different configurations:
// revisions of enrolments repeat the one before.
const maxRead = 1000

// Revisions leaves out the revisions that the fabric made and that changed members and
// not the configuration, so that rollback n is the n-th commit of an operator before this
// one. One that confirms another is a commit, though it changes nothing (Junos).
func (a *Archive) Revisions(ctx context.Context, limit int) ([]session.Revision, error) {
	all, err := a.db.Revisions(ctx, min(limit*4+16, maxRead))
	if err != nil && len(all) == 0 {
		return a.remembered(limit, err)
	}
	var out []session.Revision
	var last uint64 // newest of those that hold the same configuration
	for i, r := range all {
		if last == 0 {
			last = r.Number
		}
		if i+1 < len(all) && all[i+1].Config == r.Config && r.Client == session.ClientOther {
			continue
		}
		one := revision(r)
		one.Last = last
		out = append(out, one)
		if last = 0; len(out) == limit {
			break
		}
	}
	a.remember(out)
	return out, nil
}

func revision(r store.Revision) session.Revision {
	return session.Revision{Number: r.Number, User: r.User, Client: r.Client, Comment: r.Comment, At: r.At}
}

// remember keeps the longest list that is as new as the newest.
func (a *Archive) remember(list []session.Revision) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) == 0 || len(list) >= len(a.known) || list[0] != a.known[0] {
		a.known = list
	}
}

func (a *Archive) remembered(limit int, why error) ([]session.Revision, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var damaged *store.CorruptError
	if len(a.known) == 0 || errors.As(why, &damaged) {
		return nil, why
	}
	return a.known[:min(limit, len(a.known))], nil
}

// Text returns the configuration of a revision.
func (a *Archive) Text(ctx context.Context, number uint64) (string, error) {
	text, err := a.db.Config(ctx, number)
	if err != nil {
		return "", fmt.Errorf("read configuration: %w", err)
	}
	return text, nil
}

// Find returns who committed a revision, when and why.
func (a *Archive) Find(ctx context.Context, number uint64) (session.Revision, error) {
	r, err := a.db.Revision(ctx, number)
	if err != nil {
		return session.Revision{}, err
	}
	return revision(r), nil
}
