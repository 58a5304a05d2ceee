package line

import (
	"strings"

	prompt "github.com/c-bata/go-prompt"
)

// search is ^R: it looks backwards through the history for the text typed, and
// leaves what it found in the line. ^R goes on to an older line, ^C and ^G give
// the old line back, ESC takes the line found, any other key takes it and then does
// what it does.
func (e *Editor) search(b *prompt.Buffer) {
	defer e.parser.hold(false)
	cursor := e.writer.cursor // where go-prompt believes it to be when it draws the line again
	defer func() { e.writer.cursor = cursor }()
	lines := e.past.Lines()
	old := b.Text()
	want, at, found := "", len(lines), old
	for {
		e.showSearch(want, found)
		key, err := e.term.key(0)
		switch {
		case err != nil:
		case key[0] == keySearch:
			if i := lastWith(lines[:at], want); i >= 0 {
				at, found = i, lines[i]
			}
			continue
		case key[0] == keyBackspace || key[0] == keyDelete:
			r := []rune(want)
			want = string(r[:max(len(r)-1, 0)])
			at = len(lines)
			continue
		case printable(key):
			want += string(key)
			if i := lastWith(lines[:min(at+1, len(lines))], want); i >= 0 {
				at, found = i, lines[i]
			}
			continue
		case key[0] == keyInterrupt || key[0] == keyBell:
			found = old
		case string(key) == "\x1b":
		default:
			e.term.queue.unread(key)
		}
		break
	}
	setText(b, found)
}

// showSearch draws the search in place of the line.
func (e *Editor) showSearch(want, found string) {
	e.writer.cursor = 0
	e.writer.put("(reverse-i-search)'" + want + "': " + found)
	e.writer.EraseDown()
	e.writer.send()
}

// lastWith returns the index of the last line that contains text, or -1.
func lastWith(lines []string, text string) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], text) {
			return i
		}
	}
	return -1
}
