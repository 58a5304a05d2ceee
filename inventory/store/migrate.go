package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step of the schema. Steps are small and additive: on a cluster
// a change of the schema stops everybody while it runs.
type migration struct {
	number     int64
	statements []string
}

func loadMigrations(fsys fs.FS) ([]migration, error) {
	names, err := fs.Glob(fsys, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, name := range names { // Glob sorts
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		prefix, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		n, err := strconv.ParseInt(prefix, 10, 64)
		if err != nil || n != int64(i+1) {
			return nil, fmt.Errorf("migration %s is out of order: want number %d", name, i+1)
		}
		m := migration{number: n}
		for _, s := range strings.Split(string(text), ";\n") {
			if s = strings.TrimSpace(s); s != "" {
				m.statements = append(m.statements, s)
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// migrate runs the steps that the database has not seen. MariaDB commits at each
// change of the schema, so a step may be found half done, or done at this moment
// by the other director: every statement is one that may run twice.
func (db *DB) migrate(ctx context.Context) error {
	steps, err := loadMigrations(migrations)
	if err != nil {
		return err
	}
	if err := db.persist(ctx, `CREATE TABLE IF NOT EXISTS schema_steps (step BIGINT NOT NULL PRIMARY KEY, made BIGINT NOT NULL)`); err != nil {
		return fmt.Errorf("create schema: %w", err)
	}
	var have int64
	if err := db.sql.QueryRowContext(ctx, `SELECT COALESCE(MAX(step), 0) FROM schema_steps`).Scan(&have); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if newest := steps[len(steps)-1].number; have > newest {
		return fmt.Errorf("the datastore has schema version %d, this program knows up to %d: install the newer program", have, newest)
	}
	for _, m := range steps[have:] {
		if err := db.step(ctx, m); err != nil {
			return fmt.Errorf("bring schema to version %d: %w", m.number, err)
		}
	}
	return nil
}

func (db *DB) step(ctx context.Context, m migration) error {
	for _, s := range m.statements {
		if err := db.persist(ctx, s); err != nil && !db.engine.duplicate(err) && !alreadyThere(err) {
			first, _, _ := strings.Cut(s, "\n")
			return fmt.Errorf("%s...: %w", first, err)
		}
	}
	return db.persist(ctx, `REPLACE INTO schema_steps (step, made) VALUES (?, ?)`, m.number, db.now())
}

// persist runs one statement outside a transaction: MariaDB has none around a
// change of the schema.
func (db *DB) persist(ctx context.Context, query string, args ...any) error {
	var err error
	for range attempts {
		if _, err = db.sql.ExecContext(ctx, query, args...); err == nil || !db.engine.transient(err) {
			return err
		}
	}
	return err
}

// alreadyThere recognises SQLite's answer to an index that exists; it has no code
// of its own. MySQL knows no IF NOT EXISTS for an index.
func alreadyThere(err error) bool { return strings.Contains(err.Error(), "already exists") }
