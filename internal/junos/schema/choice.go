package schema

import (
	"github.com/openconfig/goyang/pkg/yang"
)

// arm is one case of a choice.
type arm struct{ choice, name string }

// Excludes reports whether the node and a sibling belong to different cases of one
// choice (RFC 7950 section 7.9): what is set last stays, the other goes.
func (n *Node) Excludes(sibling *Node) bool {
	for _, a := range n.ties.arms {
		for _, b := range sibling.ties.arms {
			if a.choice == b.choice && a.name != b.name {
				return true
			}
		}
	}
	return false
}

// InChoice reports whether there are siblings that the node excludes.
func (n *Node) InChoice() bool { return len(n.ties.arms) > 0 }

// siblings are the nodes next to each other below one statement, in the order of the
// statements, with `uses` and choices expanded in place.
type siblings struct {
	nodes    []*Node
	required [][]*Node // what must be there: of each, one
}

// siblings compiles what stands below a statement.
func (c *compiler) siblings(m *module, s *yang.Statement) *siblings {
	out := new(siblings)
	for _, sub := range s.SubStatements() {
		switch sub.Keyword {
		case "container", "list", "leaf", "leaf-list":
			n := c.node(m, sub)
			if min := property(sub, "min-elements"); n.Mandatory() || min != "" && min != "0" {
				out.required = append(out.required, []*Node{n})
			}
			out.nodes = append(out.nodes, n)
		case "uses":
			out.use(c.grouping(m, sub))
		case "choice":
			c.choice(out, m, sub)
		case "anyxml", "anydata", "augment", "grouping", "typedef", "refine":
			c.fail("%s: %s is not taken", sub.Location(), sub.Keyword)
		}
	}
	return out
}

// grouping compiles what a uses statement names, at its first use.
func (c *compiler) grouping(m *module, uses *yang.Statement) *siblings {
	if len(uses.SubStatements()) > 0 {
		c.fail("%s: nothing is taken below uses", uses.Location())
	}
	m, s := c.define(m, uses.Argument, func(m *module) map[string]*yang.Statement { return m.groupings })
	if s == nil {
		c.fail("%s: unknown group: %s", uses.Location(), uses.Argument)
		return new(siblings)
	}
	g, begun := c.groupings[s]
	switch {
	case begun && g == nil:
		c.fail("%s: grouping %s uses itself", uses.Location(), uses.Argument)
		return new(siblings)
	case !begun:
		c.groupings[s] = nil
		g = c.siblings(m, s)
		c.groupings[s] = g
	}
	return g
}

// use adds what a grouping holds: copies, since each place has its own index and
// choices, that share what stands below them.
func (b *siblings) use(g *siblings) {
	twin := make(map[*Node]*Node, len(g.nodes))
	for _, n := range g.nodes {
		own := *n
		twin[n] = &own
		b.nodes = append(b.nodes, &own)
	}
	for _, any := range g.required {
		var own []*Node
		for _, n := range any {
			own = append(own, twin[n])
		}
		b.required = append(b.required, own)
	}
}

// choice adds the cases of a choice. A data node that stands in it without a case is
// one by itself (RFC 7950 section 7.9.2).
func (c *compiler) choice(out *siblings, m *module, s *yang.Statement) {
	var any []*Node
	for _, sub := range s.SubStatements() {
		var nodes []*Node
		switch sub.Keyword {
		case "case":
			nodes = c.siblings(m, sub).nodes
		case "container", "list", "leaf", "leaf-list":
			nodes = []*Node{c.node(m, sub)}
		case "choice":
			c.fail("%s: a choice stands in a case", sub.Location())
		}
		for _, n := range nodes {
			n.ties.arms = append([]arm{{s.Argument, sub.Argument}}, n.ties.arms...)
		}
		any = append(any, nodes...)
	}
	if property(s, "mandatory") == "true" {
		out.required = append(out.required, any)
	}
	out.nodes = append(out.nodes, any...)
}
