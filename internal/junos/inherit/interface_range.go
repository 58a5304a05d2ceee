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

// withMembers adds the members of ranges to the interfaces, so that they exist for
// the patterns of groups.
func (x *expander) withMembers(root *conf.Node) *conf.Node {
	members, _ := membersOf(root)
	if len(members) == 0 {
		return root
	}
	interfaces := root.Child("interfaces")
	list := interfaces.Schema().Child("interface")
	var fresh []*conf.Node
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if interfaces.Entry("interface", name) == nil && x.room() {
			fresh = append(fresh, conf.Inherited(list, name, nil, members[name][0].origin))
		}
	}
	return x.withInterfaces(root, fresh)
}

// withInterfaces puts entries in place of those with their names, or adds them.
func (x *expander) withInterfaces(root *conf.Node, entries []*conf.Node) *conf.Node {
	interfaces := root.Child("interfaces")
	by := make(map[string]*conf.Node, len(entries))
	for _, e := range entries {
		by[e.Value()] = e
	}
	var kids, rest []*conf.Node
	for _, k := range interfaces.Children() {
		if k.Schema().Name() != "interface" {
			rest = append(rest, k)
		} else if by[k.Value()] == nil {
			kids = append(kids, k)
		}
	}
	kids = append(kids, entries...)
	slices.SortFunc(kids, func(a, b *conf.Node) int { return conf.Natural(a.Value(), b.Value()) })
	return replaced(root, interfaces.Compose(append(rest, kids...)))
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

// fillRanges gives the members what their ranges say.
func (x *expander) fillRanges(root *conf.Node) *conf.Node {
	members, problems := membersOf(root)
	x.problems = append(x.problems, problems...)
	if len(members) == 0 {
		return root
	}
	interfaces := root.Child("interfaces")
	list := interfaces.Schema().Child("interface")
	bodies := make(map[string]source)
	var entries []*conf.Node
	for _, name := range slices.Sorted(maps.Keys(members)) {
		var from []source
		for _, r := range members[name] {
			if _, ok := bodies[r.origin.Name]; !ok {
				body := conf.Inherited(list, name, transplant(r.node, list), nil)
				bodies[r.origin.Name] = source{body, r}
			}
			from = append(from, bodies[r.origin.Name])
		}
		own := interfaces.Entry("interface", name)
		if own == nil {
			own = conf.Inherited(list, name, nil, members[name][0].origin)
		}
		if !own.Inactive() {
			entries = append(entries, x.statement(own, from))
		}
	}
	return x.withInterfaces(root, entries)
}

// transplant returns the children of a range as those of an interface.
func transplant(n *conf.Node, to *schema.Node) []*conf.Node {
	var out []*conf.Node
	for _, k := range n.Children() {
		if s := to.Child(k.Schema().Name()); s != nil && !k.Inactive() && !s.Everywhere() {
			out = append(out, conf.Inherited(s, k.Value(), transplant(k, s), nil))
		}
	}
	return out
}

// membersOf returns which ranges below a root each interface belongs to.
func membersOf(root *conf.Node) (map[string][]*group, []conf.Problem) {
	x := &expander{}
	out := make(map[string][]*group)
	for n := range root.Child("interfaces").Entries("interface-range") {
		if n.Inactive() {
			continue
		}
		r := &group{node: n, origin: &conf.Origin{Range: true, Name: n.Value()}}
		path := "interfaces interface-range " + conf.Quote(n.Value())
		for m := range n.Entries("member") {
			names, ok := pattern(root, m.Value())
			if !ok {
				x.fail(path, "member "+conf.Quote(m.Value()), "'%s' names no interfaces", m.Value())
			}
			join(out, r, names)
		}
		for m := range n.Entries("member-range") {
			end, _ := m.Leaf("end-range")
			names, ok := span(m.Value(), end)
			if !ok {
				x.fail(path, "member-range "+m.Value()+" to "+end, "'%s' to '%s' is not a range of interfaces", m.Value(), end)
			}
			join(out, r, names)
		}
	}
	return out, x.problems
}

// join makes the names members of a range.
func join(members map[string][]*group, r *group, names []string) {
	for _, name := range names {
		if !slices.Contains(members[name], r) {
			members[name] = append(members[name], r)
		}
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
func pattern(root *conf.Node, word string) ([]string, bool) {
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
		owners = nodes(root, "<"+owner+">")
	}
	list := root.Schema().Find("interfaces", "interface")
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

// nodes returns the node devices that the configuration names and that fit.
func nodes(root *conf.Node, pattern string) []string {
	found := make(map[string]bool)
	for a := range root.Child("fabric").Child("aliases").Entries("node-device") {
		if name, ok := a.Leaf("alias"); ok && schema.Matches(pattern, name) {
			found[name] = true
		}
	}
	for i := range root.Child("interfaces").Entries("interface") {
		if owner, _, ok := strings.Cut(i.Value(), ":"); ok && schema.Matches(pattern, owner) {
			found[owner] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), conf.Natural)
}
