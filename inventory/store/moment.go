package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"oneswitch/director/commit"
)

// Confirmation is a commit that goes back by itself unless it is confirmed.
type Confirmation struct {
	commit.Confirm
	Revision uint64 // that waits
	User     string
}

// putConfirm writes down with the transaction until when it must be confirmed: the
// decision makes both a fact at once, before any member hears of it.
func putConfirm(ctx context.Context, tx *sql.Tx, t commit.Transaction) error {
	c := t.Change.Confirm
	if !c.Waits() {
		return nil
	}
	_, err := exec(ctx, tx, `INSERT INTO confirmations (txn, fallback, deadline, patience) VALUES (?, ?, ?, ?)`,
		t.ID, int64(c.Base), c.Deadline.UnixNano(), int64(c.After))
	if err != nil {
		return fmt.Errorf("store deadline: %w", err)
	}
	if c.Persist == "" && c.Owner == "" {
		return nil
	}
	if _, err := exec(ctx, tx, `INSERT INTO confirm_owners (txn, persist, owner) VALUES (?, ?, ?)`, t.ID, c.Persist, c.Owner); err != nil {
		return fmt.Errorf("store who may confirm: %w", err)
	}
	return nil
}

// Confirmation returns the commit that waits to be confirmed; ErrNotFound when
// none does.
func (db *DB) Confirmation(ctx context.Context) (Confirmation, error) {
	var c Confirmation
	var base, deadline, after, revision int64
	err := db.sql.QueryRowContext(ctx, `SELECT c.fallback, c.deadline, c.patience, t.revision, t.author, COALESCE(o.persist, ''), COALESCE(o.owner, '')
		FROM confirmations c JOIN transactions t ON t.txn = c.txn LEFT JOIN confirm_owners o ON o.txn = c.txn
		WHERE t.state = ? ORDER BY t.revision DESC LIMIT 1`, committed).
		Scan(&base, &deadline, &after, &revision, &c.User, &c.Persist, &c.Owner)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, fmt.Errorf("commit to be confirmed: %w", ErrNotFound)
	case err != nil:
		return c, fmt.Errorf("read commit to be confirmed: %w", err)
	}
	c.Base, c.Revision, c.Deadline, c.After = uint64(base), uint64(revision), when(deadline), time.Duration(after)
	return c, nil
}

// Scheduled is a commit that is to happen at a moment.
type Scheduled struct {
	Change commit.Change // At is when it was asked for
	Due    time.Time
}

// SetSchedule keeps a commit for later; it replaces the one that is kept.
func (db *DB) SetSchedule(ctx context.Context, epoch uint64, s Scheduled) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error {
		hash, err := putConfig(ctx, tx, s.Change.Config)
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, `REPLACE INTO schedule (name, author, client, remark, made, due, config) VALUES ('commit', ?, ?, ?, ?, ?, ?)`,
			s.Change.User, s.Change.Client, s.Change.Comment, s.Change.At.UnixNano(), s.Due.UnixNano(), hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep commit for later: %w", err)
	}
	return nil
}

// Schedule returns the commit that is kept for later; ErrNotFound when none is.
func (db *DB) Schedule(ctx context.Context) (Scheduled, error) {
	var s Scheduled
	var made, due int64
	var hash string
	err := db.sql.QueryRowContext(ctx, `SELECT author, client, remark, made, due, config FROM schedule WHERE name = 'commit'`).
		Scan(&s.Change.User, &s.Change.Client, &s.Change.Comment, &made, &due, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return s, fmt.Errorf("pending commit: %w", ErrNotFound)
	case err != nil:
		return s, fmt.Errorf("read pending commit: %w", err)
	}
	s.Change.At, s.Due = when(made), when(due)
	s.Change.Config, err = db.getConfig(ctx, hash, "pending commit")
	return s, err
}

// DeleteSchedule forgets the commit that is kept for later. It reports false when
// there is none.
func (db *DB) DeleteSchedule(ctx context.Context, epoch uint64) (had bool, err error) {
	err = db.lead(ctx, epoch, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `DELETE FROM schedule WHERE name = 'commit'`)
		had = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("clear pending commit: %w", err)
	}
	return had, nil
}
