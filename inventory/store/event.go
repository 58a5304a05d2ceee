package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Severity of an event.
type Severity string

// The severities.
const (
	Notice Severity = "notice"
	Alarm  Severity = "alarm"
)

// Event is one line of the fabric's log.
type Event struct {
	At       time.Time
	Origin   string // name of the director that wrote it
	Severity Severity
	Text     string
}

// Log adds a line. It needs no leadership: a standby has things to say as well.
func (db *DB) Log(ctx context.Context, s Severity, text string) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `INSERT INTO events (made, origin, seq, severity, line) VALUES (?, ?, ?, ?, ?)`,
			db.now(), db.opts.Origin, db.seq.Add(1), string(s), text)
		return err
	})
	if err != nil {
		return fmt.Errorf("write event log: %w", err)
	}
	return nil
}

// Events returns the newest lines, newest first.
func (db *DB) Events(ctx context.Context, limit int) ([]Event, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT made, origin, severity, line FROM events ORDER BY made DESC, seq DESC LIMIT ?`, limit)
	out, err := collect(rows, err, func(scan func(...any) error) (e Event, err error) {
		var made int64
		err = scan(&made, &e.Origin, &e.Severity, &e.Text)
		e.At = when(made)
		return e, err
	})
	if err != nil {
		return nil, fmt.Errorf("read event log: %w", err)
	}
	return out, nil
}

// Expire drops the lines written before a moment, and the records of transactions
// decided before it. Revisions stay, and so does everything that a member runs.
func (db *DB) Expire(ctx context.Context, epoch uint64, before time.Time) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error {
		if _, err := exec(ctx, tx, `DELETE FROM events WHERE made < ?`, before.UnixNano()); err != nil {
			return err
		}
		// The newest row stays: Recover counts revisions from it.
		_, err := exec(ctx, tx, `DELETE FROM transactions WHERE decided > 0 AND decided < ? AND txn NOT IN (SELECT txn FROM wants)
			AND revision < (SELECT top FROM (SELECT MAX(revision) AS top FROM transactions) newest)`, before.UnixNano())
		return err
	})
	if err != nil {
		return fmt.Errorf("expire event log: %w", err)
	}
	return nil
}
