package conf

import "oneswitch/internal/junos/schema"

// Origin says where a statement comes from that nobody has written at its place:
// a configuration group or an interface-range.
type Origin struct {
	Range bool // an interface-range, else a group
	Name  string
}

// String is the sentence of `display inheritance` behind the name of the statement.
func (o *Origin) String() string {
	if o.Range {
		return "was expanded from interface-range '" + o.Name + "'"
	}
	return "was inherited from group '" + o.Name + "'"
}

// Origin returns where an inherited statement comes from, nil for what stands in
// the configuration itself. What is below an inherited statement comes from there
// too unless it says otherwise.
func (n *Node) Origin() *Origin {
	if n == nil || n.marks == nil {
		return nil
	}
	return n.marks.origin
}

// marked reports whether the user has attached something to the statement.
func (n *Node) marked() bool {
	return n.marks != nil && (n.marks.inactive || n.marks.protected || n.marks.comment != "")
}

// Compose returns the statement with other children, which must be in the order of
// a tree: that of the schema, entries in natural or user's order. The nodes become
// part of the result and stay as they are.
func (n *Node) Compose(kids []*Node) *Node {
	return &Node{schema: n.schema, value: n.value, marks: n.marks, kids: pack(kids, nil)}
}

// Inherited returns a statement that comes from somewhere else; for the order of
// the children see Compose.
func Inherited(s *schema.Node, value string, kids []*Node, from *Origin) *Node {
	return &Node{schema: s, value: value, kids: pack(kids, nil), marks: &marks{origin: from}}
}

// Expanded returns the leaf as one that tells which values it stands for.
func (n *Node) Expanded(values []string) *Node {
	m := marks{}
	if n.marks != nil {
		m = *n.marks
	}
	m.expansion = &values
	return &Node{schema: n.schema, value: n.value, kids: n.kids, marks: &m}
}

// Expansion returns the values that the leaf stands for (apply-path), and whether it
// has been expanded.
func (n *Node) Expansion() ([]string, bool) {
	if n == nil || n.marks == nil || n.marks.expansion == nil {
		return nil, false
	}
	return *n.marks.expansion, true
}

// Compose returns the configuration with other statements at the top.
func (t Tree) Compose(kids []*Node) Tree { return Tree{t.schema, t.root.Compose(kids)} }
