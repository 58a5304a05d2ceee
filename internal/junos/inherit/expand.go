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

// Expand returns the effective configuration and what is wrong with its ranges; for
// what is wrong with its groups see Check. What can be expanded is, even when there
// are problems. Inactive statements stay and inherit nothing.
func Expand(t conf.Tree) (conf.Tree, []conf.Problem) {
	x := &expander{groups: make(map[string]*group), plain: make(map[*conf.Node]bool)}
	for g := range t.Root().Entries("groups") {
		x.groups[g.Value()] = &group{node: g, origin: &conf.Origin{Name: g.Value()}}
	}
	root := x.statement(x.withMembers(t.Root()), nil)
	if root == nil {
		return t.Compose(nil), x.problems
	}
	return t.Compose(x.fillRanges(root).Children()), x.problems
}

// group is one configuration group.
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
	groups   map[string]*group
	path     []step              // from the root to the statement that is being made
	plain    map[*conf.Node]bool // whether a statement of a group can be shared whole
	made     int                 // inherited nodes
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
		kids = x.children(n, from)
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
	kids, changed := n.Children(), false
	for i, k := range n.Children() {
		var made *conf.Node
		if s := k.Schema(); !s.Groups() && !s.Everywhere() {
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

// existing is statement for a child that stands in the configuration.
func (x *expander) existing(k *conf.Node, from []source) *conf.Node {
	if k.Inactive() || !k.Schema().Holds() {
		return k
	}
	x.path = append(x.path, step{k.Schema(), k.Value()})
	defer func() { x.path = x.path[:len(x.path)-1] }()
	return x.statement(k, from)
}

// sources returns what the statement inherits from, the strongest first: groups
// that it applies itself, then those from above, but for the excepted ones. Each is
// followed by what it applies on its part.
func (x *expander) sources(n *conf.Node, above []source) []source {
	if len(above) == 0 && !n.Has(applyGroups) {
		return nil
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
		if n.Entry(applyExcept, s.group.origin.Name) == nil || s.group.origin.Range {
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
		if schema.Wildcard(k.Value()) && !k.Inactive() && schema.Matches(k.Value(), key) {
			out = append(out, k)
		}
	}
	return out
}

// children returns the children of n, which may be one that exists only in groups,
// together with those of the sources.
func (x *expander) children(n *conf.Node, from []source) []*conf.Node {
	var kids []*conf.Node
	for _, s := range present(n, from) {
		switch s.Kind() {
		case schema.List:
			kids = append(kids, x.list(n, s, from)...)
		case schema.LeafList:
			kids = append(kids, x.values(n, s, from)...)
		default:
			if k := x.single(n, s, from); k != nil {
				kids = append(kids, k)
			}
		}
	}
	return kids
}

// present returns the schema nodes that the statement or a source has children of.
func present(n *conf.Node, from []source) []*schema.Node {
	var out []*schema.Node
	add := func(n *conf.Node) {
		var last *schema.Node
		for _, k := range n.Children() {
			s := k.Schema()
			if s == last || s.Groups() || s.Everywhere() {
				continue
			}
			last = s
			if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	add(n)
	for _, s := range from {
		add(s.node)
	}
	slices.SortFunc(out, func(a, b *schema.Node) int { return a.Index() - b.Index() })
	return out
}

// single makes a container or leaf.
func (x *expander) single(n *conf.Node, s *schema.Node, from []source) *conf.Node {
	own := n.Child(s.Name())
	if own != nil && !s.Holds() {
		return own
	}
	return x.one(own, step{s, ""}, from)
}

// list makes the entries of a list: the own ones and those that sources name.
func (x *expander) list(n *conf.Node, s *schema.Node, from []source) []*conf.Node {
	var keys []string
	own := make(map[string]*conf.Node)
	for k := range n.Entries(s.Name()) {
		keys = append(keys, k.Value())
		own[k.Value()] = k
	}
	sorted := len(keys)
	for _, src := range from {
		for k := range src.node.Entries(s.Name()) {
			if _, known := own[k.Value()]; known || k.Inactive() || schema.Wildcard(k.Value()) {
				continue
			}
			own[k.Value()] = nil
			keys = append(keys, k.Value())
		}
	}
	if len(keys) > sorted && !s.UserOrdered() {
		slices.SortFunc(keys, conf.Natural)
	}
	var out []*conf.Node
	for _, key := range keys {
		if k := x.one(own[key], step{s, key}, from); k != nil {
			out = append(out, k)
		}
	}
	return out
}

// values makes the values of a leaf-list: the own ones, then those of sources.
func (x *expander) values(n *conf.Node, s *schema.Node, from []source) []*conf.Node {
	var out []*conf.Node
	have := make(map[string]bool)
	for k := range n.Entries(s.Name()) {
		out = append(out, k)
		have[k.Value()] = true
	}
	for _, src := range from {
		for k := range src.node.Entries(s.Name()) {
			if !have[k.Value()] && !k.Inactive() && x.room() {
				have[k.Value()] = true
				out = append(out, conf.Inherited(s, k.Value(), nil, src.group.origin))
			}
		}
	}
	if !s.UserOrdered() {
		slices.SortFunc(out, func(a, b *conf.Node) int { return conf.Natural(a.Value(), b.Value()) })
	}
	return out
}

// one makes one statement out of the own one, which may be nil, and what sources
// say about it.
func (x *expander) one(own *conf.Node, at step, from []source) *conf.Node {
	var below []source
	for _, s := range from {
		for _, k := range fitting(s.node, at.schema, at.key) {
			below = append(below, source{k, s.group})
		}
	}
	if own != nil {
		return x.existing(own, below)
	}
	if len(below) == 0 || !x.room() {
		return nil
	}
	first := below[0]
	if !at.schema.Holds() {
		return conf.Inherited(at.schema, first.node.Value(), nil, first.group.origin)
	}
	if len(below) == 1 && x.shareable(first.node) {
		return conf.Inherited(at.schema, at.key, first.node.Children(), first.group.origin)
	}
	x.path = append(x.path, at)
	defer func() { x.path = x.path[:len(x.path)-1] }()
	kids := x.children(nil, x.sources(nil, below))
	if len(kids) == 0 && at.schema.Kind() == schema.Container {
		return nil
	}
	return conf.Inherited(at.schema, at.key, kids, first.group.origin)
}

// shareable reports whether all below a statement of a group is inherited as it
// stands there.
func (x *expander) shareable(n *conf.Node) bool {
	if known, ok := x.plain[n]; ok {
		return known
	}
	plain := n.Comment() == "" && !n.Inactive() && !n.Protected()
	for _, k := range n.Children() {
		s := k.Schema()
		if s.Everywhere() || s.Kind() == schema.List && schema.Wildcard(k.Value()) || !x.shareable(k) {
			plain = false
		}
	}
	x.plain[n] = plain
	return plain
}

// room counts an inherited statement and reports whether it may still be made.
func (x *expander) room() bool {
	x.made++
	if x.made == maxInherited+1 {
		x.fail("", applyGroups, "groups and interface ranges expand to more than %d statements", maxInherited)
	}
	return x.made <= maxInherited
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
