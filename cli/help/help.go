// Package help is what `help` answers in the shell: about statements and commands,
// from the schema; about messages of the system log, from their catalog; and tips.
// It also knows what to say about commands that every Junos has and this product not.
//
// It is pure. Invariants: what it names can be typed, or stands in a log; a pattern is
// one of the shell's (internal/report).
//
// It must never ask the director, nor print.
package help

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/topic"
	"oneswitch/internal/junos/withheld"
	"oneswitch/internal/report"
	"oneswitch/internal/syslog"
)

// Desk is where somebody asks.
type Desk struct {
	Schema   *schema.Schema
	Commands []*schema.RPC // that can be given here
	Editing  bool          // statements are looked for instead of commands,
	Level    conf.Path     // from this level on
	Withheld withheld.Statements
}

// Answer is `help` with the words behind it.
func (d Desk) Answer(words []string) (string, error) {
	word := ""
	if len(words) > 1 {
		word = words[1]
	}
	switch {
	case len(words) == 0:
		return general, nil
	case words[0] == "tip":
		return tips, nil
	case words[0] == "apropos":
		return d.apropos(word)
	case words[0] == "syslog":
		return messages(word)
	default:
		return d.reference(word)
	}
}

const general = `
Statements are entered with set and taken away with delete; show prints the
candidate and "show | compare" what is not committed yet. commit makes it active,
rollback gives it up. Press ? anywhere to see what may stand there, and use
"help apropos WORD" to find a statement and "help reference STATEMENT" to read
about it.

`

const tips = `
SPACE completes a word of the language, TAB a name as well; ? shows what may come.
An abbreviation that fits one word only is that word.
^A ^E  begin and end of line      ^P ^N  older and newer line
^W     delete the word before     ^U     delete the line
^K ^Y  delete to the end, insert  ^R     search in the history
^C     give up line or command    ^L     draw the line again
show | compare           what is not committed yet
show | display set       the configuration as set commands
show | compare FILE      what differs from a file, or from /config/juniper.conf.3.gz
top show, up set ...     a command at another level
run show ...             an operational command in configuration mode
show ... | match X | refresh 5   again every five seconds, until ^C
commit confirmed 5       rolled back in 5 minutes unless confirmed

`

// pattern reads what is looked for.
func pattern(word string) (*regexp.Regexp, error) {
	if word == "" {
		return nil, errors.New("missing argument")
	}
	re, err := report.Pattern(word)
	if err != nil {
		return nil, fmt.Errorf("help: %w", err)
	}
	return re, nil
}

// apropos is `help apropos WORD`.
func (d Desk) apropos(word string) (string, error) {
	re, err := pattern(word)
	if err != nil {
		return "", err
	}
	topics := topic.Commands(d.Schema, d.Commands, re)
	if d.Editing {
		topics = topic.Within{Root: d.Schema.Config(), Withheld: d.Withheld}.Statements(d.Level, re)
	}
	var b strings.Builder
	for _, t := range topics {
		b.WriteString(t.Line + "\n    " + t.Help + "\n")
	}
	if len(topics) == 0 {
		b.WriteString("No matches for '" + word + "'\n")
	}
	return b.String(), nil
}

// reference is `help reference STATEMENT`, and `help topic`: what a statement is,
// in every place where one of the name may stand.
func (d Desk) reference(word string) (string, error) {
	topics := topic.Within{Root: d.Schema.Config(), Withheld: d.Withheld}.Named(word)
	if len(topics) == 0 {
		return "", fmt.Errorf("no statement is called '%s': use help apropos to find one", word)
	}
	var b strings.Builder
	for _, t := range topics {
		fmt.Fprintf(&b, "%s\n\n  Syntax\n      %s\n\n  Hierarchy Level\n      %s\n\n  Description\n      %s\n\n", word, t.Syntax, t.Level, t.Help)
	}
	return b.String(), nil
}

// messages is `help syslog [TAG]`: all tags with what they are about, or everything
// about those that begin like the one given.
func messages(tag string) (string, error) {
	w := report.NewWriter()
	if tag == "" {
		t := report.Table{NoHeader: true, Columns: []report.Column{{Width: 24}, {}}}
		for _, e := range syslog.Catalog() {
			t.Rows = append(t.Rows, []string{e.Tag, e.Help})
		}
		w.Table(t)
		return w.String(), nil
	}
	found := false
	for _, e := range syslog.Catalog() {
		if !strings.HasPrefix(e.Tag, strings.ToUpper(tag)) {
			continue
		}
		if found {
			w.Blank()
		}
		found = true
		w.Table(report.Table{NoHeader: true, Columns: []report.Column{{Width: 9}, {}}, Rows: [][]string{
			{"Name:", e.Tag}, {"Message:", e.Message}, {"Help:", e.Help},
			{"Severity:", e.Severity.String()}, {"Facility:", string(e.Facility)},
		}})
	}
	if !found {
		return "", fmt.Errorf("no message has the tag '%s': help syslog lists them", tag)
	}
	return w.String(), nil
}
