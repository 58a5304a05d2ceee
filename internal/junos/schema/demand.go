package schema

import (
	"fmt"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"

	"oneswitch/internal/junos/xpath"
)

// Demand is what must hold of a statement that is configured.
type Demand struct {
	Test    *xpath.Expr // evaluated at the statement
	Message string      // Junos' words when it does not hold
	Absence bool        // the statement itself may not be there (when)
}

// Demands returns what must hold of the statement when it is configured. The caller
// must not change the slice.
func (n *Node) Demands() []Demand { return n.ties.demands }

// Required returns what must stand in the statement when it is configured: each is
// one child, or the children of a choice of which one will do.
func (n *Node) Required() [][]*Node { return n.required }

// Checked reports whether the schema demands anything of the node or of what is
// below it.
func (n *Node) Checked() bool { return n.flags&flagChecked != 0 }

// Closed reports whether what is demanded of the node and of all below it looks at
// nothing outside: a statement that was right once stays so, whatever changes around.
func (n *Node) Closed() bool { return n.flags&flagClosed != 0 }

// demands compiles the must and when statements of a node.
func (c *compiler) demands(n *Node, at *yang.Statement) {
	for _, s := range at.SubStatements() {
		if s.Keyword != "must" && s.Keyword != "when" {
			continue
		}
		test, err := xpath.Parse(strings.Join(strings.Fields(s.Argument), " "))
		if err != nil {
			c.fail("%s: %s: %w", s.Location(), s.Keyword, err)
			continue
		}
		d := Demand{Test: test, Absence: s.Keyword == "when", Message: argument(s.SubStatements(), "message")}
		for _, sub := range s.SubStatements() {
			if sub.Keyword == "error-message" {
				d.Message = strings.Join(strings.Fields(sub.Argument), " ")
			}
		}
		if d.Message == "" {
			c.fail("%s: %s has no error-message", s.Location(), s.Keyword)
		}
		n.ties.demands = append(n.ties.demands, d)
	}
}

// resolve checks that every path of every demand leads to something, and marks the
// nodes that have demands below them. It returns how many levels above the node they
// look.
func (c *compiler) resolve(way []*Node) (above int) {
	n := way[len(way)-1]
	above, checked := c.below(way)
	for _, d := range n.ties.demands {
		for _, p := range d.Test.Paths() {
			if err := reaches(way, p); err != nil {
				c.fail("%s: %q: %w", wayText(way), d.Test, err)
			}
			above = max(above, rise(p))
		}
	}
	if checked || len(n.ties.demands)+len(n.required) > 0 {
		n.flags |= flagChecked
	}
	if above == 0 {
		n.flags |= flagClosed
	}
	return above
}

// below resolves what stands below a node: once, however many share it, when it looks
// at nothing outside.
func (c *compiler) below(way []*Node) (above int, checked bool) {
	n := way[len(way)-1]
	if checked, ok := c.resolved[n.body]; ok {
		return 0, checked
	}
	for _, k := range n.children {
		if k.Groups() {
			continue // what is applied is checked where it is applied
		}
		above = max(above, c.resolve(append(way[:len(way):len(way)], k))-1)
		checked = checked || k.Checked()
	}
	if above == 0 {
		c.resolved[n.body] = checked
	}
	return above, checked
}

// rise returns how many levels above the node that a demand is about a path leads.
func rise(p xpath.Path) int {
	if p.Root {
		return maxLevels
	}
	at, top := 0, 0
	for _, s := range p.Steps {
		if at--; s.Up {
			at += 2
		}
		top = max(top, at)
	}
	return top
}

// maxLevels is more than any statement stands below the top.
const maxLevels = 64

// reaches goes along a path of names.
func reaches(way []*Node, p xpath.Path) error {
	if p.Root {
		way = way[:1]
	}
	for _, s := range p.Steps {
		at := way[len(way)-1]
		switch k := at.Child(s.Name); {
		case s.Up && len(way) == 1:
			return fmt.Errorf("a path leads above the configuration")
		case s.Up:
			way = way[:len(way)-1]
		case at.IsKey(s.Name):
			way = append(way[:len(way):len(way)], at.keys[0])
		case k == nil:
			return fmt.Errorf("there is no %s in %s", s.Name, at.name)
		default:
			way = append(way[:len(way):len(way)], k)
		}
	}
	return nil
}

func wayText(way []*Node) string {
	var words []string
	for _, n := range way[1:] {
		words = append(words, n.name)
	}
	return strings.Join(words, " ")
}
