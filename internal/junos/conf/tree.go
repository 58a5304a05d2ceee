package conf

import (
	"iter"

	"oneswitch/internal/junos/schema"
)

// Tree is one whole configuration. It is immutable and cheap to copy; the zero
// Tree is not usable, New makes an empty one.
type Tree struct {
	schema *schema.Schema
	root   *Node
}

// New returns the empty configuration.
func New(s *schema.Schema) Tree { return Tree{s, &Node{schema: s.Config()}} }

// Schema returns the schema of the tree.
func (t Tree) Schema() *schema.Schema { return t.schema }

// Root returns the top of the configuration.
func (t Tree) Root() *Node { return t.root }

// Find returns the statement at the path, or nil.
func (t Tree) Find(p Path) *Node { return nil }

// Apply carries out the edits in order and returns the tree that results. When
// one of the problems is an error nothing has changed: the tree returned is t.
// All problems are reported, not only the first.
func (t Tree) Apply(edits []Edit) (Tree, []Problem) { return t, nil }

// Hash is a digest of a configuration or a part of it. Equal configurations have
// equal hashes.
type Hash [16]byte

// Hash returns the digest of the whole configuration.
func (t Tree) Hash() Hash { return t.root.Hash() }

// Node is one statement of a configuration: a container, a list entry, a leaf with
// its value, or one value of a leaf-list. It is immutable once Apply has returned.
// The methods accept a nil Node, which holds nothing.
type Node struct {
	schema *schema.Node
	value  string // leaf or leaf-list value, or key of a list entry
	kids   []*Node
}

// Schema returns what the statement is.
func (n *Node) Schema() *schema.Node { return n.schema }

// Value returns the key of a list entry or the value of a leaf.
func (n *Node) Value() string { return n.value }

// Children returns the statements below in the order of the configuration. The
// caller must not change the slice.
func (n *Node) Children() []*Node { return n.kids }

// Child returns the container or leaf with the element name, or nil; for lists
// and leaf-lists the first entry.
func (n *Node) Child(name string) *Node { return nil }

// Entry returns the list entry or leaf-list value with the key, or nil.
func (n *Node) Entry(name, key string) *Node { return nil }

// Entries yields the entries of a list, or values of a leaf-list, in order.
func (n *Node) Entries(name string) iter.Seq[*Node] { return func(func(*Node) bool) {} }

// Leaf returns the value of the leaf with the element name, and whether it is set.
func (n *Node) Leaf(name string) (string, bool) { return "", false }

// Active returns the node without everything that is marked inactive: what the
// fabric acts on. Nil when the node itself is inactive.
func (t Tree) Active() Tree { return t }

// Inactive reports whether the statement is marked inactive.
func (n *Node) Inactive() bool { return false }

// Protected reports whether the statement is marked protect.
func (n *Node) Protected() bool { return false }

// Comment returns the annotation of the statement, without comment marks.
func (n *Node) Comment() string { return "" }

// Hash returns the digest of the statement and all below it.
func (n *Node) Hash() Hash { return Hash{} }

// Natural compares two names so that numbers in them count as numbers: xe-0/0/2
// stands before xe-0/0/10. It is the order of list entries.
func Natural(a, b string) int { return 0 }
