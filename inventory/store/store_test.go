package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/director/commit"
	"oneswitch/director/lease"
	"oneswitch/internal/intent"
	"oneswitch/inventory"
	"oneswitch/inventory/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is one empty database, for one contract.
type bench struct {
	dsn string
	raw func(t testing.TB, query string, args ...any) // past the package, as a fault would
}

func (b bench) open(t testing.TB, origin string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), b.dsn, options(origin))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

func options(origin string) store.Options {
	return store.Options{Now: time.Now, Origin: origin, Log: slog.New(slog.DiscardHandler)}
}

// leader opens the database and leads in it.
func (b bench) leader(t testing.TB) (*store.DB, uint64) {
	t.Helper()
	db := b.open(t, "dg0")
	row, err := db.ReadLease(t.Context())
	check(t, err)
	won, err := db.TakeLease(t.Context(), "dg0", row, row.Token+1)
	check(t, err)
	if !won {
		t.Fatal("nobody else is there, and the lease was not won")
	}
	return db, row.Token + 1
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// contracts is the suite that every database has to pass.
func contracts() map[string]func(*testing.T, bench) {
	return map[string]func(*testing.T, bench){
		"lease":         contractLease,
		"fence":         contractFence,
		"race":          contractRace,
		"commit":        contractCommit,
		"abort":         contractAbort,
		"recover":       contractRecover,
		"config":        contractConfig,
		"damage":        contractDamage,
		"election":      contractElection,
		"enrol":         contractEnrol,
		"enrol-race":    contractEnrolRace,
		"numbers":       contractNumbers,
		"rescue":        contractRescue,
		"confirm":       contractConfirm,
		"schedule":      contractSchedule,
		"trim":          contractTrim,
		"events":        contractEvents,
		"schema":        contractSchema,
		"canceled":      contractCanceled,
		"release-again": contractRelease,
	}
}

func TestContract(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		runContracts(t, func(t *testing.T) bench {
			path := filepath.Join(t.TempDir(), "fabric.db")
			return newBench(t, "sqlite://"+path, "sqlite", path)
		})
	})
	t.Run("mariadb", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		runContracts(t, func(t *testing.T) bench {
			name := s.database(t)
			return newBench(t, s.dsn(name), "mysql", s.driverDSN(name))
		})
	})
}

func runContracts(t *testing.T, empty func(*testing.T) bench) {
	t.Helper()
	all := contracts()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { all[name](t, empty(t)) })
	}
}

func newBench(t *testing.T, dsn, driver, source string) bench {
	return bench{dsn: dsn, raw: func(t testing.TB, query string, args ...any) {
		t.Helper()
		db, err := sql.Open(driver, source)
		check(t, err)
		defer db.Close()
		res, err := db.Exec(query, args...)
		check(t, err)
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			t.Fatalf("%s changed %d rows, err %v", query, n, err)
		}
	}}
}

func contractLease(t *testing.T, b bench) {
	ctx := t.Context()
	dg0, dg1 := b.open(t, "dg0"), b.open(t, "dg1")
	take := func(db *store.DB, holder string, seen lease.Row, token uint64) bool {
		t.Helper()
		won, err := db.TakeLease(ctx, holder, seen, token)
		check(t, err)
		return won
	}
	free, err := dg0.ReadLease(ctx)
	check(t, err)
	if free != (lease.Row{}) {
		t.Fatalf("fresh lease is %+v", free)
	}
	if !take(dg0, "dg0", free, 1) || take(dg1, "dg1", free, 1) {
		t.Fatal("exactly the first of two takers must win")
	}
	seen, err := dg1.ReadLease(ctx)
	check(t, err)
	if kept, err := dg0.KeepLease(ctx, 1); err != nil || !kept {
		t.Fatalf("the holder keeps its lease: %v, %v", kept, err)
	}
	if take(dg1, "dg1", seen, 2) {
		t.Fatal("a leader that has beaten since it was looked at must not be replaced")
	}
	seen, err = dg1.ReadLease(ctx)
	check(t, err)
	if !take(dg1, "dg1", seen, 9) {
		t.Fatal("a row that stood still is there for the taking")
	}
	if kept, err := dg0.KeepLease(ctx, 1); err != nil || kept {
		t.Fatalf("the replaced leader learns it: %v, %v", kept, err)
	}
	if row, err := dg0.ReadLease(ctx); err != nil || row != (lease.Row{Holder: "dg1", Token: 9}) {
		t.Fatalf("lease is %+v, %v", row, err)
	}
}

func contractRelease(t *testing.T, b bench) {
	db, epoch := b.leader(t)
	check(t, db.ReleaseLease(t.Context(), epoch))
	row, err := db.ReadLease(t.Context())
	check(t, err)
	if row.Holder != "" || row.Token != epoch {
		t.Fatalf("released lease is %+v", row)
	}
	check(t, db.ReleaseLease(t.Context(), epoch-1)) // not ours: nothing happens
}

func transaction(id string, revision uint64, members ...string) commit.Transaction {
	t := commit.Transaction{ID: id, Revision: revision}
	t.Change = commit.Change{
		User: "admin", Client: "cli", Comment: "naïve — “quoted” 'text' \\ 🐟", At: time.Unix(0, 1_700_000_000_123_456_789),
		Config: "set system host-name " + id,
	}
	for _, m := range members {
		body := fmt.Sprintf("<intent>%s %s</intent>", m, id)
		t.Intents = append(t.Intents, commit.Intent{Member: inventory.MemberID(m), XML: body, Hash: sum(body)})
	}
	return t
}

// contractFence: with a stale epoch no write of a leader writes anything.
func contractFence(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	check(t, db.Begin(ctx, epoch, transaction("1-1", 1, "N1")))
	row, err := db.ReadLease(ctx)
	check(t, err)
	if won, err := db.TakeLease(ctx, "dg1", row, epoch+1); err != nil || !won {
		t.Fatal("take over", won, err)
	}
	for name, write := range map[string]func() error{
		"recover": func() error { _, err := db.Recover(ctx, epoch); return err },
		"begin":   func() error { return db.Begin(ctx, epoch, transaction("1-2", 2)) },
		"decide":  func() error { _, err := db.Decide(ctx, epoch, "1-1", commit.Committed, nil); return err },
		"settle":  func() error { return db.Settle(ctx, epoch, "N1", intent.Stamp{Revision: 1, Hash: "h"}) },
		"rescue":  func() error { return db.SetRescue(ctx, epoch, commit.Change{}) },
		"unsave":  func() error { return db.DeleteRescue(ctx, epoch) },
		"numbers": func() error { _, err := db.Numbers(ctx, epoch, []string{"v1"}); return err },
		"expire":  func() error { return db.Expire(ctx, epoch, time.Now()) },
	} {
		if err := write(); !errors.Is(err, store.ErrFenced) {
			t.Errorf("%s of a replaced leader: %v", name, err)
		}
	}
	if v, err := db.Learn(ctx, "1-1"); err != nil || v != commit.Undecided {
		t.Errorf("the open transaction is %s, %v", v, err)
	}
	if v, err := db.Learn(ctx, "1-2"); err != nil || v != commit.Aborted {
		t.Errorf("a transaction that never began is %s, %v", v, err)
	}
}

// contractRace: a decision and a takeover at the same moment end in one of two
// ways, and the new leader is told which.
func contractRace(t *testing.T, b bench) {
	ctx := t.Context()
	dg1 := b.open(t, "dg1")
	dg0, epoch := b.leader(t)
	won := 0
	for round := range 60 {
		id := fmt.Sprintf("t-%d", round)
		check(t, dg0.Begin(ctx, epoch, transaction(id, uint64(round+1), "N1")))
		var decided bool
		var decideErr, recoverErr error
		var ledger commit.Ledger
		var both sync.WaitGroup
		both.Go(func() { decided, decideErr = dg0.Decide(ctx, epoch, id, commit.Committed, nil) })
		both.Go(func() { ledger, recoverErr = takeOver(ctx, dg1, epoch+1) })
		both.Wait()
		check(t, recoverErr)
		if decideErr != nil && !errors.Is(decideErr, store.ErrFenced) {
			t.Fatal(decideErr)
		}
		told := len(ledger.Wants) == 1 && ledger.Wants[0].Txn == id
		v, err := dg1.Learn(ctx, id)
		check(t, err)
		if decided != told || decided != (v == commit.Committed) || (ledger.Current == uint64(round+1)) != decided {
			t.Fatalf("round %d: decided %v, new leader was told %+v, row says %s", round, decided, ledger, v)
		}
		if decided {
			won++
		}
		epoch++
		dg0, dg1 = dg1, dg0
	}
	t.Logf("the decision came first in %d of 60 rounds", won)
}

// takeOver insists: the leader may beat between look and take.
func takeOver(ctx context.Context, db *store.DB, token uint64) (commit.Ledger, error) {
	for {
		row, err := db.ReadLease(ctx)
		if err != nil {
			return commit.Ledger{}, err
		}
		won, err := db.TakeLease(ctx, "x", row, token)
		if err != nil {
			return commit.Ledger{}, err
		}
		if won {
			return db.Recover(ctx, token)
		}
	}
}

func contractCommit(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	if _, _, err := db.Current(ctx); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("current revision of an empty datastore: %v", err)
	}
	first, second := transaction("1-1", 1, "N1", "N2"), transaction("1-2", 2, "N2")
	for _, tr := range []commit.Transaction{first, second} {
		check(t, db.Begin(ctx, epoch, tr))
		if v, err := db.Learn(ctx, tr.ID); err != nil || v != commit.Undecided {
			t.Fatal("open transaction", v, err)
		}
		for i, want := range []bool{true, false} { // D2: exactly once
			if won, err := db.Decide(ctx, epoch, tr.ID, commit.Committed, nil); err != nil || won != want {
				t.Fatal("decide", i, won, err)
			}
		}
		if won, err := db.Decide(ctx, epoch, tr.ID, commit.Aborted, nil); err != nil || won {
			t.Fatal("abort after commit", won, err)
		}
	}
	revisions, err := db.Revisions(ctx, 50)
	check(t, err)
	if len(revisions) != 2 || revisions[0].Number != 2 || revisions[0].Parent != 1 || revisions[1].Parent != 0 {
		t.Fatalf("revisions are %+v", revisions)
	}
	if r := revisions[1]; r.Comment != first.Change.Comment || !r.At.Equal(first.Change.At) || r.Epoch != epoch || r.User != "admin" || r.Client != "cli" {
		t.Fatalf("revision 1 is %+v", r)
	}
	if _, text, err := db.Current(ctx); err != nil || text != second.Change.Config {
		t.Fatal("current", text, err)
	}
	if text, err := db.Config(ctx, 1); err != nil || text != first.Change.Config {
		t.Fatal("revision 1", text, err)
	}
	debts, err := db.Debts(ctx)
	check(t, err)
	if len(debts) != 2 || debts[0].Member != "N1" || debts[0].Revision != 1 || debts[1].Revision != 2 {
		t.Fatalf("debts are %+v", debts)
	}
	if in, err := db.Intent(ctx, "N2", "1-2"); err != nil || in != second.Intents[0] {
		t.Fatal("intent", in, err)
	}
	if _, err := db.Intent(ctx, "N2", "1-1"); !errors.Is(err, store.ErrNotFound) {
		t.Fatal("a superseded intent is dropped:", err)
	}
	check(t, db.Settle(ctx, epoch, "N2", intent.Stamp{Revision: 1, Hash: "old"})) // late: settles nothing
	check(t, db.Settle(ctx, epoch, "N1", intent.Stamp{Revision: 1, Hash: first.Intents[0].Hash}))
	debts, err = db.Debts(ctx)
	check(t, err)
	if len(debts) != 1 || debts[0].Member != "N2" {
		t.Fatalf("debts are %+v", debts)
	}
	ledger, err := db.Recover(ctx, epoch)
	check(t, err)
	if ledger.Current != 2 || ledger.Last != 2 || len(ledger.Wants) != 2 || !ledger.Wants[0].Settled || ledger.Wants[1].Settled || ledger.Wants[1].Stamp.Epoch != epoch {
		t.Fatalf("ledger is %+v", ledger)
	}
}

func contractAbort(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	tr := transaction("1-1", 1, "N1", "N2")
	check(t, db.Begin(ctx, epoch, tr))
	no := []commit.Refusal{{Member: "N2", Path: "[edit vlans v10]", Reason: "no room for \"v10\""}}
	if won, err := db.Decide(ctx, epoch, tr.ID, commit.Aborted, no); err != nil || !won {
		t.Fatal("abort", won, err)
	}
	if won, err := db.Decide(ctx, epoch, tr.ID, commit.Committed, nil); err != nil || won {
		t.Fatal("commit after abort", won, err)
	}
	attempts, err := db.Attempts(ctx, 10)
	check(t, err)
	if len(attempts) != 1 || attempts[0].Verdict != commit.Aborted || !slices.Equal(attempts[0].Refusals, no) {
		t.Fatalf("attempts are %+v", attempts)
	}
	if _, err := db.Intent(ctx, "N1", tr.ID); !errors.Is(err, store.ErrNotFound) {
		t.Fatal("intent of an aborted transaction:", err)
	}
	if r, err := db.Revisions(ctx, 10); err != nil || len(r) != 0 {
		t.Fatal("revisions", r, err)
	}
	again := transaction("1-2", 2, "N1")
	again.Change.Config = tr.Change.Config // its text was dropped with the first
	check(t, db.Begin(ctx, epoch, again))
	if won, err := db.Decide(ctx, epoch, again.ID, commit.Committed, nil); err != nil || !won {
		t.Fatal("commit", won, err)
	}
	if _, text, err := db.Current(ctx); err != nil || text != tr.Change.Config {
		t.Fatal("current", text, err)
	}
}

func contractRecover(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	check(t, db.Begin(ctx, epoch, transaction("1-1", 4, "N1")))
	ledger, err := takeOver(ctx, db, epoch+1)
	check(t, err)
	if ledger.Last != 4 || ledger.Current != 0 || len(ledger.Wants) != 0 {
		t.Fatalf("ledger is %+v", ledger)
	}
	if v, err := db.Learn(ctx, "1-1"); err != nil || v != commit.Aborted {
		t.Fatal("what was open is", v, err)
	}
	if won, err := db.Decide(ctx, epoch+1, "1-1", commit.Committed, nil); err != nil || won {
		t.Fatal("it cannot be committed any more:", won, err)
	}
}

func contractConfig(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	for i, text := range []string{"", strings.Repeat("set interfaces ß🐟x\n", 1_000_000), strings.Repeat("z", 256<<10), "\x00 \\ ' \" % ? \r\n\t"} {
		tr := transaction(fmt.Sprintf("1-%d", i), uint64(i+1))
		tr.Change.Config = text
		check(t, db.Begin(ctx, epoch, tr))
		if won, err := db.Decide(ctx, epoch, tr.ID, commit.Committed, nil); err != nil || !won {
			t.Fatal("decide", won, err)
		}
		if _, got, err := db.Current(ctx); err != nil || got != text {
			t.Fatalf("text %d of %d octets comes back as %d, %v", i, len(text), len(got), err)
		}
	}
	check(t, db.Scrub(ctx))
	for name, text := range map[string]string{"huge": strings.Repeat("x", 64<<20+1), "bytes": "\xff\xfe"} {
		tr := transaction("bad-"+name, 99)
		tr.Change.Config = text
		if err := db.Begin(ctx, epoch, tr); err == nil {
			t.Errorf("a %s configuration was taken", name)
		}
	}
}

// contractDamage: reliability.md F21, one byte changed behind our back is named.
func contractDamage(t *testing.T, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	for i := range 4 {
		tr := transaction(fmt.Sprintf("1-%d", i), uint64(i+1), "N1")
		check(t, db.Begin(ctx, epoch, tr))
		if won, err := db.Decide(ctx, epoch, tr.ID, commit.Committed, nil); err != nil || !won {
			t.Fatal("decide", won, err)
		}
	}
	names := func(err error, row string) {
		t.Helper()
		damage, ok := errors.AsType[*store.CorruptError](err)
		if !ok || damage.Row != row {
			t.Errorf("error is %v, want damage of %s", err, row)
		}
	}
	b.raw(t, `UPDATE configs SET chunk = 'set system host-name evil' WHERE chunk = 'set system host-name 1-1'`)
	_, err := db.Config(ctx, 2)
	names(err, "revision 2")
	b.raw(t, `UPDATE revisions SET epoch = epoch - 1 WHERE revision = 3`)
	_, err = db.Config(ctx, 3)
	names(err, "revision 3")
	found, err := db.Revisions(ctx, 10)
	names(err, "revision 3")
	if len(found) != 1 || found[0].Number != 4 {
		t.Errorf("revisions above the damage are %+v", found)
	}
	b.raw(t, `DELETE FROM revisions WHERE revision = 1`)
	err = db.Scrub(ctx)
	for _, row := range []string{"revision 2", "configuration of revision 2", "revision 3"} {
		if err == nil || !strings.Contains(err.Error(), row+" is damaged") {
			t.Errorf("scrub does not name %s: %v", row, err)
		}
	}
	b.raw(t, `UPDATE intents SET body = 'x' WHERE member = 'N1'`)
	_, err = db.Intent(ctx, "N1", "1-3")
	names(err, "intent of N1 in transaction 1-3")
	if _, text, err := db.Current(ctx); err != nil || text == "" {
		t.Errorf("a whole revision is readable beside damaged ones: %v", err)
	}
}
