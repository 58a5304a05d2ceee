package schema

import (
	"fmt"
	"slices"
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

// demands compiles the must and when statements of a node, and the mandatory ones
// among its children and choices.
func (c *compiler) demands(n *Node, e *yang.Entry) {
	for _, s := range e.Node.Statement().SubStatements() {
		if s.Keyword != "must" && s.Keyword != "when" {
			continue
		}
		test, err := xpath.Parse(strings.Join(strings.Fields(s.Argument), " "))
		if err != nil {
			c.fail("%s: %s: %w", e.Path(), s.Keyword, err)
			continue
		}
		d := Demand{Test: test, Absence: s.Keyword == "when", Message: argument(s.SubStatements(), "message")}
		for _, sub := range s.SubStatements() {
			if sub.Keyword == "error-message" {
				d.Message = strings.Join(strings.Fields(sub.Argument), " ")
			}
		}
		if d.Message == "" {
			c.fail("%s: %s has no error-message", e.Path(), s.Keyword)
		}
		n.ties.demands = append(n.ties.demands, d)
	}
	for _, k := range n.children {
		if sub := e.Dir[k.name]; k.Mandatory() || sub != nil && sub.ListAttr != nil && sub.ListAttr.MinElements > 0 {
			n.required = append(n.required, []*Node{k})
		}
	}
	for _, name := range mandatoryChoices(e) {
		var any []*Node
		for _, k := range n.children {
			if slices.ContainsFunc(k.ties.arms, func(a arm) bool { return a.choice == name }) {
				any = append(any, k)
			}
		}
		n.required = append(n.required, any)
	}
}

// mandatoryChoices returns the names of the choices of which one case must be there,
// in alphabetical order.
func mandatoryChoices(e *yang.Entry) []string {
	var out []string
	for name, k := range e.Dir {
		if k.IsChoice() && k.Mandatory == yang.TSTrue {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// resolve checks that every path of every demand leads to something, and marks the
// nodes that have demands below them. It returns how many levels above the node they
// look.
func (c *compiler) resolve(way []*Node) (above int) {
	n := way[len(way)-1]
	checked := len(n.ties.demands)+len(n.required) > 0
	for _, d := range n.ties.demands {
		for _, p := range d.Test.Paths() {
			if err := reaches(way, p); err != nil {
				c.fail("%s: %q: %w", wayText(way), d.Test, err)
			}
			above = max(above, rise(p))
		}
	}
	for _, k := range n.children {
		if k.Groups() {
			continue // what is applied is checked where it is applied
		}
		above = max(above, c.resolve(append(way[:len(way):len(way)], k))-1)
		checked = checked || k.Checked()
	}
	if checked {
		n.flags |= flagChecked
	}
	if above == 0 {
		n.flags |= flagClosed
	}
	return above
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
