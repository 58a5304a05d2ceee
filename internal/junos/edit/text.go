package edit

import (
	"slices"

	"oneswitch/internal/junos/schema"
)

// textReader reads the form with braces. It resolves statements with Cursor, so
// what may be typed after set may be written in a file.
type textReader struct {
	root     *schema.Node
	lex      lexer
	tok      token // the next one
	edits    []Edit
	problems Problems
	deleting bool // what stands at the top is to be taken away: a patch
}

// tags is what may stand before a statement.
type tags struct {
	comment string
	ops     []Op // Deactivate, Activate, Protect, Replace, Delete
}

func (t tags) has(op Op) bool { return slices.Contains(t.ops, op) }

// readText reads a configuration, or the part of one that stands at a level.
func readText(root *schema.Node, at Path, src string) ([]Edit, []Problem) {
	r := &textReader{root: root, lex: lexer{src: src, line: 1}}
	r.advance()
	r.statements(at, 0)
	return r.edits, r.problems.List
}

func (r *textReader) advance() { r.tok = r.lex.next() }

func (r *textReader) fail(at Path, code Code, text string, t token) {
	r.problems.Add(Problem{Path: at.String(), Code: code, Text: text, Token: t.text, Pos: t.pos})
}

// statements reads up to the closing brace, or at depth 0 to the end.
func (r *textReader) statements(at Path, depth int) {
	for {
		switch r.tok.kind {
		case tokenEnd:
			if depth > 0 {
				r.fail(at, SyntaxError, "missing '}' at the end", token{pos: r.tok.pos})
			}
			return
		case tokenBad:
			r.fail(at, SyntaxError, r.tok.text, token{pos: r.tok.pos})
			r.advance()
		case tokenClose:
			if depth > 0 {
				return // the caller takes it
			}
			r.fail(at, SyntaxError, "syntax error", r.tok)
			r.advance()
		case tokenOpen:
			r.fail(at, SyntaxError, "syntax error", r.tok)
			r.skip()
		case tokenSemi:
			r.advance()
		default:
			r.statement(at, depth)
		}
	}
}

// statement reads tags and words and then a semicolon or a block.
func (r *textReader) statement(at Path, depth int) {
	var t tags
	for r.tag(&t) {
		r.advance()
	}
	if r.deleting && depth == 0 {
		t.ops = []Op{Delete}
	}
	if r.tok.kind != tokenWord && r.tok.kind != tokenQuoted {
		return // a comment before a closing brace belongs to nothing
	}
	c := At(r.root, at)
	c.exact, c.lax, c.line = true, true, r.tok.pos.Line
	for r.tok.kind == tokenWord || r.tok.kind == tokenQuoted {
		next, err := c.Step(r.tok.word())
		if err != nil {
			p := AsProblems(err)[0]
			p.Pos.Line = r.tok.pos.Line
			r.problems.Add(p)
			r.skip()
			return
		}
		c = next
		r.advance()
	}
	switch {
	case r.tok.kind == tokenOpen && c.leaf == nil && len(c.keys) == 0 && !c.named && (c.pending == nil || c.pending.Kind() == schema.List):
		r.block(c, t, depth)
	case r.tok.kind == tokenSemi:
		r.end(at, c, t)
		r.advance()
	default:
		r.fail(c.Path(), SyntaxError, "syntax error, expecting ';' or '{'", r.tok)
		r.skip()
	}
}

// tag takes one tag or comment, and reports whether there was one.
func (r *textReader) tag(t *tags) bool {
	if r.tok.kind == tokenComment {
		if t.comment != "" {
			t.comment += "\n"
		}
		t.comment += r.tok.text
		return true
	}
	if r.tok.kind != tokenWord {
		return false
	}
	op, ok := tagOp(r.tok.text)
	if ok {
		t.ops = append(t.ops, op)
	}
	return ok
}

// tagOp returns what a tag does.
func tagOp(word string) (Op, bool) {
	switch word {
	case "inactive:":
		return Deactivate, true
	case "active:":
		return Activate, true
	case "protect:":
		return Protect, true
	case "replace:":
		return Replace, true
	case "delete:":
		return Delete, true
	}
	return Set, false
}

// skip goes over the rest of a statement that is wrong, with its block.
func (r *textReader) skip() {
	for depth := 0; r.tok.kind != tokenEnd; r.advance() {
		switch r.tok.kind {
		case tokenOpen:
			depth++
		case tokenClose:
			if depth == 0 {
				return
			}
			if depth--; depth == 0 {
				r.advance()
				return
			}
		case tokenSemi:
			if depth == 0 {
				r.advance()
				return
			}
		}
	}
}

// block reads what stands between braces. The cursor is at the statement that the
// block belongs to, or at a list whose entries it holds.
func (r *textReader) block(c Cursor, t tags, depth int) {
	open := r.tok
	path := c.Path()
	pos := Position{Line: c.line, Column: open.pos.Column}
	r.edits = append(r.edits, c.edits...) // leaves before the brace on the same line
	from := len(r.edits)
	switch {
	case t.has(Delete):
		r.edits = append(r.edits, Edit{Op: Delete, Path: path, Pos: pos})
	case t.has(Replace):
		r.edits = append(r.edits, Edit{Op: Replace, Path: path, Pos: pos})
	}
	r.advance()
	if depth >= MaxDepth {
		r.fail(path, TooBig, "statements are nested too deeply", open)
		r.skipBlock()
		return
	}
	r.statements(path, depth+1)
	if r.tok.kind == tokenClose {
		r.advance()
	}
	if t.has(Delete) {
		r.edits = r.edits[:from+1] // what stands in the block goes with it
		return
	}
	if len(r.edits) == from && !path.Whole() {
		r.edits = append(r.edits, Edit{Op: Set, Path: path, Pos: pos})
	}
	if path.Whole() {
		r.attach(t, entriesOf(path, r.edits[from:]), pos)
		return
	}
	r.attach(t, []Path{path}, pos)
}

// skipBlock goes to the end of a block whose brace is behind.
func (r *textReader) skipBlock() {
	for depth := 1; r.tok.kind != tokenEnd; {
		switch r.tok.kind {
		case tokenOpen:
			depth++
		case tokenClose:
			depth--
		}
		r.advance()
		if depth == 0 {
			return
		}
	}
}

// entriesOf returns the entries of the list that edits are about.
func entriesOf(list Path, edits []Edit) []Path {
	var out []Path
	i := len(list) - 1
	for _, e := range edits {
		if len(e.Path) <= i || e.Path[i].Node != list[i].Node || e.Path[i].Key == "" {
			continue
		}
		if n := len(out); n == 0 || out[n-1][i].Key != e.Path[i].Key {
			out = append(out, e.Path[:i+1])
		}
	}
	return out
}

// end finishes a statement at its semicolon.
func (r *textReader) end(at Path, c Cursor, t tags) {
	pos := Position{Line: c.line, Column: r.tok.pos.Column}
	if c.leaf == nil && c.pending == nil && c.path.End(r.root).Kind() == schema.Container {
		return // an empty container says nothing
	}
	edits, err := c.Edits()
	if err != nil {
		r.fail(c.Path(), MissingValue, "missing argument.", token{pos: r.tok.pos})
		return
	}
	targets := []Path{c.Path()}
	if c.leaf != nil && c.leaf.Kind() == schema.LeafList {
		list := c.path.Then(c.leaf, "")
		targets = entriesOf(list, edits)
		if t.has(Replace) {
			r.edits = append(r.edits, Edit{Op: Replace, Path: list, Pos: pos})
		}
	} else if t.has(Replace) && c.leaf == nil {
		r.edits = append(r.edits, Edit{Op: Replace, Path: c.path, Pos: pos})
	}
	if line := wholeLine(at, c.path); line != nil {
		targets = []Path{line}
	}
	if t.has(Delete) {
		for _, p := range targets {
			r.edits = append(r.edits, Edit{Op: Delete, Path: p, Pos: pos})
		}
		return
	}
	r.edits = append(r.edits, edits...)
	r.attach(t, targets, pos)
}

// wholeLine returns the statement that is written on one line with what is in it,
// if there is one on the way from a level: tags before the line are about it.
func wholeLine(at, path Path) Path {
	first := len(at)
	if at.Whole() {
		first-- // between the braces of a grouped list
	}
	for i := first; i < len(path); i++ {
		if n := path[i].Node; n.Oneliner() || n.Compact() {
			return path[:i+1]
		}
	}
	return nil
}

// attach gives the statements what their tags say.
func (r *textReader) attach(t tags, targets []Path, pos Position) {
	for _, p := range targets {
		if t.comment != "" {
			r.edits = append(r.edits, Edit{Op: Annotate, Path: p, Value: t.comment, Pos: pos})
		}
		for _, op := range []Op{Deactivate, Activate, Protect} { // Protect last: it ends all changes
			if t.has(op) {
				r.edits = append(r.edits, Edit{Op: op, Path: p, Pos: pos})
			}
		}
	}
}
