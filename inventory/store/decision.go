package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"oneswitch/director/commit"
	"oneswitch/internal/intent"
	"oneswitch/inventory"
)

// The states of a transaction row.
const (
	preparing = "preparing"
	committed = "commit"
	aborted   = "abort"
)

// Recover aborts, in one transaction of the new leader, whatever an earlier one
// left open, and returns what there is (D5).
func (db *DB) Recover(ctx context.Context, epoch uint64) (l commit.Ledger, err error) {
	err = db.lead(ctx, epoch, func(tx *sql.Tx) error {
		if err := abortOpen(ctx, tx, db.now()); err != nil {
			return err
		}
		var last, current int64
		if err := tx.QueryRowContext(ctx, `SELECT (SELECT COALESCE(MAX(revision), 0) FROM transactions), (SELECT COALESCE(MAX(revision), 0) FROM revisions)`).Scan(&last, &current); err != nil {
			return err
		}
		l.Last, l.Current = uint64(max(last, current)), uint64(current)
		if l.Wants, err = readWants(ctx, tx); err != nil {
			return err
		}
		if err := trim(ctx, tx, MaxRevisions); err != nil {
			return err
		}
		return expire(ctx, tx, db.opts.Now().Add(-retention))
	})
	if err != nil {
		return commit.Ledger{}, fmt.Errorf("recover transactions: %w", err)
	}
	return l, nil
}

func abortOpen(ctx context.Context, tx *sql.Tx, now int64) error {
	_, err := exec(ctx, tx, `UPDATE transactions SET state = ?, decided = ? WHERE state = ?`, aborted, now, preparing)
	if err != nil {
		return fmt.Errorf("abort what was left open: %w", err)
	}
	return nil
}

func readWants(ctx context.Context, tx *sql.Tx) ([]commit.Want, error) {
	rows, err := tx.QueryContext(ctx, `SELECT w.member, w.txn, w.revision, w.hash, w.settled, t.epoch,
		COALESCE(c.fallback, 0), COALESCE(c.deadline, 0), COALESCE(c.patience, 0)
		FROM wants w JOIN transactions t ON t.txn = w.txn LEFT JOIN confirmations c ON c.txn = w.txn ORDER BY w.member`)
	return collect(rows, err, func(scan func(...any) error) (w commit.Want, err error) {
		var revision, settled, epoch, base, deadline, after int64
		err = scan(&w.Member, &w.Txn, &revision, &w.Stamp.Hash, &settled, &epoch, &base, &deadline, &after)
		if deadline != 0 {
			w.Confirm = commit.Confirm{Base: uint64(base), Deadline: when(deadline), After: time.Duration(after)}
		}
		w.Settled = settled != 0
		w.Stamp.Revision, w.Stamp.Epoch = uint64(revision), uint64(epoch)
		return w, err
	})
}

// Begin makes a transaction durable: its row in state preparing, its
// configuration, and the intent of each member that it touches.
func (db *DB) Begin(ctx context.Context, epoch uint64, t commit.Transaction) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error {
		config, err := putConfig(ctx, tx, t.Change.Config)
		if err != nil {
			return err
		}
		// There is one at a time: what still says preparing was aborted by this
		// leader, and the word did not reach us.
		if err := abortOpen(ctx, tx, db.now()); err != nil {
			return err
		}
		_, err = exec(ctx, tx, `INSERT INTO transactions (txn, epoch, revision, state, author, client, remark, made, config, decided)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`, t.ID, int64(epoch), int64(t.Revision), preparing,
			t.Change.User, t.Change.Client, t.Change.Comment, t.Change.At.UnixNano(), config)
		if err != nil {
			return err
		}
		if err := putConfirm(ctx, tx, t); err != nil {
			return err
		}
		for _, in := range t.Intents {
			if err := putIntent(ctx, tx, t.ID, in); err != nil {
				return fmt.Errorf("intent of %s: %w", in.Member, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("begin transaction %s: %w", t.ID, err)
	}
	return nil
}

func putIntent(ctx context.Context, tx *sql.Tx, txn string, in commit.Intent) error {
	if err := keyText("member", string(in.Member)); err != nil {
		return err
	}
	if len(in.XML) > maxIntent {
		return fmt.Errorf("it has %d octets, at most %d are stored", len(in.XML), maxIntent)
	}
	if _, err := exec(ctx, tx, `INSERT INTO parts (txn, member, hash) VALUES (?, ?, ?)`, txn, in.Member, in.Hash); err != nil {
		return err
	}
	_, err := exec(ctx, tx, `INSERT INTO intents (txn, member, body) VALUES (?, ?, ?)`, txn, in.Member, in.XML)
	return err
}

// Decide moves a transaction from preparing to its verdict by compare-and-set
// (D2). With Committed the revision, and the debt of every member it touches, are
// part of the same fact. It reports false when the row was not preparing any more.
func (db *DB) Decide(ctx context.Context, epoch uint64, txn string, v commit.Verdict, refusals []commit.Refusal) (won bool, err error) {
	state := aborted
	if v == commit.Committed {
		state = committed
	}
	err = db.lead(ctx, epoch, func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, `UPDATE transactions SET state = ?, decided = ? WHERE txn = ? AND state = ? AND epoch = ?`,
			state, db.now(), txn, preparing, int64(epoch))
		if won = n == 1; err != nil || !won {
			return err
		}
		if state == committed {
			return db.makeCurrent(ctx, tx, txn)
		}
		return discard(ctx, tx, txn, refusals)
	})
	if err != nil {
		return false, fmt.Errorf("decide transaction %s: %w", txn, err)
	}
	return won, nil
}

// makeCurrent writes down what the decision means: the revision, and that every
// touched member owes it until it has said otherwise.
func (db *DB) makeCurrent(ctx context.Context, tx *sql.Tx, txn string) error {
	r := Revision{Txn: txn}
	var number, epoch, made int64
	err := tx.QueryRowContext(ctx, `SELECT revision, epoch, author, client, remark, made, config FROM transactions WHERE txn = ?`, txn).
		Scan(&number, &epoch, &r.User, &r.Client, &r.Comment, &made, &r.Config)
	if err != nil {
		return err
	}
	r.Number, r.Epoch, r.At = uint64(number), uint64(epoch), when(made)
	if err := putRevision(ctx, tx, r); err != nil {
		return err
	}
	for _, q := range []struct {
		query string
		args  []any
	}{
		// A commit confirms what waited; if it waits itself, its own row stays.
		{`DELETE FROM confirmations WHERE txn <> ?`, []any{txn}},
		{`DELETE FROM confirm_owners WHERE txn <> ?`, []any{txn}},
		{`DELETE FROM wants WHERE member IN (SELECT member FROM parts WHERE txn = ?)`, []any{txn}},
		{`INSERT INTO wants (member, txn, revision, hash, since, settled) SELECT member, txn, ?, hash, ?, 0 FROM parts WHERE txn = ?`, []any{number, db.now(), txn}},
		// Older intents of these members are of no use to anyone any more.
		{`DELETE FROM intents WHERE txn <> ? AND member IN (SELECT member FROM parts WHERE txn = ?)`, []any{txn, txn}},
	} {
		if _, err := exec(ctx, tx, q.query, q.args...); err != nil {
			return err
		}
	}
	return nil
}

// discard keeps who refused and why, and drops the bulk of an aborted transaction.
func discard(ctx context.Context, tx *sql.Tx, txn string, refusals []commit.Refusal) error {
	for _, r := range refusals {
		if _, err := exec(ctx, tx, `REPLACE INTO refusals (txn, member, statement, reason) VALUES (?, ?, ?, ?)`, txn, r.Member, r.Path, r.Reason); err != nil {
			return err
		}
	}
	for _, query := range []string{`DELETE FROM intents WHERE txn = ?`, `DELETE FROM confirmations WHERE txn = ?`, `DELETE FROM confirm_owners WHERE txn = ?`} {
		if _, err := exec(ctx, tx, query, txn); err != nil {
			return err
		}
	}
	_, err := exec(ctx, tx, `DELETE FROM configs WHERE hash = (SELECT config FROM transactions WHERE txn = ?)
		AND hash NOT IN (SELECT config FROM revisions) AND hash NOT IN (SELECT config FROM rescue) AND hash NOT IN (SELECT config FROM schedule)`, txn)
	return err
}

// Learn tells how a transaction ended; Undecided while its row says preparing.
func (db *DB) Learn(ctx context.Context, txn string) (commit.Verdict, error) {
	var state string
	err := db.sql.QueryRowContext(ctx, `SELECT state FROM transactions WHERE txn = ?`, txn).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return commit.Aborted, nil // never begun, so nobody will ever commit it
	case err != nil:
		return commit.Undecided, fmt.Errorf("read transaction %s: %w", txn, err)
	}
	switch state {
	case committed:
		return commit.Committed, nil
	case aborted:
		return commit.Aborted, nil
	}
	return commit.Undecided, nil
}

// Settle notes that a member runs what it was decided to.
func (db *DB) Settle(ctx context.Context, epoch uint64, member inventory.MemberID, want intent.Stamp) error {
	err := db.lead(ctx, epoch, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `UPDATE wants SET settled = ? WHERE member = ? AND revision = ? AND hash = ? AND settled = 0`,
			db.now(), member, int64(want.Revision), want.Hash)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle debt of %s: %w", member, err)
	}
	return nil
}

// Intent returns what member was given in txn, proved against its hash.
func (db *DB) Intent(ctx context.Context, member inventory.MemberID, txn string) (commit.Intent, error) {
	in := commit.Intent{Member: member}
	err := db.sql.QueryRowContext(ctx, `SELECT p.hash, i.body FROM parts p JOIN intents i ON i.txn = p.txn AND i.member = p.member
		WHERE p.txn = ? AND p.member = ?`, txn, member).Scan(&in.Hash, &in.XML)
	switch row := fmt.Sprintf("intent of %s in transaction %s", member, txn); {
	case errors.Is(err, sql.ErrNoRows):
		return in, fmt.Errorf("%s: %w", row, ErrNotFound)
	case err != nil:
		return in, fmt.Errorf("read %s: %w", row, err)
	case hashOf(in.XML) != in.Hash:
		return in, &CorruptError{Row: row}
	}
	return in, nil
}

// Debt is a member that was not yet known to run what was decided for it.
type Debt struct {
	Member   inventory.MemberID
	Revision uint64
	Hash     string
	Since    time.Time
}

// Debts lists them, in order of serial number.
func (db *DB) Debts(ctx context.Context) ([]Debt, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT member, revision, hash, since FROM wants WHERE settled = 0 ORDER BY member`)
	out, err := collect(rows, err, func(scan func(...any) error) (d Debt, err error) {
		var revision, since int64
		err = scan(&d.Member, &revision, &d.Hash, &since)
		d.Revision, d.Since = uint64(revision), when(since)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("read debts: %w", err)
	}
	return out, nil
}

// Attempt is one transaction, whatever became of it.
type Attempt struct {
	Txn      string
	Revision uint64
	Verdict  commit.Verdict
	User     string
	Client   string
	Comment  string
	At       time.Time
	Decided  time.Time // zero while undecided
	Refusals []commit.Refusal
}

// Attempts returns the newest transactions, newest first, with who refused.
func (db *DB) Attempts(ctx context.Context, limit int) ([]Attempt, error) {
	rows, err := db.sql.QueryContext(ctx, `SELECT txn, revision, state, author, client, remark, made, decided
		FROM transactions ORDER BY revision DESC LIMIT ?`, limit)
	out, err := collect(rows, err, scanAttempt)
	if err != nil {
		return nil, fmt.Errorf("read transactions: %w", err)
	}
	for i := range out {
		if out[i].Verdict != commit.Aborted {
			continue
		}
		rows, err := db.sql.QueryContext(ctx, `SELECT member, statement, reason FROM refusals WHERE txn = ? ORDER BY member`, out[i].Txn)
		out[i].Refusals, err = collect(rows, err, func(scan func(...any) error) (r commit.Refusal, err error) {
			return r, scan(&r.Member, &r.Path, &r.Reason)
		})
		if err != nil {
			return nil, fmt.Errorf("read refusals of %s: %w", out[i].Txn, err)
		}
	}
	return out, nil
}

func scanAttempt(scan func(...any) error) (a Attempt, err error) {
	var state string
	var revision, made, decided int64
	err = scan(&a.Txn, &revision, &state, &a.User, &a.Client, &a.Comment, &made, &decided)
	a.Revision, a.At = uint64(revision), when(made)
	if decided != 0 {
		a.Decided = when(decided)
	}
	switch state {
	case committed:
		a.Verdict = commit.Committed
	case aborted:
		a.Verdict = commit.Aborted
	}
	return a, err
}
