package conf

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// Select returns the part of the configuration that a NETCONF subtree filter
// (RFC 6241 section 6) selects; filter is the inside of <filter> or the
// <configuration> element of a Junos get-configuration. An empty filter selects
// nothing, a filter of an empty configuration element everything.
func (t Tree) Select(filter []byte) (Tree, []Problem) {
	top, err := parseXML(filter)
	if err != nil {
		return t, asProblems(err)
	}
	if len(top.kids) == 1 && top.kids[0].name == t.root.schema.Name() {
		if top = top.kids[0]; len(top.kids) == 0 {
			return t, nil
		}
	}
	s := selection{}
	root := s.kids(t.root, top.kids)
	if root == nil {
		root = &Node{schema: t.root.schema}
	}
	return Tree{t.schema, root}, nil
}

// selection matches filter elements against statements.
type selection struct{}

// kids returns the node with those of its children that one of the filters
// selects, nil when there are none. The key of a list entry is always part of it.
func (s selection) kids(n *Node, filters []*element) *Node {
	var kids []*Node
	for _, k := range n.kids {
		var found *Node
		for _, f := range filters {
			if f.name != k.schema.Name() {
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
func (s selection) node(n *Node, f *element) *Node {
	text := strings.TrimSpace(f.text)
	if !n.schema.Holds() {
		if text != "" && text != n.value {
			return nil // a content match node (section 6.2.5)
		}
		return n
	}
	if f.attrs["recurse"] == "false" {
		return &Node{schema: n.schema, value: n.value, marks: n.marks}
	}
	var wanted []*element
	named := false
	for _, k := range f.kids {
		text := strings.TrimSpace(k.text)
		isKey := n.schema.Key() != nil && k.name == n.schema.Key().Name()
		switch {
		case isKey && text != "" && text != n.value:
			return nil
		case isKey:
			named = named || text == ""
		case text != "" && len(k.kids) == 0:
			if !s.matches(n, k.name, text) {
				return nil
			}
		default:
			wanted = append(wanted, k)
		}
	}
	if len(wanted) == 0 && !named {
		return n // nothing but content matches: the whole statement (section 6.2.5)
	}
	for _, k := range f.kids { // what was matched is part of the answer
		if strings.TrimSpace(k.text) != "" && len(k.kids) == 0 {
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
