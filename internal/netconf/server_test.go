package netconf_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"oneswitch/internal/netconf"
	"oneswitch/internal/netconf/netconftest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func reply(s string) netconf.Reply { return netconf.Reply{Body: []byte(s)} }

func echo(_ context.Context, op netconf.Operation) netconf.Reply {
	switch op.Name.Local {
	case "ok":
		return netconf.Done()
	case "fail":
		return netconf.Fail(errors.Join(netconf.RPCError{Path: "[edit vlans]", Message: "bad <v>", BadElement: "v10"}, errors.New("plain")))
	case "warn":
		return netconf.Reply{OK: true, Errors: []netconf.RPCError{netconf.Warningf("statement not found")}}
	case "nested":
		return reply("<load-configuration-results><rpc-error><error-severity>error</error-severity><error-message>\nsyntax error\n</error-message></rpc-error></load-configuration-results>")
	case "panic":
		panic("on purpose")
	case "umlaut":
		return reply("<x>Zürich</x>")
	}
	return reply(string(op.XML))
}

func TestCall(t *testing.T) {
	t.Parallel()
	c := netconftest.NewClient(t, echo)
	call := func(op string) netconf.Reply {
		t.Helper()
		r, err := c.Call(t.Context(), []byte(op))
		if err != nil {
			t.Fatalf("%s: %v", op, err)
		}
		return r
	}
	if r := call("<ok/>"); !r.OK || len(r.Body) != 0 {
		t.Errorf("ok: %+v", r)
	}
	if r := call("<fail/>"); r.OK || len(r.Errors) != 2 || r.Errors[0].BadElement != "v10" || r.Errors[0].Tag != "operation-failed" ||
		r.Err().Error() != "[edit vlans]: bad <v>\nplain" {
		t.Errorf("fail: %+v", r)
	}
	if r := call("<warn/>"); !r.OK || r.Err() != nil || len(r.Warnings()) != 1 {
		t.Errorf("warn: %+v", r)
	}
	if r := call("<nested/>"); r.Err() == nil || r.Err().Error() != "syntax error" || !bytes.HasPrefix(r.Body, []byte("<load-")) {
		t.Errorf("nested: %+v", r)
	}
	if r := call("<panic/>"); r.Err() == nil || !strings.Contains(r.Err().Error(), "internal error") {
		t.Errorf("panic: %+v", r)
	}
	if r := call("<umlaut/>"); string(r.Body) != "<x>Z&#252;rich</x>" {
		t.Errorf("umlaut: %s", r.Body)
	}
	if r := call("<ok/><a/>"); !r.OK || !strings.Contains(string(r.Body), "<a") {
		t.Errorf("two operations: %+v", r)
	}
	if r := call("<fail/><ok/>"); r.OK {
		t.Errorf("an operation ran after one that failed: %+v", r)
	}
	if r := call("<close-session/>"); !r.OK {
		t.Errorf("close: %+v", r)
	}
	<-c.Done()
	if _, err := c.Call(t.Context(), []byte("<ok/>")); err == nil {
		t.Error("a call on a closed session succeeded")
	}
}

// Both framings carry the same text, also text that looks like framing: the library
// alone corrupts it (dependencies.md 5).
func TestBigReplies(t *testing.T) {
	t.Parallel()
	want := strings.Repeat("## Last commit: now\n##\n#12\n]] text & <tags>\n", 40000)
	for name, capabilities := range map[string][]string{"1.0": nil, "1.1": {netconf.Base11}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := netconf.NewServer(netconf.Config{Capabilities: capabilities, Log: slog.New(slog.DiscardHandler),
				Open: func(*netconf.Session) netconf.Dispatcher {
					return netconftest.Func(func(context.Context, netconf.Operation) netconf.Reply {
						return netconf.Reply{Body: netconf.TextElement("output", want)}
					})
				}})
			c := netconftest.Dial(t, s, netconf.Peer{})
			for range 3 {
				r, err := c.Call(t.Context(), []byte("<a/>"))
				if err != nil {
					t.Fatal(err)
				}
				if got, err := r.Text(); err != nil || got != want {
					t.Errorf("%d octets came as %d, %v", len(want), len(got), err)
				}
			}
		})
	}
}

func TestManyCallersTakeTurns(t *testing.T) {
	t.Parallel()
	c := netconftest.NewClient(t, echo)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				want := fmt.Sprintf("<a>%d.%d</a>", i, j)
				r, err := c.Call(t.Context(), []byte(want))
				if err != nil || !strings.HasSuffix(string(r.Body), fmt.Sprintf(">%d.%d</a>", i, j)) {
					t.Errorf("%s: %s, %v", want, r.Body, err)
				}
			}
		})
	}
	wg.Wait()
}

// A member that does not answer costs one deadline, and the late reply reaches nobody.
func TestHungCallEndsSession(t *testing.T) {
	t.Parallel()
	c := netconftest.NewClient(t, func(ctx context.Context, op netconf.Operation) netconf.Reply {
		<-ctx.Done() // until the transport says that the client has gone
		return netconf.Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := c.Call(ctx, []byte("<a/>")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("call: %v", err)
	}
	<-c.Done()
}

func TestKillSession(t *testing.T) {
	t.Parallel()
	s := netconftest.NewServer(echo)
	admin := netconftest.Dial(t, s, netconf.Peer{User: "admin", Class: netconf.ClassSuperUser})
	guest := netconftest.Dial(t, s, netconf.Peer{User: "guest"})
	kill := func(c *netconf.Client, id uint32) error {
		t.Helper()
		r, err := c.Call(t.Context(), fmt.Appendf(nil, "<kill-session><session-id>%d</session-id></kill-session>", id))
		if err != nil {
			t.Fatal(err)
		}
		return r.Err()
	}
	if err := kill(guest, admin.SessionID()); err == nil || err.Error() != "permission denied" {
		t.Errorf("guest kills admin: %v", err)
	}
	if err := kill(admin, admin.SessionID()); err == nil {
		t.Error("a session killed itself")
	}
	if err := kill(admin, 4711); err == nil {
		t.Error("a session that does not exist was killed")
	}
	if n := len(s.Sessions()); n != 2 {
		t.Errorf("%d sessions", n)
	}
	if err := kill(admin, guest.SessionID()); err != nil {
		t.Errorf("admin kills guest: %v", err)
	}
	<-guest.Done()
}

// raw runs one session whose client sends in and closes its side, and returns what
// the server said.
func raw(t *testing.T, cfg netconf.Config, in string) (out string, serveErr error) {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	served := make(chan error, 1)
	cfg.Log = slog.New(slog.DiscardHandler)
	if cfg.Open == nil {
		cfg.Open = func(*netconf.Session) netconf.Dispatcher { return netconftest.Func(echo) }
	}
	go func() {
		served <- netconf.NewServer(cfg).Serve(context.Background(), halfClosed{theirs, strings.NewReader(in)}, netconf.Peer{User: "u"})
	}()
	b, err := io.ReadAll(ours)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), <-served
}

// halfClosed reads from a script, whose end is the client's end of writing.
type halfClosed struct {
	net.Conn
	script io.Reader
}

func (h halfClosed) Read(p []byte) (int, error) { return h.script.Read(p) }

const (
	hello10 = `<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities></hello>]]>]]>`
	hello11 = `<hello><capabilities><capability> urn:ietf:params:netconf:base:1.1 </capability></capabilities></hello>]]>]]>`
)

func TestWire(t *testing.T) {
	t.Parallel()
	with11 := netconf.Config{Capabilities: []string{netconf.Base11, "http://xml.juniper.net/netconf/junos/1.0"}}
	for _, tc := range []struct {
		name    string
		cfg     netconf.Config
		in      string
		want    []string // parts, in this order
		not     string
		wantErr string
	}{
		{name: "hello alone", in: hello10, want: []string{"<hello xmlns=", ">urn:ietf:params:netconf:base:1.0<", "<session-id>1</session-id>", "</hello>\n]]>]]>"}, not: "1.1"},
		{name: "pipelined, in order", in: hello10 + `<rpc message-id="1"><a/></rpc>]]>]]>` + "\n" + `<rpc message-id="2"><b/></rpc>]]>]]>`,
			want: []string{`message-id="1"`, "<a/>", "]]>]]>", `message-id="2"`, "<b/>", "]]>]]>"}},
		{name: "attributes come back", in: hello10 + `<nc:rpc xmlns:nc="urn:ietf:params:xml:ns:netconf:base:1.0" message-id="101" user="fred&quot;"><ok/></nc:rpc>]]>]]>`,
			want: []string{`<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"`, `message-id="101"`, `user="fred&#34;"`, "<ok/>"}},
		{name: "no message-id", in: hello10 + `<rpc><ok/></rpc>]]>]]><rpc message-id="2"><ok/></rpc>]]>]]>`, want: []string{"missing-attribute", `message-id="2"`, "<ok/>"}},
		{name: "error form", in: hello10 + `<rpc message-id="1"><fail/></rpc>]]>]]>`, want: []string{"<rpc-error>\n<error-type>protocol</error-type>",
			"<error-severity>error</error-severity>", "<error-path>[edit vlans]</error-path>", "bad &lt;v&gt;", "<bad-element>v10</bad-element>"}, not: "<ok/>"},
		{name: "malformed", in: hello10 + `<rpc message-id="1"><a></rpc>]]>]]><rpc message-id="2"><b/></rpc>]]>]]>`, want: []string{"malformed-message"}, not: `message-id="2"`, wantErr: "decode message"},
		{name: "doctype", in: hello10 + `<!DOCTYPE rpc><rpc message-id="1"><a/></rpc>]]>]]>`, want: []string{"malformed-message"}, wantErr: "forbidden"},
		{name: "rpc before hello", in: `<rpc message-id="1"><a/></rpc>]]>]]>`, want: []string{"<hello"}, not: "rpc-reply", wantErr: "hello"},
		{name: "two hellos", in: hello10 + hello10, want: []string{"malformed-message"}, wantErr: "want an rpc"},
		{name: "session-id from a client", in: strings.Replace(hello10, "</hello>", "<session-id>4</session-id></hello>", 1), want: []string{"<hello"}, not: "rpc-reply", wantErr: "session-id"},
		{name: "no version", in: strings.Replace(hello10, "base:1.0<", "base:7<", 1), want: []string{"<hello"}, wantErr: "no version"},
		{name: "chunks", cfg: with11, in: hello11 + "\n#20\n<rpc message-id=\"1\">\n#10\n<a/></rpc>\n##\n", want: []string{"]]>]]>", "\n#", `message-id="1"`, "</rpc-reply>\n\n##\n"}},
		{name: "1.1 not offered", in: strings.Replace(hello11, "base:1.1 ", "base:1.1 </capability><capability>urn:ietf:params:netconf:base:1.0", 1) + `<rpc message-id="1"><a/></rpc>]]>]]>`, want: []string{"<a/>", "]]>]]>"}, not: "\n##\n"},
		{name: "close-session", in: hello10 + `<rpc message-id="1"><close-session/></rpc>]]>]]><rpc message-id="2"><ok/></rpc>]]>]]>`, want: []string{`message-id="1"`, "<ok/>"}, not: `message-id="2"`},
		{name: "framing broken", cfg: with11, in: hello11 + "<rpc/>]]>]]>", want: []string{"<hello"}, not: "rpc-reply", wantErr: "framing"},
		{name: "too big", cfg: netconf.Config{Limits: netconf.Limits{Message: 500, Depth: 9, Attributes: 9}}, in: hello10 + "<rpc>" + strings.Repeat("x", 1000), want: []string{"<hello"}, wantErr: "larger"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := raw(t, tc.cfg, tc.in)
			if tc.wantErr == "" && err != nil || tc.wantErr != "" && (err == nil || !strings.Contains(err.Error(), tc.wantErr)) {
				t.Errorf("serve: %v, want %q", err, tc.wantErr)
			}
			rest := got
			for _, part := range tc.want {
				_, after, ok := strings.Cut(rest, part)
				if !ok {
					t.Fatalf("no %q in its place in:\n%s", part, got)
				}
				rest = after
			}
			if tc.not != "" && strings.Contains(got, tc.not) {
				t.Errorf("%q in:\n%s", tc.not, got)
			}
		})
	}
}

func TestClientThatDoesNotReadLosesTheSession(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	defer ours.Close()
	s := netconf.NewServer(netconf.Config{WriteTimeout: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err := s.Serve(t.Context(), theirs, netconf.Peer{}); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("serve: %v", err)
	}
}

func TestSilentClientLosesTheSession(t *testing.T) {
	t.Parallel()
	ours, theirs := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, ours) }()
	s := netconf.NewServer(netconf.Config{HelloTimeout: 20 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	if err := s.Serve(t.Context(), theirs, netconf.Peer{}); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Errorf("serve: %v", err)
	}
}

// A hostile server cannot make a client hold more than the limit or believe a
// reply to another request.
func TestClientAgainstHostileServer(t *testing.T) {
	t.Parallel()
	const srvHello = `<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>9</session-id></hello>]]>]]>`
	for name, script := range map[string]string{
		"silence":        "",
		"no session-id":  strings.Replace(srvHello, "<session-id>9</session-id>", "", 1),
		"endless":        srvHello + strings.Repeat("x", 4096),
		"foreign id":     srvHello + `<rpc-reply message-id="1"><ok/></rpc-reply>]]>]]>`,
		"no reply":       srvHello + `<rpc message-id="1"><ok/></rpc>]]>]]>`,
		"doctype":        srvHello + `<!DOCTYPE x><rpc-reply message-id="1"><ok/></rpc-reply>]]>]]>`,
		"end of session": srvHello,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ours, theirs := net.Pipe()
			var server sync.WaitGroup
			server.Go(func() {
				go func() { _, _ = io.Copy(io.Discard, theirs) }()
				_, _ = io.WriteString(theirs, script)
				_ = theirs.Close()
			})
			defer server.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			c, err := netconf.NewClient(ctx, ours, netconf.ClientConfig{Limits: netconf.Limits{Message: 1024, Depth: 8, Attributes: 8}})
			if err != nil {
				return
			}
			defer c.Close()
			if r, err := c.Call(ctx, []byte("<a/>")); err == nil {
				t.Errorf("reply %+v", r)
			}
		})
	}
}
