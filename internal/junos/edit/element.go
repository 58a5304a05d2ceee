package edit

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
)

// Element is what XML and JSON have in common: names in a tree, with text and
// attributes. One reader turns it into edits.
type Element struct {
	Name    string
	Text    string
	Attrs   map[string]string // local names; nil for almost every element
	Kids    []*Element
	pos     Position
	comment string // annotation that stood before it
}

// kid returns the first child with the name, or nil.
func (e *Element) kid(name string) *Element {
	for _, k := range e.Kids {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// bare reports whether nothing but keys stands in the element.
func (e *Element) bare(n *schema.Node) bool {
	for _, k := range e.Kids {
		if !n.IsKey(k.Name) {
			return false
		}
	}
	return true
}

// respell writes the keys of a route-filter as the schema names them: Junos takes
// <upto>/24</upto> as well as <choice-ident>upto</choice-ident> and the value.
func (e *Element) respell(n *schema.Node) {
	if len(n.Keys()) < 2 {
		return
	}
	for _, k := range e.Kids {
		for i, key := range n.Keys()[1:] {
			if e.kid(key.Name()) != nil || n.Child(k.Name) != nil || !key.HasChoice(k.Name) {
				continue
			}
			if text := strings.TrimSpace(k.Text); text != "" && i+2 < len(n.Keys()) {
				e.Kids = append(e.Kids, &Element{Name: n.Keys()[i+2].Name(), Text: text, pos: k.pos})
			}
			k.Name, k.Text = key.Name(), k.Name
			break
		}
	}
}

// elementReader walks elements along the schema.
type elementReader struct {
	root     *schema.Node
	edits    []Edit
	problems Problems
}

// readElements reads the children of a configuration element.
func readElements(root *schema.Node, top *Element) ([]Edit, []Problem) {
	r := &elementReader{root: root}
	if op, ok := r.operation(top, nil); ok && op == Replace || op == Delete {
		r.add(Edit{Op: Replace, Pos: top.pos})
	}
	r.kids(top, root, nil)
	return r.edits, r.problems.List
}

func (r *elementReader) add(e Edit) { r.edits = append(r.edits, e) }

func (r *elementReader) fail(at Path, code Code, text string, e *Element) {
	r.problems.Add(Problem{Path: at.String(), Code: code, Text: text, Token: e.Name, Pos: e.pos})
}

// kids reads the statements below an element. skip is the key of a list entry.
func (r *elementReader) kids(e *Element, n *schema.Node, at Path) {
	for _, k := range e.Kids {
		if n.IsKey(k.Name) {
			continue
		}
		c := n.Child(k.Name)
		if c == nil {
			r.fail(at, UnknownElement, "syntax error", k)
			continue
		}
		r.element(k, c, at)
	}
	if len(e.Kids) == 0 && strings.TrimSpace(e.Text) != "" && n.Holds() {
		r.fail(at, SyntaxError, "syntax error", &Element{Name: strings.TrimSpace(e.Text), pos: e.pos})
	}
}

// element reads one statement: what shall happen to it, then what is below it.
func (r *elementReader) element(e *Element, n *schema.Node, at Path) {
	path, value, ok := r.path(e, n, at)
	if !ok {
		return
	}
	op, ok := r.operation(e, at)
	if !ok {
		return
	}
	edit := Edit{Op: op, Path: path, Value: value, Pos: e.pos}
	if op == Delete || op == Remove {
		if len(e.Kids) == 0 && strings.TrimSpace(e.Text) == "" {
			edit.Value = ""
		}
		r.add(edit)
		return
	}
	if path.Whole() {
		r.fail(at, MissingValue, "missing mandatory argument: "+keyName(n), e)
		return
	}
	if len(path) > MaxDepth {
		r.fail(at, TooBig, "statements are nested too deeply", e)
		return
	}
	if op == Replace && n.Holds() {
		r.add(edit)
	} else if !n.Holds() || op == Create || e.bare(n) {
		if op == Replace {
			edit.Op = Set
		}
		r.add(edit)
	}
	if n.Holds() {
		r.kids(e, n, path)
	}
	r.attributes(e, path)
}

func keyName(n *schema.Node) string {
	if keys := n.Keys(); len(keys) > 0 {
		return keys[0].Name()
	}
	return n.Name()
}

// path finds out which statement the element is: its key or value.
func (r *elementReader) path(e *Element, n *schema.Node, at Path) (Path, string, bool) {
	switch n.Kind() {
	case schema.List:
		e.respell(n)
		var words []string
		for _, key := range n.Keys() {
			if k := e.kid(key.Name()); k != nil && k.Text != "" {
				words = append(words, textOf(k, key))
			}
		}
		return at.Then(n, schema.JoinKey(words)), "", true
	case schema.LeafList:
		return at.Then(n, textOf(e, n)), "", len(e.Kids) == 0 || r.nested(e, at)
	case schema.Leaf:
		return at.Then(n, ""), textOf(e, n), len(e.Kids) == 0 || r.nested(e, at)
	case schema.Empty:
		return at.Then(n, ""), "", len(e.Kids) == 0 || r.nested(e, at)
	default:
		return at.Then(n, ""), "", true
	}
}

// nested refuses elements in a leaf.
func (r *elementReader) nested(e *Element, at Path) bool {
	r.fail(at, SyntaxError, "syntax error", e.Kids[0])
	return false
}

// textOf returns the text of a leaf. White space around it comes from pretty
// printing, except where any text is a value.
func textOf(e *Element, n *schema.Node) string {
	if n.FreeText() {
		return e.Text
	}
	return strings.TrimSpace(e.Text)
}

// operation reads the attributes that say what to do: those of RFC 6241 section
// 7.2 and those of Junos.
func (r *elementReader) operation(e *Element, at Path) (Op, bool) {
	if len(e.Attrs) == 0 {
		return Set, true
	}
	switch v := e.Attrs["operation"]; v {
	case "", "merge", "none":
	case "replace":
		return Replace, true
	case "create":
		return Create, true
	case "delete":
		return Delete, true
	case "remove":
		return Remove, true
	default:
		r.fail(at, BadAttribute, "invalid operation: '"+v+"'", e)
		return Set, false
	}
	if _, ok := e.Attrs["delete"]; ok {
		return Delete, true
	}
	if _, ok := e.Attrs["replace"]; ok {
		return Replace, true
	}
	return Set, true
}

// attributes reads what is attached to a statement beside what it says.
func (r *elementReader) attributes(e *Element, path Path) {
	if e.comment != "" {
		r.add(Edit{Op: Annotate, Path: path, Value: e.comment, Pos: e.pos})
	}
	if len(e.Attrs) == 0 {
		return
	}
	r.mark(e, path, "unprotect", Unprotect)
	r.mark(e, path, "inactive", Deactivate)
	r.mark(e, path, "active", Activate)
	r.place(e, path)
	r.mark(e, path, "protect", Protect) // last: it ends all changes
}

// mark reads one attribute that is there or not.
func (r *elementReader) mark(e *Element, path Path, name string, op Op) {
	if v, ok := e.Attrs[name]; ok && v != "false" {
		r.add(Edit{Op: op, Path: path, Pos: e.pos})
	}
}

// place reads the attributes that give a list entry another name or place.
func (r *elementReader) place(e *Element, path Path) {
	name := e.Attrs["name"]
	if key := e.Attrs["key"]; key != "" { // RFC 7950 section 7.8.6: [name='x']
		if parts := strings.Split(key, "'"); len(parts) == 3 {
			name = parts[1]
		}
	}
	switch {
	case e.Attrs["rename"] != "":
		r.add(Edit{Op: Rename, Path: path, Value: name, Pos: e.pos})
	case e.Attrs["insert"] == "before":
		r.add(Edit{Op: Before, Path: path, Value: name, Pos: e.pos})
	case e.Attrs["insert"] == "after":
		r.add(Edit{Op: After, Path: path, Value: name, Pos: e.pos})
	case slices.Contains([]string{"", "first", "last"}, e.Attrs["insert"]):
	default:
		r.fail(path, BadAttribute, "invalid insert: '"+e.Attrs["insert"]+"'", e)
	}
}
