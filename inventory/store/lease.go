package store

import (
	"context"
	"database/sql"
	"fmt"

	"oneswitch/director/lease"
)

var _ lease.Store = (*DB)(nil)

// ReadLease reads the leader's row.
func (db *DB) ReadLease(ctx context.Context) (lease.Row, error) {
	if err := db.prepare(ctx); err != nil {
		return lease.Row{}, fmt.Errorf("read lease: %w", err)
	}
	var holder string
	var token, beat int64
	err := db.sql.QueryRowContext(ctx, `SELECT holder, token, beat FROM lease WHERE name = 'leader'`).Scan(&holder, &token, &beat)
	if err != nil {
		return lease.Row{}, fmt.Errorf("read lease: %w", err)
	}
	return lease.Row{Holder: holder, Token: uint64(token), Beat: uint64(beat)}, nil
}

// TakeLease makes holder the leader with token, unless the row has changed since it
// was seen: a leader that has beaten meanwhile is alive.
func (db *DB) TakeLease(ctx context.Context, holder string, seen lease.Row, token uint64) (bool, error) {
	if err := keyText("holder", holder); err != nil {
		return false, err
	}
	return db.swapLease(ctx, "take lease",
		`UPDATE lease SET holder = ?, token = ?, beat = 0 WHERE name = 'leader' AND token = ? AND beat = ?`,
		holder, int64(token), int64(seen.Token), int64(seen.Beat))
}

// KeepLease beats; false means that the lease has another token.
func (db *DB) KeepLease(ctx context.Context, token uint64) (bool, error) {
	return db.swapLease(ctx, "keep lease", `UPDATE lease SET beat = beat + 1 WHERE name = 'leader' AND token = ?`, int64(token))
}

// ReleaseLease gives the lease back, so that another director need not wait.
func (db *DB) ReleaseLease(ctx context.Context, token uint64) error {
	_, err := db.swapLease(ctx, "release lease", `UPDATE lease SET holder = '', beat = beat + 1 WHERE name = 'leader' AND token = ?`, int64(token))
	return err
}

func (db *DB) swapLease(ctx context.Context, what, query string, args ...any) (won bool, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, query, args...)
		won = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	return won, nil
}
