package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteEngine is one file. Two directors of one machine may share it.
type sqliteEngine struct{ path string }

// openSQLite takes the part of the DSN after sqlite://, an absolute path.
func openSQLite(path string) (*sql.DB, engine, error) {
	if !filepath.IsAbs(path) || strings.ContainsAny(path, "?#") {
		return nil, nil, fmt.Errorf("the sqlite DSN names %q, want an absolute path: sqlite:///var/lib/oneswitch/fabric.db", path)
	}
	q := url.Values{
		// FULL: NORMAL may lose the last acknowledged commits at power loss.
		"_pragma": {"journal_mode(WAL)", "busy_timeout(5000)", "foreign_keys(1)", "synchronous(FULL)"},
		// Without it a transaction that reads and then writes fails at once, whatever the timeout.
		"_txlock": {"immediate"},
	}
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: q.Encode()}).String()
	pool, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(8)
	return pool, sqliteEngine{path}, nil
}

func (e sqliteEngine) describe() string {
	return fmt.Sprintf("embedded SQLite, %s: one machine's database, not redundant", e.path)
}

func (sqliteEngine) transient(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}

func (sqliteEngine) duplicate(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) &&
		(e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY || e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE)
}

func (sqliteEngine) check(ctx context.Context, db *sql.DB) error {
	var mode string
	if err := db.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return fmt.Errorf("journal mode is %s, want wal: the file system of the database must allow shared memory", mode)
	}
	return nil
}
