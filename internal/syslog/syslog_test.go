package syslog

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func sample() Message {
	return Message{At: time.Date(2012, 8, 5, 9, 52, 8, 719e6, time.UTC), Host: "dg0", Facility: Commands, Severity: Notice, Process: "mgd", PID: 3046, Tag: "UI_COMMIT",
		Params: []Param{{"username", "admin"}, {"message", `say "no" ]`}}, Text: "User 'admin' requested 'commit' operation (comment: none)"}
}

func TestLines(t *testing.T) {
	t.Parallel()
	plain := sample()
	plain.Tag, plain.Params, plain.PID, plain.Facility, plain.Process = "", nil, 0, Daemon, "alarmd"
	const text = "User 'admin' requested 'commit' operation (comment: none)"
	for name, c := range map[string]struct {
		m    Message
		f    Form
		want string
	}{
		"standard":        {sample(), Form{}, "Aug  5 09:52:08  dg0 mgd[3046]: UI_COMMIT: " + text},
		"priority":        {sample(), Form{Priority: true}, "Aug  5 09:52:08  dg0 mgd[3046]: %INTERACT-5-UI_COMMIT: " + text},
		"stamp":           {sample(), Form{Year: true, Millis: true}, "Aug  5 09:52:08.719 2012  dg0 mgd[3046]: UI_COMMIT: " + text},
		"structured":      {sample(), Form{Structured: true}, `<189>1 2012-08-05T09:52:08.719Z dg0 mgd 3046 UI_COMMIT [junos@2636.1.1.1.2.84 username="admin" message="say \"no\" \]"] ` + text},
		"brief":           {sample(), Form{Structured: true, Brief: true}, `<189>1 2012-08-05T09:52:08.719Z dg0 mgd 3046 UI_COMMIT [junos@2636.1.1.1.2.84 username="admin" message="say \"no\" \]"]`},
		"no tag":          {plain, Form{}, "Aug  5 09:52:08  dg0 alarmd: " + text},
		"no tag priority": {plain, Form{Priority: true}, "Aug  5 09:52:08  dg0 alarmd: %DAEMON-5: " + text},
		"no tag brief":    {plain, Form{Structured: true, Brief: true}, "<29>1 2012-08-05T09:52:08.719Z dg0 alarmd - - - " + text},
	} {
		if got := c.m.Line(c.f); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, c.want)
		}
	}
	if got, want := sample().Datagram(Form{}, 16, "lab"), "<133>Aug  5 09:52:08 dg0 lab: mgd[3046]: UI_COMMIT: "+text; got != want {
		t.Errorf("datagram:\n%s, want\n%s", got, want)
	}
	evil := sample()
	evil.Text = "two\nAug  5 09:52:09  dg0 mgd[1]: UI_COMMIT: lines\x1b[2J"
	for _, f := range []Form{{}, {Structured: true}} {
		if got := evil.Line(f); strings.ContainsAny(got, "\n\x1b") {
			t.Errorf("a message of several lines: %q", got)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	message := func(f Facility, s Severity) Message { return Message{Facility: f, Severity: s, Text: "link down"} }
	messages := []Selector{{Facility: Any, Severity: Notice}, {Facility: Authorization, Severity: Info}, {Facility: Kernel, None: true}}
	for _, c := range []struct {
		selectors []Selector
		match     string
		m         Message
		want      bool
	}{
		{messages, "", message(Daemon, Notice), true},
		{messages, "", message(Daemon, Info), false},
		{messages, "", message(Authorization, Info), true},
		{messages, "", message(Kernel, Emergency), false},
		{messages, "down$", message(Daemon, Error), true},
		{messages, "up$", message(Daemon, Error), false},
		{messages, "!up$", message(Daemon, Error), true},
		{[]Selector{{Facility: Commands, Severity: Debug}}, "", message(Daemon, Emergency), false},
		{nil, "", message(Daemon, Emergency), false},
	} {
		f, err := NewFilter(c.selectors, c.match)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Takes(c.m); got != c.want {
			t.Errorf("%v %q takes %v.%v: %t", c.selectors, c.match, c.m.Facility, c.m.Severity, got)
		}
	}
	if _, err := NewFilter(nil, "("); err == nil {
		t.Error("an expression that is none was taken")
	}
}

func TestWordsOfTheConfiguration(t *testing.T) {
	t.Parallel()
	for i, word := range severities() {
		if s, ok := ParseSeverity(word); !ok || int(s) != i || s.String() != word {
			t.Errorf("%s: %v, %t", word, s, ok)
		}
	}
	if _, ok := ParseSeverity("panic"); ok {
		t.Error("panic is no severity of Junos")
	}
	for name, want := range map[string]int{"kernel": 0, "authorization": 4, "local7": 23, "local8": -1, "local70": -1, "": -1, "mail ": -1} {
		if n, ok := Number(name); ok != (want >= 0) || ok && n != want {
			t.Errorf("facility %q: %d, %t", name, n, ok)
		}
	}
}

// TestBook reads a book as a director does who stays away for ever longer.
func TestBook(t *testing.T) {
	t.Parallel()
	b := NewBook()
	next := uint64(0)
	for n, want := range []int{0, 1, 3, 700, 1000, 5000} {
		for i := range want {
			b.Add(Message{Text: fmt.Sprint(n, i)})
		}
		var got []Message
		got, next = b.Since(next)
		if len(got) > want || want <= 700 && len(got) != want || want > 700 && len(got) < 700 {
			t.Errorf("%d written, %d read", want, len(got))
		}
		if want > 0 && got[len(got)-1].Text != fmt.Sprint(n, want-1) {
			t.Errorf("the newest is missing: %v", got[len(got)-1])
		}
	}
	if again, same := b.Since(next); len(again) != 0 || same != next {
		t.Errorf("read twice: %d", len(again))
	}
	if all, _ := b.Since(next + 100); len(all) == 0 {
		t.Error("whoever knows a number of a former life reads nothing")
	}
}
