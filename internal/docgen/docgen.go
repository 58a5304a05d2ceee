// Package docgen writes the reference of the configuration language and of the
// commands out of the schema: docs/reference. What is not in the schema does not
// exist, and so the reference cannot miss anything or tell of something else.
//
// State: none. Pages is a pure function of the schema; package write puts what it
// returns into files, and a test compares them with the committed ones.
//
// The package must never hold words about single statements or commands: those
// belong to the schema.
//
//go:generate go run oneswitch/internal/docgen/write ../../docs/reference
package docgen

import (
	"fmt"
	"strings"

	"oneswitch/internal/junos/schema"
)

// Page is one file of the reference.
type Page struct {
	Name string // of the file
	Text string // Markdown
}

// Pages returns the whole reference.
func Pages(s *schema.Schema) []Page {
	return []Page{
		{"configuration.md", configuration(s)},
		{"not-acted-on.md", notActedOn(s)},
		{"commands.md", commands(s)},
	}
}

// generated stands at the head of every page.
const generated = "<!-- Made from the schema by `make generate`; changes belong there. -->\n\n"

// configuration lists every statement.
func configuration(s *schema.Schema) string {
	var b strings.Builder
	b.WriteString("# Configuration statements\n\n" + generated)
	b.WriteString("Every statement that `set` takes, in the order in which `show` prints it. *Acts* says whether the fabric acts on a\n" +
		"statement; what it keeps without acting on is named by a warning at commit and listed in\n" +
		"[not-acted-on.md](not-acted-on.md). Values in angle brackets are typed, words between bars are alternatives.\n\n")
	b.WriteString("Everywhere a statement holds others, these may stand as well:\n\n| statement | what it says |\n|---|---|\n")
	for _, n := range s.Config().Children() {
		if n.Everywhere() {
			row(&b, "`"+usage(n)+"`", n.Help())
		}
	}
	b.WriteString("\n`groups <group-name>` holds a whole configuration of its own, in which names may be patterns such as `<*>` or `<xe-*>`.\n")
	for _, n := range s.Config().Children() {
		if n.Everywhere() || n.Groups() || n.Hidden() {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n| statement | what it says | acts |\n|---|---|---|\n", n.Word(), n.Help())
		walk(n, "", false, func(path string, n *schema.Node, unapplied bool) {
			acts := "yes"
			if unapplied {
				acts = "no"
			}
			row(&b, "`"+path+"`", detail(n), acts)
		})
	}
	return b.String()
}

// notActedOn lists the statements that commit warns about.
func notActedOn(s *schema.Schema) string {
	var b strings.Builder
	b.WriteString("# Statements that the fabric does not act on yet\n\n" + generated)
	b.WriteString("They are taken, checked, kept and shown, so that a configuration can be written down before its time; a commit names\n" +
		"each of them with a warning. What stands below one of them is not acted on either.\n\n| statement | what it says |\n|---|---|\n")
	for _, top := range s.Config().Children() {
		if top.Groups() || top.Everywhere() {
			continue
		}
		walk(top, "", false, func(path string, n *schema.Node, _ bool) {
			if n.Unapplied() {
				row(&b, "`"+path+"`", n.Help())
			}
		})
	}
	return b.String()
}

// walk calls f for a statement and all below it with the words that lead there.
// Containers without a meaning of their own are passed over.
func walk(n *schema.Node, before string, unapplied bool, f func(path string, n *schema.Node, unapplied bool)) {
	if n.Everywhere() || n.Hidden() {
		return
	}
	path := strings.TrimSpace(before + " " + usage(n))
	unapplied = unapplied || n.Unapplied()
	if n.Kind() != schema.Container || n.Unapplied() {
		f(path, n, unapplied)
	}
	for _, k := range n.Children() {
		walk(k, path, unapplied, f)
	}
}

// usage returns what is typed for a statement.
func usage(n *schema.Node) string {
	if !n.HasValue() {
		return n.Word()
	}
	words := []string{value(n)}
	if keys := n.Keys(); len(keys) > 1 {
		words = nil
		for _, key := range keys {
			if key.Named() {
				words = append(words, key.Word())
			}
			words = append(words, value(key))
		}
	}
	if n.Flat() {
		return words[0]
	}
	return n.Word() + " " + strings.Join(words, " ")
}

// value returns how the value of a statement is typed.
func value(n *schema.Node) string {
	value := n.ValueHelp()
	choices := n.Choices()
	switch {
	case value == "" && len(choices) <= 4:
		words := make([]string, 0, len(choices))
		for _, c := range choices {
			words = append(words, c.Word)
		}
		value = "(" + strings.Join(words, " | ") + ")"
	case value == "":
		value = "<" + n.Word() + ">"
	case !strings.HasPrefix(value, "<"):
		value = "<" + value + ">"
	}
	if n.Kind() == schema.LeafList {
		value = "[ " + value + " ... ]"
	}
	return value
}

// detail is the help of a statement with what its value may be.
func detail(n *schema.Node) string {
	out := n.Help()
	if choices := n.Choices(); len(choices) > 4 || len(choices) > 0 && n.ValueHelp() != "" {
		words := make([]string, 0, len(choices))
		for _, c := range choices {
			words = append(words, "`"+c.Word+"`")
		}
		out += ": " + strings.Join(words, ", ")
	}
	for i, list := range n.RefersTo() {
		joint := "; the name of an entry of"
		if i > 0 {
			joint = " or"
		}
		out += joint + " `" + strings.TrimLeft(strings.Join(list, " "), ". ") + "`" // a path that leads up names a list nearby
	}
	for _, list := range n.Collections() {
		out += "; or the name of an entry of `" + strings.Join(list, " ") + "`"
	}
	if n.Mandatory() {
		out += "; mandatory"
	}
	if n.InChoice() {
		out += "; one of several"
	}
	return out
}

// row writes one row of a table.
func row(b *strings.Builder, cells ...string) {
	for _, c := range cells {
		b.WriteString("| " + strings.ReplaceAll(c, "|", `\|`) + " ")
	}
	b.WriteString("|\n")
}
