package edit

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// Cursor walks the schema along the words of a configuration statement. It is the
// one walker behind completion, `?`, set, delete, edit, show and the text reader.
// A Cursor is a value: Step returns the next one.
type Cursor struct {
	root    *schema.Node
	path    Path         // the innermost statement that others may stand in
	pending *schema.Node // list, leaf or leaf-list whose value is awaited
	keys    []string     // words of the key of pending that stand there already
	named   bool         // the name of the next key stands there
	leaf    *schema.Node // leaf that stands completed behind path
	value   string       // of leaf, or the last one of a leaf-list
	bracket bool         // between [ and ]
	values  int          // between [ and ]
	edits   []Edit       // what set would do for the leaves passed so far
	exact   bool         // keywords are not shortened: files
	lax     bool         // values are left to Apply to check: files
	line    int
}

// At returns a cursor that stands at a level of the configuration. A level that is
// a list as a whole, as inside the braces of a grouped list, awaits a key.
func At(root *schema.Node, p Path) Cursor {
	c := Cursor{root: root, path: p}
	if len(p) > 0 && p.Whole() {
		c.path, c.pending = p[:len(p)-1], p[len(p)-1].Node
	}
	return c
}

// Path is the statement reached so far. While a key or value is missing the last
// step is the statement that wants it.
func (c Cursor) Path() Path {
	switch {
	case c.pending != nil && c.bracket && c.values > 0:
		return c.path.Then(c.pending, c.value)
	case c.pending != nil:
		return c.path.Then(c.pending, "")
	case c.leaf == nil:
		return c.path
	case c.leaf.Kind() == schema.LeafList:
		return c.path.Then(c.leaf, c.value)
	default:
		return c.path.Then(c.leaf, "")
	}
}

// Keys returns the keys that stand already of the list that wants further ones.
func (c Cursor) Keys() []string { return c.keys }

// Value returns the value of the leaf that the words end with, if they do.
func (c Cursor) Value() string { return c.value }

// Edits returns what `set` with these words does.
func (c Cursor) Edits() ([]Edit, error) {
	if !c.ends() {
		return nil, Problem{Path: c.path.String(), Code: MissingValue, Text: "missing argument."}
	}
	if c.leaf == nil && len(c.path) > 0 {
		return append(c.edits[:len(c.edits):len(c.edits)], Edit{Op: Set, Path: c.path, Pos: Position{Line: c.line}}), nil
	}
	return c.edits, nil
}

// ends reports whether set may end here: something is said.
func (c Cursor) ends() bool {
	if c.pending != nil {
		return false
	}
	kind := c.path.End(c.root).Kind()
	return c.leaf != nil || kind == schema.List || kind == schema.Presence
}

// Expectation is what may follow at a Cursor.
type Expectation struct {
	Value    *schema.Node   // wants a value: list (its key), leaf or leaf-list, or a further key of a list; or nil
	Flat     *schema.Node   // a value of this keyword-less list or leaf may stand here; or nil
	Keywords []*schema.Node // statements whose keyword may stand here
	Open     bool           // `[` may start a list of values
	Close    bool           // `]` may end it
	End      bool           // set may end here: something is said
	Names    bool           // delete, show, activate ... may end here: something is named
}

// Expect says what may follow.
func (c Cursor) Expect() Expectation {
	if k := c.nextKey(); k != nil && k.Named() && !c.named {
		return Expectation{Keywords: []*schema.Node{k}, Names: len(c.keys) == 0}
	} else if k != nil && (len(c.keys) > 0 || c.named) {
		return Expectation{Value: k}
	}
	if c.pending != nil {
		many := c.pending.Kind() == schema.LeafList
		return Expectation{
			Value: c.pending,
			Open:  many && !c.bracket,
			Close: c.bracket && c.values > 0,
			Names: !c.bracket,
		}
	}
	n := c.path.End(c.root)
	e := Expectation{Names: true, End: c.ends()}
	for _, k := range n.Children() {
		if !k.Flat() {
			e.Keywords = append(e.Keywords, k)
		}
	}
	if f := n.FlatChild(); f != nil && c.leaf != f {
		e.Flat = f
	}
	return e
}

// Step goes on by one word. Keywords may be shortened while they are unambiguous.
// The error is a Problem.
func (c Cursor) Step(w Word) (Cursor, error) {
	if len(c.path) >= MaxDepth {
		return c, c.problem(w, TooBig, "statements are nested too deeply")
	}
	if c.pending != nil {
		return c.stepValue(w)
	}
	n := c.path.End(c.root)
	if !w.Quoted {
		if k := n.ChildWord(w.Text); k != nil {
			return c.enter(k), nil
		}
	}
	if f := n.FlatChild(); f != nil && c.leaf != f && !w.bracket() {
		next := c.enter(f)
		at, err := next.stepValue(w)
		if err == nil {
			return at, nil
		}
		if k, _ := c.abbreviated(n, w); k == nil {
			return c, err
		}
	}
	k, ambiguous := c.abbreviated(n, w)
	switch {
	case ambiguous:
		return c, c.problem(w, SyntaxError, "'"+w.Text+"' is ambiguous.")
	case k == nil:
		return c, c.problem(w, SyntaxError, "syntax error")
	}
	return c.enter(k), nil
}

// abbreviated finds the only child whose keyword begins with the word.
func (c Cursor) abbreviated(n *schema.Node, w Word) (found *schema.Node, ambiguous bool) {
	if w.Quoted || c.exact || w.Text == "" {
		return nil, false
	}
	for _, k := range n.Children() {
		if k.Flat() || k.Hidden() || !strings.HasPrefix(k.Word(), w.Text) {
			continue
		}
		if found != nil {
			return nil, true
		}
		found = k
	}
	return found, false
}

// enter goes to a child of the current level by its keyword.
func (c Cursor) enter(k *schema.Node) Cursor {
	c.leaf, c.value = nil, ""
	switch {
	case k.HasValue():
		c.pending = k
	case k.Holds():
		c.path = c.path.Then(k, "")
	default:
		c.leaf = k
		c.add(Edit{Op: Set, Path: c.path.Then(k, ""), Pos: Position{Line: c.line}})
	}
	return c
}

// add extends the edits without touching those of other cursors.
func (c *Cursor) add(e Edit) { c.edits = append(c.edits[:len(c.edits):len(c.edits)], e) }

// stepValue takes the word as the key or value that is awaited.
func (c Cursor) stepValue(w Word) (Cursor, error) {
	n := c.pending
	if len(n.Keys()) > 1 && !w.bracket() {
		return c.stepKey(w)
	}
	switch {
	case !w.bracket():
	case w.Text == "[" && n.Kind() == schema.LeafList && !c.bracket:
		c.bracket, c.values = true, 0
		return c, nil
	case w.Text == "]" && c.bracket && c.values > 0:
		c.bracket, c.pending, c.leaf = false, nil, n
		return c, nil
	default:
		return c, c.problem(w, SyntaxError, "syntax error")
	}
	value := w.Text
	if !c.lax {
		var err error
		if value, err = c.path.Canonical(n, w.Text); err != nil {
			return c, c.problem(w, InvalidValue, err.Error())
		}
	}
	if value == "" && n.Many() {
		return c, c.problem(w, InvalidValue, "invalid value: ''")
	}
	if n.Kind() == schema.List {
		c.path, c.pending = c.path.Then(n, value), nil
		return c, nil
	}
	pos := Position{Line: c.line, Column: w.Column}
	if n.Kind() == schema.LeafList {
		c.add(Edit{Op: Set, Path: c.path.Then(n, value), Pos: pos})
	} else {
		c.add(Edit{Op: Set, Path: c.path.Then(n, ""), Value: value, Pos: pos})
	}
	c.value = value
	if c.bracket {
		c.values++
		return c, nil
	}
	c.pending, c.leaf = nil, n
	return c, nil
}

// nextKey returns the key that is awaited of a list with several; nil elsewhere.
func (c Cursor) nextKey() *schema.Node {
	if c.pending == nil || len(c.pending.Keys()) < 2 {
		return nil
	}
	return c.pending.NextKey(c.keys)
}

// stepKey takes the word as one of several keys of a list, or as the name of one.
func (c Cursor) stepKey(w Word) (Cursor, error) {
	n := c.pending
	if k := c.nextKey(); k.Named() && !c.named {
		if w.Quoted || w.Text != k.Word() && (c.exact || w.Text == "" || !strings.HasPrefix(k.Word(), w.Text)) {
			return c, c.problem(w, SyntaxError, "syntax error")
		}
		c.named = true
		return c, nil
	}
	value := w.Text
	if !c.lax {
		var err error
		if value, err = n.NextKey(c.keys).Canonical(w.Text); err != nil {
			return c, c.problem(w, InvalidValue, err.Error())
		}
	}
	if value == "" || strings.ContainsAny(value, " \t\n") {
		return c, c.problem(w, InvalidValue, "invalid value: '"+value+"'")
	}
	c.keys, c.named = append(c.keys[:len(c.keys):len(c.keys)], value), false
	if n.NextKey(c.keys) == nil {
		c.path, c.pending, c.keys = c.path.Then(n, schema.JoinKey(c.keys)), nil, nil
	}
	return c, nil
}

func (c Cursor) problem(w Word, code Code, text string) Problem {
	return Problem{
		Path: c.path.String(), Code: code, Text: text, Token: w.Text,
		Pos: Position{Line: c.line, Column: w.Column},
	}
}
