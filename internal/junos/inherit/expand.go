package inherit

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// maxInherited bounds how many statements inheriting may add.
const maxInherited = 1 << 20

// Names of the statements that this package is about.
const (
	applyGroups = "apply-groups"
	applyExcept = "apply-groups-except"
)

// Expand returns the effective configuration and what is wrong with what it is made
// of: groups that do not exist or inherit themselves, ranges and paths that name
// nothing. What can be expanded is, even when there are problems. Inactive statements
// stay and inherit nothing.
func Expand(t conf.Tree) (conf.Tree, []conf.Problem) { return new(Expander).Expand(t) }

// Expand is the function Expand, with the memory of the calls before.
func (e *Expander) Expand(t conf.Tree) (conf.Tree, []conf.Problem) {
	e.begin(t.Root())
	defer e.end()
	x := &expander{memory: e, groups: make(map[string]*group)}
	for g := range t.Root().Entries("groups") {
		x.groups[g.Value()] = &group{node: g, origin: &conf.Origin{Name: g.Value()}}
	}
	x.check(t.Root())
	written := x.fillWritten(t.Root())
	root := x.statement(written, nil)
	root = x.fillInherited(written, root)
	root = x.paths(root)
	return t.Compose(root.Children()), x.problems
}

// group is one configuration group or interface-range.
type group struct {
	node   *conf.Node
	origin *conf.Origin
}

// source is a statement of a group, at the place of the one that inherits from it.
type source struct {
	node  *conf.Node
	group *group
}

// expander is one Expand at work.
type expander struct {
	memory   *Expander
	groups   map[string]*group
	literal  bool   // only ranges give something, and apply-groups stay
	path     []step // from the root to the statement that is being made
	made     int    // inherited nodes
	problems []conf.Problem
}

// step is one statement on the way down.
type step struct {
	schema *schema.Node
	key    string
}

func (x *expander) fail(path, token, format string, args ...any) {
	x.problems = append(x.problems, conf.Problem{Path: path, Code: conf.Semantic, Token: token, Text: fmt.Sprintf(format, args...)})
}

// statement returns n with what it inherits from the sources and from groups that
// it applies itself: n when there is nothing, nil when nothing is left.
func (x *expander) statement(n *conf.Node, from []source) *conf.Node {
	from = x.sources(n, from)
	var kids []*conf.Node
	if len(from) == 0 {
		kids = x.alone(n)
	} else {
		kids = x.childrenOf(n.Schema(), n, from)
	}
	if n.Schema().Kind() == schema.Container && len(kids) == 0 {
		return nil
	}
	if slices.Equal(kids, n.Children()) {
		return n
	}
	return n.Compose(kids)
}

// alone returns the children of a statement that inherits nothing from above.
func (x *expander) alone(n *conf.Node) []*conf.Node {
	all := n.Children()
	kids, changed := all, false
	for i, k := range all {
		var made *conf.Node
		if x.passes(k.Schema()) {
			made = x.existing(k, nil)
		}
		if made != k && !changed {
			kids, changed = slices.Clone(kids[:i]), true
		}
		if changed && made != nil {
			kids = append(kids, made)
		}
	}
	return kids
}

// passes reports whether statements of the kind are part of the result: groups and
// what applies them are not, once they have done their work.
func (x *expander) passes(s *schema.Node) bool { return x.literal || !s.Groups() && !steers(s) }

// steers reports whether a statement says what is inherited, and is not inherited
// itself: apply-groups and its like. An apply-macro is.
func steers(s *schema.Node) bool { return s.Everywhere() && !s.Holds() }

// existing is statement for a child that stands in the configuration.
func (x *expander) existing(k *conf.Node, from []source) *conf.Node {
	if k.Inactive() || !k.Schema().Holds() {
		return k
	}
	return x.remembered(step{k.Schema(), k.Value()}, k, from, func() *conf.Node { return x.statement(k, from) })
}

// sources returns what the statement inherits from, the strongest first: groups
// that it applies itself, then those from above, but for the excepted ones. Each is
// followed by what it applies on its part.
func (x *expander) sources(n *conf.Node, above []source) []source {
	if len(above) == 0 && !n.Has(applyGroups) || x.literal {
		return above
	}
	var out []source
	seen := make(map[*conf.Node]bool)
	var add func(s source)
	apply := func(by *conf.Node) {
		for name := range by.Entries(applyGroups) {
			if g := x.groups[name.Value()]; g != nil && !name.Inactive() {
				for _, at := range x.locate(g) {
					add(source{at, g})
				}
			}
		}
	}
	add = func(s source) {
		if seen[s.node] {
			return
		}
		seen[s.node] = true
		out = append(out, s)
		apply(s.node) // a group that inherits itself has been seen
	}
	apply(n)
	for _, s := range above {
		if except := n.Entry(applyExcept, s.group.origin.Name); except == nil || except.Inactive() || s.group.origin.Range {
			add(s)
		}
	}
	return out
}

// locate returns the statements of a group at the place that is being made:
// itself, and those whose keys are patterns that fit.
func (x *expander) locate(g *group) []*conf.Node {
	if g.node.Inactive() {
		return nil
	}
	at := []*conf.Node{g.node}
	for _, s := range x.path {
		var next []*conf.Node
		for _, n := range at {
			next = append(next, fitting(n, s.schema, s.key)...)
		}
		at = next
	}
	return at
}

// fitting returns the active children of n that speak of the entry with the key (or
// of the container): the one with that key, then the patterns.
func fitting(n *conf.Node, s *schema.Node, key string) []*conf.Node {
	if s.Kind() != schema.List {
		if k := n.Child(s.Name()); k != nil && !k.Inactive() {
			return []*conf.Node{k}
		}
		return nil
	}
	var out []*conf.Node
	if k := n.Entry(s.Name(), key); k != nil && !k.Inactive() {
		out = append(out, k)
	}
	for k := range n.Entries(s.Name()) {
		if schema.Wildcard(k.Value()) && !k.Inactive() && fits(s, k.Value(), key) {
			out = append(out, k)
		}
	}
	return out
}

// fits reports whether a pattern stands for the key of a list entry. One without a
// colon also stands for ports by their names on the member: <xe-*> is any member's
// xe ports, as it would be on a switch alone.
func fits(s *schema.Node, pattern, key string) bool {
	if schema.Matches(pattern, key) {
		return true
	}
	if s.Source() != schema.SourcePorts && s.Source() != schema.SourceUnits || strings.Contains(pattern, ":") {
		return false
	}
	_, port, ok := strings.Cut(key, ":")
	return ok && schema.Matches(pattern, port)
}

// banner is a path in words.
func banner(path []step) string {
	var words []string
	for _, s := range path {
		if !s.schema.Flat() {
			words = append(words, s.schema.Word())
		}
		if s.schema.Kind() == schema.List {
			words = append(words, conf.Quote(s.key))
		}
	}
	return strings.Join(words, " ")
}
