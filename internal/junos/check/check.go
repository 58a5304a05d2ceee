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
	c.statement(&place{node: t.Root()})
	return c.problems
}

// checker is one Constraints at work.
type checker struct{ problems []conf.Problem }

// statement checks what is demanded of a statement and of all below it.
func (c *checker) statement(at *place) {
	s := at.node.Schema()
	if s.Closed() && at.node.Sound() {
		return
	}
	before := len(c.problems)
	for _, d := range s.Demands() {
		if !d.Test.True(at) {
			c.fail(at, conf.Semantic, d.Message)
		}
	}
	for _, any := range s.Required() {
		if !slices.ContainsFunc(any, func(m *schema.Node) bool { return at.node.Has(m.Name()) }) {
			c.fail(at, conf.MissingValue, "Missing mandatory statement: "+words(any))
		}
	}
	for _, k := range at.node.Children() {
		if s := k.Schema(); s.Checked() && !s.Groups() { // what a group holds is checked where it is applied
			c.statement(&place{up: at, node: k})
		}
	}
	if s.Closed() && len(c.problems) == before {
		at.node.MarkSound()
	}
}

// fail records a problem of a statement.
func (c *checker) fail(at *place, code conf.Code, text string) {
	p := conf.Problem{Code: code, Text: text}
	if at.up != nil {
		p.Path, p.Token = at.up.path().String(), conf.Path{at.step()}.String()
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

var _ xpath.Node = (*place)(nil)

// step returns the last step of the path to the statement.
func (p *place) step() conf.Step {
	if n := p.node; n.Schema().Many() {
		return conf.Step{Node: n.Schema(), Key: n.Value()}
	}
	return conf.Step{Node: p.node.Schema()}
}

// path returns the way from the top.
func (p *place) path() conf.Path {
	if p.up == nil {
		return nil
	}
	return append(p.up.path(), p.step())
}

// Up returns the statement around.
func (p *place) Up() xpath.Node {
	if p.up == nil {
		return nil
	}
	return p.up
}

// Text returns the value of a leaf or key.
func (p *place) Text() string {
	switch {
	case p.node == nil:
		return p.key
	case p.node.Schema().HasValue() && !p.node.Schema().Holds():
		return p.node.Value()
	}
	return ""
}

// Down returns the statements with the element name.
func (p *place) Down(name string) []xpath.Node {
	if p.node == nil {
		return nil
	}
	if s := p.node.Schema(); s.IsKey(name) {
		words := p.node.Keys()
		for i, k := range s.Keys()[:len(words)] {
			if k.Name() == name {
				return []xpath.Node{&place{up: p, key: words[i]}}
			}
		}
		return nil
	}
	var out []xpath.Node
	for k := range p.node.Entries(name) {
		out = append(out, &place{up: p, node: k})
	}
	return out
}
