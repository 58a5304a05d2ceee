package conf

import (
	"crypto/sha256"
	"encoding/binary"

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

// Empty reports whether nothing is configured.
func (t Tree) Empty() bool { return len(t.root.kids) == 0 }

// Find returns the statement at the path, or nil. Where the path names a list as a
// whole it is the first entry.
func (t Tree) Find(p Path) *Node { return t.root.find(p) }

// find descends along a path.
func (n *Node) find(p Path) *Node {
	for _, s := range p {
		if s.Node.Many() && s.Key == "" {
			n = n.Child(s.Node.Name())
		} else {
			n = n.lookup(s.Node, s.Key)
		}
		if n == nil {
			return nil
		}
	}
	return n
}

// Active returns the configuration without everything that is marked inactive:
// what the fabric acts on.
func (t Tree) Active() Tree {
	root := active(t.root)
	if root == nil {
		return New(t.schema)
	}
	return Tree{t.schema, root}
}

// active returns the node without inactive parts; the node itself when it has
// none, nil when nothing is left.
func active(n *Node) *Node {
	if n.Inactive() {
		return nil
	}
	all := n.Children()
	kids, changed := all, false
	for i, k := range all {
		a := active(k)
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
	if out.void() {
		return nil
	}
	return out
}

// Hash is a digest of a configuration or a part of it. Equal configurations have
// equal hashes.
type Hash [16]byte

// Hash returns the digest of the whole configuration.
func (t Tree) Hash() Hash { return t.root.Hash() }

// Hash returns the digest of the statement and all below it, marks and comments
// included. It is computed once and kept.
func (n *Node) Hash() Hash {
	if h := n.hash.Load(); h != nil {
		return *h
	}
	buf := make([]byte, 0, 128)
	text := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	if n.schema != nil { // else a run, which is what stands in it
		text(n.schema.Name())
		text(n.value)
		text(n.Comment())
		buf = append(buf, bit(n.Inactive())|bit(n.Protected())<<1)
	}
	for _, k := range n.kids {
		h := k.Hash()
		buf = append(buf, h[:]...)
	}
	sum := sha256.Sum256(buf)
	h := Hash(sum[:len(Hash{})])
	n.hash.Store(&h)
	return h
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}
