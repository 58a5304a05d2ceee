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
	class           Class
	commands        foresight // of what is allowed
	allowed, denied foresight // of the configuration
	names           []string  // what the entries of lists may be called, so that no expression denies only one of them
}

// NewOffer reads the class.
func NewOffer(c Class) Offer {
	o := Offer{class: c, commands: foresee(c.commands.allow), allowed: foresee(c.config.allow), denied: foresee(c.config.deny), names: []string{"\x01"}}
	words := regexp.MustCompile(`[A-Za-z0-9.:_-]+`)
	for _, re := range c.config.deny {
		o.names = append(o.names, words.FindAllString(re.String(), -1)...)
	}
	return o
}

// Begins reports whether the class may give a command that begins with the words.
func (o Offer) Begins(words, bit string) bool {
	return o.commands.means(words+" ") || o.class.Command(words, bit) || o.class.Command(words+more, bit)
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
		if !strings.ContainsRune(left, letter) && o.commands.means(words+" "+string(letter)) {
			return true
		}
	}
	return false
}

// Statements returns the keys of the topmost statements that the class may neither see
// nor change, nor anything below them.
func (o Offer) Statements(root *schema.Node) []string {
	effort := maxEffort
	out, left := o.below(root, place{allowed: o.allowed, denied: o.denied, effort: &effort})
	for _, k := range root.Children() {
		if k.Groups() && !left { // they hold what stands beside them
			out = append(out, k.Name())
		}
	}
	return out
}

// place is a statement that is looked at.
type place struct {
	elements, words []string  // on the way to it, names of entries left open
	allowed, denied foresight // behind the words and a blank
	effort          *int      // that is left for all of them
}

// maxEffort bounds how often a statement is held against an expression: the whole
// configuration against half a dozen of them. What is not looked at is offered.
const maxEffort = 1 << 17

// maxDepth bounds how deep statements are looked into; none is deeper.
const maxDepth = 32

// below looks at the statements below one: hidden are those that are withheld, and left
// reports whether any is not.
func (o Offer) below(n *schema.Node, at place) (hidden []string, left bool) {
	for _, k := range n.Children() {
		if k.Hidden() || k.Groups() || len(at.elements) > maxDepth {
			continue
		}
		kids, offered := o.statement(k, at.to(k))
		hidden, left = append(hidden, kids...), left || offered
	}
	return hidden, left
}

// to goes on to a statement below.
func (p place) to(n *schema.Node) place {
	var typed []string
	if !n.Flat() {
		typed = append(typed, n.Word())
	}
	if n.Kind() == schema.List {
		typed = append(typed, string(anyName))
	}
	p.elements = append(slices.Clip(p.elements), n.Name())
	p.words = append(slices.Clip(p.words), typed...)
	for _, w := range typed {
		p.allowed, p.denied = p.allowed.on(w+" "), p.denied.on(w+" ")
	}
	return p
}

// statement looks at one statement. Bits go with the first two words, so that only
// expressions are a reason to look deeper.
func (o Offer) statement(n *schema.Node, at place) (hidden []string, offered bool) {
	now, maybe := o.now(at.words), at.allowed.live()
	offered = now || at.allowed.hit()
	if !now && o.class.config.denyFirst && o.surely(at.words) {
		offered, maybe = false, false
	}
	switch deeper := at.denied.live() || maybe && !now; {
	case !n.Holds():
	case len(at.words) > 1 && deeper && *at.effort < 0:
		return nil, true
	case len(at.words) == 1 || deeper:
		*at.effort -= len(n.Children()) * (len(o.allowed) + len(o.denied))
		var left bool
		if hidden, left = o.below(n, at); left {
			offered = true
		}
	}
	if offered || maybe && n.HasValue() && (n.Kind() != schema.List || len(n.Keys()) > 1) { // an expression may mean the value
		return hidden, true
	}
	return []string{strings.Join(at.elements, " ")}, false
}

// now reports whether the class may see or change a statement as it stands, or with
// more behind it, whatever the entries on the way to it are called.
func (o Offer) now(words []string) bool {
	return o.called(words, func(as []string) bool {
		longer := append(slices.Clip(as), strings.TrimSpace(more))
		return o.class.sees(as) || o.class.edits(as) || o.class.sees(longer) || o.class.edits(longer)
	})
}

// surely reports whether an expression denies a statement with all below it, whatever
// the entries are called.
func (o Offer) surely(words []string) bool {
	deny := rules{deny: o.class.config.deny}
	return !o.called(words, func(as []string) bool { return deny.judge(strings.Join(as, " ")+more) != denied })
}

// called reports whether something is so for any of the names that entries may have.
func (o Offer) called(words []string, is func(as []string) bool) bool {
	if !slices.Contains(words, string(anyName)) {
		return is(words)
	}
	return slices.ContainsFunc(o.names, func(name string) bool {
		as := slices.Clone(words)
		for i, w := range as {
			if w == string(anyName) {
				as[i] = name
			}
		}
		return is(as)
	})
}
