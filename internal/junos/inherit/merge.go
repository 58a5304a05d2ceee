package inherit

import (
	"slices"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// childrenOf returns the children of n together with those of the sources. n is nil
// for a statement that exists only in groups.
func (x *expander) childrenOf(in *schema.Node, n *conf.Node, from []source) []*conf.Node {
	var kids []*conf.Node
	for _, s := range x.present(in, n, from) {
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

// present returns the schema nodes, out of those that may stand in a statement, which
// it or a source has children of.
func (x *expander) present(in *schema.Node, n *conf.Node, from []source) []*schema.Node {
	var out []*schema.Node
	add := func(n *conf.Node) {
		var last *schema.Node
		for _, k := range n.Children() {
			s := k.Schema()
			if s == last || !x.passes(s) || in.Child(s.Name()) != s {
				continue // the last: what is about a group alone, not about what it gives
			}
			last = s
			if !slices.Contains(out, s) && !slices.ContainsFunc(out, s.Excludes) { // of a choice the strongest case
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
	return x.remembered(at, nil, below, func() *conf.Node {
		kids := x.childrenOf(at.schema, nil, x.sources(nil, below))
		if len(kids) == 0 && at.schema.Kind() == schema.Container {
			return nil
		}
		return conf.Inherited(at.schema, at.key, kids, first.group.origin)
	})
}

// shareable reports whether all below a statement of a group is inherited as it
// stands there.
func (x *expander) shareable(n *conf.Node) bool {
	if known, ok := x.memory.plain[n]; ok {
		return known
	}
	plain := n.Comment() == "" && !n.Inactive() && !n.Protected()
	for _, k := range n.Children() {
		s := k.Schema()
		if steers(s) || s.Kind() == schema.List && schema.Wildcard(k.Value()) || !x.shareable(k) {
			plain = false
		}
	}
	x.memory.plain[n] = plain
	return plain
}
