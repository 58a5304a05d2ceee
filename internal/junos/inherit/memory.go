package inherit

import (
	"slices"

	"oneswitch/internal/junos/conf"
)

// maxSources is how many sources a statement may have and still be remembered. More
// groups at one place are rare, and are expanded each time.
const maxSources = 4

// Expander expands one configuration after another and remembers what it made of the
// statements of the last one. The zero value is ready. It must not be used by two
// goroutines at once.
type Expander struct {
	groups   []*conf.Node              // of the last configuration: with others nothing holds
	plain    map[*conf.Node]bool       // whether a statement of a group can be shared whole
	last     map[recipe]result         // by the last Expand
	next     map[recipe]result         // by the one that runs
	uses     map[*conf.Node][]use      // of groups, below statements of the second level
	written  membership                // of the ranges as they are written
	whole    membership                // of the ranges with what they inherit
	prefixes map[*conf.Node]*conf.Node // prefix lists with their paths expanded
}

// recipe is what a statement of the second level is made from: itself, where it is
// written, and the statements of groups that speak of it. The first level is known
// from the schema node.
type recipe struct {
	at      step
	own     *conf.Node
	literal bool
	from    [maxSources]ingredient
}

// ingredient is a source as a recipe tells two apart: a group that was copied has the
// statements of the other, but another name.
type ingredient struct{ node, group *conf.Node }

// result is what was made, and how many inherited statements that took.
type result struct {
	node *conf.Node
	made int
}

// begin forgets what does not hold with the groups of another configuration.
func (e *Expander) begin(root *conf.Node) {
	groups := slices.Collect(root.Entries("groups"))
	if e.plain == nil || !slices.Equal(groups, e.groups) {
		*e = Expander{groups: groups, plain: make(map[*conf.Node]bool)}
	}
	e.next = make(map[recipe]result, len(e.last))
}

// end keeps what this Expand has used, and no more.
func (e *Expander) end() { e.last, e.next = e.next, nil }

// remembered makes a statement one level further down, unless the last Expand has
// made it from the same: edits change the statements on the way from the root alone,
// so nearly all of the second level are those of the last time.
func (x *expander) remembered(at step, own *conf.Node, from []source, make func() *conf.Node) *conf.Node {
	second := len(x.path) == 1 && len(from) <= maxSources
	r := recipe{at: at, own: own, literal: x.literal}
	if second {
		for i, s := range from {
			r.from[i] = ingredient{s.node, s.group.node}
		}
		if known, ok := x.memory.last[r]; ok && x.take(known.made) {
			x.memory.next[r] = known
			return known.node
		}
	}
	before := x.made
	x.path = append(x.path, at)
	n := make()
	x.path = x.path[:len(x.path)-1]
	if second && x.made <= maxInherited {
		x.memory.next[r] = result{n, x.made - before}
	}
	return n
}

// room counts an inherited statement and reports whether it may still be made.
func (x *expander) room() bool { return x.take(1) }

// take counts n inherited statements and reports whether they may still be made.
func (x *expander) take(n int) bool {
	full := x.made > maxInherited
	x.made += n
	if x.made > maxInherited && !full {
		x.fail("", applyGroups, "groups and interface ranges expand to more than %d statements", maxInherited)
	}
	return x.made <= maxInherited
}
