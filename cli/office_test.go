package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"oneswitch/director/northbound"
	"oneswitch/director/notice"
	"oneswitch/director/permission"
	"oneswitch/director/session"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/oper"
)

// office is a director's face with a configuration database of its own, for operators
// who work side by side. Beneath it there is a datastore in memory and no fabric: every
// commit succeeds.
type office struct {
	northbound.Later
	face *northbound.Face

	mu   sync.Mutex
	done []session.Change // revision i+1
}

// when is the one moment at which everything in the office happens.
func when() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func newOffice(t *testing.T) *office {
	t.Helper()
	f, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	text, err := session.Text(f.factory)
	if err != nil {
		t.Fatal(err)
	}
	o := &office{done: []session.Change{{Text: text, User: "root"}}}
	now := clock.NewManual(when())
	db := session.New(session.Config{Schema: f.schema, History: o, Committer: accepting{o}, Clock: now})
	if err := db.Load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	o.face = northbound.New(northbound.Config{
		Schema: f.schema, Database: db, Registry: oper.New(command.NewOperational(f.schema, schema.ServedByDirector)),
		Later: o, Notices: notice.New(now), HostName: func() string { return "oneswitch" }, Greeting: func() string { return "" },
		SessionName: func(id uint32) string { return fmt.Sprint(id) },
		Class:       func(p netconf.Peer) permission.Class { return classOf(db, p.User) },
		Log:         slog.New(slog.DiscardHandler),
	})
	return o
}

// classOf is the login class that the configuration gives a user; who is not in it is a
// super-user.
func classOf(db *session.Database, user string) permission.Class {
	tree, _ := db.Active()
	class, ok := tree.Root().Child("system").Child("login").Entry("user", user).Leaf("class")
	if !ok {
		class = permission.SuperUser
	}
	return permission.Read(tree, class)
}

// RollbackIn: no commit waits to be confirmed here.
func (o *office) RollbackIn() time.Duration { return 0 }

func (o *office) Revisions(_ context.Context, limit int) ([]session.Revision, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []session.Revision
	for i := len(o.done); i > 0 && len(out) < limit; i-- {
		c := o.done[i-1]
		out = append(out, session.Revision{Number: uint64(i), User: c.User, Client: c.Client, Comment: c.Comment, At: when()})
	}
	return out, nil
}

func (o *office) Text(_ context.Context, n uint64) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n == 0 || n > uint64(len(o.done)) {
		return "", fmt.Errorf("revision %d is not there", n)
	}
	return o.done[n-1].Text, nil
}

func (o *office) Find(context.Context, uint64) (session.Revision, error) {
	return session.Revision{}, errors.New("the office has no archive")
}

// accepting is a fabric that takes everything.
type accepting struct{ *office }

func (a accepting) Commit(_ context.Context, c session.Change) (session.Result, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = append(a.done, c)
	return session.Result{Committed: true, Revision: uint64(len(a.done))}, nil
}

func (accepting) Check(context.Context, conf.Tree) []conf.Problem { return nil }

func (accepting) Pending() error { return nil }

func (accepting) Claim(session.Claim) error { return nil }

func (accepting) Confirm(context.Context, session.Change) (uint64, error) { return 0, nil }

// sit gives an operator a terminal with a shell.
func (o *office) sit(t *testing.T, user string) *screen {
	t.Helper()
	s := seat(t, user, o.face.Open)
	s.skip(user + "@oneswitch> ")
	return s
}
