package inherit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

const (
	// maxMembers bounds how many interfaces one member statement may name.
	maxMembers = 8192
	// accessPorts is what * in place of a port number stands for: the access ports
	// of a node device (QF-REF 1.2).
	accessPorts = "[0-47]"
)

// membership says which ranges each interface belongs to. It is remembered together
// with what it was made from.
type membership struct {
	from     []*conf.Node
	owners   []string              // of interfaces, and names of node devices
	names    []string              // in natural order
	ranges   map[string][]source   // what the ranges of a name give it, the strongest first
	sources  map[*conf.Node]source // what a range gives
	problems []conf.Problem
}

// fillWritten gives the members of ranges what the ranges say, as if somebody had
// written it there: so it is stronger than what groups give, and what a range applies
// its members apply.
func (x *expander) fillWritten(root *conf.Node) *conf.Node {
	x.memory.written = membersOf(root, x.memory.written)
	x.literal = true
	defer func() { x.literal = false }()
	return x.fill(root, x.memory.written)
}

// fillInherited gives the members what ranges have inherited themselves, and fills
// ranges that exist only in groups or have new members by them.
func (x *expander) fillInherited(written, root *conf.Node) *conf.Node {
	if slices.Equal(ranges(written), ranges(root)) && interfaces(written) == interfaces(root) {
		x.problems = append(x.problems, x.memory.written.problems...)
		return root
	}
	x.memory.whole = membersOf(root, x.memory.whole)
	x.problems = append(x.problems, x.memory.whole.problems...)
	return x.fill(root, x.memory.whole)
}

// ranges returns the interface ranges of a configuration.
func ranges(root *conf.Node) []*conf.Node {
	return slices.Collect(root.Child("interfaces").Entries("interface-range"))
}

// interfaces returns how many interfaces a configuration has.
func interfaces(root *conf.Node) (n int) {
	for range root.Child("interfaces").Entries("interface") {
		n++
	}
	return n
}

// fill puts the members between the interfaces, filled from their ranges.
func (x *expander) fill(root *conf.Node, m membership) *conf.Node {
	if len(m.names) == 0 {
		return root
	}
	interfaces := root.Child("interfaces")
	list := interfaces.Schema().Child("interface")
	x.path = []step{{interfaces.Schema(), ""}}
	defer func() { x.path = nil }()
	var kids []*conf.Node
	fresh := m.names
	for _, k := range interfaces.Children() {
		if k.Schema() == list {
			for len(fresh) > 0 && conf.Natural(fresh[0], k.Value()) < 0 {
				kids = x.member(kids, list, m, fresh[0])
				fresh = fresh[1:]
			}
			if len(fresh) > 0 && fresh[0] == k.Value() {
				k = x.existing(k, m.ranges[fresh[0]])
				fresh = fresh[1:]
			}
		}
		kids = append(kids, k)
	}
	for _, name := range fresh {
		kids = x.member(kids, list, m, name)
	}
	return replaced(root, interfaces.Compose(kids))
}

// member appends an interface that exists only as the member of ranges.
func (x *expander) member(kids []*conf.Node, list *schema.Node, m membership, name string) []*conf.Node {
	if !x.room() {
		return kids
	}
	from := m.ranges[name]
	return append(kids, x.remembered(step{list, name}, nil, from, func() *conf.Node {
		return conf.Inherited(list, name, x.childrenOf(list, nil, from), from[0].group.origin)
	}))
}

// replaced returns the node with a child put in place of its like.
func replaced(n, child *conf.Node) *conf.Node {
	kids := slices.Clone(n.Children())
	for i, k := range kids {
		if k.Schema() == child.Schema() {
			kids[i] = child
		}
	}
	return n.Compose(kids)
}

// transplant returns the children of a range as those of an interface.
func transplant(n *conf.Node, to *schema.Node) []*conf.Node {
	var out []*conf.Node
	for _, k := range n.Children() {
		if s := to.Child(k.Schema().Name()); s != nil && !k.Inactive() {
			out = append(out, conf.Inherited(s, k.Value(), transplant(k, s), nil))
		}
	}
	return out
}

// membersOf returns which ranges below a root each interface belongs to: last, when
// nothing of what that was made from has changed.
func membersOf(root *conf.Node, last membership) membership {
	all := ranges(root)
	if len(all) == 0 {
		return membership{}
	}
	interfaces := root.Child("interfaces")
	m := membership{ranges: make(map[string][]source), sources: make(map[*conf.Node]source)}
	m.from, m.owners = all, devices(root)
	if slices.Equal(m.from, last.from) && slices.Equal(m.owners, last.owners) {
		return last
	}
	x := &expander{}
	list := interfaces.Schema().Child("interface")
	for _, n := range all {
		if n.Inactive() {
			continue
		}
		r, ok := last.sources[n]
		if !ok {
			r.group = &group{node: n, origin: &conf.Origin{Range: true, Name: n.Value()}}
			r.node = conf.Inherited(list, "", transplant(n, list), nil)
		}
		m.sources[n] = r
		x.members(list, m.owners, n, func(names []string) { m.join(r, names) })
	}
	m.names = slices.SortedFunc(maps.Keys(m.ranges), conf.Natural)
	m.problems = x.problems
	return m
}

// Members returns the interfaces of each active interface-range, in the order in which
// they are named, for statements elsewhere that name the range in place of them. What is
// wrong with ranges, Expand has told.
func Members(root *conf.Node) map[string][]string {
	x, out, owners := &expander{}, make(map[string][]string), devices(root)
	for _, n := range ranges(root) {
		if n.Inactive() {
			continue
		}
		out[n.Value()] = nil
		x.members(root.Child("interfaces").Schema().Child("interface"), owners, n, func(names []string) {
			for _, name := range names {
				if !slices.Contains(out[n.Value()], name) {
					out[n.Value()] = append(out[n.Value()], name)
				}
			}
		})
	}
	return out
}

// join makes the names members of a range.
func (m membership) join(r source, names []string) {
	for _, name := range names {
		if !slices.Contains(m.ranges[name], r) {
			m.ranges[name] = append(m.ranges[name], r)
		}
	}
}

// members calls f with the names in each member statement of a range.
func (x *expander) members(list *schema.Node, owners []string, n *conf.Node, f func(names []string)) {
	path := "interfaces interface-range " + conf.Quote(n.Value())
	if !n.Has("member") && !n.Has("member-range") {
		x.fail(path, "member", "interface-range '%s' has no members", n.Value())
	}
	for m := range n.Entries("member") {
		if m.Inactive() {
			continue
		}
		names, ok := pattern(list, owners, m.Value())
		if !ok {
			x.fail(path, "member "+conf.Quote(m.Value()), "'%s' names no interfaces", m.Value())
		}
		f(names)
	}
	for m := range n.Entries("member-range") {
		if m.Inactive() {
			continue
		}
		end, _ := m.Leaf("end-range")
		names, ok := span(m.Value(), end)
		if !ok {
			x.fail(path, "member-range "+m.Value()+" to "+end, "'%s' to '%s' is not a range of interfaces", m.Value(), end)
		}
		f(names)
	}
}

// span returns the ports from first to last, which differ in their last number.
func span(first, last string) ([]string, bool) {
	i, j := strings.LastIndexByte(first, '/')+1, strings.LastIndexByte(last, '/')+1
	from, err := strconv.ParseUint(first[i:], 10, 16)
	to, err2 := strconv.ParseUint(last[j:], 10, 16)
	if i == 0 || first[:i] != last[:j] || err != nil || err2 != nil || from > to || to-from >= maxMembers {
		return nil, false
	}
	var out []string
	for ; from <= to; from++ {
		out = append(out, first[:i]+strconv.FormatUint(from, 10))
	}
	return out, true
}

// pattern returns the ports that a member statement names. Brackets list numbers;
// a star in place of the port is every access port; other patterns before the colon
// stand for the node devices that the configuration names.
func pattern(list *schema.Node, devices []string, word string) ([]string, bool) {
	owner, port, _ := strings.Cut(word, ":")
	if head, found := strings.CutSuffix(port, "/*"); found {
		port = head + "/" + accessPorts
	} else if port == "*" {
		port = "xe-0/0/" + accessPorts
	}
	ports, ok := conf.Ranges(port)
	if !ok {
		return nil, false
	}
	owners, ok := conf.Ranges(owner)
	if !ok {
		return nil, false
	}
	if strings.ContainsAny(owner, "*?") {
		owners = slices.DeleteFunc(slices.Clone(devices), func(d string) bool { return !schema.Matches("<"+owner+">", d) })
	}
	var out []string
	for _, o := range owners {
		for _, p := range ports {
			if len(out) == maxMembers || list.Check(o+":"+p) != nil {
				return nil, false
			}
			out = append(out, o+":"+p)
		}
	}
	return out, len(out) > 0
}

// devices returns the names that the configuration has for node devices, in natural
// order.
func devices(root *conf.Node) []string {
	var out []string
	for a := range root.Child("fabric").Child("aliases").Entries("node-device") {
		if name, ok := a.Leaf("alias"); ok {
			out = append(out, name)
		}
	}
	last := ""
	for i := range root.Child("interfaces").Entries("interface") {
		if owner, _, ok := strings.Cut(i.Value(), ":"); ok && owner != last {
			last = owner
			out = append(out, owner)
		}
	}
	slices.SortFunc(out, conf.Natural)
	return slices.Compact(out)
}
