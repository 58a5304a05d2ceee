// Package subtree selects the part of a configuration that a NETCONF subtree filter
// (RFC 6241 section 6) asks for.
//
// State: none; Select is a pure function from tree to tree, which share what is
// selected whole.
//
// Invariants: the keys of an entry are always part of it; what is selected stands in
// the order of the configuration, whatever the order of the filters.
//
// The package must never change a configuration or know what a statement means.
package subtree

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/edit"
)

// Select returns the part of the configuration that a filter selects; filter is the
// inside of <filter> or the <configuration> element of a Junos get-configuration. An
// empty filter selects nothing, a filter of an empty configuration element everything.
func Select(t conf.Tree, filter []byte) (conf.Tree, []conf.Problem) {
	top, err := edit.ParseXML(filter)
	if err != nil {
		return t, edit.AsProblems(err)
	}
	if len(top.Kids) == 1 && top.Kids[0].Name == t.Root().Schema().Name() {
		if top = top.Kids[0]; len(top.Kids) == 0 {
			return t, nil
		}
	}
	return t.Compose(kids(t.Root(), top.Kids)), nil
}

// kids returns what the filters select of the children of a statement.
func kids(n *conf.Node, filters []*edit.Element) []*conf.Node {
	var out []*conf.Node
	for _, k := range n.Children() {
		var fit []*edit.Element
		for _, f := range filters {
			if f.Name == k.Schema().Name() {
				fit = append(fit, f)
			}
		}
		if found := node(k, fit); found != nil {
			out = append(out, found)
		}
	}
	return out
}

// node returns what filters that have its name select of a statement, nil when that
// is nothing.
func node(n *conf.Node, filters []*edit.Element) *conf.Node {
	var wanted []*edit.Element
	found := false
	for _, f := range filters {
		below, whole, fits := match(n, f)
		if whole {
			return n
		}
		found = found || fits
		wanted = append(wanted, below...)
	}
	below := kids(n, wanted)
	if len(below) == 0 && !found {
		return nil
	}
	return n.Compose(below)
}

// match compares a statement with one filter: what the filter wants of what is below,
// whether it wants all of it, and whether it wants the statement even when there is
// nothing below.
func match(n *conf.Node, f *edit.Element) (wanted []*edit.Element, whole, fits bool) {
	s := n.Schema()
	if !s.Holds() {
		text := strings.TrimSpace(f.Text)
		return nil, text == "" || text == n.Value(), false // a content match node (section 6.2.5)
	}
	if f.Attrs["recurse"] == "false" {
		return nil, false, true
	}
	var matched []*edit.Element // by their content: part of the answer, unless it is the whole
	for _, k := range f.Kids {
		text := strings.TrimSpace(k.Text)
		content := text != "" && len(k.Kids) == 0
		switch key, isKey := keyOf(n, k.Name); {
		case isKey && content && text != key, !isKey && content && !has(n, k.Name, text):
			return nil, false, false
		case isKey:
			fits = fits || !content
		case content:
			matched = append(matched, k)
		default:
			wanted = append(wanted, k)
		}
	}
	if len(wanted) == 0 && !fits {
		return nil, true, true // nothing but content matches: the whole statement (section 6.2.5)
	}
	return append(wanted, matched...), false, fits
}

// keyOf returns the key of a list entry with the element name.
func keyOf(n *conf.Node, name string) (string, bool) {
	words := n.Keys()
	for i, k := range n.Schema().Keys() {
		if k.Name() == name {
			return strings.Join(words[min(i, len(words)):min(i+1, len(words))], ""), true
		}
	}
	return "", false
}

// has reports whether a leaf of the node has the value.
func has(n *conf.Node, name, value string) bool {
	return slices.ContainsFunc(slices.Collect(n.Entries(name)), func(k *conf.Node) bool { return k.Value() == value })
}
