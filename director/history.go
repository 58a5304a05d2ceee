package director

import (
	"context"
	"fmt"

	"oneswitch/director/session"
	"oneswitch/inventory/store"
)

// history is the datastore as the configuration database sees it.
type history struct{ db *store.DB }

var _ session.History = history{}

// maxRead bounds how far back is looked for fifty different configurations:
// revisions of enrolments repeat the one before.
const maxRead = 1000

// Revisions leaves out the revisions that changed members and not the
// configuration, so that rollback n is the n-th configuration before this one.
func (h history) Revisions(ctx context.Context, limit int) ([]session.Revision, error) {
	all, err := h.db.Revisions(ctx, min(limit*4+16, maxRead))
	if err != nil && len(all) == 0 {
		return nil, err
	}
	var out []session.Revision
	var last uint64 // newest of those that hold the same configuration
	for i, r := range all {
		if last == 0 {
			last = r.Number
		}
		if i+1 < len(all) && all[i+1].Config == r.Config {
			continue
		}
		out = append(out, session.Revision{Number: r.Number, Last: last, User: r.User, Client: r.Client, Comment: r.Comment, At: r.At})
		if last = 0; len(out) == limit {
			break
		}
	}
	return out, nil
}

// Text returns the configuration of a revision.
func (h history) Text(ctx context.Context, revision uint64) (string, error) {
	text, err := h.db.Config(ctx, revision)
	if err != nil {
		return "", fmt.Errorf("read configuration: %w", err)
	}
	return text, nil
}
