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
	w.owner.Copy(w.reach(level), old, key)
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
		step := step(k)
		other := e.Path.Whole() && k.Schema() != e.Path[len(e.Path)-1].Node
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
	for _, edits := range s.edits {
		if edits[0].Op == Rename {
			w.renames(edits[0].Path[:len(edits[0].Path)-1], edits)
		} else {
			w.edit(&edits[0])
		}
	}
}

// substitution collects the edits of one `replace pattern`, those deep down first, since
// the way to them leads along the old names. Entries of one list are renamed at once, so
// that one may get the name that another loses.
type substitution struct {
	re    *regexp.Regexp
	with  string
	left  int // values that may still change; negative: all
	pos   Position
	edits [][]Edit
}

func (s *substitution) below(at Path, n *Node) {
	var renames []Edit
	for _, k := range n.Children() {
		path := at.Then(k.Schema(), stepKey(k))
		s.below(path, k)
		if len(renames) > 0 && renames[0].Path[len(at)].Node != k.Schema() {
			s.edits, renames = append(s.edits, renames), nil
		}
		if !k.Schema().HasValue() || s.left == 0 {
			continue
		}
		value := s.re.ReplaceAllString(k.Value(), s.with)
		if value == k.Value() {
			continue
		}
		s.left--
		if k.Schema().Kind() == schema.Leaf {
			s.edits = append(s.edits, []Edit{{Op: Set, Path: path, Value: value, Pos: s.pos}})
		} else {
			renames = append(renames, Edit{Op: Rename, Path: path, Value: value, Pos: s.pos})
		}
	}
	if len(renames) > 0 {
		s.edits = append(s.edits, renames)
	}
}
