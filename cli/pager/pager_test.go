package pager_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"oneswitch/cli/pager"
)

// terminal is a window that keeps its rows as a real one would: a carriage return
// goes to the beginning of the row, characters stand over what is there.
type terminal struct {
	width, height int
	rows          []string
	column        int
	keys          []string // what is typed: a key each, or a line behind a prompt
	resized       map[int][2]int
	pressed       int
}

func (t *terminal) Print(text string) {
	if len(t.rows) == 0 {
		t.rows = []string{""}
	}
	for _, r := range text {
		last := len(t.rows) - 1
		switch {
		case r == '\n':
			t.rows, t.column = append(t.rows, ""), 0
		case r == '\r':
			t.column = 0
		default:
			if t.column == t.width {
				t.rows, t.column = append(t.rows, ""), 0
				last++
			}
			row := []rune(t.rows[last])
			for len(row) <= t.column {
				row = append(row, ' ')
			}
			row[t.column] = r
			t.rows[last] = string(row)
			t.column++
		}
	}
}

func (t *terminal) Size() (width, height int) { return t.width, t.height }

func (t *terminal) Columns(rune) int { return 1 }

func (t *terminal) next() (string, error) {
	if size, ok := t.resized[t.pressed]; ok {
		t.width, t.height = size[0], size[1]
	}
	t.pressed++
	if len(t.keys) == 0 {
		return "", io.EOF
	}
	k := t.keys[0]
	t.keys = t.keys[1:]
	return k, nil
}

func (t *terminal) Key() ([]byte, error) {
	k, err := t.next()
	return []byte(k), err
}

func (t *terminal) Line(prompt string) (string, error) {
	text, err := t.next()
	if text == "\x03" {
		err = errors.New("interrupted")
	}
	if err == nil {
		t.Print(prompt + text + "\n")
	}
	return text, err
}

// screen is what a person sees: the last rows that fit the window.
func (t *terminal) screen() string {
	rows := t.rows[max(0, len(t.rows)-t.height):]
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "|")
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "line %d\n", i+1)
	}
	return b.String()
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		keys string // separated by blanks; SP is a blank
		want string // the window of four rows before the last key that is missing
	}{
		{"first page", "", "line 1|line 2|line 3|---(more)---"},
		{"page", "SP", "line 4|line 5|line 6|---(more 60%)---"},
		{"line", "\r", "line 2|line 3|line 4|---(more 40%)---"},
		{"line by j", "j j", "line 3|line 4|line 5|---(more 50%)---"},
		{"half a page", "d", "line 2|line 3|line 4|---(more 40%)---"},
		{"page back", "SP SP b", "line 4|line 5|line 6|---(more 60%)---"},
		{"line back", "SP k", "line 3|line 4|line 5|---(more 50%)---"},
		{"half a page back", "SP SP u", "line 6|line 7|line 8|---(more 80%)---"},
		{"back beyond the top", "b", "line 1|line 2|line 3|---(more 30%)---"},
		{"top", "SP SP g", "line 1|line 2|line 3|---(more 30%)---"},
		{"redraw", "SP \x0c", "line 4|line 5|line 6|---(more 60%)---"},
		{"end leaves", "G", "line 8|line 9|line 10|"},
		{"all at once", "N", "line 8|line 9|line 10|"},
		{"held at the end", "H G", "line 8|line 9|line 10|---(more 100%)---"},
		{"search", "/ 7", "line 7|line 8|line 9|---(more 90%)---"},
		{"search again", "/ [24] n", "line 4|line 5|line 6|---(more 60%)---"},
		{"search back", "SP SP ? [12]$", "line 2|line 3|line 4|---(more 40%)---"},
		{"search in vain", "/ 77", "line 2|line 3|/77|---(Pattern not found)---"},
		{"search what is no expression", "/ (", `line 2|line 3|/(|---(parentheses not balanced: "(")---`},
		{"match", "m [29]", "match: [29]|line 2|line 9|---(more 100%)---"},
		{"match and leave", "m [29] SP", "match: [29]|line 2|line 9|"},
		{"except", "e [1-7]", "except: [1-7]|line 8|line 9|---(more 100%)---"},
		{"clear", "m 9 c", "line 1|line 2|line 3|---(more 30%)---"},
		{"no key at all", "x", "line 1|line 2|line 3|---(more 30%)---"},
		{"given up search", "/ \x03", "line 1|line 2|line 3|---(more 30%)---"},
		{"quit", "q", "line 1|line 2|line 3|"},
		{"interrupt", "\x03", "line 1|line 2|line 3|"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := &terminal{width: 40, height: 4}
			for k := range strings.SplitSeq(tc.keys, " ") {
				if k = strings.ReplaceAll(k, "SP", " "); k != "" {
					s.keys = append(s.keys, k)
				}
			}
			// Without a further key the pager ends; the prompt that it wiped away is what stood
			// there, so keep a picture of it.
			picture := ""
			shot := &shooting{terminal: s, at: len(s.keys), picture: &picture}
			pager.Show(shot, numbered(10), pager.Options{Rows: 4})
			if picture == "" {
				picture = s.screen()
			}
			if picture != tc.want {
				t.Errorf("%q, want %q", picture, tc.want)
			}
		})
	}
}

// shooting takes a picture of the window when the last key is asked for.
type shooting struct {
	*terminal
	at      int
	picture *string
}

func (s *shooting) Key() ([]byte, error) {
	if s.pressed == s.at {
		*s.picture = s.screen()
	}
	return s.terminal.Key()
}

func TestWideLinesAndResize(t *testing.T) {
	t.Parallel()
	wide := strings.Repeat("x", 25) + "\n"
	s := &terminal{width: 10, height: 5}
	picture := ""
	pager.Show(&shooting{terminal: s, at: 0, picture: &picture}, wide+numbered(3), pager.Options{Rows: 5})
	if want := "xxxxxxxxxx|xxxxxxxxxx|xxxxx|line 1|---(more)"; picture != want {
		t.Errorf("%q, want %q", picture, want)
	}

	s = &terminal{width: 20, height: 4, keys: []string{" ", " "}, resized: map[int][2]int{1: {20, 6}}}
	pager.Show(&shooting{terminal: s, at: 2, picture: &picture}, numbered(20), pager.Options{Rows: 4})
	if want := "line 7|line 8|line 9|line 10|line 11|---(more 55%)---"; picture != want {
		t.Errorf("in a taller window %q, want %q", picture, want)
	}

	s = &terminal{width: 20, height: 30, keys: []string{" "}, resized: map[int][2]int{0: {20, 10}}}
	pager.Show(&shooting{terminal: s, at: 1, picture: &picture}, numbered(20), pager.Options{Rows: 4})
	if want := "line 4|line 5|line 6|---(more 30%)---"; !strings.HasSuffix(picture, want) {
		t.Errorf("with a page of his own %q, want %q", picture, want)
	}
}

func TestHoldAndSave(t *testing.T) {
	t.Parallel()
	s := &terminal{width: 60, height: 5, keys: []string{"m", "2", "s", "out", " "}}
	saved := map[string]string{}
	left := pager.Show(s, numbered(2), pager.Options{Rows: 5, Hold: true, Save: func(name, text string) string {
		saved[name] = text
		return "Wrote 1 lines of output to 'out'\n"
	}})
	if left || saved["out"] != "line 2\n" {
		t.Errorf("finished %v, saved %q", left, saved)
	}
	for _, o := range []pager.Options{{}, {Rows: 1}, {Rows: 40}} {
		s := &terminal{width: 60, height: 40}
		if !pager.Show(s, "a\nb\n", o) || s.screen() != "a|b|" {
			t.Errorf("%+v: %q", o, s.screen())
		}
	}
}
