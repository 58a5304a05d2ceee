package sshnet

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// channelWith is a channel of a peer that sends the given requests.
type channelWith struct {
	gossh.NewChannel
	requests chan *gossh.Request
}

func (c channelWith) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	return nil, c.requests, nil
}

// through sends requests through a guard and returns the types that pass.
func through(t testing.TB, requests ...*gossh.Request) (passed []string, term terminal) {
	t.Helper()
	in := make(chan *gossh.Request, len(requests))
	for _, r := range requests {
		in <- r
	}
	close(in)
	g := &guarded{NewChannel: channelWith{requests: in}}
	_, out, err := g.Accept()
	if err != nil {
		t.Fatal(err)
	}
	for r := range out {
		passed = append(passed, r.Type)
	}
	return passed, g.term
}

func request(kind string, payload any) *gossh.Request {
	r := &gossh.Request{Type: kind}
	if payload != nil {
		r.Payload = gossh.Marshal(payload)
	}
	return r
}

type (
	text   struct{ S string }
	pair   struct{ A, B string }
	ptyReq struct {
		Term                    string
		Cols, Rows, Width, High uint32
		Modes                   string
	}
	winch struct{ Cols, Rows, Width, High uint32 }
)

func TestGuardSifts(t *testing.T) {
	t.Parallel()
	passed, term := through(t,
		request("auth-agent-req@openssh.com", nil),
		request("x11-req", nil),
		request("env", pair{"LANG", "C"}),
		request("env", text{"short"}),
		request("pty-req", ptyReq{"xterm", 100, 40, 0, 0, ""}),
		request("pty-req", ptyReq{"twice", 1, 1, 0, 0, ""}),
		request("window-change", winch{120, 50, 0, 0}),
		request("window-change", winch{1 << 31, 0, 0, 0}),
		request("window-change", text{"x"}),
		request("exec", nil),
		request("exec", text{""}),
		request("exec", text{strings.Repeat("x", maxRequest)}),
		request("exec", text{"show version"}),
		request("shell", nil),
		request("signal", text{"INT"}),
	)
	if got := strings.Join(passed, " "); got != "env exec" {
		t.Errorf("passed: %s", got)
	}
	if term.name != "xterm" {
		t.Errorf("terminal %q", term.name)
	}
	var sizes []Window
	for w := range term.windows {
		sizes = append(sizes, w)
	}
	if len(sizes) != 1 || sizes[0] != (Window{maxSide, 0}) {
		t.Errorf("sizes %v", sizes)
	}
}

func TestGuardCountsEnv(t *testing.T) {
	t.Parallel()
	var requests []*gossh.Request
	for range 2 * maxEnv {
		requests = append(requests, request("env", pair{"A", "B"}))
	}
	if passed, _ := through(t, requests...); len(passed) != maxEnv {
		t.Errorf("%d passed", len(passed))
	}
}

// FuzzGuard: no payload makes the guard panic, and what passes is what the library
// can parse.
func FuzzGuard(f *testing.F) {
	f.Add("pty-req", []byte("\xff\xff\xff\xff"))
	f.Add("pty-req", gossh.Marshal(ptyReq{"xterm", 80, 24, 0, 0, "\x00"}))
	f.Add("exec", gossh.Marshal(text{"x"}))
	f.Add("window-change", gossh.Marshal(winch{1, 2, 3, 4}))
	f.Add("env", gossh.Marshal(pair{"a", "b"}))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		passed, term := through(t, &gossh.Request{Type: kind, Payload: payload})
		if len(passed) > 0 && kind != "shell" {
			var one text
			var two pair
			if gossh.Unmarshal(payload, &one) != nil && gossh.Unmarshal(payload, &two) != nil {
				t.Fatalf("%s %q passed", kind, payload)
			}
		}
		if len(term.name) > maxTerm {
			t.Fatalf("terminal %q", term.name)
		}
	})
}

func TestPenalty(t *testing.T) {
	t.Parallel()
	p := newPenalty()
	l := Login{User: "admin", Remote: netip.MustParseAddrPort("192.0.2.1:5")}
	var last time.Duration
	for i := range 12 {
		wait := p.due(l)
		if i < freeFailures && wait != 0 || wait < last || wait > maxPenalty {
			t.Errorf("wait %v after %d failures", wait, i)
		}
		last = wait
		p.record(l, false)
	}
	if p.due(Login{User: "admin"}) == 0 || p.due(Login{User: "x", Remote: l.Remote}) == 0 {
		t.Error("neither account nor source is remembered")
	}
	if p.due(Login{User: "x"}) != 0 {
		t.Error("a stranger waits")
	}
	p.record(l, true)
	if p.due(l) != 0 {
		t.Error("a right password did not clear the count")
	}
	for i := range 3 * maxPenaltyLog {
		p.record(Login{User: strings.Repeat("x", i%97) + time.Duration(i).String()}, false)
	}
	if len(p.by) > maxPenaltyLog+2 {
		t.Errorf("%d offenders remembered", len(p.by))
	}
}
