package tree

import (
	"slices"
	"sort"

	"oneswitch/internal/junos/schema"
)

// A node with many children (the interfaces of a fabric) holds them in runs, so that
// an edit copies one run and the list of runs instead of all children: 6,144
// pointers are 48 KB for each set command. A run is a Node without a schema, which
// so has an owner and a hash like any other.
//
// Where a run ends depends on nothing but the entry that ends it: equal
// configurations are cut alike whatever the way to them, so that hashes of runs
// make those of whole lists, and a comparison finds equal runs side by side.

const (
	widest = 64 // children of a node that has no runs
	runEnd = 16 // one of so many entries ends a run
)

// wide reports whether the children stand in runs.
func (n *Node) wide() bool { return len(n.kids) > 0 && n.kids[0].schema == nil }

// endsRun reports whether an entry is the last of its run: FNV-1a of its key, which is
// spread well enough in the high bits.
func endsRun(k *Node) bool {
	h := uint32(2166136261)
	if k.schema.Many() {
		for i := range len(k.value) {
			h = (h ^ uint32(k.value[i])) * 16777619
		}
	}
	h = (h ^ uint32(k.schema.Index())) * 16777619
	return (h^h>>15)*2654435761>>16%runEnd == 0
}

// Children returns the statements below in the order of the configuration. The
// caller must not change the slice. For a node with more than a hundred or so it is
// made anew each time.
func (n *Node) Children() []*Node {
	if n == nil || !n.wide() {
		if n == nil {
			return nil
		}
		return n.kids
	}
	all := make([]*Node, 0, n.Len())
	for _, r := range n.kids {
		all = append(all, r.kids...)
	}
	return all
}

// Len returns the number of children.
func (n *Node) Len() int {
	if !n.wide() {
		return len(n.kids)
	}
	sum := 0
	for _, r := range n.kids {
		sum += len(r.kids)
	}
	return sum
}

// pack returns children as a node holds them: as they are, or cut into runs.
func pack(all []*Node, o *Owner) []*Node {
	if len(all) <= widest {
		return all
	}
	runs := make([]*Node, 0, len(all)/runEnd*5/4+1)
	from := 0
	for i, k := range all {
		if i == len(all)-1 || endsRun(k) {
			runs = append(runs, &Node{owner: o, kids: slices.Clone(all[from : i+1])})
			from = i + 1
		}
	}
	return runs
}

// slot is the place of a child: the run it is in (0 where there are none) and its
// index there.
type slot struct{ run, at int }

// at returns the child at a slot, nil when there is none.
func (n *Node) at(s slot) *Node {
	kids := n.kids
	if n.wide() {
		if s.run >= len(n.kids) {
			return nil
		}
		kids = n.kids[s.run].kids
	}
	if s.at >= len(kids) {
		return nil
	}
	return kids[s.at]
}

// search returns the slot of the first child for which cmp is not negative; cmp rises
// along the children. A slot behind the last of a run that is ended is the first of the
// next one.
func (n *Node) search(cmp func(k *Node) int) slot {
	if !n.wide() {
		return slot{0, sort.Search(len(n.kids), func(i int) bool { return cmp(n.kids[i]) >= 0 })}
	}
	r := sort.Search(len(n.kids), func(i int) bool { // the first run whose last child is not before it
		kids := n.kids[i].kids
		return cmp(kids[len(kids)-1]) >= 0
	})
	if r == len(n.kids) {
		return n.end()
	}
	kids := n.kids[r].kids
	return slot{r, sort.Search(len(kids), func(i int) bool { return cmp(kids[i]) >= 0 })}
}

// end returns the slot behind the last child.
func (n *Node) end() slot {
	if !n.wide() {
		return slot{0, len(n.kids)}
	}
	last := len(n.kids) - 1
	kids := n.kids[last].kids
	if endsRun(kids[len(kids)-1]) {
		return slot{last + 1, 0}
	}
	return slot{last, len(kids)}
}

// last returns the last child, or nil.
func (n *Node) last() *Node {
	if len(n.kids) == 0 {
		return nil
	}
	k := n.kids[len(n.kids)-1]
	if n.wide() {
		return k.kids[len(k.kids)-1]
	}
	return k
}

// run returns a run of an owned node for writing.
func (n *Node) run(i int) *Node {
	n.kids[i] = n.owner.Own(n.kids[i])
	return n.kids[i]
}

// put puts another node in the place of the child at a slot; its key is the same.
// The node must be owned, as for all that follow.
func (n *Node) put(s slot, k *Node) {
	if n.wide() {
		n.run(s.run).kids[s.at] = k
		return
	}
	n.kids[s.at] = k
}

// insert makes a node a child at a slot.
func (n *Node) insert(s slot, k *Node) {
	switch {
	case !n.wide():
		if n.kids = slices.Insert(n.kids, s.at, k); len(n.kids) > widest {
			n.kids = pack(n.kids, n.owner)
		}
		return
	case s.run == len(n.kids):
		n.kids = append(n.kids, &Node{owner: n.owner, kids: []*Node{k}})
		return
	}
	r := n.run(s.run)
	r.kids = slices.Insert(r.kids, s.at, k)
	if s.at+1 < len(r.kids) && endsRun(k) {
		rest := &Node{owner: n.owner, kids: slices.Clone(r.kids[s.at+1:])}
		r.kids = slices.Delete(r.kids, s.at+1, len(r.kids))
		n.kids = slices.Insert(n.kids, s.run+1, rest)
	}
}

// remove takes the child at a slot away.
func (n *Node) remove(s slot) {
	if !n.wide() {
		n.kids = slices.Delete(n.kids, s.at, s.at+1)
		return
	}
	r := n.run(s.run)
	ended := endsRun(r.kids[s.at])
	r.kids = slices.Delete(r.kids, s.at, s.at+1)
	if ended && s.run+1 < len(n.kids) { // the next run loses its beginning
		r.kids = append(r.kids, n.kids[s.run+1].kids...)
		n.kids = slices.Delete(n.kids, s.run+1, s.run+2)
	} else if len(r.kids) == 0 {
		n.kids = slices.Delete(n.kids, s.run, s.run+1)
	}
	if n.Len() <= widest {
		n.kids = n.Children()
	}
}

// become gives the node other children.
func (n *Node) become(kids []*Node) { n.kids = pack(kids, n.owner) }

// from yields the children of the schema node c in order.
func (n *Node) from(c *schema.Node, yield func(*Node) bool) {
	s := n.first(c)
	if !n.wide() {
		each(n.kids[s.at:], c, yield)
		return
	}
	for ; s.run < len(n.kids); s = (slot{s.run + 1, 0}) {
		if !each(n.kids[s.run].kids[s.at:], c, yield) {
			return
		}
	}
}

// each yields the children of c at the head and reports whether to go on.
func each(kids []*Node, c *schema.Node, yield func(*Node) bool) bool {
	for _, k := range kids {
		if k.schema != c || !yield(k) {
			return false
		}
	}
	return true
}
