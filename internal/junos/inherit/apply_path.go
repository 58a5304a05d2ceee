package inherit

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

const (
	applyPath  = "apply-path"
	prefixList = "prefix-list"
)

// paths expands the apply-path statements of prefix lists over the configuration as
// it is with all that it inherits. The leaf tells what it stands for
// (conf.Node.Expansion); the statements that it leads to stay where they are.
func (x *expander) paths(root *conf.Node) *conf.Node {
	options := root.Child("policy-options")
	all := options.Children()
	kids, changed := all, false
	seen := make(map[*conf.Node]*conf.Node)
	for i, k := range all {
		leaf := k.Child(applyPath)
		if k.Schema().Name() != prefixList || leaf == nil || k.Inactive() || leaf.Inactive() {
			continue
		}
		prefixes, err := follow(root, leaf.Value())
		if err != nil {
			x.fail("policy-options prefix-list "+conf.Quote(k.Value()), applyPath+" "+conf.Quote(leaf.Value()), "%v", err)
			continue
		}
		made := x.memory.prefixes[k]
		if was, ok := made.Child(applyPath).Expansion(); !ok || !slices.Equal(was, prefixes) {
			made = replaced(k, leaf.Expanded(prefixes))
		}
		seen[k] = made
		if !changed {
			kids, changed = slices.Clone(all), true
		}
		kids[i] = made
	}
	x.memory.prefixes = seen
	if !changed {
		return root
	}
	return replaced(root, options.Compose(kids))
}

// follow returns the networks that the values of the statements at a path lie in, in
// order. Values that are no addresses count for nothing.
func follow(root *conf.Node, path string) ([]string, error) {
	way, err := parsePath(root.Schema(), path)
	if err != nil {
		return nil, err
	}
	found := make(map[netip.Prefix]bool)
	gather(root, way, found)
	out := make([]string, 0, len(found))
	for _, p := range slices.SortedFunc(maps.Keys(found), netip.Prefix.Compare) {
		out = append(out, p.String())
	}
	return out, nil
}

// parsePath reads a path of keywords and of patterns for names. Its steps name
// statements of the schema; the last one has a value.
func parsePath(at *schema.Node, path string) ([]step, error) {
	words, err := conf.Split(path)
	if err != nil {
		return nil, fmt.Errorf("path '%s': %w", path, err)
	}
	if len(words) == 0 {
		return nil, errors.New("path is empty; expecting a statement such as \"system name-server <*>\"")
	}
	var way []step
	for len(words) > 0 {
		next := at.ChildWord(words[0].Text)
		switch {
		case next == nil && at.FlatChild() == nil:
			return nil, fmt.Errorf("path '%s' matches no statement: '%s' is not one at %s", path, words[0].Text, conf.Banner(banner(way)))
		case next == nil:
			next = at.FlatChild()
		case next.HasValue() && len(words) == 1:
			return nil, fmt.Errorf("path '%s' ends without a pattern for the value of '%s'; expecting <*>", path, next.Word())
		default:
			words = words[1:]
		}
		s := step{schema: next}
		if next.HasValue() {
			s.key, words = words[0].Text, words[1:]
		}
		way, at = append(way, s), next
	}
	if !at.HasValue() {
		return nil, fmt.Errorf("path '%s' leads to '%s', which has no addresses", path, at.Word())
	}
	return way, nil
}

// gather collects the networks of the values at the end of the way.
func gather(n *conf.Node, way []step, found map[netip.Prefix]bool) {
	s := way[0]
	for k := range n.Entries(s.schema.Name()) {
		switch {
		case k.Inactive() || s.schema.HasValue() && !fits(s.schema, s.key, k.Value()):
		case len(way) > 1:
			gather(k, way[1:], found)
		default:
			if p, ok := network(k.Value()); ok {
				found[p] = true
			}
		}
	}
}

// network returns the network of an address, with or without a length.
func network(value string) (netip.Prefix, bool) {
	if !strings.Contains(value, "/") {
		a, err := netip.ParseAddr(value)
		return netip.PrefixFrom(a, a.BitLen()), err == nil
	}
	p, err := netip.ParsePrefix(value)
	return p.Masked(), err == nil
}
