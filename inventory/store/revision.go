package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"oneswitch/director/commit"
)

// Revision is one committed configuration, without its text.
type Revision struct {
	Number  uint64
	Parent  uint64 // 0 for the first
	Txn     string
	Epoch   uint64
	User    string
	Client  string
	Comment string
	At      time.Time
	Config  string // hash of the text
}

// revisionRow is a Revision with what proves it.
type revisionRow struct {
	Revision
	chain string
}

const revisionColumns = `revision, parent, txn, epoch, author, client, remark, made, config, chain`

func scanRevision(scan func(...any) error) (r revisionRow, err error) {
	var number, parent, epoch, made int64
	err = scan(&number, &parent, &r.Txn, &epoch, &r.User, &r.Client, &r.Comment, &made, &r.Config, &r.chain)
	r.Number, r.Parent, r.Epoch, r.At = uint64(number), uint64(parent), uint64(epoch), when(made)
	return r, err
}

// link computes the chain value of r from that of its parent.
func (r Revision) link(parent string) string {
	h := sha256.New()
	// A list of strings and numbers always encodes; JSON keeps the fields apart.
	_ = json.NewEncoder(h).Encode([]any{parent, r.Number, r.Parent, r.Txn, r.Epoch, r.User, r.Client, r.Comment, r.At.UnixNano(), r.Config})
	return hex.EncodeToString(h.Sum(nil))
}

// Revisions returns the newest revisions, newest first, each proved against the
// chain. With a damaged row it returns those above it and a CorruptError.
func (db *DB) Revisions(ctx context.Context, limit int) ([]Revision, error) {
	// One more than asked for: the parent proves the last.
	rows, err := db.sql.QueryContext(ctx, `SELECT `+revisionColumns+` FROM revisions ORDER BY revision DESC LIMIT ?`, limit+1)
	found, err := collect(rows, err, scanRevision)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	var out []Revision
	for i, r := range found[:min(limit, len(found))] {
		var parent revisionRow
		if i+1 < len(found) {
			parent = found[i+1]
		} else if parent, err = db.before(ctx, r); err != nil {
			return out, err
		}
		if !r.proved(parent) {
			return out, r.corrupt()
		}
		out = append(out, r.Revision)
	}
	return out, nil
}

// before returns what the oldest revision that is kept was made from.
func (db *DB) before(ctx context.Context, oldest revisionRow) (revisionRow, error) {
	value, err := db.chain(ctx, oldest.Parent)
	if err != nil || value == "" {
		return revisionRow{}, err
	}
	return revisionRow{Revision: Revision{Number: oldest.Parent}, chain: value}, nil
}

func (r revisionRow) proved(parent revisionRow) bool {
	return r.Parent == parent.Number && r.chain == r.link(parent.chain)
}

func (r revisionRow) corrupt() error { return &CorruptError{Row: fmt.Sprintf("revision %d", r.Number)} }

// Config returns the text of one revision.
func (db *DB) Config(ctx context.Context, number uint64) (string, error) {
	r, err := db.Revision(ctx, number)
	if err != nil {
		return "", err
	}
	return db.getConfig(ctx, r.Config, fmt.Sprintf("revision %d", number))
}

// Revision returns one revision, proved against the chain.
func (db *DB) Revision(ctx context.Context, number uint64) (Revision, error) {
	row := db.sql.QueryRowContext(ctx, `SELECT `+revisionColumns+` FROM revisions WHERE revision = ?`, int64(number))
	r, err := scanRevision(row.Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Revision{}, fmt.Errorf("revision %d: %w", number, ErrNotFound)
	case err != nil:
		return Revision{}, fmt.Errorf("read revision %d: %w", number, err)
	}
	parent, err := db.chain(ctx, r.Parent)
	if err != nil {
		return Revision{}, err
	}
	if r.chain != r.link(parent) {
		return Revision{}, r.corrupt()
	}
	return r.Revision, nil
}

// chain returns the chain value of a revision: its own row has it, or what was kept
// when the revisions up to it were dropped; empty for none.
func (db *DB) chain(ctx context.Context, number uint64) (string, error) {
	var value string
	err := db.sql.QueryRowContext(ctx, `SELECT chain FROM revisions WHERE revision = ? UNION ALL SELECT chain FROM dropped WHERE revision = ? LIMIT 1`,
		int64(number), int64(number)).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read revision %d: %w", number, err)
	}
	return value, nil
}

// Current returns the newest revision and its text; ErrNotFound before the first
// commit.
func (db *DB) Current(ctx context.Context) (Revision, string, error) {
	newest, err := db.Revisions(ctx, 1)
	switch {
	case err != nil:
		return Revision{}, "", err
	case len(newest) == 0:
		return Revision{}, "", fmt.Errorf("current revision: %w", ErrNotFound)
	}
	text, err := db.Config(ctx, newest[0].Number)
	return newest[0], text, err
}

// Factory returns the configuration that the fabric was shipped with: the first that
// was ever committed.
func (db *DB) Factory(ctx context.Context) (string, error) {
	var number int64
	if c, err := db.kept(ctx, factoryName); err == nil || !errors.Is(err, ErrNotFound) {
		return c.Config, err
	}
	err := db.sql.QueryRowContext(ctx, `SELECT revision FROM revisions ORDER BY revision LIMIT 1`).Scan(&number)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", fmt.Errorf("first revision: %w", ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("read first revision: %w", err)
	}
	return db.Config(ctx, uint64(number))
}

// Scrub proves every revision and every configuration, and returns one error per
// damaged row, joined.
func (db *DB) Scrub(ctx context.Context) error {
	rows, err := db.sql.QueryContext(ctx, `SELECT `+revisionColumns+` FROM revisions ORDER BY revision`)
	all, err := collect(rows, err, scanRevision)
	if err != nil {
		return fmt.Errorf("read revisions: %w", err)
	}
	var errs []error
	var parent revisionRow
	proved := map[string]bool{}
	if len(all) > 0 {
		if parent, err = db.before(ctx, all[0]); err != nil {
			return err
		}
	}
	for _, r := range all {
		if !r.proved(parent) {
			errs = append(errs, r.corrupt())
		}
		if !proved[r.Config] {
			proved[r.Config] = true
			if _, err := db.getConfig(ctx, r.Config, fmt.Sprintf("configuration of revision %d", r.Number)); err != nil {
				errs = append(errs, err)
			}
		}
		parent = r
	}
	return errors.Join(errs...)
}

// putRevision makes the transaction's configuration the current revision.
func putRevision(ctx context.Context, tx *sql.Tx, r Revision) error {
	var parent string
	var number int64
	err := tx.QueryRowContext(ctx, `SELECT revision, chain FROM revisions ORDER BY revision DESC LIMIT 1`).Scan(&number, &parent)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read current revision: %w", err)
	}
	r.Parent = uint64(number)
	_, err = exec(ctx, tx, `INSERT INTO revisions (`+revisionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		int64(r.Number), int64(r.Parent), r.Txn, int64(r.Epoch), r.User, r.Client, r.Comment, r.At.UnixNano(), r.Config, r.link(parent))
	if err != nil {
		return fmt.Errorf("store revision %d: %w", r.Number, err)
	}
	return nil
}

// SetRescue keeps a configuration as the rescue configuration.
func (db *DB) SetRescue(ctx context.Context, epoch uint64, c commit.Change) error {
	return db.lead(ctx, epoch, func(tx *sql.Tx) error {
		hash, err := putConfig(ctx, tx, c.Config)
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, `REPLACE INTO rescue (name, author, made, config) VALUES ('rescue', ?, ?, ?)`, c.User, c.At.UnixNano(), hash)
		return err
	})
}

// Rescue returns the rescue configuration; ErrNotFound when there is none.
func (db *DB) Rescue(ctx context.Context) (commit.Change, error) { return db.kept(ctx, "rescue") }

// factoryName is the row that keeps the factory configuration when its revision goes.
const factoryName = "factory"

// kept returns a configuration that is kept under a name.
func (db *DB) kept(ctx context.Context, name string) (commit.Change, error) {
	var c commit.Change
	var made int64
	var hash string
	err := db.sql.QueryRowContext(ctx, `SELECT author, made, config FROM rescue WHERE name = ?`, name).Scan(&c.User, &made, &hash)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c, fmt.Errorf("%s configuration: %w", name, ErrNotFound)
	case err != nil:
		return c, fmt.Errorf("read %s configuration: %w", name, err)
	}
	c.At = when(made)
	c.Config, err = db.getConfig(ctx, hash, name+" configuration")
	return c, err
}

// DeleteRescue forgets the rescue configuration.
func (db *DB) DeleteRescue(ctx context.Context, epoch uint64) error {
	return db.lead(ctx, epoch, func(tx *sql.Tx) error {
		_, err := exec(ctx, tx, `DELETE FROM rescue WHERE name = 'rescue'`)
		return err
	})
}
