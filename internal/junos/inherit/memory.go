package inherit

import (
	"maps"
	"slices"

	"oneswitch/internal/junos/conf"
)

// maxSources is how many sources a statement may have and still be remembered. More
// groups at one place are rare, and are expanded each time.
const maxSources = 4

// Expander expands one configuration after another and remembers what it made of the
// statements of those before. The zero value is ready. It must not be used by two
// goroutines at once.
type Expander struct {
	groups   []*conf.Node // of the last configuration: with others nothing holds
	round    uint64
	plain    map[*conf.Node]bool       // whether a statement of a group can be shared whole
	made     map[made]*result          // statements of the first two levels
	uses     map[*conf.Node]*usage     // of groups, below statements of the first two levels
	written  membership                // of the ranges as they are written
	whole    membership                // of the ranges with what they inherit
	prefixes map[*conf.Node]*conf.Node // prefix lists with their paths expanded
	live     int                       // remembered after the last clean-up
}

// made is how a result is found again: by the statement as it is written, or by its
// name when it is written nowhere.
type made struct {
	own     *conf.Node
	at      step // of what is written nowhere
	literal bool
}

// result is what was made of a statement, from what, and how many inherited
// statements that took.
type result struct {
	from  [maxSources]ingredient
	node  *conf.Node
	made  int
	round uint64 // in which it was used last
}

// ingredient is a source as a result remembers it: a group that was copied has the
// statements of the other, but another name.
type ingredient struct{ node, group *conf.Node }

// usage is what uses returned for a statement.
type usage struct {
	uses  []use
	round uint64
}

// keepRounds is for how many rounds what was not used is remembered: the candidates
// of several sessions may be checked in turn.
const keepRounds = 32

// begin forgets what does not hold with the groups of another configuration.
func (e *Expander) begin(root *conf.Node) {
	groups := slices.Collect(root.Entries("groups"))
	if e.plain == nil || !slices.Equal(groups, e.groups) {
		*e = Expander{groups: groups, round: e.round, plain: make(map[*conf.Node]bool),
			made: make(map[made]*result), uses: make(map[*conf.Node]*usage)}
	}
	e.round++
}

// end forgets what has not been used for long, when much has come in since the last
// time.
func (e *Expander) end() {
	if len(e.made) < 2*e.live+1024 {
		return
	}
	maps.DeleteFunc(e.made, func(_ made, r *result) bool { return r.round+keepRounds < e.round })
	maps.DeleteFunc(e.uses, func(_ *conf.Node, u *usage) bool { return u.round+keepRounds < e.round })
	e.live = len(e.made)
}

// remembered makes a statement one level further down, unless it was made from the
// same before: edits change the statements on the way from the root alone, so nearly
// all of the second level are those of the last time.
func (x *expander) remembered(at step, own *conf.Node, from []source, make func() *conf.Node) *conf.Node {
	upper := len(x.path) < 2 && len(from) <= maxSources
	id := made{own: own, literal: x.literal}
	if own == nil {
		id.at = at
	}
	var ingredients [maxSources]ingredient
	if upper {
		for i, s := range from {
			ingredients[i] = ingredient{s.node, s.group.node}
		}
		if known, ok := x.memory.made[id]; ok && known.from == ingredients && x.take(known.made) {
			known.round = x.memory.round
			return known.node
		}
	}
	before := x.made
	x.path = append(x.path, at)
	n := make()
	x.path = x.path[:len(x.path)-1]
	if upper && x.made <= maxInherited {
		x.memory.made[id] = &result{from: ingredients, node: n, made: x.made - before, round: x.memory.round}
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
