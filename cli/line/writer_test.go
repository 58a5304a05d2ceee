package line

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// screen is a terminal of so many columns: what the writer's bytes look like.
type screen struct {
	width    int
	rows     [][]rune
	row, col int
	wrap     bool // the last column was written; the next character goes to the next row
}

func (s *screen) Write(b []byte) (int, error) {
	text := []rune(string(b))
	for i := 0; i < len(text); i++ {
		switch r := text[i]; r {
		case '\r':
			s.col, s.wrap = 0, false
		case '\n':
			s.row, s.wrap = s.row+1, false
		case '\b':
			s.col, s.wrap = max(s.col-1, 0), false
		case 0x1b:
			end := i + 2
			for text[end] >= '0' && text[end] <= '9' {
				end++
			}
			n, _ := strconv.Atoi(string(text[i+2 : end]))
			if s.wrap = false; text[end] == 'A' {
				s.row -= n
			} else {
				s.col += n
			}
			i = end
		default:
			s.put(r)
		}
	}
	return len(b), nil
}

func (s *screen) put(r rune) {
	if s.wrap {
		s.row, s.col, s.wrap = s.row+1, 0, false
	}
	for len(s.rows) <= s.row {
		s.rows = append(s.rows, []rune(strings.Repeat(" ", s.width)))
	}
	s.rows[s.row][s.col] = r
	if s.col++; s.col == s.width {
		s.col, s.wrap = s.width-1, true
	}
}

func (s *screen) text() string {
	var b strings.Builder
	for _, r := range s.rows {
		b.WriteString(string(r))
	}
	return strings.TrimRight(b.String(), " ")
}

// at is where the next character goes.
func (s *screen) at() int {
	n := s.row*s.width + s.col
	if s.wrap {
		n++
	}
	return n
}

// TestWriter: whatever go-prompt asks for, the screen shows it and the cursor
// stands where it should, in windows of any width.
func TestWriter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		scr := &screen{width: rapid.IntRange(2, 30).Draw(t, "width")}
		w := &writer{out: scr, width: func() int { return scr.width }}
		for range rapid.IntRange(1, 12).Draw(t, "frames") {
			text := rapid.StringMatching(`[a-c]{0,60}`).Draw(t, "text")
			cursor := rapid.IntRange(0, len(text)).Draw(t, "cursor")
			// What Render does: to the beginning, write, erase, back to the cursor.
			w.CursorBackward(w.cursor)
			w.WriteStr("> ")
			w.WriteStr(text)
			w.EraseDown()
			w.CursorBackward(len(text) - cursor)
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if got := scr.text(); got != strings.TrimRight("> "+text, " ") {
				t.Fatalf("screen shows %q, want %q", got, "> "+text)
			}
			want := 2 + cursor
			if at := scr.at(); at != want && !(want%scr.width == 0 && at == want) {
				t.Fatalf("cursor is at %d, want %d", at, want)
			}
		}
	})
}

// TestWriterSendsTheDifference: one more character is one byte.
func TestWriterSendsTheDifference(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := &writer{out: &out, width: func() int { return 80 }}
	draw := func(text string) string {
		out.Reset()
		w.CursorBackward(w.cursor)
		w.WriteStr(text)
		w.EraseDown()
		_ = w.Flush()
		return out.String()
	}
	for _, tc := range []struct{ text, sent string }{
		{"> ", "> "}, {"> s", "s"}, {"> sh", "h"}, {"> sh", ""}, {"> s", "\b \b"}, {"> x", "\bx"},
	} {
		if got := draw(tc.text); got != tc.sent {
			t.Errorf("%q sends %q, want %q", tc.text, got, tc.sent)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in    string
		final bool
		n     int
	}{
		{"", false, 0}, {"a", false, 1}, {"\r\n", false, 1}, {"\x1b", false, 0}, {"\x1b", true, 1},
		{"\x1b[", false, 0}, {"\x1b[A", false, 3}, {"\x1b[3~x", false, 4}, {"\x1bOP", false, 3},
		{"\x1bb", false, 2}, {"\xe6\x97", false, 0}, {"\xe6\x97\xa5x", false, 3}, {"\xff", true, 1},
		{"\x1b[" + strings.Repeat("1", 40), false, maxSequence},
	} {
		if n := nextKey([]byte(tc.in), tc.final); n != tc.n {
			t.Errorf("nextKey(%q, %v) = %d, want %d", tc.in, tc.final, n, tc.n)
		}
	}
	for in, want := range map[string]int{
		"show version\r": 4, "show ": 4, " x": 0, " ": 0, "a?b": 1, "ab\x1b[A": 2, "a  b": 1, "日本": 6,
	} {
		if n := run([]byte(in)); n != want {
			t.Errorf("run(%q) = %d, want %d", in, n, want)
		}
	}
	for in, want := range map[string]int{"show version\r": 12, "abc": -1, "a?\r": -1, "a\tb\r": 3, "\r": 0} {
		if n := wholeLine([]byte(in)); n != want {
			t.Errorf("wholeLine(%q) = %d, want %d", in, n, want)
		}
	}
}

// FuzzKeys: no bytes from the network stop the queue: everything is taken at last,
// and every piece is not empty.
func FuzzKeys(f *testing.F) {
	for _, s := range []string{"show version\r\n", "\x1b[A\x1bb?", "日本\xff\x1b[1;5", "a\x00\x1b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		q := newQueue()
		q.fill(bytes.NewReader(in))
		total := 0
		for {
			key, err := q.take(func(b []byte, final bool) int {
				if n := run(b); n > 0 {
					return n
				}
				return nextKey(b, final)
			})
			if err != nil {
				break
			}
			if len(key) == 0 {
				t.Fatalf("stuck after %d of %d bytes", total, len(in))
			}
			total += len(key)
		}
		if total > len(in) || total < len(in)-bytes.Count(in, []byte("\r\n")) {
			t.Fatalf("took %d of %d bytes", total, len(in))
		}
	})
}
