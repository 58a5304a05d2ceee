package conf

import (
	"strings"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
)

// Select returns the part of the configuration that a NETCONF subtree filter
// (RFC 6241 section 6) selects; filter is the inside of <filter> or the
// <configuration> element of a Junos get-configuration. An empty filter selects
// nothing, a filter of an empty configuration element everything.
func (t Tree) Select(filter []byte) (Tree, []Problem) {
	top, err := edit.ParseXML(filter)
	if err != nil {
		return t, edit.AsProblems(err)
	}
	if len(top.Kids) == 1 && top.Kids[0].Name == t.root.schema.Name() {
		if top = top.Kids[0]; len(top.Kids) == 0 {
			return t, nil
		}
	}
	s := selection{}
	root := s.kids(t.root, top.Kids)
	if root == nil {
		root = &Node{schema: t.root.schema}
	}
	return Tree{t.schema, root}, nil
}

// selection matches filter elements against statements.
type selection struct{}

// kids returns the node with those of its children that one of the filters
// selects, nil when there are none. The key of a list entry is always part of it.
func (s selection) kids(n *Node, filters []*edit.Element) *Node {
	var kids []*Node
	for _, k := range n.kids {
		var found *Node
		for _, f := range filters {
			if f.Name != k.schema.Name() {
				continue
			}
			found = union(found, s.node(k, f))
		}
		if found != nil {
			kids = append(kids, found)
		}
	}
	if kids == nil {
		return nil
	}
	return &Node{schema: n.schema, value: n.value, marks: n.marks, kids: kids}
}

// union joins what two filters selected of one statement.
func union(a, b *Node) *Node {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	out := &Node{schema: a.schema, value: a.value, marks: a.marks}
	siblings(a.kids, b.kids, func(sn *schema.Node, x, y []*Node) {
		merge(sn, x, y, func(k, l *Node) { out.kids = append(out.kids, union(k, l)) })
	})
	return out
}

// node returns what a filter selects of a statement that has its name.
func (s selection) node(n *Node, f *edit.Element) *Node {
	text := strings.TrimSpace(f.Text)
	if !n.schema.Holds() {
		if text != "" && text != n.value {
			return nil // a content match node (section 6.2.5)
		}
		return n
	}
	if f.Attrs["recurse"] == "false" {
		return &Node{schema: n.schema, value: n.value, marks: n.marks}
	}
	var wanted []*edit.Element
	named := false
	for _, k := range f.Kids {
		text := strings.TrimSpace(k.Text)
		isKey := n.schema.Key() != nil && k.Name == n.schema.Key().Name()
		switch {
		case isKey && text != "" && text != n.value:
			return nil
		case isKey:
			named = named || text == ""
		case text != "" && len(k.Kids) == 0:
			if !s.matches(n, k.Name, text) {
				return nil
			}
		default:
			wanted = append(wanted, k)
		}
	}
	if len(wanted) == 0 && !named {
		return n // nothing but content matches: the whole statement (section 6.2.5)
	}
	for _, k := range f.Kids { // what was matched is part of the answer
		if strings.TrimSpace(k.Text) != "" && len(k.Kids) == 0 {
			wanted = append(wanted, k)
		}
	}
	if out := s.kids(n, wanted); out != nil {
		return out
	}
	if named {
		return &Node{schema: n.schema, value: n.value, marks: n.marks}
	}
	return nil
}

// matches reports whether a leaf of the node has the value.
func (s selection) matches(n *Node, name, value string) bool {
	for k := range n.Entries(name) {
		if k.value == value {
			return true
		}
	}
	return false
}
