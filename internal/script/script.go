// Package script runs tests that are written as text: a command, its body, a line
// of four dashes, and all the output that it must give.
//
//	# a comment
//	learn xe-0/0/0 mac=02:00:00:00:00:01
//	----
//	apply fdb +1/02:00:00:00:00:01=xe-0/0/0
//
// A test ends at an empty line. With rewrite the outputs in the file are replaced
// by the real ones; only commit such a change if you understand what caused it.
//
// The package owns no state. It must only be imported by tests.
package script

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Command is one command of a script.
type Command struct {
	Line int    // in its file
	Verb string // first word
	Args []Arg  // the others
	Body string // lines between the command and the dashes
}

// Arg is one word behind the verb: key=value, or a word alone, which is a Key.
type Arg struct{ Key, Value string }

// Value returns the value of key, or otherwise when it is not given.
func (c Command) Value(key, otherwise string) string {
	for _, a := range c.Args {
		if a.Key == key && a.Value != "" {
			return a.Value
		}
	}
	return otherwise
}

// Has reports whether key is given, with or without a value.
func (c Command) Has(key string) bool {
	for _, a := range c.Args {
		if a.Key == key {
			return true
		}
	}
	return false
}

// Word returns the n-th word behind the verb that has no value, "" if there is none.
func (c Command) Word(n int) string {
	for _, a := range c.Args {
		if a.Value == "" {
			if n == 0 {
				return a.Key
			}
			n--
		}
	}
	return ""
}

// Run runs every file that matches the pattern as a subtest of its own. For each
// file it asks for a new runner, which gets one command after the other and returns
// the output.
func Run(t *testing.T, pattern string, rewrite bool, runner func(t *testing.T) func(Command) string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no script matches %s: %v", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			runFile(t, file, rewrite, runner(t))
		})
	}
}

func runFile(t *testing.T, file string, rewrite bool, run func(Command) string) {
	t.Helper()
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := scanner{lines: strings.Split(string(in), "\n")}
	var out strings.Builder
	for s.comments(&out) {
		c, want, err := s.next(&out)
		if err != nil {
			t.Fatalf("%s:%d: %v", file, c.Line, err)
		}
		got := run(c)
		if got != "" && !strings.HasSuffix(got, "\n") {
			got += "\n"
		}
		if got != want && !rewrite {
			t.Errorf("%s:%d: %s\ngot:\n%swant:\n%s", file, c.Line, c.Verb, got, want)
		}
		out.WriteString(got)
	}
	if rewrite && out.String() != string(in) {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// scanner walks over the lines of a file and copies what is not output.
type scanner struct {
	lines []string
	at    int
}

// comments copies empty lines and comments, and reports whether a command follows.
func (s *scanner) comments(out *strings.Builder) bool {
	for ; s.at < len(s.lines); s.at++ {
		line := s.lines[s.at]
		if line != "" && !strings.HasPrefix(line, "#") {
			return true
		}
		if s.at < len(s.lines)-1 {
			out.WriteString(line + "\n")
		}
	}
	return false
}

func (s *scanner) next(out *strings.Builder) (Command, string, error) {
	words := strings.Fields(s.lines[s.at])
	c := Command{Line: s.at + 1, Verb: words[0]}
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		c.Args = append(c.Args, Arg{key, value})
	}
	var body strings.Builder
	for out.WriteString(s.lines[s.at] + "\n"); ; {
		if s.at++; s.at == len(s.lines) {
			return c, "", fmt.Errorf("%s: no line of dashes follows", c.Verb)
		}
		out.WriteString(s.lines[s.at] + "\n")
		if s.lines[s.at] == "----" {
			break
		}
		body.WriteString(s.lines[s.at] + "\n")
	}
	c.Body = body.String()
	var want strings.Builder
	for s.at++; s.at < len(s.lines) && s.lines[s.at] != ""; s.at++ {
		want.WriteString(s.lines[s.at] + "\n")
	}
	return c, want.String(), nil
}
