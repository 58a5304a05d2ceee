package conf

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/tree"
)

// maxComment bounds an annotation, in bytes.
const maxComment = 4 << 10

// Apply carries out the edits in order and returns the tree that results. When
// one of the problems is an error nothing has changed: the tree returned is t.
// All problems are reported, not only the first.
func (t Tree) Apply(edits []Edit) (Tree, []Problem) { return t.apply(edits, false) }

// apply is Apply; with late set, containers that lose their last statement go only at
// the end, so that one that gets others keeps its marks.
func (t Tree) apply(edits []Edit, late bool) (Tree, []Problem) {
	w := &writer{owner: new(tree.Owner), root: t.root, late: late}
	for i := range edits {
		w.edit(&edits[i])
	}
	w.late = false
	for _, p := range w.emptied {
		if n := w.find(p); n != nil && n.Void() {
			w.reach(p)
			w.prune(p)
		}
	}
	if Failed(w.problems.List) {
		return t, w.problems.List
	}
	return Tree{t.schema, w.root}, w.problems.List
}

// writer is one Apply at work: an owner with the tree as it has made it so far.
// It remembers the way to the last statement, since the next one is mostly near.
type writer struct {
	owner    *tree.Owner
	root     *Node
	path     Path    // of the last statement created or reached for writing
	way      []*Node // owned nodes along path
	late     bool    // prune at the end
	emptied  []Path  // what is to be pruned then
	problems edit.Problems
}

// edit carries out one edit.
func (w *writer) edit(e *Edit) {
	if len(e.Path) > edit.MaxDepth {
		w.problem(e, Error, TooBig, "statements are nested too deeply", "")
		return
	}
	switch e.Op {
	case Set, Create:
		w.set(e)
	case Delete, Remove:
		w.delete(e)
	case Replace:
		w.replace(e)
	case Activate, Deactivate, Protect, Unprotect, Annotate:
		w.mark(e)
	case Rename:
		w.rename(e)
	case Before, After:
		w.move(e)
	case Copy:
		w.copy(e)
	case DeleteMatching:
		w.deleteMatching(e)
	case Substitute:
		w.substitute(e)
	default:
		w.problem(e, Error, SyntaxError, "unknown operation", "")
	}
}

// problem records what is wrong with an edit. The path shown is the level that the
// statement stands in.
func (w *writer) problem(e *Edit, s Severity, c Code, text, token string) {
	var level Path
	if len(e.Path) > 0 {
		level = e.Path[:len(e.Path)-1]
	}
	w.problems.Add(Problem{Path: level.String(), Severity: s, Code: c, Text: text, Token: token, Pos: e.Pos})
}

// find returns the statement without changing anything, or nil.
func (w *writer) find(p Path) *Node {
	n, same := w.near(p)
	return find(n, p[same:])
}

// near returns the last statement of the way that is on the path, and how many
// steps lead to it.
func (w *writer) near(p Path) (*Node, int) {
	n, same := w.root, 0
	for same < len(w.way) && same < len(p) && p[same] == w.path[same] {
		n = w.way[same]
		same++
	}
	return n, same
}

// guarded reports whether a statement on the path is marked protect, and records
// the problem.
func (w *writer) guarded(e *Edit) bool {
	if e.Op == Protect || e.Op == Unprotect {
		return false
	}
	n, same := w.near(e.Path) // nothing on the way is protected, or it had not been gone
	for i, s := range e.Path[same:] {
		if n = n.Lookup(s.Node, s.Key); n == nil {
			return false
		}
		if n.Protected() {
			text := fmt.Sprintf("'%s' is protected, '%s' cannot be changed", e.Path[:same+i+1], e.Name())
			w.problem(e, Error, Protected, text, "")
			return true
		}
	}
	return false
}

// set makes the statement and everything that leads to it.
func (w *writer) set(e *Edit) {
	if len(e.Path) == 0 {
		return
	}
	path, value, ok := w.canonical(e)
	if !ok {
		return
	}
	last := path[len(path)-1]
	old := w.find(path)
	switch {
	case old != nil && e.Op == Create:
		w.problem(e, Error, Exists, "statement already exists", last.Name())
		return
	case old != nil && (last.Node.Kind() != schema.Leaf || old.Value() == value):
		return // it is there, protected or not: nothing is touched, nothing is copied
	case w.guarded(&Edit{Op: e.Op, Path: path, Pos: e.Pos}):
		return
	case last.Node.Kind() == schema.Container:
		return // means nothing by itself; it comes with its first child
	}
	others := w.excluded(path)
	for i := range others {
		gone := &Edit{Op: Remove, Path: others[i], Pos: e.Pos}
		if w.guarded(gone) || w.refuses(gone, w.find(others[i]).Children()) {
			return
		}
	}
	n := w.reach(path)
	if last.Node.Kind() == schema.Leaf {
		w.owner.SetValue(n, value)
	}
	for i := range others {
		w.delete(&Edit{Op: Remove, Path: others[i], Pos: e.Pos})
	}
}

// excluded returns the statements that belong to other cases of a choice than a
// statement that is about to be made. Only the first one that is missing on the path
// can have any: what is there excludes nothing, and below it nothing is there.
func (w *writer) excluded(p Path) []Path {
	n, same := w.near(p)
	for i, s := range p[same:] {
		k := n.Lookup(s.Node, s.Key)
		if k != nil {
			n = k
			continue
		}
		if !s.Node.InChoice() {
			return nil
		}
		var out []Path
		for _, k := range n.Children() {
			if k.Schema().Excludes(s.Node) {
				out = append(out, p[:same+i].Then(k.Schema(), stepKey(k)))
			}
		}
		return out
	}
	return nil
}

// canonical checks the keys and values of an edit and returns them in their one
// spelling.
func (w *writer) canonical(e *Edit) (Path, string, bool) {
	path := e.Path
	if last := path[len(path)-1]; last.Node.Many() && last.Key == "" {
		w.problem(e, Error, MissingValue, "missing argument.", last.Name())
		return nil, "", false
	}
	for i, s := range e.Path {
		if !s.Node.Many() || i < len(w.path) && s == w.path[i] {
			continue // no key, or one that stands in the tree already
		}
		key, err := e.Path[:i].Canonical(s.Node, s.Key)
		if err != nil {
			at := *e
			at.Path = e.Path[:i+1]
			w.problem(&at, Error, InvalidValue, err.Error(), s.Key)
			return nil, "", false
		}
		if key != s.Key {
			path = slices.Clone(path)
			path[i].Key = key
		}
	}
	last := path[len(path)-1].Node
	if last.Kind() != schema.Leaf {
		return path, "", true
	}
	value, err := last.Canonical(e.Value)
	if err != nil {
		w.problem(e, Error, InvalidValue, err.Error(), e.Value)
		return nil, "", false
	}
	return path, value, true
}

// reach returns the statement at the path for writing. What is missing on the way
// is made, what is not owned yet is copied.
func (w *writer) reach(p Path) *Node {
	w.root = w.owner.Own(w.root)
	n, same := w.near(p)
	w.way = w.way[:same]
	for _, s := range p[same:] {
		n = w.owner.Reach(n, s.Node, s.Key)
		w.way = append(w.way, n)
	}
	w.path = p
	return n
}

// delete takes away the statement: one leaf only if it has the value that is named,
// a whole list when no key is named.
func (w *writer) delete(e *Edit) {
	if len(e.Path) == 0 {
		if protects(w.root) {
			w.deleteAround(e, nil, w.root.Children())
			return
		}
		w.root, w.way, w.path = tree.New(w.root.Schema()), nil, nil
		return
	}
	last, above := e.Path[len(e.Path)-1], e.Path[:len(e.Path)-1]
	n := w.find(e.Path)
	if n == nil || last.Node.Kind() == schema.Leaf && e.Value != "" && n.Value() != e.Value {
		if e.Op == Delete {
			w.problem(e, Warning, NotFound, "statement not found", last.Name())
		}
		return
	}
	if w.guarded(e) {
		return
	}
	if e.Path.Whole() {
		if entries := slices.Collect(w.find(above).Entries(last.Node.Name())); slices.ContainsFunc(entries, guards) {
			w.deleteAround(e, above, entries)
			return
		}
		w.owner.RemoveAll(w.reach(above), last.Node)
	} else {
		if protects(n) {
			w.deleteAround(e, e.Path, n.Children())
			return
		}
		w.owner.Remove(w.reach(above), last.Node, last.Key)
	}
	w.prune(above)
}

// deleteAround takes away statements below a path and keeps, with a warning for each,
// what is protected and the way there, as Junos does. What is to be replaced as a whole
// cannot be kept in part.
func (w *writer) deleteAround(e *Edit, above Path, doomed []*Node) {
	if e.Op == Replace {
		w.refuses(e, doomed)
		return
	}
	for _, k := range slices.Clone(doomed) { // they may be those of a statement that is written in place
		one := &Edit{Op: e.Op, Path: above.Then(k.Schema(), stepKey(k)), Pos: e.Pos}
		switch {
		case k.Protected():
			w.kept(e, k, Warning)
		case protects(k):
			w.deleteAround(one, one.Path, k.Children())
		default:
			w.delete(one)
		}
	}
}

// refuses records that something protected would have to give way with the statements,
// or with what is below them.
func (w *writer) refuses(e *Edit, doomed []*Node) bool {
	return slices.ContainsFunc(doomed, func(k *Node) bool {
		if k.Protected() {
			w.kept(e, k, Error)
			return true
		}
		return w.refuses(e, k.Children())
	})
}

// kept says that a statement stays because it is protected.
func (w *writer) kept(e *Edit, k *Node, s Severity) {
	text := fmt.Sprintf("'%s' is protected, '%s' cannot be deleted", step(k).Name(), orEverything(e.Name()))
	w.problem(e, s, Protected, text, "")
}

// orEverything names the top of the configuration, which has no name.
func orEverything(name string) string {
	if name == "" {
		return "everything"
	}
	return name
}

// prune takes away containers that have lost their last child, from the path
// upward. The way must lead along the path.
func (w *writer) prune(p Path) {
	if w.late {
		w.emptied = append(w.emptied, p)
		return
	}
	for len(p) > 0 && w.way[len(p)-1].Void() {
		last := p[len(p)-1]
		p = p[:len(p)-1]
		parent := w.root
		if len(p) > 0 {
			parent = w.way[len(p)-1]
		}
		w.owner.Remove(parent, last.Node, last.Key)
	}
	w.path, w.way = p, w.way[:len(p)]
}

// replace empties the statement for the edits that follow.
func (w *writer) replace(e *Edit) {
	if len(e.Path) > 0 && w.find(e.Path) != nil {
		gone := *e
		gone.Value = ""
		w.delete(&gone)
	} else if len(e.Path) == 0 {
		w.delete(e)
	}
	made := *e
	made.Op = Set
	if len(e.Path) == 0 || e.Path[len(e.Path)-1].Node.Kind() == schema.Leaf || e.Path.Whole() {
		return // the Set that follows brings the value
	}
	w.set(&made)
}

// mark changes what is attached to the statement.
func (w *writer) mark(e *Edit) {
	n := w.find(e.Path)
	if n == nil || len(e.Path) == 0 || e.Path.Whole() {
		w.problem(e, Warning, NotFound, "statement not found", e.Name())
		return
	}
	m := n.Marks()
	switch e.Op {
	case Activate, Deactivate:
		m.Inactive = e.Op == Deactivate
	case Protect, Unprotect:
		m.Protected = e.Op == Protect
	case Annotate:
		if len(e.Value) > maxComment || strings.Contains(e.Value, "*/") || !schema.Printable(e.Value) {
			w.problem(e, Error, InvalidValue, "invalid comment", "")
			return
		}
		m.Comment = strings.TrimSpace(e.Value)
	}
	if m == n.Marks() || w.guarded(e) {
		return
	}
	w.owner.SetMarks(w.reach(e.Path), m)
	if e.Op == Protect || e.Op == Unprotect {
		w.path, w.way = nil, nil // the way may lead past a protected statement now
	}
}

// rename gives a list entry another key. It keeps its place in a user-ordered list.
func (w *writer) rename(e *Edit) {
	if old, ok := w.entry(e); ok && old.Value() != e.Value {
		w.renames(e.Path[:len(e.Path)-1], []Edit{*e})
	}
}

// renames gives entries of one list other keys, all at once: one may get the name that
// another has and loses.
func (w *writer) renames(level Path, edits []Edit) {
	list := edits[0].Path[len(level)].Node
	parent, keys, taken := w.find(level), make(map[string]string), make(map[string]bool)
	for i := range edits {
		e := &edits[i]
		old := e.Path[len(level)].Key
		key, err := level.Canonical(list, e.Value)
		switch {
		case w.guarded(e):
			return
		case err != nil:
			w.problem(e, Error, InvalidValue, err.Error(), e.Value)
			return
		case key != old:
			keys[old] = key
		}
	}
	for i := range edits {
		key, ok := keys[edits[i].Path[len(level)].Key]
		if _, leaves := keys[key]; ok && (taken[key] || !leaves && parent.Lookup(list, key) != nil) {
			w.problem(&edits[i], Error, Exists, "statement already exists", key)
			return
		}
		taken[key] = true
	}
	if len(keys) > 0 {
		w.owner.Rename(w.reach(level), list, keys)
	}
}

// move puts an entry of a user-ordered list before or after another one.
func (w *writer) move(e *Edit) {
	n, ok := w.entry(e)
	if !ok || w.guarded(e) {
		return
	}
	last := e.Path[len(e.Path)-1].Node
	if !last.UserOrdered() {
		w.problem(e, Error, BadAttribute, "statement cannot be ordered: "+last.Word(), last.Word())
		return
	}
	key, err := e.Path[:len(e.Path)-1].Canonical(last, e.Value)
	if err != nil || key == n.Value() || w.find(e.Path[:len(e.Path)-1].Then(last, key)) == nil {
		w.problem(e, Error, NotFound, "statement not found", e.Value)
		return
	}
	parent := w.reach(e.Path[:len(e.Path)-1])
	w.owner.Move(parent, n, key, e.Op == After)
}

// entry finds the list entry that an edit renames or moves.
func (w *writer) entry(e *Edit) (*Node, bool) {
	n := w.find(e.Path)
	if n == nil || len(e.Path) == 0 || e.Path.Whole() || !n.Schema().Many() {
		w.problem(e, Error, NotFound, "statement not found", e.Name())
		return nil, false
	}
	return n, true
}
