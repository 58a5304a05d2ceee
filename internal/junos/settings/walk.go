package settings

import (
	"strings"

	"oneswitch/internal/junos/conf"
)

// walk finds names of what does not exist, and statements that the fabric does not
// act on. Below one of these (told) no other is named. What else the schema says
// about statements by themselves, package check knows.
func (r *reader) walk(at place, n *conf.Node, told bool) {
	for _, k := range n.Children() {
		s := k.Schema()
		if s.Groups() {
			continue // what is applied stands at its place
		}
		if s.Unapplied() && !told {
			r.unapplied(at, statement(k))
		}
		if refs := s.RefersTo(); refs != nil {
			r.reference(at, k, refs)
		}
		if s.Holds() {
			r.walk(at.in(head(k)...), k, told || s.Unapplied())
		}
	}
}

// reference checks that what a statement names exists in one of the lists.
func (r *reader) reference(at place, n *conf.Node, lists [][]string) {
	name := n.Keys()[0]
	for _, path := range lists {
		from := r.root
		for _, name := range path[:len(path)-1] {
			from = from.Child(name)
		}
		if from.Entry(path[len(path)-1], name) != nil {
			return
		}
	}
	if strings.HasPrefix(name, "__") { // Junos' own objects, such as __default__
		return
	}
	first := lists[0]
	what := strings.TrimSuffix(first[len(first)-1], "s")
	if len(lists) > 1 && first[len(first)-1] != lists[1][len(lists[1])-1] {
		last := lists[1]
		what += " or " + last[len(last)-1]
	}
	r.fail(at, statement(n), "%s '%s' is not defined", what, name)
}
