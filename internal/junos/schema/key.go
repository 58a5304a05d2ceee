package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// A list has one key, or as with a route-filter several, which are typed one after
// the other. Where a key is one string (edit.Step, conf.Node.Value) several stand in
// it with a blank between them; keys of such lists hold no blanks.

// Keys returns the keys of a list in the order in which they are typed, nil for
// other kinds. The caller must not change the slice.
func (n *Node) Keys() []*Node { return n.keys }

// IsKey reports whether an element with the name is a key of the list.
func (n *Node) IsKey(name string) bool {
	for _, k := range n.keys {
		if k.name == name {
			return true
		}
	}
	return false
}

// NextKey returns what is to be typed behind the words of a key of the list, nil when
// they are all.
func (n *Node) NextKey(words []string) *Node {
	if len(words) >= len(n.keys) {
		return nil
	}
	if len(words) > 0 {
		if before := n.keys[len(words)-1]; before.follow != nil {
			return before.follow[words[len(words)-1]]
		}
	}
	return n.keys[len(words)]
}

// KeyWords returns the words of a key or value: one, or for a list with several keys
// one for each. The last ones may be missing.
func (n *Node) KeyWords(key string) []string {
	if len(n.keys) < 2 {
		return []string{key}
	}
	return strings.Fields(key)
}

// Named reports whether the name of the key is typed before it.
func (n *Node) Named() bool { return n.flags&flagNamed != 0 }

// Typed returns a key or value as it is typed: its words, with the names of keys that
// are named.
func (n *Node) Typed(key string) []string {
	words := n.KeyWords(key)
	if len(n.keys) < 2 {
		return words
	}
	var out []string
	for i, w := range words {
		if i < len(n.keys) && n.keys[i].Named() {
			out = append(out, n.keys[i].word)
		}
		out = append(out, w)
	}
	return out
}

// JoinKey is the inverse of KeyWords.
func JoinKey(words []string) string { return strings.Join(words, " ") }

// canonicalKeys checks the key of a list entry.
func (n *Node) canonicalKeys(key string) (string, error) {
	if len(n.keys) == 1 {
		return n.keys[0].Canonical(key)
	}
	words := n.KeyWords(key)
	for i := range words {
		k := n.NextKey(words[:i])
		if k == nil {
			return "", fmt.Errorf("invalid value: %s", quoteValue(words[i]))
		}
		word, err := k.Canonical(words[i])
		if err != nil {
			return "", err
		}
		words[i] = word
	}
	if k := n.NextKey(words); k != nil {
		return "", fmt.Errorf("missing argument: %s", k.name)
	}
	return JoinKey(words), nil
}

// keys checks the keys of a list and finds out what follows their values.
func (c *compiler) keys(n *Node, s *yang.Statement) {
	if n.kind != List {
		n.keys = nil
		return
	}
	if len(n.keys) == 0 {
		c.fail("%s: a list has a key", s.Location())
	}
	for i, k := range n.keys {
		switch {
		case k == nil || k.kind != Leaf:
			c.fail("%s: key %q is no leaf of the list", s.Location(), strings.Fields(property(s, "key"))[i])
			n.keys = n.keys[:i]
			return
		case n.Flat() && len(n.keys) > 1:
			c.fail("%s: a flat list has one key", s.Location())
		case i+1 < len(n.keys) && n.keys[i+1] != nil:
			c.follow(k, n.keys[i+1])
		}
	}
}

// follow makes the nodes of the key that follows, when its type depends on the value
// of the one before.
func (c *compiler) follow(k, next *Node) {
	for _, choice := range k.Choices() {
		if choice.follow == "" {
			continue
		}
		if k.follow == nil {
			k.follow = make(map[string]*Node)
		}
		f, ok := formats()[choice.follow]
		if !ok {
			c.fail("key %s: %s is followed by %q, which is no format", k.name, choice.Word, choice.follow)
		}
		leaf := *next
		leaf.value = &valueType{format: choice.follow, message: f.message}
		leaf.valueHelp = f.help
		k.follow[choice.Word] = &leaf
	}
}

// HasChoice reports whether the word is one of an enumeration that the value may be.
func (n *Node) HasChoice(word string) bool {
	return slices.ContainsFunc(n.Choices(), func(c Choice) bool { return c.Word == word })
}
