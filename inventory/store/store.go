package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// What callers branch on.
var (
	// ErrFenced: the lease has another epoch by now; nothing was written.
	ErrFenced = errors.New("this director is no longer the leader")
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found in the datastore")
	// ErrKeyChanged: the serial number is known with another host key.
	ErrKeyChanged = errors.New("the serial number is enrolled with another host key")
)

// CorruptError names a row whose content does not match its hash.
type CorruptError struct {
	Row string // for example: revision 12
}

// Error says which row it is and that it is not handed out.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is damaged in the datastore: its content does not match its hash", e.Row)
}

// Options is what Open needs beside the DSN.
type Options struct {
	Now    func() time.Time // wall clock for first_seen, decided and the like
	Origin string           // name of this director in the event log
	Log    *slog.Logger
	// Absent opens a datastore also when it does not answer. Its schema is then looked
	// after before the lease is read for the first time; without the lease nobody writes.
	Absent bool
}

// DB is an open datastore.
type DB struct {
	sql    *sql.DB
	engine engine
	opts   Options
	seq    atomic.Int64 // of event rows
	ready  atomic.Bool  // the schema is as this program wants it
}

// engine is what differs between the databases beyond the portable statements.
type engine interface {
	// describe says in one line what the datastore is, for operators.
	describe() string
	// transient reports whether a failed transaction should run again from its top.
	transient(error) bool
	// duplicate reports whether an insert found its key taken.
	duplicate(error) bool
	// check refuses a database that is set up so that statements mean something else.
	check(ctx context.Context, db *sql.DB) error
}

// Open opens the datastore that dsn names and brings its schema up to date. The
// DSN is sqlite:///path or mysql://user:password@host[:port][,host...]/database.
func Open(ctx context.Context, dsn string, opts Options) (*DB, error) {
	pool, eng, err := connect(dsn, opts.Log)
	if err != nil {
		return nil, fmt.Errorf("open datastore: %w", err)
	}
	db := &DB{sql: pool, engine: eng, opts: opts}
	patient, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	switch err := db.prepare(patient); {
	case err != nil && !opts.Absent:
		return nil, errors.Join(fmt.Errorf("open datastore: %w", err), pool.Close())
	case err != nil:
		opts.Log.Warn("datastore does not answer", "store", db.Describe(), "err", err)
	}
	return db, nil
}

// answerPatience is how long a datastore may take to answer for the first time, its
// schema made new included.
const answerPatience = 30 * time.Second

// prepare makes sure once that the datastore is one that this program can use.
func (db *DB) prepare(ctx context.Context) error {
	if db.ready.Load() {
		return nil
	}
	if err := db.sql.PingContext(ctx); err != nil {
		return err
	}
	if err := db.engine.check(ctx, db.sql); err != nil {
		return err
	}
	if err := db.migrate(ctx); err != nil {
		return err
	}
	db.ready.Store(true)
	return nil
}

// Close closes all connections.
func (db *DB) Close() error { return db.sql.Close() }

// Describe says in one line what the datastore is, and whether it survives the
// loss of a machine.
func (db *DB) Describe() string { return db.engine.describe() }

func (db *DB) now() int64 { return db.opts.Now().UnixNano() }

func when(ns int64) time.Time { return time.Unix(0, ns).UTC() }
