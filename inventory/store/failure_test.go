package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"oneswitch/director/commit"
	"oneswitch/inventory/store"
)

// TestServerFailures is what only a database server can do to us. It has a server
// of its own, which it kills.
func TestServerFailures(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	fresh := func(t *testing.T) bench {
		name := s.database(t)
		return newBench(t, s.dsn(name), "mysql", s.driverDSN(name))
	}
	t.Run("collation", func(t *testing.T) {
		check(t, s.sql("CREATE DATABASE padded CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"))
		_, err := store.Open(t.Context(), s.dsn("padded"), options("dg0"))
		if err == nil || !strings.Contains(err.Error(), "ALTER DATABASE padded") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("password", func(t *testing.T) {
		_, err := store.Open(t.Context(), fmt.Sprintf("mysql://fabric:wr0ng@127.0.0.1:%d/x", s.port), options("dg0"))
		if err == nil || strings.Contains(err.Error(), "wr0ng") {
			t.Errorf("err = %v", err)
		}
	})
	t.Run("hosts", func(t *testing.T) { otherHost(t, s, fresh(t)) })
	t.Run("locked row", func(t *testing.T) { lockedRow(t, s, fresh(t)) })
	t.Run("killed", func(t *testing.T) { killed(t, s, fresh(t)) }) // last: it restarts the server
}

// otherHost: a dead host at the head of the list costs a second at most.
func otherHost(t *testing.T, s *server, b bench) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer dead.Close() // accepts nobody: a host that hangs
	b.dsn = strings.Replace(b.dsn, "@127.0.0.1:", "@"+dead.Addr().String()+",127.0.0.1:", 1)
	start := time.Now()
	db := b.open(t, "dg0")
	if _, err := db.ReadLease(t.Context()); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if !strings.Contains(db.Describe(), dead.Addr().String()) || strings.Contains(db.Describe(), "s3cret") {
		t.Errorf("described as %s", db.Describe())
	}
}

// lockedRow: a stray client that holds the lease row makes a beat fail in bounded
// time (reliability.md F24), and not for ever.
func lockedRow(t *testing.T, s *server, b bench) {
	db, epoch := b.leader(t)
	name := b.dsn[strings.LastIndexByte(b.dsn, '/')+1:]
	stray, err := sql.Open("mysql", s.driverDSN(name))
	check(t, err)
	defer stray.Close()
	tx, err := stray.Begin()
	check(t, err)
	_, err = tx.Exec(`SELECT * FROM lease FOR UPDATE`)
	check(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	start := time.Now()
	if kept, err := db.KeepLease(ctx, epoch); err == nil || kept {
		t.Errorf("kept %v, err %v", kept, err)
	}
	if took := time.Since(start); took > 3*time.Second {
		t.Errorf("the beat hung for %s", took)
	}
	check(t, tx.Rollback())
	if kept, err := db.KeepLease(t.Context(), epoch); err != nil || !kept {
		t.Errorf("after the stray client left: %v, %v", kept, err)
	}
}

// killed: what was acknowledged survives kill -9 of the server (reliability.md F18).
func killed(t *testing.T, s *server, b bench) {
	ctx := t.Context()
	db, epoch := b.leader(t)
	check(t, db.Begin(ctx, epoch, transaction("1-1", 1, "N1")))
	check(t, db.Begin(ctx, epoch, transaction("1-2", 2, "N1")))
	if won, err := db.Decide(ctx, epoch, "1-2", commit.Committed, nil); err != nil || !won {
		t.Fatal("decide", won, err)
	}
	s.stop()
	if _, err := db.Learn(ctx, "1-2"); err == nil {
		t.Fatal("a dead server answered")
	}
	daemon, err := find("mariadbd")
	check(t, err)
	check(t, s.start(daemon))
	var v commit.Verdict
	for range 5 { // connections of before are found dead one by one
		if v, err = db.Learn(ctx, "1-2"); err == nil {
			break
		}
	}
	if err != nil || v != commit.Committed {
		t.Fatalf("after its return: %s, %v", v, err)
	}
	if _, text, err := db.Current(ctx); err != nil || text != "set system host-name 1-2" {
		t.Errorf("current: %q, %v", text, err)
	}
	if _, err := db.Decide(ctx, epoch+1, "1-2", commit.Aborted, nil); !errors.Is(err, store.ErrFenced) {
		t.Errorf("a leader of no epoch: %v", err)
	}
}
