package edit

import (
	"regexp"
	"strings"
)

// maxLines bounds how many commands one `wildcard range` stands for.
const maxLines = 10_000

// Pattern compiles a regular expression that the user has typed.
func Pattern(text string) (*regexp.Regexp, error) {
	if text == "*" { // not an expression, but what everybody types
		text = ".*"
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, Problem{Code: InvalidValue, Text: "invalid regular expression: '" + text + "'", Token: text}
	}
	return re, nil
}

// wildcard reads `wildcard delete PATH PATTERN` and `wildcard range COMMAND`.
func (r *linesReader) wildcard(c Cursor, args []Word) error {
	switch {
	case len(args) < 2:
		return missing(r.at)
	case args[0].Text == "range":
		return r.ranges(c, args[1], args[2:])
	case args[0].Text != "delete":
		return c.problem(args[0], SyntaxError, "syntax error")
	}
	last := args[len(args)-1]
	at, err := walk(c, args[1:len(args)-1])
	if err != nil {
		return err
	}
	if !at.path.End(r.root).Holds() || at.leaf != nil {
		return at.problem(last, SyntaxError, "syntax error")
	}
	if _, err := Pattern(last.Text); err != nil {
		return at.problem(last, InvalidValue, err.Error())
	}
	r.edits = append(r.edits, Edit{Op: DeleteMatching, Path: at.Path(), Value: last.Text, Pos: Position{c.line, last.Column}})
	return nil
}

// ranges carries a command out for each combination of the numbers in brackets.
func (r *linesReader) ranges(c Cursor, verb Word, args []Word) error {
	switch verb.Text {
	case "set", "delete", "activate", "deactivate", "protect", "unprotect":
	default:
		return c.problem(verb, SyntaxError, "syntax error")
	}
	lines := [][]Word{nil}
	for _, w := range args {
		words := []string{w.Text}
		if !w.Quoted && !w.bracket() && strings.Contains(w.Text, "[") {
			var ok bool
			if words, ok = Ranges(w.Text); !ok {
				return c.problem(w, InvalidValue, "invalid range: '"+w.Text+"'")
			}
		}
		if len(lines)*len(words) > maxLines {
			return c.problem(w, TooBig, "the ranges stand for too many commands")
		}
		next := make([][]Word, 0, len(lines)*len(words))
		for _, line := range lines {
			for _, text := range words {
				next = append(next, append(line[:len(line):len(line)], Word{text, w.Quoted, w.Column}))
			}
		}
		lines = next
	}
	for _, line := range lines {
		if err := r.command(verb, line, c.line); err != nil {
			return err
		}
	}
	return nil
}

// substitute reads `replace pattern OLD with NEW [upto N]`.
func (r *linesReader) substitute(c Cursor, args []Word) error {
	shape := len(args) == 4 || len(args) == 6 && args[4].Text == "upto"
	if !shape || args[0].Text != "pattern" || args[2].Text != "with" {
		return missing(r.at)
	}
	if _, err := Pattern(args[1].Text); err != nil {
		return c.problem(args[1], InvalidValue, err.Error())
	}
	limit := ""
	if len(args) == 6 {
		if limit = args[5].Text; strings.Trim(limit, "0123456789") != "" || len(limit) > 6 {
			return c.problem(args[5], InvalidValue, "invalid numeric value: '"+limit+"'")
		}
	}
	r.edits = append(r.edits, Edit{Op: Substitute, Path: r.at, Value: args[1].Text, With: args[3].Text, Limit: limit,
		Pos: Position{c.line, args[1].Column}})
	return nil
}

// Template turns the notation of Junos for what is put in (\1, & for all) into that
// of package regexp.
func Template(with string) string {
	with = strings.ReplaceAll(with, "$", "$$")
	var b strings.Builder
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c == '\\' && i+1 < len(with) && '0' <= with[i+1] && with[i+1] <= '9':
			i++
			b.WriteString("${" + with[i:i+1] + "}")
		case c == '\\' && i+1 < len(with):
			i++
			b.WriteByte(with[i])
		case c == '&':
			b.WriteString("${0}")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
