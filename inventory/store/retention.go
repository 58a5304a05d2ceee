package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// MaxRevisions is how many committed configurations are kept with user, client, time
// and comment. Far more than the fifty that rollback counts: who needs an older one
// asks for it by its revision. A new leader drops the oldest beyond it.
const MaxRevisions = 10_000

// Trim drops the oldest revisions beyond the newest keep. The first configuration of
// all stays under a name of its own, and so does the chain value of the newest one
// dropped: it proves the oldest that is left. Revisions that something still goes back
// to stay.
func (db *DB) Trim(ctx context.Context, epoch uint64, keep int) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error { return trim(ctx, tx, keep) })
	if err != nil {
		return fmt.Errorf("drop old revisions: %w", err)
	}
	return nil
}

func trim(ctx context.Context, tx *sql.Tx, keep int) error {
	var limit int64 // the newest one to go
	err := tx.QueryRowContext(ctx, `SELECT revision FROM revisions WHERE revision < (SELECT COALESCE(MIN(fallback), 9223372036854775807) FROM confirmations)
		ORDER BY revision DESC LIMIT 1 OFFSET ?`, keep).Scan(&limit)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO rescue (name, author, made, config) SELECT ?, author, made, config FROM revisions
			WHERE parent = 0 AND NOT EXISTS (SELECT 1 FROM (SELECT name FROM rescue) had WHERE had.name = ?)`, []any{factoryName, factoryName}},
		{`DELETE FROM dropped`, nil},
		{`INSERT INTO dropped (revision, chain) SELECT revision, chain FROM revisions WHERE revision = ?`, []any{limit}},
		{`DELETE FROM revisions WHERE revision <= ?`, []any{limit}},
		{`DELETE FROM configs WHERE hash NOT IN (SELECT config FROM revisions) AND hash NOT IN (SELECT config FROM rescue)
			AND hash NOT IN (SELECT config FROM schedule) AND hash NOT IN (SELECT config FROM transactions WHERE state = ?)`, []any{preparing}},
	} {
		if _, err := exec(ctx, tx, q.query, q.args...); err != nil {
			return err
		}
	}
	return nil
}
