package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"oneswitch/director/commit"
	"oneswitch/inventory/store"
)

// contractTrim: the oldest revisions go, and what is left can still be proved.
func contractTrim(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	decide := func(revision uint64) {
		t.Helper()
		tr := transaction(fmt.Sprintf("1-%d", revision), revision, "N1")
		tr.Change.Config = fmt.Sprintf("system {\n    host-name h%d;\n}\n", revision)
		check(t, db.Begin(ctx, epoch, tr))
		if won, err := db.Decide(ctx, epoch, tr.ID, commit.Committed, nil); err != nil || !won {
			t.Fatal("decide", revision, won, err)
		}
	}
	first := func(when string) {
		t.Helper()
		if text, err := db.Factory(ctx); err != nil || text != "system {\n    host-name h2;\n}\n" {
			t.Errorf("%s the factory configuration is %q, %v", when, text, err)
		}
	}
	if _, err := db.Factory(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("factory configuration before the first commit: %v", err)
	}
	for revision := uint64(2); revision <= 8; revision++ { // the first attempt was aborted
		decide(revision)
	}
	check(t, db.Trim(ctx, epoch, 100))
	if all, err := db.Revisions(ctx, 100); err != nil || len(all) != 7 {
		t.Fatalf("%d revisions, %v", len(all), err)
	}
	first("before")
	for range 2 {
		check(t, db.Trim(ctx, epoch, 3))
		all, err := db.Revisions(ctx, 100)
		if err != nil || len(all) != 3 || all[2].Number != 6 || all[2].Parent != 5 {
			t.Fatalf("left: %+v, %v", all, err)
		}
	}
	first("after")
	check(t, db.Scrub(ctx))
	if text, err := db.Config(ctx, 6); err != nil || text != "system {\n    host-name h6;\n}\n" {
		t.Errorf("oldest: %q, %v", text, err)
	}
	if _, err := db.Config(ctx, 5); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that was dropped: %v", err)
	}
	decide(9)
	check(t, db.Trim(ctx, epoch, 3))
	check(t, db.Scrub(ctx))
	if err := db.Trim(ctx, epoch+1, 1); !errors.Is(err, store.ErrFenced) {
		t.Errorf("trim by a stranger: %v", err)
	}
}

// TestOpenWithoutAnAnswer: a director that knows what was active last opens a
// datastore that is not there, and uses it as soon as it is.
func TestOpenWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "away", "fabric.db")
	opts := options("dg0")
	if db, err := store.Open(context.Background(), "sqlite://"+path, opts); err == nil {
		t.Error("a datastore that is not there was opened", db.Close())
	}
	opts.Absent = true
	db, err := store.Open(context.Background(), "sqlite://"+path, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { check(t, db.Close()) }()
	if _, err := db.ReadLease(t.Context()); err == nil {
		t.Error("the lease of a datastore that is not there was read")
	}
	check(t, os.Mkdir(filepath.Dir(path), 0o700))
	if row, err := db.ReadLease(t.Context()); err != nil || row.Token != 0 {
		t.Errorf("lease of a new datastore: %+v, %v", row, err)
	}
}
