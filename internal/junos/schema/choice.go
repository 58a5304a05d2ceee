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

// place is a data node where its statement stands among its siblings.
type place struct {
	name  string
	entry *yang.Entry // nil when goyang has none
	arms  []arm
}

// places returns the data nodes directly below an entry in the order of the
// statements, with `uses` and choices expanded in place: goyang keeps them in a map.
// n is the entry's statement, or the grouping that it uses.
func (c *compiler) places(e *yang.Entry, n yang.Node) []place { return c.placesIn(e, n, nil) }

func (c *compiler) placesIn(e *yang.Entry, n yang.Node, arms []arm) []place {
	var out []place
	for _, s := range n.Statement().SubStatements() {
		switch s.Keyword {
		case "container", "list", "leaf", "leaf-list", "rpc", "anyxml", "anydata":
			out = append(out, place{s.Argument, e.Dir[s.Argument], arms})
		case "uses":
			if g := yang.FindGrouping(n, s.Argument, map[string]bool{}); g != nil {
				out = append(out, c.placesIn(e, g, arms)...)
			}
		case "choice":
			if choice := e.Dir[s.Argument]; choice != nil {
				out = append(out, c.cases(choice, s, arms)...)
			}
		}
	}
	return out
}

// cases expands a choice. goyang makes a case of every data node that stands in a
// choice without one (RFC 7950 section 7.9.2).
func (c *compiler) cases(choice *yang.Entry, s *yang.Statement, outer []arm) []place {
	var out []place
	for _, sub := range s.SubStatements() {
		in := choice.Dir[sub.Argument]
		if in == nil {
			continue // help and the like
		}
		arms := append(outer[:len(outer):len(outer)], arm{choice.Name, sub.Argument})
		if sub.Keyword == "case" {
			out = append(out, c.placesIn(in, in.Node, arms)...)
		} else {
			out = append(out, place{sub.Argument, in.Dir[sub.Argument], arms})
		}
	}
	return out
}
