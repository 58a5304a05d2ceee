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
	return slices.ContainsFunc(parent.Children(), func(l *Node) bool { return l.Schema().Excludes(k.Schema()) })
}

// siblings calls f for each schema node that has children on either side, with all
// of them.
func siblings(a, b []*Node, f func(s *schema.Node, x, y []*Node)) {
	for len(a) > 0 || len(b) > 0 {
		s := (*schema.Node)(nil)
		if len(a) > 0 {
			s = a[0].Schema()
		}
		if len(b) > 0 && (s == nil || b[0].Schema().Index() < s.Index()) {
			s = b[0].Schema()
		}
		i, j := sameSchema(a, s), sameSchema(b, s)
		f(s, a[:i], b[:j])
		a, b = a[i:], b[j:]
	}
}

// sameSchema returns how many nodes at the head belong to the schema node.
func sameSchema(kids []*Node, s *schema.Node) int {
	n := 0
	for n < len(kids) && kids[n].Schema() == s {
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
			c = Natural(x[0].Value(), y[0].Value())
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
	right := byValue(y)
	for _, k := range x {
		f(k, right[k.Value()])
		delete(right, k.Value())
	}
	for _, l := range y {
		if right[l.Value()] != nil {
			f(nil, l)
		}
	}
}

// both compares a statement that is on both sides.
func (d *differ) both(at Path, a, b *Node) {
	before := [3]int{len(d.make), len(d.gone), len(d.moved)}
	marked := len(d.marks)
	if a.Schema().Kind() == schema.Leaf && a.Value() != b.Value() {
		d.make = append(d.make, Edit{Op: Set, Path: at, Value: b.Value()})
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
	at = at.Then(n.Schema(), stepKey(n))
	d.gone = append(d.gone, Edit{Op: Delete, Path: at})
	d.unprotect(at, n)
}

func (d *differ) unprotect(at Path, n *Node) {
	if n.Protected() {
		d.open = append(d.open, Edit{Op: Unprotect, Path: at})
	}
	for _, k := range n.Children() {
		if k.Marked() || k.Len() > 0 {
			d.unprotect(at.Then(k.Schema(), stepKey(k)), k)
		}
	}
}

// added makes a statement with all below it.
func (d *differ) added(at Path, n *Node) {
	at = at.Then(n.Schema(), stepKey(n))
	value := ""
	if n.Schema().Kind() == schema.Leaf {
		value = n.Value()
	}
	d.make = append(d.make, Edit{Op: Set, Path: at, Value: value})
	for _, k := range n.Children() {
		d.added(at, k)
	}
	if n.Comment() != "" {
		d.marks = append(d.marks, Edit{Op: Annotate, Path: at, Value: n.Comment()})
	}
	if n.Inactive() {
		d.marks = append(d.marks, Edit{Op: Deactivate, Path: at})
	}
	if n.Protected() {
		d.shut = append(d.shut, Edit{Op: Protect, Path: at})
	}
}

// order moves entries of a user-ordered list to where the right side has them: each
// behind the one that it follows there, in that order, so that it is in place.
func (d *differ) order(at Path, s *schema.Node, x, y []*Node) {
	out := outOfOrder(append(common(x, y), missing(x, y)...), y)
	before := byValue(x)
	for i, l := range y {
		if out[l.Value()] {
			d.loosen(at.Then(s, l.Value()), before[l.Value()], l)
		}
		switch {
		case !out[l.Value()]:
		case i > 0:
			d.moved = append(d.moved, Edit{Op: After, Path: at.Then(s, l.Value()), Value: y[i-1].Value()})
		default:
			first := slices.IndexFunc(y, func(l *Node) bool { return !out[l.Value()] })
			d.moved = append(d.moved, Edit{Op: Before, Path: at.Then(s, l.Value()), Value: y[first].Value()})
		}
	}
}

// loosen opens a protected entry that is to move, unless that is done already, and
// shuts it again: to move is to change.
func (d *differ) loosen(at Path, a, b *Node) {
	about := func(e Edit) bool { return slices.Equal(e.Path, at) }
	if a != nil && a.Protected() && !slices.ContainsFunc(d.open, about) {
		d.open = append(d.open, Edit{Op: Unprotect, Path: at})
	}
	if b.Protected() && !slices.ContainsFunc(d.shut, about) {
		d.shut = append(d.shut, Edit{Op: Protect, Path: at})
	}
}

// common returns the nodes of x that y has as well, missing those of y that x has not.
func common(x, y []*Node) []*Node {
	have := byValue(y)
	return slices.DeleteFunc(slices.Clone(x), func(k *Node) bool { return have[k.Value()] == nil })
}

func missing(x, y []*Node) []*Node {
	have := byValue(x)
	return slices.DeleteFunc(slices.Clone(y), func(l *Node) bool { return have[l.Value()] != nil })
}

func byValue(nodes []*Node) map[string]*Node {
	out := make(map[string]*Node, len(nodes))
	for _, n := range nodes {
		out[n.Value()] = n
	}
	return out
}

// outOfOrder returns the fewest entries that have to move so that x gets the order of
// y: those that are not on a longest rising sequence, which is sought from the end, so
// that of two that have changed places the one that moved up is told. All of x are in y.
func outOfOrder(x, y []*Node) map[string]bool {
	place := make(map[string]int, len(y))
	for i, l := range y {
		place[l.Value()] = -i
	}
	var tails []int // of the best sequence of each length: the index in x where it ends
	next := make([]int, len(x))
	for i, k := range slices.Backward(x) {
		n, _ := slices.BinarySearchFunc(tails, place[k.Value()], func(t, want int) int { return place[x[t].Value()] - want })
		if next[i] = -1; n > 0 {
			next[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		}
		tails[n] = i
	}
	out := make(map[string]bool)
	for _, k := range x {
		out[k.Value()] = true
	}
	if len(tails) > 0 {
		for i := tails[len(tails)-1]; i >= 0; i = next[i] {
			delete(out, x[i].Value())
		}
	}
	return out
}
