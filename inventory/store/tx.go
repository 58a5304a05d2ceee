package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// attempts bounds how often a transaction runs again after the database gave it
// up for another one. Six writers on one row needed at most a handful.
const attempts = 20

// lead runs f in one transaction of the leader of epoch. Its first statement is
// the fence: an UPDATE, so that the row is in the write set and locked until the
// end; a SELECT of any kind let stale commits through (dependencies.md 2.5).
func (db *DB) lead(ctx context.Context, epoch uint64, f func(*sql.Tx) error) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `UPDATE lease SET beat = beat + 1 WHERE name = 'leader' AND token = ?`, int64(epoch))
		switch {
		case err != nil:
			return fmt.Errorf("beat the lease: %w", err)
		case n != 1:
			return fmt.Errorf("epoch %d: %w", epoch, ErrFenced)
		}
		return f(tx)
	})
}

// write runs f in one transaction, again from the top when the database chose it
// as the victim of a deadlock or a certification failure.
func (db *DB) write(ctx context.Context, f func(*sql.Tx) error) error {
	var err error
	for range attempts {
		if err = db.once(ctx, f); err == nil || !db.engine.transient(err) || ctx.Err() != nil {
			return err
		}
	}
	return fmt.Errorf("write datastore, tried %d times: %w", attempts, err)
}

func (db *DB) once(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := db.sql.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error is the one to tell
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// exec runs one statement and returns how many rows it found.
func exec(ctx context.Context, tx *sql.Tx, query string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// collect reads all rows with scan, which gets the Scan of each.
func collect[T any](rows *sql.Rows, err error, scan func(func(...any) error) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// keyText refuses what the databases do not compare alike: MariaDB pads, so a
// trailing blank would make two keys one there and two in SQLite.
func keyText(what, s string) error {
	switch {
	case s == "":
		return fmt.Errorf("%s is empty", what)
	case len(s) > 191:
		return fmt.Errorf("%s %.40q... is longer than 191 octets", what, s)
	case strings.TrimSpace(s) != s:
		return fmt.Errorf("%s %q begins or ends with a blank", what, s)
	}
	return nil
}
