package tree

import (
	"iter"
	"slices"
	"sync/atomic"

	"oneswitch/internal/junos/schema"
)

// Node is one statement of a configuration: a container, a list entry, a leaf with
// its value, or one value of a leaf-list. It is immutable once its Owner is done.
// The reading methods accept a nil Node, which holds nothing.
type Node struct {
	schema *schema.Node
	owner  *Owner  // who may still change it in place; nobody once that is dropped
	value  string  // leaf or leaf-list value, or key of a list entry
	kids   []*Node // the statements below, or runs of them: see runs.go
	marks  *marks  // nil for almost every node
	hash   atomic.Pointer[Hash]
	sound  atomic.Bool // see Sound
	open   atomic.Bool // see Guards; like the hash it is kept once it is known
}

// Marks is what a user attaches to a statement beside its value.
type Marks struct {
	Inactive  bool
	Protected bool
	Comment   string // without comment marks
}

// marks is what a node carries beside its value.
type marks struct {
	Marks
	origin    *Origin   // of what is inherited
	expansion *[]string // what the value stands for; nil unless it was expanded
}

// Schema returns what the statement is.
func (n *Node) Schema() *schema.Node { return n.schema }

// Keys returns the keys of a list entry one by one: mostly it is one, the Value.
func (n *Node) Keys() []string { return n.schema.KeyWords(n.value) }

// Value returns the key of a list entry (several keys with a blank between them) or
// the value of a leaf.
func (n *Node) Value() string {
	if n == nil {
		return ""
	}
	return n.value
}

// Child returns the container or leaf with the element name, or nil; for lists
// and leaf-lists the first entry.
func (n *Node) Child(name string) *Node {
	for e := range n.Entries(name) {
		return e
	}
	return nil
}

// Entry returns the list entry or leaf-list value with the key, or nil.
func (n *Node) Entry(name, key string) *Node {
	if n == nil {
		return nil
	}
	c := n.schema.Child(name)
	if c == nil {
		return nil
	}
	return n.Lookup(c, key)
}

// Entries yields the entries of a list, or values of a leaf-list, in order.
func (n *Node) Entries(name string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if n == nil {
			return
		}
		c := n.schema.Child(name)
		if c == nil {
			return
		}
		n.from(c, yield)
	}
}

// Leaf returns the value of the leaf with the element name, and whether it is set.
func (n *Node) Leaf(name string) (string, bool) {
	c := n.Child(name)
	return c.Value(), c != nil
}

// Has reports whether there is a child with the element name.
func (n *Node) Has(name string) bool { return n.Child(name) != nil }

// Inactive reports whether the statement is marked inactive.
func (n *Node) Inactive() bool { return n != nil && n.marks != nil && n.marks.Inactive }

// Protected reports whether the statement is marked protect.
func (n *Node) Protected() bool { return n != nil && n.marks != nil && n.marks.Protected }

// Comment returns the annotation of the statement, without comment marks.
func (n *Node) Comment() string {
	if n == nil || n.marks == nil {
		return ""
	}
	return n.marks.Comment
}

// Sound reports whether MarkSound was called.
func (n *Node) Sound() bool { return n.sound.Load() }

// MarkSound notes that nothing is wrong with the statement and all below it, whatever
// stands around, so that it need not be checked again as long as it lives.
func (n *Node) MarkSound() { n.sound.Store(true) }

// Guards reports whether the statement or one below it is protected. What is known of
// a part is kept with it, and the next configuration that shares it need not look; so
// it must not be asked of what an Owner may still change.
func (n *Node) Guards() bool {
	if n.open.Load() {
		return false
	}
	if n.marks != nil && n.marks.Protected || slices.ContainsFunc(n.kids, (*Node).Guards) {
		return true
	}
	n.open.Store(true)
	return false
}

// Marks returns what the user has attached to the statement.
func (n *Node) Marks() Marks {
	if n == nil || n.marks == nil {
		return Marks{}
	}
	return n.marks.Marks
}

// Marked reports whether the user has attached anything to the statement.
func (n *Node) Marked() bool { return n.Marks() != Marks{} }

// first returns the place of the first child of the schema node c, or where it
// would stand.
func (n *Node) first(c *schema.Node) slot {
	index := c.Index()
	return n.search(func(k *Node) int { return k.schema.Index() - index })
}

// place returns where the child of schema node c with the key stands, and whether
// it is there. Of a user-ordered list it is the end when it is not.
func (n *Node) place(c *schema.Node, key string) (slot, bool) {
	switch {
	case !c.Many():
		s := n.first(c)
		k := n.at(s)
		return s, k != nil && k.schema == c
	case c.UserOrdered():
		return n.placeInUserOrder(c, key)
	}
	// Files are in order most of the time: look at the end first.
	if last := n.last(); last == nil || order(last, c, key) < 0 {
		return n.end(), false
	}
	s := n.search(func(k *Node) int { return order(k, c, key) })
	k := n.at(s)
	return s, k != nil && k.schema == c && k.value == key
}

// placeInUserOrder looks at one entry after the other.
func (n *Node) placeInUserOrder(c *schema.Node, key string) (slot, bool) {
	runs := [][]*Node{n.kids}
	if n.wide() {
		runs = runs[:0]
		for _, r := range n.kids {
			runs = append(runs, r.kids)
		}
	}
	for s := n.first(c); s.run < len(runs); s = (slot{s.run + 1, 0}) {
		for ; s.at < len(runs[s.run]); s.at++ {
			switch k := runs[s.run][s.at]; {
			case k.schema != c:
				return s, false
			case k.value == key:
				return s, true
			}
		}
	}
	return n.end(), false
}

// order compares a child with the place that schema node c and a key have.
func order(k *Node, c *schema.Node, key string) int {
	if d := k.schema.Index() - c.Index(); d != 0 {
		return d
	}
	return schema.Natural(k.value, key)
}

// Lookup returns the child of schema node c with the key (ignored unless there may
// be several), or nil.
func (n *Node) Lookup(c *schema.Node, key string) *Node {
	if s, ok := n.place(c, key); ok {
		return n.at(s)
	}
	return nil
}

// Void reports whether the statement is a container that has lost its last child
// and so does not exist any more.
func (n *Node) Void() bool { return n.schema.Kind() == schema.Container && len(n.kids) == 0 }
