package permission

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
)

// more is a word that no expression means: what a text with it is allowed says what
// goes on in some way is allowed.
const more = " \x01"

// Stamp is another one for another class; empty for a class that is withheld nothing.
func (c Class) Stamp() string {
	if c.Full() {
		return ""
	}
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%q %q %t", c.bits, c.Rules(), c.config.denyFirst)
	return fmt.Sprintf("%016x", h.Sum64())
}

// Offer says what a class is offered: what it may not use in any form does not exist
// for it (Junos). Where an expression might allow what is typed further, it is offered.
type Offer struct {
	class                   Class
	commands, allowed, deny foresight
	names                   []string // what the entries of lists may be called, so that no expression denies only one of them
}

// NewOffer reads the class.
func NewOffer(c Class) Offer {
	o := Offer{class: c, commands: foresee(c.commands.allow), allowed: foresee(c.config.allow), deny: foresee(c.config.deny), names: []string{"\x01"}}
	words := regexp.MustCompile(`[A-Za-z0-9.:_-]+`)
	for _, re := range c.config.deny {
		o.names = append(o.names, words.FindAllString(re.String(), -1)...)
	}
	return o
}

// Begins reports whether the class may give a command that begins with the words.
func (o Offer) Begins(words, bit string) bool {
	hit, live := o.commands.reach(words + " ")
	return hit || live || o.class.Command(words, bit) || o.class.Command(words+more, bit)
}

// Withheld returns what the class is not offered of a command; false when it is
// offered all of it.
func (o Offer) Withheld(r *schema.RPC, bit string) (withheld.Command, bool) {
	words := strings.Join(r.Grammar.Begins(), " ")
	out := withheld.Command{RPC: r.Name, Bare: !o.class.Command(words, bit)}
	options, value := withheld.Options(r.Grammar)
	left := ""
	for _, word := range options {
		if o.Begins(words+" "+word, bit) {
			left += word[:1]
		} else {
			out.Options = append(out.Options, word)
		}
	}
	out.Values = value && !o.value(words, bit, left)
	if out.Bare && left == "" && (!value || out.Values) {
		return withheld.Command{RPC: r.Name}, true
	}
	return out, !out.Whole()
}

// value reports whether a value may follow the words of a command. What an expression
// allows may be a word as well: then it begins like one of those that are left.
func (o Offer) value(words, bit, left string) bool {
	if o.class.Command(words+more, bit) {
		return true
	}
	for letter := '!'; letter <= '~'; letter++ {
		if hit, live := o.commands.reach(words + " " + string(letter)); (hit || live) && !strings.ContainsRune(left, letter) {
			return true
		}
	}
	return false
}

// Statements returns the keys of the topmost statements that the class may neither see
// nor change, nor anything below them.
func (o Offer) Statements(root *schema.Node) []string {
	out, left := o.below(root, nil, nil)
	for _, k := range root.Children() {
		if k.Groups() && !left { // they hold what stands beside them
			out = append(out, k.Name())
		}
	}
	return out
}

// below looks at the statements below one: hidden are those that are withheld, and left
// reports whether any is not.
func (o Offer) below(n *schema.Node, elements, words []string) (hidden []string, left bool) {
	for _, k := range n.Children() {
		if k.Hidden() || k.Groups() || len(words) > maxDepth {
			continue
		}
		kids, offered := o.statement(k, append(slices.Clip(elements), k.Name()), append(slices.Clip(words), typed(k)...))
		hidden, left = append(hidden, kids...), left || offered
	}
	return hidden, left
}

// maxDepth bounds how deep statements are looked into; none is deeper.
const maxDepth = 32

// typed are the words of a statement, with a stand-in for the key of an entry.
func typed(n *schema.Node) []string {
	var out []string
	if !n.Flat() {
		out = append(out, n.Word())
	}
	if n.Kind() == schema.List {
		out = append(out, string(anyName))
	}
	return out
}

// statement looks at one statement. Bits go with the first two words, so that only
// expressions are a reason to look deeper.
func (o Offer) statement(n *schema.Node, elements, words []string) (hidden []string, offered bool) {
	text := strings.Join(words, " ") + " "
	hit, live := o.allowed.reach(text)
	_, denies := o.deny.reach(text)
	now := o.now(words)
	offered = now || hit
	if n.Holds() && (len(words) == 1 || denies || live && !now) {
		var left bool
		if hidden, left = o.below(n, elements, words); left {
			offered = true
		}
	}
	if offered || live && n.HasValue() && (n.Kind() != schema.List || len(n.Keys()) > 1) { // an expression may mean the value
		return hidden, true
	}
	return []string{strings.Join(elements, " ")}, false
}

// now reports whether the class may see or change a statement as it stands, whatever
// the entries on the way to it are called.
func (o Offer) now(words []string) bool {
	for _, name := range o.names {
		as := slices.Clone(words)
		for i, w := range as {
			as[i] = strings.ReplaceAll(w, string(anyName), name)
		}
		for _, w := range [][]string{as, append(slices.Clip(as), strings.TrimSpace(more))} {
			if o.class.sees(w) || o.class.edits(w) {
				return true
			}
		}
		if slices.Equal(as, words) {
			break // no name in it
		}
	}
	return false
}
