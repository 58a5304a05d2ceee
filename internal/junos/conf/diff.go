package conf

import (
	"slices"

	"oneswitch/internal/junos/schema"
)

// Diff returns edits that turn a into b: b = a.Apply(Diff(a, b)). Parts that the
// trees share cost nothing.
func Diff(a, b Tree) []Edit {
	var d differ
	d.kids(nil, a.root, b.root)
	return slices.Concat(d.open, d.make, d.gone, d.moved, d.marks, d.shut)
}

// differ collects edits by kind, since their order matters: a protected statement
// is opened before it is changed, and what comes is made before what goes is taken
// away, lest a container lose its last child and its marks with it.
type differ struct {
	open, make, gone, moved, marks, shut []Edit
}

// kids compares the children of two statements that are the same one.
func (d *differ) kids(at Path, a, b *Node) {
	if a == b {
		return
	}
	siblings(a.Children(), b.Children(), func(s *schema.Node, x, y []*Node) {
		merge(s, x, y, func(k, l *Node) {
			switch {
			case k == l:
			case l == nil && s.InChoice() && excluded(k, b):
				d.unprotect(at.Then(s, stepKey(k)), k) // it goes when the other case comes
			case l == nil:
				d.removed(at, k)
			case k == nil:
				d.added(at, l)
			default:
				d.both(at.Then(s, stepKey(k)), k, l)
			}
		})
		if s.UserOrdered() {
			d.order(at, s, x, y)
		}
	})
}

// excluded reports whether a statement that goes belongs to another case of a choice
// than one that is in its place.
func excluded(k, parent *Node) bool {
	return slices.ContainsFunc(parent.Children(), func(l *Node) bool { return l.schema.Excludes(k.schema) })
}

// siblings calls f for each schema node that has children on either side, with all
// of them.
func siblings(a, b []*Node, f func(s *schema.Node, x, y []*Node)) {
	for len(a) > 0 || len(b) > 0 {
		s := (*schema.Node)(nil)
		if len(a) > 0 {
			s = a[0].schema
		}
		if len(b) > 0 && (s == nil || b[0].schema.Index() < s.Index()) {
			s = b[0].schema
		}
		i, j := sameSchema(a, s), sameSchema(b, s)
		f(s, a[:i], b[:j])
		a, b = a[i:], b[j:]
	}
}

// sameSchema returns how many nodes at the head belong to the schema node.
func sameSchema(kids []*Node, s *schema.Node) int {
	n := 0
	for n < len(kids) && kids[n].schema == s {
		n++
	}
	return n
}

// merge pairs children of one schema node by their keys and calls f for each pair,
// one side of which may be nil.
func merge(s *schema.Node, x, y []*Node, f func(k, l *Node)) {
	if s.UserOrdered() {
		mergeByKey(x, y, f)
		return
	}
	for len(x) > 0 || len(y) > 0 {
		c := 0
		switch {
		case len(y) == 0:
			c = -1
		case len(x) == 0:
			c = 1
		case s.Many() && x[0] != y[0]:
			c = Natural(x[0].value, y[0].value)
		}
		var k, l *Node
		if c <= 0 {
			k, x = x[0], x[1:]
		}
		if c >= 0 {
			l, y = y[0], y[1:]
		}
		f(k, l)
	}
}

// mergeByKey is merge for lists in no particular order: those of the left side in
// its order, then what the right side has more, in its order.
func mergeByKey(x, y []*Node, f func(k, l *Node)) {
	right := make(map[string]*Node, len(y))
	for _, l := range y {
		right[l.value] = l
	}
	for _, k := range x {
		f(k, right[k.value])
		delete(right, k.value)
	}
	for _, l := range y {
		if right[l.value] != nil {
			f(nil, l)
		}
	}
}

func stepKey(n *Node) string { return n.step().Key }

// both compares a statement that is on both sides.
func (d *differ) both(at Path, a, b *Node) {
	before := [3]int{len(d.make), len(d.gone), len(d.moved)}
	marked := len(d.marks)
	if a.schema.Kind() == schema.Leaf && a.value != b.value {
		d.make = append(d.make, Edit{Op: Set, Path: at, Value: b.value})
	}
	d.kids(at, a, b)
	if a.Comment() != b.Comment() {
		d.marks = append(d.marks, Edit{Op: Annotate, Path: at, Value: b.Comment()})
	}
	if a.Inactive() != b.Inactive() {
		d.marks = append(d.marks, Edit{Op: activation(b), Path: at})
	}
	touched := before != [3]int{len(d.make), len(d.gone), len(d.moved)} || marked != len(d.marks)
	if a.Protected() && (touched || !b.Protected()) {
		d.open = append(d.open, Edit{Op: Unprotect, Path: at})
	}
	if b.Protected() && (touched || !a.Protected()) {
		d.shut = append(d.shut, Edit{Op: Protect, Path: at})
	}
}

func activation(n *Node) Op {
	if n.Inactive() {
		return Deactivate
	}
	return Activate
}

// removed takes a statement away.
func (d *differ) removed(at Path, n *Node) {
	at = at.Then(n.schema, stepKey(n))
	d.gone = append(d.gone, Edit{Op: Delete, Path: at})
	d.unprotect(at, n)
}

func (d *differ) unprotect(at Path, n *Node) {
	if n.Protected() {
		d.open = append(d.open, Edit{Op: Unprotect, Path: at})
	}
	for _, k := range n.Children() {
		if k.marks != nil || len(k.kids) > 0 {
			d.unprotect(at.Then(k.schema, stepKey(k)), k)
		}
	}
}

// added makes a statement with all below it.
func (d *differ) added(at Path, n *Node) {
	at = at.Then(n.schema, stepKey(n))
	value := ""
	if n.schema.Kind() == schema.Leaf {
		value = n.value
	}
	d.make = append(d.make, Edit{Op: Set, Path: at, Value: value})
	for _, k := range n.Children() {
		d.added(at, k)
	}
	if n.marks == nil {
		return
	}
	if n.marks.comment != "" {
		d.marks = append(d.marks, Edit{Op: Annotate, Path: at, Value: n.marks.comment})
	}
	if n.marks.inactive {
		d.marks = append(d.marks, Edit{Op: Deactivate, Path: at})
	}
	if n.marks.protected {
		d.shut = append(d.shut, Edit{Op: Protect, Path: at})
	}
}

// order moves entries of a user-ordered list to where the right side has them.
func (d *differ) order(at Path, s *schema.Node, x, y []*Node) {
	for _, m := range moves(x, y, true) {
		d.moved = append(d.moved, Edit{Op: Before, Path: at.Then(s, m[0]), Value: m[1]})
	}
}

// moves returns which entry to put before which, in order, so that the left side
// gets the order of the right one. Entries only on the right are taken to have been
// appended on the left when appended is true, and not to exist otherwise.
func moves(x, y []*Node, appended bool) [][2]string {
	in := make(map[string]bool, len(x))
	for _, k := range x {
		in[k.value] = true
	}
	var want, fresh []string
	keep := make(map[string]bool, len(y))
	for _, l := range y {
		keep[l.value] = true
		if in[l.value] || appended {
			want = append(want, l.value)
		}
		if !in[l.value] && appended {
			fresh = append(fresh, l.value)
		}
	}
	var have []string
	for _, k := range x {
		if keep[k.value] {
			have = append(have, k.value)
		}
	}
	have = append(have, fresh...)
	var out [][2]string
	for i, w := range want {
		if have[i] == w {
			continue
		}
		out = append(out, [2]string{w, have[i]})
		j := i + slices.Index(have[i:], w)
		copy(have[i+1:j+1], have[i:j])
		have[i] = w
	}
	return out
}
