package inherit

import (
	"maps"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
)

// use is one name in an apply-groups statement.
type use struct {
	path string // of the statement that applies
	name string
}

// Check finds groups that are applied but do not exist and groups that inherit
// themselves. Expand copes with both.
func Check(t conf.Tree) []conf.Problem {
	x := &expander{}
	uses := make(map[string][]use) // by the group in which they stand; "" is outside
	for _, k := range t.Root().Children() {
		if k.Schema().Groups() {
			x.collect(k, []step{{k.Schema(), k.Value()}}, func(u use) { uses[k.Value()] = append(uses[k.Value()], u) })
		}
	}
	x.collect(t.Root(), nil, func(u use) { uses[""] = append(uses[""], u) })
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		for _, u := range uses[name] {
			if t.Root().Entry("groups", u.name) == nil {
				x.fail(u.path, applyGroups+" "+u.name, "group '%s' is not defined", u.name)
				continue
			}
			if way := chain(uses, u.name, name, map[string]bool{}); way != nil {
				x.fail(u.path, applyGroups+" "+u.name, "group '%s' inherits itself: %s",
					name, strings.Join(append([]string{name}, way...), " -> "))
			}
		}
	}
	return x.problems
}

// collect calls f for every active apply-groups below a statement that is not in a
// group of its own.
func (x *expander) collect(n *conf.Node, path []step, f func(use)) {
	if n.Inactive() {
		return
	}
	for _, k := range n.Children() {
		switch s := k.Schema(); {
		case s.Name() == applyGroups && s.Everywhere():
			if !k.Inactive() {
				f(use{banner(path), k.Value()})
			}
		case s.Holds() && !s.Groups():
			x.collect(k, append(path[:len(path):len(path)], step{s, k.Value()}), f)
		}
	}
}

// chain returns how one group leads to another by what it applies, nil when it does
// not.
func chain(uses map[string][]use, from, to string, seen map[string]bool) []string {
	if from == to {
		return []string{to}
	}
	if seen[from] || to == "" {
		return nil
	}
	seen[from] = true
	for _, u := range uses[from] {
		if way := chain(uses, u.name, to, seen); way != nil {
			return append([]string{from}, way...)
		}
	}
	return nil
}
