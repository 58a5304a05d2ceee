package settings

import (
	"slices"
	"strconv"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/inherit"
	"oneswitch/internal/junos/schema"
	"oneswitch/inventory"
)

// reference checks that what a statement names exists in one of the lists that the
// schema says it refers to.
func (r *reader) reference(m *mention) {
	lists := m.node.Schema().RefersTo()
	word := m.node.Keys()[0]
	if list := m.node.Schema().Collection(m.node.Value()); list != nil {
		lists = [][]string{list}
	} else if predefined(m.node) {
		return
	}
	text, severity := "", conf.Error
	for _, path := range lists {
		switch path[len(path)-1] {
		case "vlan":
			_, text, severity = r.vlans.named(word)
		case "unit":
			text = r.unitNamed(word)
		default:
			text = r.entryNamed(m, lists, path, word)
		}
		if text == "" {
			return
		}
	}
	x := wrong(m.at, statement(m.node), "%s", text)
	x.Severity = severity
	if m.group == "" {
		r.problems.add(x)
		return
	}
	// A group says it once, wherever that is inherited.
	r.problems.like(inheritedWord{m.node.Schema(), m.group, word}, func() conf.Problem { return x })
}

// inheritedWord is a value that a group gives to many statements.
type inheritedWord struct {
	schema      *schema.Node
	group, word string
}

// named returns the interfaces that a statement names: the members of a range, in the
// order in which it has them, or the one.
func (r *reader) named(n *conf.Node) []string {
	if n.Schema().Collection(n.Value()) == nil {
		return []string{n.Value()}
	}
	if r.ranges == nil {
		r.ranges = inherit.Members(r.root)
	}
	return r.ranges[n.Value()] // what is not defined, walk has told
}

// predefined reports whether the value names what Junos has without configuration.
func predefined(n *conf.Node) bool {
	word := n.Keys()[0]
	return strings.HasPrefix(word, "__") || strings.HasPrefix(word, "junos-") || word == "default" && n.Schema().RefersTo()[0][0] == "class-of-service" ||
		slices.ContainsFunc(n.Schema().Choices(), func(c schema.Choice) bool { return c.Word == word })
}

// entryNamed returns what is wrong with a name that shall be one of a list's, nothing
// when it is.
func (r *reader) entryNamed(m *mention, lists [][]string, path []string, word string) string {
	from := r.root
	for i, name := range path[:len(path)-1] {
		if name == ".." {
			from = m.way[len(m.way)-1-i]
		} else {
			from = from.Child(name)
		}
	}
	if from.Entry(path[len(path)-1], word) != nil {
		return ""
	}
	what := lists[0][len(lists[0])-1]
	if !strings.HasSuffix(what, "ss") {
		what = strings.TrimSuffix(what, "s")
	}
	if len(lists) > 1 && lists[0][len(lists[0])-1] != lists[1][len(lists[1])-1] {
		what += " or " + lists[1][len(lists[1])-1]
	}
	return what + " '" + word + "' is not defined"
}

// unitNamed returns what is wrong with the name of a logical interface, nothing when
// it is configured. Those of the management network and `all` are always there.
func (r *reader) unitNamed(word string) string {
	physical, unit, _ := inventory.CutUnit(word)
	switch physical {
	case "all", "vme", "me0", "em0", "fxp0":
		return ""
	}
	known := false
	switch physical {
	case "vlan", "irb":
		known = r.routedVLANs()[word]
	default:
		known = r.root.Child("interfaces").Entry("interface", physical).Entry("unit", strconv.Itoa(int(unit))) != nil
	}
	if known {
		return ""
	}
	return "interface '" + word + "' is not defined"
}

// routedVLANs returns the names of the routed VLAN interfaces that are configured.
func (r *reader) routedVLANs() map[string]bool {
	if r.units == nil {
		r.units = make(map[string]bool)
		for _, physical := range []string{"vlan", "irb"} {
			for u := range r.root.Child("interfaces").Entry("interface", physical).Entries("unit") {
				r.units[physical+"."+u.Value()] = true
			}
		}
	}
	return r.units
}

// named returns the VLANs that a word stands for (a name, a vlan-id, a range of them,
// or all) and what is wrong with it. What does not exist is an error, except inside a
// range, which stands for those that do.
func (t *vlanTable) named(word string) (names []string, problem string, severity conf.Severity) {
	if v, ok := t.byName[word]; ok {
		return v.names, "", 0
	}
	from, to, isRange := strings.Cut(word, "-")
	first, err := inventory.ParseVLANID(from)
	if word != "all" && err != nil {
		return nil, "vlan '" + word + "' is not defined", conf.Error
	}
	if word != "all" && !isRange {
		if name, ok := t.byID[first]; ok {
			return []string{name}, "", 0
		}
		return nil, "vlan with vlan-id " + word + " is not defined", conf.Error
	}
	last := inventory.MaxVLANID
	if word == "all" {
		first = 1
	} else if last, err = inventory.ParseVLANID(to); err != nil || last < first {
		return nil, "'" + word + "' is not a range of vlan-ids", conf.Error
	}
	for _, v := range t.all {
		if v.ID >= first && v.ID <= last {
			names = append(names, v.Name)
		}
	}
	if len(names) == 0 {
		return nil, "no vlan with a vlan-id of " + word + " is defined", conf.Warning
	}
	return names, "", 0
}
