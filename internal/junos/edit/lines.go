package edit

import (
	"errors"
	"strconv"
	"strings"

	"oneswitch/internal/junos/schema"
)

// ParseLine reads one configuration-mode command that changes the configuration
// (set, delete, activate, deactivate, protect, unprotect, annotate, rename, copy,
// insert, replace pattern, wildcard) as typed at the level at, and returns its edits.
func ParseLine(root *schema.Node, at Path, line string) ([]Edit, []Problem) {
	r := linesReader{root: root, at: at}
	r.line(line, 1)
	return r.edits, r.problems.List
}

// ParsePath reads the words of edit, show or delete at the level at. It does not
// ask whether the statement exists.
func ParsePath(root *schema.Node, at Path, words []Word) (Path, []Problem) {
	c := At(root, at)
	for _, w := range words {
		next, err := c.Step(w)
		if err != nil {
			return nil, AsProblems(err)
		}
		c = next
	}
	if !c.Expect().Names {
		return nil, []Problem{{Path: at.String(), Code: MissingValue, Text: "missing argument."}}
	}
	return c.Path(), nil
}

// AsProblems returns the Problem that an error carries, or one that says its text.
func AsProblems(err error) []Problem {
	var p Problem
	if !errors.As(err, &p) {
		p = Problem{Code: SyntaxError, Text: err.Error()}
	}
	return []Problem{p}
}

// linesReader reads set form: a sequence of configuration-mode commands.
type linesReader struct {
	root     *schema.Node
	top      Path // where `top` leads: the level of the load
	at       Path
	edits    []Edit
	problems Problems
	file     bool // words in full, values left to Apply
}

// readLines reads a source of many commands. Empty lines and lines that begin with
// # are comments.
func readLines(root *schema.Node, at Path, src string) ([]Edit, []Problem) {
	r := linesReader{root: root, top: at, at: at, file: true}
	for number := 1; src != ""; number++ {
		var line string
		line, src, _ = strings.Cut(src, "\n")
		if line = strings.TrimSuffix(line, "\r"); strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		r.line(line, number)
	}
	return r.edits, r.problems.List
}

func (r *linesReader) fail(number int, err error) {
	p := AsProblems(err)[0]
	p.Pos.Line = number
	r.problems.Add(p)
}

// line reads one command.
func (r *linesReader) line(line string, number int) {
	words, err := Split(line)
	if err != nil {
		r.fail(number, err)
		return
	}
	if len(words) == 0 {
		return
	}
	if err := r.command(words[0], words[1:], number); err != nil {
		r.fail(number, err)
	}
}

func (r *linesReader) command(verb Word, args []Word, number int) error {
	c := At(r.root, r.at)
	c.line, c.exact, c.lax = number, r.file, r.file
	switch verb.Text {
	case "set":
		return r.set(c, args)
	case "delete":
		return r.named(c, args, Delete)
	case "activate":
		return r.named(c, args, Activate)
	case "deactivate":
		return r.named(c, args, Deactivate)
	case "protect":
		return r.named(c, args, Protect)
	case "unprotect":
		return r.named(c, args, Unprotect)
	case "annotate":
		return r.annotate(c, args)
	case "rename":
		return r.two(c, args, map[string]Op{"to": Rename})
	case "copy":
		return r.two(c, args, map[string]Op{"to": Copy})
	case "wildcard":
		return r.wildcard(c, args)
	case "replace":
		return r.substitute(c, args)
	case "insert":
		return r.two(c, args, map[string]Op{"before": Before, "after": After})
	case "edit", "top", "up", "exit":
		if r.file {
			return r.move(c, verb.Text, args)
		}
	}
	return Problem{Path: r.at.String(), Code: SyntaxError, Text: "unknown command.", Token: verb.Text,
		Pos: Position{Column: verb.Column}}
}

// walk takes all words.
func walk(c Cursor, words []Word) (Cursor, error) {
	for _, w := range words {
		next, err := c.Step(w)
		if err != nil {
			return c, err
		}
		c = next
	}
	return c, nil
}

func (r *linesReader) set(c Cursor, args []Word) error {
	c, err := walk(c, args)
	if err != nil {
		return err
	}
	edits, err := c.Edits()
	if err == nil && len(edits) == 0 {
		err = missing(r.at)
	}
	r.edits = append(r.edits, edits...)
	return err
}

func missing(at Path) error {
	return Problem{Path: at.String(), Code: MissingValue, Text: "missing argument."}
}

// named reads the statement that an operation other than set is about. `delete`
// alone takes away everything at the level.
func (r *linesReader) named(c Cursor, args []Word, op Op) error {
	if len(args) == 0 && op != Delete {
		return missing(r.at)
	}
	c, err := walk(c, args)
	if err != nil {
		return err
	}
	if !c.Expect().Names {
		return missing(r.at)
	}
	pos := Position{Line: c.line}
	if len(args) > 0 {
		pos.Column = args[len(args)-1].Column
	}
	if c.leaf != nil && c.leaf.Kind() == schema.LeafList { // several values in brackets
		for _, e := range c.edits {
			if last := e.Path[len(e.Path)-1]; last.Node == c.leaf {
				r.edits = append(r.edits, Edit{Op: op, Path: e.Path, Pos: pos})
			}
		}
		return nil
	}
	r.edits = append(r.edits, Edit{Op: op, Path: c.Path(), Value: c.value, Pos: pos})
	if op != Delete {
		r.edits[len(r.edits)-1].Value = ""
	}
	return nil
}

// annotate reads a statement and the comment in the last word.
func (r *linesReader) annotate(c Cursor, args []Word) error {
	if len(args) < 2 {
		return missing(r.at)
	}
	last := len(args) - 1
	if err := r.named(c, args[:last], Annotate); err != nil {
		return err
	}
	r.edits[len(r.edits)-1].Value = commentText(args[last].Text)
	return nil
}

// two reads a list entry, a joining word and the name of another one, which may
// have the keyword of the list before it: rename a to b, insert term a before term b.
func (r *linesReader) two(c Cursor, args []Word, joints map[string]Op) error {
	for i, w := range args {
		op, ok := joints[w.Text]
		if !ok || w.Quoted || i == 0 {
			continue
		}
		first, err := walk(c, args[:i])
		if err != nil {
			return err
		}
		if first.pending != nil {
			continue // the joining word is a name here
		}
		return r.other(first, op, args[i+1:])
	}
	return missing(r.at)
}

// other reads the name of the second entry of a two-part command.
func (r *linesReader) other(first Cursor, op Op, rest []Word) error {
	p := first.Path()
	if len(rest) == 0 || len(p) == 0 {
		return missing(r.at)
	}
	n := p[len(p)-1].Node
	if len(rest) > 1 && rest[0].Text == n.Word() {
		rest = rest[1:]
	}
	c := At(r.root, p[:len(p)-1])
	c.line, c.exact, c.lax = first.line, first.exact, true // Apply checks the name
	c, err := walk(c.enter(n), rest)
	if err != nil {
		bad := AsProblems(err)[0]
		bad.Path = first.path.String()
		return bad
	}
	if c.pending != nil {
		return missing(r.at)
	}
	other := c.Path()
	if len(other) != len(p) || other[len(p)-1].Node != n {
		return first.problem(rest[len(rest)-1], SyntaxError, "syntax error")
	}
	r.edits = append(r.edits, Edit{Op: op, Path: p, Value: other[len(other)-1].Key, Pos: Position{first.line, rest[0].Column}})
	return nil
}

// move follows the commands that change the level, as a recorded session has them.
func (r *linesReader) move(c Cursor, verb string, args []Word) error {
	switch {
	case verb == "top" && len(args) > 0: // top set ..., top edit ...
		r.at = r.top
		return r.command(args[0], args[1:], c.line)
	case verb == "top":
		r.at = r.top
	case verb == "edit":
		c, err := walk(c, args)
		if err != nil {
			return err
		}
		if !c.Expect().Names || !c.path.End(r.root).Holds() || c.leaf != nil || c.pending != nil {
			return missing(r.at)
		}
		r.at = c.path
	default:
		n := 1
		if len(args) > 0 {
			n, _ = strconv.Atoi(args[0].Text)
		}
		for ; n > 0 && len(r.at) > len(r.top); n-- {
			r.at = r.at.Up()
		}
	}
	return nil
}
