// Package topic finds commands and statements by a word of their name or help text:
// `help apropos`, `help reference` and `help topic`.
//
// It is pure and has no state; what it knows comes from the schema and from the
// commands that it is given.
//
// Invariants: what it finds can be typed; a search ends, although groups hold the
// configuration within the configuration; nothing hidden is found.
//
// It must never hold a text of its own about a command or statement.
package topic

import (
	"regexp"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/withheld"
)

// maxTopics bounds what one search finds: more than anybody reads.
const maxTopics = 1000

// maxDepth bounds how deep a search goes; no statement is deeper.
const maxDepth = 16

// Topic is a command or statement that a search has found.
type Topic struct {
	Line   string // what is typed: `show vlans <vlan-name>`, `set vlans <vlan-name> vlan-id`
	Level  string // of a statement: the banner of the hierarchy that it stands in
	Syntax string // of a statement: how it is written there
	Help   string
}

// Commands finds those of the commands of which a word or its help text fits.
func Commands(s *schema.Schema, commands []*schema.RPC, re *regexp.Regexp) []Topic {
	a := apropos{re: re, seen: map[string]bool{}}
	a.help = func(line, help string) string {
		if general := s.WordHelp(line); general != "" {
			return general
		}
		return help
	}
	for _, r := range commands {
		a.grammar(r, r.Grammar, "")
	}
	return a.found
}

// Within is the configuration in which statements are looked for, with those that who
// asks does not find.
type Within struct {
	Root     *schema.Node
	Withheld withheld.Statements
}

// Statements finds the statements at a level and below of which the name or its help
// text fits.
func (w Within) Statements(at conf.Path, re *regexp.Regexp) []Topic {
	a := apropos{Within: w, re: re}
	a.statements(at, "", at.Banner(), 0)
	return a.found
}

// Named returns the statements of that name, wherever they stand.
func (w Within) Named(name string) []Topic {
	a := apropos{Within: w, re: regexp.MustCompile("^" + regexp.QuoteMeta(name) + "$"), exact: true}
	a.statements(nil, "", "[edit]", 0)
	return a.found
}

// apropos is a search.
type apropos struct {
	Within
	re    *regexp.Regexp
	exact bool // names alone
	found []Topic
	seen  map[string]bool
	help  func(line, help string) string
}

func (a *apropos) fits(name, help string) bool {
	return len(a.found) < maxTopics && (a.re.MatchString(name) || !a.exact && a.re.MatchString(help))
}

// grammar looks through one item of a command behind the words before it, and
// returns the words with those of the item.
func (a *apropos) grammar(r *schema.RPC, item *schema.Grammar, before string) string {
	switch item.Kind {
	case schema.Sequence:
		for _, it := range item.Items {
			before = a.grammar(r, it, before)
		}
		return before
	case schema.OneOf: // what follows needs one of them: the first
		after := before
		for i, it := range item.Items {
			if words := a.grammar(r, it, before); i == 0 {
				after = words
			}
		}
		return after
	case schema.Maybe, schema.AnyOrder:
		for _, it := range item.Items {
			a.grammar(r, it, before)
		}
		return before
	case schema.Value:
		return strings.TrimSpace(before + " " + valueName(item))
	}
	line := strings.TrimSpace(before + " " + item.Word)
	help := item.Help
	if help == "" {
		help = r.Help
	}
	help = a.help(line, help)
	if !a.seen[line] && a.fits(item.Word, help) {
		a.found = append(a.found, Topic{Line: line, Help: help})
	}
	a.seen[line] = true
	return line
}

// statements looks through what stands below a statement. Groups hold the whole
// configuration once more, and some statements stand everywhere: both are left out.
func (a *apropos) statements(at conf.Path, words, level string, depth int) {
	if depth > maxDepth {
		return
	}
	for _, k := range at.End(a.Root).Children() {
		below := at.Then(k, "")
		if a.Withheld.Has(below) || k.Hidden() || k.Everywhere() || k.Groups() {
			continue
		}
		var typed []string
		if !k.Flat() {
			typed = append(typed, k.Word())
		}
		if k.HasValue() {
			typed = append(typed, command.ValueName(k))
		}
		said := strings.TrimSpace(strings.Join(typed, " "))
		line := strings.TrimSpace(words + " " + said)
		if a.fits(k.Word(), k.Help()) {
			a.found = append(a.found, Topic{Line: "set " + line, Level: level, Syntax: said, Help: k.Help()})
		}
		if k.Holds() {
			a.statements(below, line, strings.TrimSuffix(level, "]")+" "+said+"]", depth+1)
		}
	}
}

// valueName is how the value of a command is shown: the first word of an
// enumeration, else the name of what it is.
func valueName(item *schema.Grammar) string {
	if item.Arg == nil {
		return "<" + item.Word + ">"
	}
	if words := item.Arg.Choices(); len(words) > 0 {
		return words[0].Word
	}
	return command.ValueName(item.Arg)
}
