package conf

import (
	"regexp"
	"strconv"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
)

// copy makes a list entry like another one. Nothing is copied but the entry: what
// is below is shared.
func (w *writer) copy(e *Edit) {
	old, ok := w.entry(e)
	if !ok {
		return
	}
	level, last := e.Path[:len(e.Path)-1], e.Path[len(e.Path)-1].Node
	key, err := level.Canonical(last, e.Value)
	if err != nil {
		w.problem(e, Error, InvalidValue, err.Error(), e.Value)
		return
	}
	if w.find(level.Then(last, key)) != nil {
		w.problem(e, Error, Exists, "statement already exists", key)
		return
	}
	if w.guarded(&Edit{Op: Copy, Path: level.Then(last, key), Pos: e.Pos}) {
		return
	}
	parent := w.reach(level)
	s, _ := parent.place(last, key)
	made := &Node{schema: last, value: key, kids: old.kids, marks: old.marks} // nobody owns it: it shares its children
	parent.insert(s, made)
}

// deleteMatching takes away the statements below whose name begins with something
// that fits the expression.
func (w *writer) deleteMatching(e *Edit) {
	re, err := edit.Pattern(e.Value)
	if err != nil {
		w.problem(e, Error, InvalidValue, "invalid regular expression: '"+e.Value+"'", e.Value)
		return
	}
	level := e.Path
	if level.Whole() {
		level = level[:len(level)-1]
	}
	var gone []Edit
	for _, k := range w.find(level).Children() {
		step := k.step()
		other := e.Path.Whole() && k.schema != e.Path[len(e.Path)-1].Node
		if fit := re.FindStringIndex(step.Name()); other || fit == nil || fit[0] > 0 {
			continue
		}
		gone = append(gone, Edit{Op: Delete, Path: level.Then(step.Node, step.Key), Pos: e.Pos})
	}
	if len(gone) == 0 {
		w.problems.Add(Problem{Path: level.String(), Severity: Warning, Code: NotFound, Text: "statement not found", Token: e.Value, Pos: e.Pos})
	}
	for i := range gone {
		w.delete(&gone[i])
	}
}

// substitute puts another text in place of what fits an expression, in all keys and
// values below. What results must be allowed, and no two entries may become one.
func (w *writer) substitute(e *Edit) {
	re, err := edit.Pattern(e.Value)
	if err != nil {
		w.problem(e, Error, InvalidValue, "invalid regular expression: '"+e.Value+"'", e.Value)
		return
	}
	s := substitution{re: re, with: edit.Template(e.With), left: -1, pos: e.Pos}
	if n, err := strconv.Atoi(e.Limit); err == nil {
		s.left = n
	}
	if n := w.find(e.Path); n != nil {
		s.below(e.Path, n)
	}
	for i := range s.edits {
		w.edit(&s.edits[i])
	}
}

// substitution collects the edits of one `replace pattern`, those deep down first,
// since the way to them leads along the old names.
type substitution struct {
	re    *regexp.Regexp
	with  string
	left  int // values that may still change; negative: all
	pos   Position
	edits []Edit
}

func (s *substitution) below(at Path, n *Node) {
	for _, k := range n.Children() {
		step := k.step()
		path := at.Then(step.Node, step.Key)
		s.below(path, k)
		if !k.schema.HasValue() || s.left == 0 {
			continue
		}
		value := s.re.ReplaceAllString(k.value, s.with)
		if value == k.value {
			continue
		}
		s.left--
		op := Set
		if k.schema.Kind() != schema.Leaf {
			op = Rename
		}
		s.edits = append(s.edits, Edit{Op: op, Path: path, Value: value, Pos: s.pos})
	}
}
