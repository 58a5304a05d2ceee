package report

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Pipe is one stage after a bar, its verb in full: match, except, find, count,
// last, trim, hold, no-more.
type Pipe struct {
	Verb string
	Args []string
}

// Piped is what comes out of a row of pipes.
type Piped struct {
	Text   string
	NoMore bool // do not page
	Hold   bool // keep the pager after the last page
}

// defaultLast is how many lines `last` without a number keeps: a screen.
const defaultLast = 24

// Run passes text through the pipes. Those that choose a form (display, compare)
// or have to do with more than the text (save, tee, resolve, refresh, request) are
// the shell's business, which takes them off first.
func Run(text string, pipes []Pipe) (Piped, error) {
	out := Piped{Text: text}
	for _, p := range pipes {
		if err := out.stage(p); err != nil {
			return Piped{}, err
		}
	}
	return out, nil
}

// stage passes what there is through one pipe.
func (out *Piped) stage(p Pipe) (err error) {
	switch p.Verb {
	case "match":
		out.Text, err = filter(out.Text, p, true)
	case "except":
		out.Text, err = filter(out.Text, p, false)
	case "find":
		out.Text, err = find(out.Text, p)
	case "count":
		out.Text = fmt.Sprintf("Count: %d lines\n", len(lines(out.Text)))
	case "last":
		out.Text, err = last(out.Text, p)
	case "trim":
		out.Text, err = trim(out.Text, p)
	case "hold":
		out.Hold = true
	case "no-more":
		out.NoMore = true
	case "append", "refresh", "request", "resolve", "save", "tee":
		err = fmt.Errorf("%s is a command of the shell", p.Verb)
	default:
		err = fmt.Errorf("syntax error: unknown pipe %s", strconv.Quote(p.Verb))
	}
	return err
}

// trim takes columns away from the beginning of each line.
func trim(text string, p Pipe) (string, error) {
	n, err := strconv.Atoi(strings.Join(p.Args, " "))
	if err != nil || n < 0 {
		return "", fmt.Errorf("syntax error: trim takes a number of columns, not %s", strconv.Quote(strings.Join(p.Args, " ")))
	}
	var b strings.Builder
	for _, line := range lines(text) {
		row := []rune(strings.TrimSuffix(line, "\n"))
		b.WriteString(string(row[min(n, len(row)):]))
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// lines cuts text into lines that keep their LF.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
}

func pattern(p Pipe) (*regexp.Regexp, error) {
	text := strings.Join(p.Args, " ")
	if text == "" {
		return nil, fmt.Errorf("syntax error: %s needs a pattern", p.Verb)
	}
	re, err := Pattern(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Verb, err)
	}
	return re, nil
}

func filter(text string, p Pipe, keep bool) (string, error) {
	re, err := pattern(p)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, line := range lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if re.MatchString(line) == keep {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String(), nil
}

func find(text string, p Pipe) (string, error) {
	re, err := pattern(p)
	if err != nil {
		return "", err
	}
	all := lines(text)
	for i, line := range all {
		if re.MatchString(strings.TrimSuffix(line, "\n")) {
			return ended(strings.Join(all[i:], "")), nil
		}
	}
	return "Pattern not found\n", nil
}

func last(text string, p Pipe) (string, error) {
	n := defaultLast
	if len(p.Args) > 0 {
		var err error
		if n, err = strconv.Atoi(p.Args[0]); err != nil || n < 1 || len(p.Args) > 1 {
			return "", fmt.Errorf("syntax error: last takes a number of lines, not %s", strconv.Quote(strings.Join(p.Args, " ")))
		}
	}
	all := lines(text)
	return ended(strings.Join(all[max(0, len(all)-n):], "")), nil
}

// ended gives text the final LF that lines took away.
func ended(text string) string {
	if text == "" {
		return ""
	}
	return text + "\n"
}
