package conf

import (
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/tree"
)

// Tree is one whole configuration. It is immutable and cheap to copy; the zero
// Tree is not usable, New makes an empty one.
type Tree struct {
	schema *schema.Schema
	root   *Node
}

// New returns the empty configuration.
func New(s *schema.Schema) Tree { return Tree{s, tree.New(s.Config())} }

// Schema returns the schema of the tree.
func (t Tree) Schema() *schema.Schema { return t.schema }

// Root returns the top of the configuration.
func (t Tree) Root() *Node { return t.root }

// Empty reports whether nothing is configured.
func (t Tree) Empty() bool { return t.root.Len() == 0 }

// Hash returns the digest of the whole configuration.
func (t Tree) Hash() Hash { return t.root.Hash() }

// Compose returns the configuration with other statements at the top.
func (t Tree) Compose(kids []*Node) Tree { return Tree{t.schema, t.root.Compose(kids)} }

// Active returns the configuration without everything that is marked inactive:
// what the fabric acts on.
func (t Tree) Active() Tree {
	if root := t.root.Active(); root != nil {
		return Tree{t.schema, root}
	}
	return New(t.schema)
}

// Find returns the statement at the path, or nil. Where the path names a list as a
// whole it is the first entry.
func (t Tree) Find(p Path) *Node { return find(t.root, p) }

// find descends along a path.
func find(n *Node, p Path) *Node {
	for _, s := range p {
		if s.Node.Many() && s.Key == "" {
			n = n.Child(s.Node.Name())
		} else {
			n = n.Lookup(s.Node, s.Key)
		}
		if n == nil {
			return nil
		}
	}
	return n
}

// step is the path step that leads from the parent to the node.
func step(n *Node) Step { return Step{Node: n.Schema(), Key: stepKey(n)} }

func stepKey(n *Node) string {
	if n.Schema().Many() {
		return n.Value()
	}
	return ""
}
