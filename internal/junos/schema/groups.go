package schema

import (
	"fmt"
	"slices"
	"strings"
)

// spread gives every statement that holds others the statements that may stand
// everywhere (apply-groups), and the entries of the list of groups a configuration.
func spread(root *Node) {
	var everywhere []*Node
	for _, k := range root.children {
		if k.Everywhere() {
			everywhere = append(everywhere, k)
		}
	}
	p := prepender{everywhere, make(map[*body]bool)}
	for _, k := range everywhere {
		p.done[k.body] = true // in an apply-macro stands what is said there alone
	}
	for _, k := range root.children {
		p.prepend(k)
	}
	for _, k := range root.children {
		if !k.Groups() {
			continue
		}
		own := slices.DeleteFunc(k.children, func(c *Node) bool { return c.Everywhere() }) // those of the top come
		k.children = own
		for _, c := range root.children {
			if c != k && !c.Hidden() {
				k.children = append(k.children, c)
				k.byName[c.name], k.byWord[c.word] = c, c
			}
		}
		for i, c := range own { // before those of the top, whose places are taken
			c.index = i - len(own)
		}
	}
}

// prepender puts nodes before the children of others.
type prepender struct {
	nodes []*Node
	done  map[*body]bool
}

// prepend puts copies of the nodes before the children of n and of all below it.
// Junos shows them first.
func (p *prepender) prepend(n *Node) {
	if !n.Holds() || p.done[n.body] {
		return
	}
	p.done[n.body] = true
	for _, k := range n.children {
		p.prepend(k)
	}
	if n.Inline() || len(n.children) == 0 || n.flat != nil && !n.flat.Holds() {
		return
	}
	first := make([]*Node, 0, len(p.nodes)+len(n.children))
	for _, e := range p.nodes {
		c := *e
		first = append(first, &c)
		n.byName[c.name], n.byWord[c.word] = &c, &c
	}
	n.children = append(first, n.children...)
	for i, c := range n.children {
		c.index = i
	}
}

// references splits the argument of refers-to: paths between bars.
func references(arg string) [][]string {
	var out [][]string
	for path := range strings.SplitSeq(arg, "|") {
		if words := strings.Fields(path); len(words) > 0 {
			out = append(out, words)
		}
	}
	return out
}

// Wildcard reports whether a list key is a pattern for those of other entries, as
// keys below groups may be: <*>, <xe-*>.
func Wildcard(key string) bool {
	return len(key) > 2 && key[0] == '<' && key[len(key)-1] == '>'
}

// maxPattern bounds the length of a pattern.
const maxPattern = 255

// CanonicalKey is Canonical for what stands below groups, where the key of a list
// entry may be a pattern.
func (n *Node) CanonicalKey(key string) (string, error) {
	if len(n.keys) != 1 || !Wildcard(key) {
		return n.Canonical(key)
	}
	inner := key[1 : len(key)-1]
	if len(inner) > maxPattern || !Printable(inner) || strings.Count(inner, "[") != strings.Count(inner, "]") {
		return "", fmt.Errorf("invalid pattern: %s", quoteValue(key))
	}
	return key, nil
}

// Matches reports whether a key fits a pattern: * is any text, ? any character,
// [a-c] one of some characters and [!a-c] one of all others.
func Matches(pattern, key string) bool {
	if !Wildcard(pattern) {
		return pattern == key
	}
	return glob([]rune(pattern[1:len(pattern)-1]), []rune(key))
}

// glob matches with one place to come back to, so that the time is bounded by the
// product of the lengths.
func glob(p, s []rune) bool {
	back, from := -1, 0
	for i, j := 0, 0; j < len(s) || i < len(p); {
		if i < len(p) && p[i] == '*' {
			back, from = i, j
			i++
			continue
		}
		if n := one(p[i:], s[j:]); n > 0 {
			i, j = i+n, j+1
			continue
		}
		if back < 0 || from >= len(s) {
			return false
		}
		from++
		i, j = back+1, from
	}
	return true
}

// one matches one character and returns how much of the pattern did, or 0.
func one(p, s []rune) int {
	switch {
	case len(p) == 0 || len(s) == 0:
		return 0
	case p[0] == '?':
		return 1
	case p[0] != '[':
		if p[0] == s[0] {
			return 1
		}
		return 0
	}
	end := slices.Index(p, ']')
	if end < 0 {
		return 0
	}
	set := p[1:end]
	not := len(set) > 0 && set[0] == '!'
	if not {
		set = set[1:]
	}
	if in(set, s[0]) == not {
		return 0
	}
	return end + 1
}

// in reports whether a character is one of those between brackets.
func in(set []rune, c rune) bool {
	for i := 0; i < len(set); i++ {
		if i+2 < len(set) && set[i+1] == '-' {
			if set[i] <= c && c <= set[i+2] {
				return true
			}
			i += 2
		} else if set[i] == c {
			return true
		}
	}
	return false
}
