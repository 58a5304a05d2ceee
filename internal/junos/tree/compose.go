package tree

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

// Active returns the node without inactive parts; the node itself when it has none,
// nil when nothing is left.
func (n *Node) Active() *Node {
	if n.Inactive() {
		return nil
	}
	all := n.Children()
	kids, changed := all, false
	for i, k := range all {
		a := k.Active()
		if a != k && !changed {
			kids, changed = append(make([]*Node, 0, len(all)), all[:i]...), true
		}
		if changed && a != nil {
			kids = append(kids, a)
		}
	}
	if !changed {
		return n
	}
	out := &Node{schema: n.schema, value: n.value, kids: pack(kids, nil), marks: n.marks}
	if out.Void() {
		return nil
	}
	return out
}
