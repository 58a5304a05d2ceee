package token_test

import (
	"strings"
	"testing"

	"oneswitch/internal/junos/token"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`show vlans`:                 `show|vlans`,
		`  a  b `:                    `a|b`,
		`match "a | b" | count`:      `match|a | b|BAR|count`,
		`a|b`:                        `a|BAR|b`,
		`members [ v1 v2 ]`:          `members|[|v1|v2|]`,
		`members [v1 v2]`:            `members|[|v1|v2|]`,
		`xe-0/0/[0-3]`:               `xe-0/0/[0-3]`,
		`annotate "a \"b\" \\ \n c"`: "annotate|a \"b\" \\ \n c",
		`open "quote`:                `open|quote`,
		``:                           ``,
	} {
		var got []string
		for _, tok := range token.Split(line) {
			if tok.IsBar() {
				tok.Text = "BAR"
			}
			got = append(got, tok.Text)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q", line, got)
		}
	}
}

// TestLast: a word is the last one as long as the cursor touches it.
func TestLast(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{"show vl": "vl", "show ": "", "": "", `x "a b`: "a b", "show |": "", "a\t": ""} {
		if _, last := token.Last(line); last.Text != want || last.End != len(line) {
			t.Errorf("%q: %+v", line, last)
		}
	}
}

// FuzzSplit: tokens stand in order inside the line and none is lost.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{`set a "b c" [ d ] | match "\\"`, "\"", "[[]]", "||", "\xff \x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		end := 0
		for _, tok := range token.Split(line) {
			if tok.Pos < end || tok.End <= tok.Pos || tok.End > len(line) || strings.Trim(line[end:tok.Pos], " \t\r\n") != "" {
				t.Fatalf("%q: %+v behind %d", line, tok, end)
			}
			end = tok.End
		}
		if strings.Trim(line[end:], " \t\r\n") != "" {
			t.Fatalf("%q: %q is lost", line, line[end:])
		}
	})
}
