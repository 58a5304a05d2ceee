package check

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/xpath"
)

// Constraints returns what is wrong with the effective configuration by the schema
// alone. Whoever checks a configuration for commit (settings.Read) adds them to its
// own problems.
func Constraints(t conf.Tree) []conf.Problem {
	c := &checker{}
	c.statement(nil, &place{node: t.Root()})
	return c.problems
}

// checker is one Constraints at work.
type checker struct{ problems []conf.Problem }

// statement checks what is demanded of a statement and of all below it.
func (c *checker) statement(level conf.Path, at *place) {
	n := at.node
	s := n.Schema()
	for _, d := range s.Demands() {
		if !d.Test.True(*at) {
			c.fail(level, at, conf.Semantic, d.Message)
		}
	}
	for _, any := range s.Required() {
		if !slices.ContainsFunc(any, func(m *schema.Node) bool { return n.Has(m.Name()) }) {
			c.fail(level, at, conf.MissingValue, "Missing mandatory statement: "+words(any))
		}
	}
	if at.up != nil {
		level = level.Then(s, key(n))
	}
	var before *conf.Node
	for _, k := range n.Children() {
		s := k.Schema()
		if s.InChoice() {
			if before != nil && s.Excludes(before.Schema()) {
				c.fail(level, &place{up: at, node: k}, conf.Semantic,
					"mutually exclusive with statement '"+before.Schema().Word()+"'")
			}
			before = k
		}
		if s.Checked() && !s.Groups() { // what a group holds is checked where it is applied
			c.statement(level, &place{up: at, node: k})
		}
	}
}

func key(n *conf.Node) string {
	if n.Schema().Many() {
		return n.Value()
	}
	return ""
}

// fail records a problem of the statement at a level.
func (c *checker) fail(level conf.Path, at *place, code conf.Code, text string) {
	p := conf.Problem{Path: level.String(), Code: code, Text: text}
	if at.up != nil {
		p.Token = conf.Path{{Node: at.node.Schema(), Key: at.node.Value()}}.String()
	}
	c.problems = append(c.problems, p)
}

// words lists statements as Junos quotes them.
func words(nodes []*schema.Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, "'"+n.Word()+"'")
	}
	return strings.Join(out, " or ")
}

// place is a statement with the way to it, or the key of a list entry, as conditions
// see it.
type place struct {
	up   *place
	node *conf.Node
	key  string // of the list entry above; then node is nil
}

var _ xpath.Node = place{}

// Up returns the statement around.
func (p place) Up() xpath.Node {
	if p.up == nil {
		return nil
	}
	return *p.up
}

// Text returns the value of a leaf or key.
func (p place) Text() string {
	switch {
	case p.node == nil:
		return p.key
	case p.node.Schema().HasValue() && !p.node.Schema().Holds():
		return p.node.Value()
	}
	return ""
}

// Down returns the statements with the element name.
func (p place) Down(name string) []xpath.Node {
	if p.node == nil {
		return nil
	}
	here := &p
	for i, k := range p.node.Schema().Keys() {
		if words := p.node.Keys(); k.Name() == name && i < len(words) {
			return []xpath.Node{place{up: here, key: words[i]}}
		}
	}
	var out []xpath.Node
	for k := range p.node.Entries(name) {
		out = append(out, place{up: here, node: k})
	}
	return out
}
