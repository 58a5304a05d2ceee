package conf

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
)

// element is what XML and JSON have in common: names in a tree, with text and
// attributes. One reader turns it into edits.
type element struct {
	name    string
	text    string
	attrs   map[string]string // local names; nil for almost every element
	kids    []*element
	pos     Position
	comment string // annotation that stood before it
}

// kid returns the first child with the name, or nil.
func (e *element) kid(name string) *element {
	for _, k := range e.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// elementReader walks elements along the schema.
type elementReader struct {
	root     *schema.Node
	edits    []Edit
	problems problems
}

// readElements reads the children of a configuration element.
func readElements(root *schema.Node, top *element) ([]Edit, []Problem) {
	r := &elementReader{root: root}
	if op, ok := r.operation(top, nil); ok && op == Replace || op == Delete {
		r.add(Edit{Op: Replace, Pos: top.pos})
	}
	r.kids(top, root, nil)
	return r.edits, r.problems.list
}

func (r *elementReader) add(e Edit) { r.edits = append(r.edits, e) }

func (r *elementReader) fail(at Path, code Code, text string, e *element) {
	r.problems.add(Problem{Path: at.String(), Code: code, Text: text, Token: e.name, Pos: e.pos})
}

// kids reads the statements below an element. skip is the key of a list entry.
func (r *elementReader) kids(e *element, n *schema.Node, at Path) {
	for _, k := range e.kids {
		if n.Key() != nil && k.name == n.Key().Name() {
			continue
		}
		c := n.Child(k.name)
		if c == nil {
			r.fail(at, UnknownElement, "syntax error", k)
			continue
		}
		r.element(k, c, at)
	}
	if len(e.kids) == 0 && strings.TrimSpace(e.text) != "" && n.Holds() {
		r.fail(at, SyntaxError, "syntax error", &element{name: strings.TrimSpace(e.text), pos: e.pos})
	}
}

// element reads one statement: what shall happen to it, then what is below it.
func (r *elementReader) element(e *element, n *schema.Node, at Path) {
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
		if len(e.kids) == 0 && strings.TrimSpace(e.text) == "" {
			edit.Value = ""
		}
		r.add(edit)
		return
	}
	if wholeList(path) {
		r.fail(at, MissingValue, "missing mandatory argument: "+keyName(n), e)
		return
	}
	if len(path) > maxDepth {
		r.fail(at, TooBig, "statements are nested too deeply", e)
		return
	}
	if op == Replace && n.Holds() {
		r.add(edit)
	} else if !n.Holds() || op == Create || len(e.kids) <= bitInt(n.Key() != nil) {
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

func bitInt(b bool) int { return int(bit(b)) }

func keyName(n *schema.Node) string {
	if n.Key() != nil {
		return n.Key().Name()
	}
	return n.Name()
}

// path finds out which statement the element is: its key or value.
func (r *elementReader) path(e *element, n *schema.Node, at Path) (Path, string, bool) {
	switch n.Kind() {
	case schema.List:
		key := ""
		if k := e.kid(n.Key().Name()); k != nil {
			key = textOf(k, n.Key())
		}
		return at.Then(n, key), "", true
	case schema.LeafList:
		return at.Then(n, textOf(e, n)), "", len(e.kids) == 0 || r.nested(e, at)
	case schema.Leaf:
		return at.Then(n, ""), textOf(e, n), len(e.kids) == 0 || r.nested(e, at)
	case schema.Empty:
		return at.Then(n, ""), "", len(e.kids) == 0 || r.nested(e, at)
	default:
		return at.Then(n, ""), "", true
	}
}

// nested refuses elements in a leaf.
func (r *elementReader) nested(e *element, at Path) bool {
	r.fail(at, SyntaxError, "syntax error", e.kids[0])
	return false
}

// textOf returns the text of a leaf. White space around it comes from pretty
// printing, except where any text is a value.
func textOf(e *element, n *schema.Node) string {
	if n.FreeText() {
		return e.text
	}
	return strings.TrimSpace(e.text)
}

// operation reads the attributes that say what to do: those of RFC 6241 section
// 7.2 and those of Junos.
func (r *elementReader) operation(e *element, at Path) (Op, bool) {
	if len(e.attrs) == 0 {
		return Set, true
	}
	switch v := e.attrs["operation"]; v {
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
	if _, ok := e.attrs["delete"]; ok {
		return Delete, true
	}
	if _, ok := e.attrs["replace"]; ok {
		return Replace, true
	}
	return Set, true
}

// attributes reads what is attached to a statement beside what it says.
func (r *elementReader) attributes(e *element, path Path) {
	if e.comment != "" {
		r.add(Edit{Op: Annotate, Path: path, Value: e.comment, Pos: e.pos})
	}
	if len(e.attrs) == 0 {
		return
	}
	r.mark(e, path, "unprotect", Unprotect)
	r.mark(e, path, "inactive", Deactivate)
	r.mark(e, path, "active", Activate)
	r.place(e, path)
	r.mark(e, path, "protect", Protect) // last: it ends all changes
}

// mark reads one attribute that is there or not.
func (r *elementReader) mark(e *element, path Path, name string, op Op) {
	if v, ok := e.attrs[name]; ok && v != "false" {
		r.add(Edit{Op: op, Path: path, Pos: e.pos})
	}
}

// place reads the attributes that give a list entry another name or place.
func (r *elementReader) place(e *element, path Path) {
	name := e.attrs["name"]
	if key := e.attrs["key"]; key != "" { // RFC 7950 section 7.8.6: [name='x']
		if parts := strings.Split(key, "'"); len(parts) == 3 {
			name = parts[1]
		}
	}
	switch {
	case e.attrs["rename"] != "":
		r.add(Edit{Op: Rename, Path: path, Value: name, Pos: e.pos})
	case e.attrs["insert"] == "before":
		r.add(Edit{Op: Before, Path: path, Value: name, Pos: e.pos})
	case e.attrs["insert"] == "after":
		r.add(Edit{Op: After, Path: path, Value: name, Pos: e.pos})
	case slices.Contains([]string{"", "first", "last"}, e.attrs["insert"]):
	default:
		r.fail(path, BadAttribute, "invalid insert: '"+e.attrs["insert"]+"'", e)
	}
}
