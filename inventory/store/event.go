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

// retention is how long the log and the records of transactions are kept. A new
// leader drops what is older.
const retention = 90 * 24 * time.Hour

// Expire drops the lines written before a moment, the records of transactions
// decided before it, and what aborted transactions left behind. Revisions stay, and
// so does everything that a member runs. Recover does it as well, with retention.
func (db *DB) Expire(ctx context.Context, epoch uint64, before time.Time) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error { return expire(ctx, tx, before) })
	if err != nil {
		return fmt.Errorf("expire event log: %w", err)
	}
	return nil
}

func expire(ctx context.Context, tx *sql.Tx, before time.Time) error {
	limit := before.UnixNano()
	for _, q := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM events WHERE made < ?`, []any{limit}},
		// The newest row stays: Recover counts revisions from it. So does the one that
		// waits to be confirmed.
		{`DELETE FROM transactions WHERE decided > 0 AND decided < ? AND txn NOT IN (SELECT txn FROM wants)
			AND txn NOT IN (SELECT txn FROM confirmations) AND revision < (SELECT top FROM (SELECT MAX(revision) AS top FROM transactions) newest)`, []any{limit}},
		{`DELETE FROM confirmations WHERE txn NOT IN (SELECT txn FROM transactions WHERE state IN (?, ?))`, []any{preparing, committed}},
		{`DELETE FROM confirm_owners WHERE txn NOT IN (SELECT txn FROM confirmations)`, nil},
		{`DELETE FROM intents WHERE txn NOT IN (SELECT txn FROM wants) AND txn NOT IN (SELECT txn FROM transactions WHERE state = ?)`, []any{preparing}},
		{`DELETE FROM configs WHERE hash NOT IN (SELECT config FROM revisions) AND hash NOT IN (SELECT config FROM rescue)
			AND hash NOT IN (SELECT config FROM schedule) AND hash NOT IN (SELECT config FROM transactions WHERE state = ?)`, []any{preparing}},
	} {
		if _, err := exec(ctx, tx, q.query, q.args...); err != nil {
			return err
		}
	}
	return nil
}
