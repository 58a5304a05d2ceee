package edit

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// Step is one statement on the way down: the schema node, with the key for a list
// entry (several keys with a blank between them) or the value for one value of a
// leaf-list. An empty Key on a list or leaf-list means all of its entries.
type Step struct {
	Node *schema.Node
	Key  string
}

// Name is the step in one word, for problems: the key if there is one.
func (s Step) Name() string {
	if s.Key != "" {
		return s.Key
	}
	return s.Node.Word()
}

// Path leads from the root of the configuration to a statement. The empty Path is
// the root. A Path is never changed in place.
type Path []Step

// Whole reports whether the path names a list or leaf-list as a whole: all its
// entries.
func (p Path) Whole() bool {
	if len(p) == 0 {
		return false
	}
	last := p[len(p)-1]
	return last.Node.Many() && last.Key == ""
}

// InGroup reports whether the path leads into a configuration group, where list
// keys may be patterns.
func (p Path) InGroup() bool { return len(p) > 0 && p[0].Node.Groups() }

// Canonical checks the key or value of a statement that stands below p and returns
// its one spelling.
func (p Path) Canonical(n *schema.Node, value string) (string, error) {
	if p.InGroup() {
		return n.CanonicalKey(value)
	}
	return n.Canonical(value)
}

// Then returns the path extended by one step. It always copies.
func (p Path) Then(n *schema.Node, key string) Path {
	return append(p[:len(p):len(p)], Step{n, key})
}

// Words returns the words that the user types for the path after set or edit.
func (p Path) Words() []string {
	var words []string
	for _, s := range p {
		if !s.Node.Flat() {
			words = append(words, s.Node.Word())
		}
		if s.Node.Many() && s.Key != "" {
			words = append(words, s.Node.Typed(s.Key)...)
		}
	}
	return words
}

// String returns the words with blanks between them, quoted where needed.
func (p Path) String() string {
	var b strings.Builder
	for i, w := range p.Words() {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Quote(w))
	}
	return b.String()
}

// Up returns the level above; containers that have no level of their own, such as
// `family`, are passed over. The empty path is above itself.
func (p Path) Up() Path {
	if len(p) == 0 {
		return p
	}
	for p = p[:len(p)-1]; len(p) > 0 && p[len(p)-1].Node.Inline(); p = p[:len(p)-1] {
	}
	return p
}

// Banner returns the line that names a level of the configuration: [edit] or
// [edit interfaces Node0:xe-0/0/7].
func (p Path) Banner() string { return Banner(p.String()) }

// Banner returns the banner of a printed path.
func Banner(path string) string {
	if path == "" {
		return "[edit]"
	}
	return "[edit " + path + "]"
}

// End returns the schema node that the path leads to, given the schema's root.
func (p Path) End(root *schema.Node) *schema.Node {
	if len(p) == 0 {
		return root
	}
	return p[len(p)-1].Node
}
