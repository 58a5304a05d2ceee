package northbound_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oneswitch/director/northbound"
	"oneswitch/director/notice"
	"oneswitch/director/permission"
	"oneswitch/director/session"
	"oneswitch/internal/clock"
	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
	"oneswitch/internal/oper"
	"oneswitch/internal/report"
	"oneswitch/internal/rpc"
)

// fake is everything behind the face.
type fake struct {
	mu     sync.Mutex
	texts  []string
	result session.Result
	relay  []string

	pending error
	later   session.Change
	confirm time.Duration
	claims  []session.Claim
	during  func(progress func(string)) // a commit
	rescue  string
	classes map[string]permission.Class
}

func (f *fake) Revisions(_ context.Context, limit int) ([]session.Revision, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []session.Revision
	for i := len(f.texts); i > 0 && len(out) < limit; i-- {
		out = append(out, session.Revision{Number: uint64(i), User: "admin", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)})
	}
	return out, nil
}

func (f *fake) Text(_ context.Context, n uint64) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.texts[n-1], nil
}

func (f *fake) Find(ctx context.Context, n uint64) (session.Revision, error) {
	all, err := f.Revisions(ctx, 1000)
	for _, r := range all {
		if r.Number == n {
			return r, nil
		}
	}
	return session.Revision{}, errors.Join(err, errors.New("there is no such revision"))
}

func (f *fake) Check(context.Context, conf.Tree) []conf.Problem { return f.result.Problems }

func (f *fake) Commit(_ context.Context, c session.Change) (session.Result, error) {
	if f.during != nil {
		f.during(c.Progress)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.result.Committed {
		f.texts, f.confirm = append(f.texts, c.Text), c.Confirm.After
	}
	return f.result, nil
}

func (f *fake) Pending() error { return f.pending }

// Claim remembers what was shown.
func (f *fake) Claim(c session.Claim) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claims = append(f.claims, c)
	return nil
}

func (f *fake) Confirm(context.Context, session.Change) (uint64, error) {
	if f.confirm == 0 {
		return 0, nil
	}
	return uint64(len(f.texts)), nil
}

func (f *fake) Schedule(_ context.Context, c session.Change, at time.Time) error {
	f.pending = fmt.Errorf("there is a pending commit at %s", at.Format(time.DateTime))
	f.later = c
	return nil
}

func (f *fake) ClearSchedule(context.Context) (bool, error) {
	had := f.pending != nil
	f.pending = nil
	return had, nil
}

func (f *fake) RollbackIn() time.Duration { return 90 * time.Second }

func (f *fake) CancelConfirmed(_ context.Context, c session.Claim) (bool, error) {
	f.claims = append(f.claims, c)
	waited := f.confirm != 0
	f.confirm = 0
	return waited, nil
}

func (f *fake) Rescue(context.Context) (string, bool, error) { return f.rescue, f.rescue != "", nil }

func (f *fake) SaveRescue(_ context.Context, _, text string) error {
	f.rescue = text
	return nil
}

func (f *fake) DeleteRescue(context.Context) error {
	f.rescue = ""
	return nil
}

// class is what the peer's name of a class stands for; a test adds its own.
func (f *fake) class(p netconf.Peer) permission.Class {
	f.mu.Lock()
	defer f.mu.Unlock()
	if c, ok := f.classes[p.Class]; ok {
		return c
	}
	c, _ := permission.Predefined(p.Class)
	return c
}

func (f *fake) Component(name string) (rpc.Caller, error) {
	if name != "Node0" {
		return nil, fmt.Errorf("component %s not found", name)
	}
	return f, nil
}

func (f *fake) Call(_ context.Context, op []byte) (netconf.Reply, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.relay = append(f.relay, string(op)); strings.Contains(string(op), "silent") {
		return netconf.Reply{}, errors.New("deadline exceeded")
	}
	return netconf.Reply{Body: []byte("<output>here</output>")}, nil
}

func (f *fake) Complete(_ context.Context, source, prefix string) []rpc.Name {
	return []rpc.Name{{Name: prefix + "x", Help: source}}
}

const start = "system {\n    host-name oneswitch;\n}\nvlans {\n    default {\n        vlan-id 1;\n    }\n}\n"

func newServer(t testing.TB, f *fake) *netconf.Server {
	t.Helper()
	return netconf.NewServer(netconf.Config{Capabilities: northbound.Capabilities(), ReplyAttrs: rpc.ReplyAttrs(), Open: newFace(t, f).Open, Log: slog.New(slog.DiscardHandler)})
}

func newFace(t testing.TB, f *fake) *northbound.Face {
	t.Helper()
	words, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	f.texts = []string{start}
	db := session.New(session.Config{Schema: words, History: f, Committer: f, Clock: clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))})
	if err := db.Load(context.Background(), true); err != nil {
		t.Fatal(err)
	}
	registry := oper.New(command.NewOperational(words, schema.ServedByDirector))
	registry.Register("get-fabric-session-host", func(context.Context, oper.Call) (report.Report, error) { return report.Message{Line: "dg0"}, nil })
	return northbound.New(northbound.Config{Schema: words, Database: db, Registry: registry, Fabric: f, Later: f, Rescue: f, Class: f.class,
		Greeting: func() string { return "Be careful." },
		Notices:  notice.New(clock.NewManual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))),
		HostName: func() string { return "oneswitch" }, SessionName: func(id uint32) string { return fmt.Sprint("dg0/", id) }, Log: slog.New(slog.DiscardHandler)})
}

func admin() netconf.Peer {
	return netconf.Peer{User: "admin", Class: netconf.ClassSuperUser, Remote: "10.0.0.9", Via: "ssh"}
}

// TestConversations runs each testdata/*.txt: operations after `>` at line start,
// one a line, each followed by its reply. ONESWITCH_REWRITE=1 writes the replies
// anew; commit only changes whose cause you understand.
func TestConversations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			f := &fake{result: results()[strings.TrimSuffix(filepath.Base(file), ".txt")]}
			if f.result.Problems == nil && f.result.Members == nil {
				f.result.Committed = true
			}
			c := netconftest.Dial(t, newServer(t, f), admin())
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.Lines(string(script)) {
				op, isOp := strings.CutPrefix(line, "> ")
				if !isOp {
					continue
				}
				reply, err := c.Call(context.Background(), []byte(op))
				if err != nil {
					t.Fatalf("%s: %v", op, err)
				}
				got.WriteString(line + printed(reply) + "\n")
			}
			if os.Getenv("ONESWITCH_REWRITE") != "" {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(script), got.String()); diff != "" && os.Getenv("ONESWITCH_REWRITE") == "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
		})
	}
}

// results are what a commit ends with in the conversation of that name.
func results() map[string]session.Result {
	return map[string]session.Result{
		"refused": {Members: []session.MemberResult{{Name: "Node0", State: "aborted"},
			{Name: "Node1", State: "refused", Path: "interfaces Node1:xe-0/0/7", Text: "no such port"}}},
		"invalid": {Problems: []conf.Problem{{Path: "interfaces Node0:xe-0/0/1", Code: conf.Semantic, Text: "vlan 'v99' is not defined", Token: "v99"}}},
	}
}

func printed(r netconf.Reply) string {
	var b strings.Builder
	if len(r.Body) > 0 {
		b.WriteString(strings.TrimSpace(string(r.Body)) + "\n")
	}
	for _, e := range r.Errors {
		if !strings.Contains(string(r.Body), "<rpc-error>") {
			b.Write(e.AppendXML(nil))
		}
	}
	if r.OK {
		b.WriteString("<ok/>\n")
	}
	return b.String()
}

func TestClassesAreKeptApart(t *testing.T) {
	t.Parallel()
	server := newServer(t, &fake{result: session.Result{Committed: true}})
	for _, c := range []struct {
		class, op string
		want      bool
	}{
		{"read-only", "<command>show fabric session-host</command>", true},
		{"read-only", "<get-configuration/>", false},
		{"read-only", "<command>show configuration</command>", false},
		{"read-only", "<component-rpc><component>Node0</component><command>show version</command></component-rpc>", false},
		{"operator", "<component-rpc><component>Node0</component><command>show version</command></component-rpc>", true},
		{"operator", "<component-rpc><component>Node0</component><command>clear ethernet-switching table</command></component-rpc>", false},
		{"operator", "<commit-configuration/>", false},
		{"super-user", "<component-rpc><component>Node0</component><command>clear ethernet-switching table</command></component-rpc>", true},
		{"super-user", "<component-rpc><component>Node0</component><commit/></component-rpc>", false},
		{"unauthorized", "<command>show fabric session-host</command>", false},
		{"", "<command>show fabric session-host</command>", false},
	} {
		peer := admin()
		peer.Class = c.class
		reply, err := netconftest.Dial(t, server, peer).Call(context.Background(), []byte(c.op))
		if err != nil {
			t.Fatal(err)
		}
		refused := reply.Err() != nil && strings.Contains(reply.Err().Error(), "permission denied")
		if refused == c.want {
			t.Errorf("%s as %q: %v", c.op, c.class, reply.Err())
		}
	}
}

func TestLostSessionFreesItsLock(t *testing.T) {
	t.Parallel()
	server := newServer(t, &fake{})
	call := func(c *netconf.Client, op string) error {
		reply, err := c.Call(context.Background(), []byte(op))
		return errors.Join(err, reply.Err())
	}
	a, b := netconftest.Dial(t, server, admin()), netconftest.Dial(t, server, admin())
	if err := call(a, "<lock><target><candidate/></target></lock>"); err != nil {
		t.Fatal(err)
	}
	if err := call(b, "<lock-configuration/>"); err == nil || !strings.Contains(err.Error(), "locked by") {
		t.Errorf("second lock: %v", err)
	}
	_ = a.Close()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(10 * time.Second)
	for call(b, "<lock-configuration/>") != nil {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("the lock outlives its session")
		}
	}
}
