package command

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

func grammars(t testing.TB) (*Operational, *Configuration) {
	s := load(t)
	op := NewOperational(s, schema.ServedByDirector, schema.ServedByCLI)
	return op, NewConfiguration(s, op)
}

// FuzzComplete: completion at every place of a line of either mode stops at nothing, and
// what it offers at the end is taken: with the choice in place of what was typed of the
// word the line is no worse than it was.
func FuzzComplete(f *testing.F) {
	for _, s := range []string{
		"show vlans v10 | match \"a|b\" | count", "set interfaces Node0:xe-0/0/0.0 family ethernet-switching vlan members [ v10 d",
		"insert firewall family ethernet-switching filter f term \"the third\" before first", "rename vlans v10 to v11",
		"top up 2 delete vlans", "wildcard range set vlans v[1-3] vlan-id 5", "rollback 3", "run show configuration vlans v1",
		"commit confirmed 5 comment \"a b\" and-quit", "load merge terminal relative", "\x00\xff | \" [ ]", "copy interfaces N to",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	op, cfg := grammars(f)
	at := level(f, cfg, "interfaces Node0:xe-0/0/0")
	f.Fuzz(func(t *testing.T, line string, inside bool) {
		var where conf.Path
		if inside {
			where = at
		}
		for _, complete := range []func(string) Possible{op.Complete, func(l string) Possible { return cfg.Complete(l, where) }} {
			for i := range line {
				complete(line[:i])
			}
			checkOffers(t, line, complete)
		}
	})
}

// checkOffers puts what completion offers into the line and asks behind it.
func checkOffers(t *testing.T, line string, complete func(string) Possible) {
	t.Helper()
	p := live(complete(line))
	if p.Err != nil && len(p.Choices) > 0 {
		t.Fatalf("%q: error %v and choices %v", line, p.Err, p.Choices)
	}
	for _, key := range []Key{Space, Tab} {
		if in := p.Complete(key); in.Err != nil && in.Text != "" {
			t.Fatalf("%q %q: error %v and text %q", line, key, in.Err, in.Text)
		}
	}
	for _, c := range p.Choices {
		if c.Kind != Keyword && c.Kind != Value || c.Kind == Value && p.Token.Quoted {
			continue
		}
		name := c.Name
		if c.Kind == Value {
			name = conf.Quote(name)
		}
		typed := line[:p.Token.Pos] + name + " "
		if next := complete(typed); next.Err != nil && !next.Nothing() {
			t.Fatalf("%q is offered %q, and then: %v", line, c.Name, next.Err)
		}
	}
}

// FuzzOperational: no line stops the parser or completion; a line in full words
// reads back to the same call; the place of an error lies in the line or one behind.
func FuzzOperational(f *testing.F) {
	for _, s := range []string{
		"show vlans v10 | match \"a|b\" | count", "sh conf vl \"x y\" [", "set cli screen-length 0", "|", "show | |", "\"",
		"show fabric administration inventory node-devices Node0", "ping 10.0.0.1 count 3 \\",
	} {
		f.Add(s)
	}
	op, _ := grammars(f)
	f.Fuzz(func(t *testing.T, line string) {
		_ = op.Complete(line)
		call, err := op.Parse(line)
		if err != nil {
			checkPlace(t, line, err)
			return
		}
		var words []string
		for _, w := range call.Words {
			words = append(words, conf.Quote(w))
		}
		again, err := op.Parse(strings.Join(words, " "))
		if err != nil {
			t.Fatalf("%q in full words, %q: %v", line, words, err)
		}
		if again.RPC != call.RPC || len(again.Args) != len(call.Args) {
			t.Fatalf("%q in full words is another command: %v and %v", line, call.Args, again.Args)
		}
		for i, a := range call.Args {
			if again.Args[i] != a {
				t.Fatalf("%q in full words: argument %v becomes %v", line, a, again.Args[i])
			}
		}
	})
}

// FuzzConfiguration: the same for configuration mode; what set sends to the server
// is what the server reads.
func FuzzConfiguration(f *testing.F) {
	for _, s := range []string{
		"set vlans v10 vlan-id 10", "set interfaces Node0:xe-0/0/2 unit 0 family ethernet-switching vlan members [ a b ]",
		"rename vlans a to b", "annotate vlans v10 \"a \\\"b\\\"\"", "show vlans | display set", "commit comment \"x",
		"top top set", "edit", "insert x before y", "run show vlans |",
	} {
		f.Add(s)
	}
	_, cfg := grammars(f)
	f.Fuzz(func(t *testing.T, line string) {
		_ = cfg.Complete(line, nil)
		st, err := cfg.Parse(line, nil)
		if err != nil {
			checkPlace(t, line, err)
			return
		}
		if st.Verb != "set" {
			return
		}
		if _, problems := conf.ParseLine(cfg.paths.root, st.Level, st.Line); conf.Failed(problems) {
			t.Fatalf("%q is sent as %q, which the server refuses: %v", line, st.Line, problems)
		}
	})
}

func checkPlace(t *testing.T, line string, err error) {
	t.Helper()
	var bad *Error
	if !errors.As(err, &bad) {
		t.Fatalf("%q: error of type %T", line, err)
	}
	if bad.Pos < 0 || bad.Pos > len(line)+1 || bad.Text == "" {
		t.Fatalf("%q: error %q at %d", line, bad.Text, bad.Pos)
	}
}

// TestCompletionIsSound walks where completion leads: whatever it offers can be
// typed, and where it offers Enter the line parses.
func TestCompletionIsSound(t *testing.T) {
	t.Parallel()
	op, cfg := grammars(t)
	rapid.Check(t, func(t *rapid.T) {
		complete := op.Complete
		parse := func(line string) error { _, err := op.Parse(line); return err }
		if rapid.Bool().Draw(t, "configuration") {
			complete = func(line string) Possible { return cfg.Complete(line, nil) }
			parse = func(line string) error { _, err := cfg.Parse(line, nil); return err }
		}
		line := ""
		for range rapid.IntRange(1, 12).Draw(t, "words") {
			p := complete(line)
			if p.Err != nil {
				t.Fatalf("after %q: %v", line, p.Err)
			}
			p = live(p)
			var next []string
			for _, c := range p.Choices {
				switch c.Kind {
				case Keyword, Value:
					next = append(next, c.Name)
				case PipeMark:
					next = append(next, "|")
				case Enter:
					if err := parse(line); err != nil {
						t.Fatalf("%q may end, but: %v", line, err)
					}
				}
			}
			if len(next) == 0 {
				return
			}
			line += rapid.SampledFrom(next).Draw(t, "next") + " "
		}
	})
}

// TestCompletionKeys: what SPACE and TAB do.
func TestCompletionKeys(t *testing.T) {
	t.Parallel()
	op, cfg := grammars(t)
	for _, tc := range []struct {
		mode byte
		line string
		key  Key
		text string // inserted; "list" and "error" stand for themselves
	}{
		{'>', "sh", Space, "ow "}, {'>', "show", Space, " "}, {'>', "", Space, " "}, {'>', "show ", Space, " "},
		{'>', "show v", Space, "error"}, {'>', "show vl", Space, "ans "}, {'>', "show foo", Space, "error"},
		{'>', "show vlans v1", Space, " "}, {'>', "show vlans v1", Tab, "0 "}, {'>', "show vlans v", Tab, "list"},
		{'>', "show vlans det", Space, "ail "}, {'>', "show ", Tab, "list"}, {'>', "show vlans | ma", Space, "tch "},
		{'>', "show vlans | match x", Space, " "}, {'>', "show interfaces N", Tab, "ode0:xe-0/0/"},
		{'#', "set vl", Space, "ans "}, {'#', "set vlans v", Space, " "}, {'#', "set vlans d", Tab, "efault "},
		{'#', "set vlans v10 descr", Space, "iption "}, {'#', "se", Tab, "t "}, {'#', "set interfaces Node0:xe-0/0/0 un", Space, "it "},
		{'#', "comm", Space, "it "}, {'#', "set vlans v10 description \"a b", Space, " "},
	} {
		p := op.Complete(tc.line)
		if tc.mode == '#' {
			p = cfg.Complete(tc.line, nil)
		}
		if tc.key == Tab {
			p = live(p)
		}
		in := p.Complete(tc.key)
		got := in.Text
		switch {
		case in.Err != nil:
			got = "error"
		case in.List:
			got = "list"
		}
		if got != tc.text {
			t.Errorf("%c %q %q: %q, want %q", tc.mode, tc.line, tc.key, got, tc.text)
		}
	}
}
