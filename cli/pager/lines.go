package pager

import (
	"regexp"
	"strings"
)

// tabStop is how far apart terminals have their tab stops.
const tabStop = 8

// text is the lines to be shown: those of the answer that the filters let through.
type text struct {
	all     []string
	lines   []string
	filters []filter
}

// filter lets the lines through that fit, or those that do not.
type filter struct {
	re   *regexp.Regexp
	keep bool
}

func newText(s string) *text {
	t := &text{all: split(s)}
	t.lines = t.all
	return t
}

// split cuts a text into lines without their ends.
func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(s, "\n"), "\n")
}

// add puts one more filter on top of the others.
func (t *text) add(f filter) {
	t.filters = append(t.filters, f)
	var out []string
	for _, line := range t.lines {
		if f.re.MatchString(line) == f.keep {
			out = append(out, line)
		}
	}
	t.lines = out
}

// clear takes all filters away; false when there were none.
func (t *text) clear() bool {
	had := len(t.filters) > 0
	t.lines, t.filters = t.all, nil
	return had
}

// whole is the text as the filters leave it, for a file.
func (t *text) whole() string {
	if len(t.lines) == 0 {
		return ""
	}
	return strings.Join(t.lines, "\n") + "\n"
}

// rows is how many rows of a window a line takes; columns tells the cells of a
// character.
func rows(line string, width int, columns func(rune) int) int {
	n := 0
	for _, r := range line {
		if r == '\t' {
			n += tabStop - n%tabStop
			continue
		}
		n += columns(r)
	}
	return max(1, (n+width-1)/max(width, 1))
}
