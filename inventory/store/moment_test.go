package store_test

import (
	"errors"
	"testing"
	"time"

	"oneswitch/director/commit"
	"oneswitch/inventory/store"
)

// contractConfirm: the deadline is a fact with the decision, goes with an abort,
// and ends with the next commit for good.
func contractConfirm(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	none := func(when string) {
		t.Helper()
		if c, err := db.Confirmation(ctx); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("%s: %+v, %v", when, c, err)
		}
	}
	decide := func(id string, revision uint64, v commit.Verdict, c commit.Confirm) {
		t.Helper()
		tr := transaction(id, revision, "N1")
		tr.Change.User, tr.Change.Confirm = "admin", c
		check(t, db.Begin(ctx, epoch, tr))
		if won, err := db.Decide(ctx, epoch, id, v, nil); err != nil || !won {
			t.Fatal("decide", id, won, err)
		}
	}
	none("empty datastore")
	decide("1-1", 1, commit.Committed, commit.Confirm{})
	wait := commit.Confirm{Base: 1, Deadline: time.Unix(5000, 7).UTC(), After: 10 * time.Minute}
	decide("1-2", 2, commit.Aborted, wait)
	none("after an abort")
	decide("1-3", 3, commit.Committed, wait)
	want := store.Confirmation{Confirm: wait, Revision: 3, User: "admin"}
	if got, err := db.Confirmation(ctx); err != nil || got != want {
		t.Fatalf("waiting commit is %+v, %v", got, err)
	}
	decide("1-4", 4, commit.Aborted, commit.Confirm{})
	if got, err := db.Confirmation(ctx); err != nil || got != want {
		t.Fatalf("an aborted commit confirmed: %+v, %v", got, err)
	}
	decide("1-5", 5, commit.Committed, commit.Confirm{Base: 1, Deadline: time.Unix(6000, 0), After: time.Minute})
	if got, err := db.Confirmation(ctx); err != nil || got.Revision != 5 || got.Base != 1 || got.Deadline.Unix() != 6000 {
		t.Fatalf("restarted clock: %+v, %v", got, err)
	}
	check(t, db.Expire(ctx, epoch, time.Now().Add(time.Hour)))
	owned := wait
	owned.Persist, owned.Owner = "IQ,d4668", "dg0/17/4"
	decide("1-6", 6, commit.Committed, owned)
	if got, err := db.Confirmation(ctx); err != nil || got != (store.Confirmation{Confirm: owned, Revision: 6, User: "admin"}) {
		t.Fatalf("commit that belongs to somebody: %+v, %v", got, err)
	}
	decide("1-7", 7, commit.Committed, commit.Confirm{})
	none("after a commit for good")
}

// contractSchedule: one commit waits for its moment, with its configuration.
func contractSchedule(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	if _, err := db.Schedule(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("empty datastore: %v", err)
	}
	want := store.Scheduled{Due: time.Unix(7000, 0).UTC(),
		Change: commit.Change{User: "admin", Client: "cli", Comment: "tonight", At: time.Unix(6000, 0).UTC(), Config: "system;\n"}}
	check(t, db.SetSchedule(ctx, epoch, store.Scheduled{Due: time.Unix(1, 0), Change: commit.Change{User: "x", Config: "y"}}))
	check(t, db.SetSchedule(ctx, epoch, want))
	check(t, db.Expire(ctx, epoch, time.Now().Add(time.Hour)))
	if got, err := db.Schedule(ctx); err != nil || got != want {
		t.Fatalf("pending commit is %+v, %v", got, err)
	}
	for _, had := range []bool{true, false} {
		if got, err := db.DeleteSchedule(ctx, epoch); err != nil || got != had {
			t.Errorf("clear: %v, %v, want %v", got, err, had)
		}
	}
}
