package inherit

import (
	"maps"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
)

// conditions is the statement of a group that says when it holds.
const conditions = "when"

// use is one name in an apply-groups or apply-groups-except statement.
type use struct {
	path   string // of the statement in which it stands
	word   string
	name   string
	except bool
}

// check finds groups that are applied but do not exist, groups that inherit
// themselves, and groups that hold under conditions. The expansion copes with all.
func (x *expander) check(root *conf.Node) {
	uses := make(map[string][]use) // by the group in which they stand; "" is outside
	for k := range root.Entries("groups") {
		uses[k.Value()] = x.uses(k, []step{{k.Schema(), k.Value()}})
		if k.Has(conditions) && !k.Inactive() {
			x.fail("groups "+conf.Quote(k.Value()), conditions,
				"conditional groups are not supported; apply the group at the statements that shall inherit from it")
		}
	}
	uses[""] = x.uses(root, nil)
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		for _, u := range uses[name] {
			if x.groups[u.name] == nil {
				x.fail(u.path, u.word+" "+u.name, "group '%s' is not defined", u.name)
				continue
			}
			if way := chain(uses, u.name, name, map[string]bool{}); way != nil && !u.except {
				x.fail(u.path, u.word+" "+u.name, "group '%s' inherits itself: %s",
					name, strings.Join(append([]string{name}, way...), " -> "))
			}
		}
	}
}

// uses returns every active use of a group below a statement, but for those in a
// group of its own. What stands below the upper levels is remembered.
func (x *expander) uses(n *conf.Node, path []step) []use {
	if n.Inactive() {
		return nil
	}
	upper := len(path) == 1 || len(path) == 2
	if known, ok := x.memory.uses[n]; ok && upper {
		known.round = x.memory.round
		return known.uses
	}
	var out []use
	for _, k := range n.Children() {
		switch s := k.Schema(); {
		case s.Everywhere() && s.RefersTo() == nil: // apply-flags names no group
		case s.Everywhere():
			if !k.Inactive() {
				out = append(out, use{banner(path), s.Word(), k.Value(), s.Name() == applyExcept})
			}
		case s.Holds() && !s.Groups():
			out = append(out, x.uses(k, append(path[:len(path):len(path)], step{s, k.Value()}))...)
		}
	}
	if upper {
		x.memory.uses[n] = &usage{out, x.memory.round}
	}
	return out
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
		if u.except {
			continue
		}
		if way := chain(uses, u.name, to, seen); way != nil {
			return append([]string{from}, way...)
		}
	}
	return nil
}
