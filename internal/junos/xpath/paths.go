package xpath

import "slices"

// Path is a path in an expression, as whoever compiles a schema checks it and knows
// what the expression depends on.
type Path struct {
	Root  bool   // begins at the root, else at the node that the expression stands at
	Steps []Step // of predicates: those that lead to them, then theirs
}

// Step is one step: to the parent, or to the children with a name.
type Step struct {
	Up   bool
	Name string
}

// Paths returns all paths of the expression.
func (e *Expr) Paths() []Path {
	c := collector{}
	c.operand(e.top, Path{})
	return c.paths
}

// collector gathers paths; at is where the expression it looks at stands.
type collector struct{ paths []Path }

func (c *collector) operand(o operand, at Path) {
	switch o := o.(type) {
	case junction:
		for _, x := range o.of {
			c.operand(x, at)
		}
	case comparison:
		c.operand(o.left, at)
		c.operand(o.right, at)
	case call:
		for _, x := range o.args {
			c.operand(x, at)
		}
	case path:
		c.path(o, at)
	}
}

func (c *collector) path(p path, at Path) {
	here := Path{at.Root, slices.Clone(at.Steps)}
	if p.root || p.current {
		here = Path{Root: p.root}
	}
	for _, s := range p.steps {
		here.Steps = append(here.Steps, Step{s.up, s.name})
		for _, w := range s.where {
			c.operand(w, here)
		}
	}
	c.paths = append(c.paths, here)
}
