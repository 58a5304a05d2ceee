package tree

import (
	"slices"

	"oneswitch/internal/junos/schema"
)

// Owner is one change at work. Nodes that it has made or copied it changes in place;
// those of others it copies first. It has a size so that two are never equal.
type Owner struct{ _ byte }

// New returns a root without anything below.
func New(s *schema.Node) *Node { return &Node{schema: s} }

// Own returns the node as one that the owner may change: itself, or a copy that shares
// the children.
func (o *Owner) Own(n *Node) *Node {
	if n.owner == o {
		return n
	}
	kids := append(make([]*Node, 0, len(n.kids)+1), n.kids...) // room for one more: the usual edit
	return &Node{schema: n.schema, owner: o, value: n.value, kids: kids, marks: n.marks}
}

// Reach returns the child with the key (of a list or leaf-list) for writing. It is made
// when it is missing. The parent must be owned, as for all that follow.
func (o *Owner) Reach(parent *Node, s *schema.Node, key string) *Node {
	place, ok := parent.place(s, key)
	k := parent.at(place)
	switch {
	case !ok:
		k = &Node{schema: s, owner: o}
		if s.Many() {
			k.value = key
		}
		parent.insert(place, k)
	case k.owner != o:
		k = o.Own(k)
		parent.put(place, k)
	}
	return k
}

// Remove takes the child with the key away, if it is there.
func (o *Owner) Remove(parent *Node, s *schema.Node, key string) {
	if place, ok := parent.place(s, key); ok {
		parent.remove(place)
	}
}

// RemoveAll takes all entries of a list away.
func (o *Owner) RemoveAll(parent *Node, s *schema.Node) {
	parent.become(slices.DeleteFunc(slices.Clone(parent.Children()), func(k *Node) bool { return k.schema == s }))
}

// SetValue gives an owned leaf a value.
func (o *Owner) SetValue(n *Node, value string) { n.value = value }

// SetMarks gives an owned node other marks.
func (o *Owner) SetMarks(n *Node, m Marks) {
	n.marks = nil
	if m != (Marks{}) {
		n.marks = &marks{Marks: m}
	}
}

// Copy makes another entry like one of a list, which shares all below it.
func (o *Owner) Copy(parent, like *Node, key string) {
	place, _ := parent.place(like.schema, key)
	parent.insert(place, &Node{schema: like.schema, value: key, kids: like.kids, marks: like.marks}) // nobody's: it shares its children
}

// Rename gives entries of a list other keys, all at once; no two may become one. In
// user's order they keep their places.
func (o *Owner) Rename(parent *Node, s *schema.Node, keys map[string]string) {
	if len(keys) == 1 && !s.UserOrdered() {
		o.rename(parent, s, keys)
		return
	}
	all := slices.Clone(parent.Children())
	first := slices.IndexFunc(all, func(k *Node) bool { return k.schema == s })
	last := first
	for ; last < len(all) && all[last].schema == s; last++ {
		if key, ok := keys[all[last].value]; ok {
			old := all[last]
			all[last] = &Node{schema: s, value: key, kids: old.kids, marks: old.marks} // nobody's: it shares its children
		}
	}
	if !s.UserOrdered() {
		slices.SortFunc(all[first:last], func(a, b *Node) int { return schema.Natural(a.value, b.value) })
	}
	parent.become(all)
}

// rename gives one entry another key, without a look at all the others.
func (o *Owner) rename(parent *Node, s *schema.Node, keys map[string]string) {
	for from, to := range keys {
		n := o.Own(parent.Lookup(s, from))
		o.Remove(parent, s, from)
		n.value = to
		place, _ := parent.place(s, to)
		parent.insert(place, n)
	}
}

// Move puts an entry of a user-ordered list directly before or after the one with a key.
func (o *Owner) Move(parent, n *Node, key string, after bool) {
	all := slices.DeleteFunc(slices.Clone(parent.Children()), func(k *Node) bool { return k == n })
	i := slices.IndexFunc(all, func(k *Node) bool { return k.schema == n.schema && k.value == key })
	if after {
		i++
	}
	parent.become(slices.Insert(all, i, n))
}
