package command

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
)

// ChoiceKind says what a Choice is, which decides who may complete it: SPACE
// completes keywords alone, TAB completes user data as well.
type ChoiceKind uint8

// The kinds of choice.
const (
	Keyword     ChoiceKind = iota // a word of the language
	Value                         // user data: a name that exists
	Placeholder                   // <name>: any value that the type allows
	Enter                         // <[Enter]>: the command is whole
	PipeMark                      // |
)

// Mark is the sign in the first column of a list of possible completions.
type Mark byte

// The marks that Junos prints; the zero Mark is none.
const (
	MarkContainer Mark = '>' // a hierarchy or a list of them
	MarkList      Mark = '+' // takes several values
)

// Choice is one thing that may stand at a place of a line.
type Choice struct {
	Name   string
	Help   string
	Kind   ChoiceKind
	Mark   Mark
	Source string // of a Placeholder: where live names come from; empty for none

	low, high int // of a number's placeholder: what it may be
}

// fits reports whether the choice may become of what is typed of the word.
func (c Choice) fits(tok Token) bool {
	switch c.Kind {
	case Placeholder:
		return true
	case Keyword:
		return !tok.Quoted && strings.HasPrefix(c.Name, tok.Text)
	default:
		return strings.HasPrefix(c.Name, tok.Text)
	}
}

// Possible is the answer to "what may stand here?".
type Possible struct {
	Token   Token    // what is typed of the word under the cursor; empty text at a new word
	Choices []Choice // what fits, in the order to print
	Err     *Error   // nothing fits, or the line before is already wrong

	isValue bool // what is typed is a value here, whatever keyword begins like it
}

// add appends a choice once; the first help text that is not empty stays.
func (p *Possible) add(c Choice) {
	for i, have := range p.Choices {
		if have.Name == c.Name && have.Kind == c.Kind {
			p.Choices[i].Help = orElse(have.Help, c.Help)
			return
		}
	}
	p.Choices = append(p.Choices, c)
}

// addEnd appends what may stand where the command is whole.
func (p *Possible) addEnd() {
	p.add(enter())
	p.add(Choice{Name: "|", Help: "Pipe through a command", Kind: PipeMark})
}

func enter() Choice { return Choice{Name: "<[Enter]>", Help: "Execute this command", Kind: Enter} }

// sort puts the choices into Junos' order: Enter, placeholders, words and names by
// their spelling, the bar.
func (p *Possible) sort() {
	rank := func(c Choice) int {
		switch c.Kind {
		case Enter:
			return 0
		case Placeholder:
			return 1
		case PipeMark:
			return 3
		default:
			return 2
		}
	}
	slices.SortStableFunc(p.Choices, func(a, b Choice) int {
		if d := rank(a) - rank(b); d != 0 || rank(a) != 2 {
			return d
		}
		if a.Kind != b.Kind && (a.Kind == Value || b.Kind == Value) {
			return int(b.Kind) - int(a.Kind) // names that exist, then words
		}
		if a.Kind == Value {
			return 0 // in the order of the source, which is natural: 2 before 10
		}
		return strings.Compare(a.Name, b.Name)
	})
}

// Sources returns the names of the live sources that the choices mention, each once.
func (p Possible) Sources() []string {
	var out []string
	for _, c := range p.Choices {
		if c.Source != "" && !slices.Contains(out, c.Source) {
			out = append(out, c.Source)
		}
	}
	return out
}

// WithNames returns the answer with the live names of one source added; names that
// do not begin with what is typed are left out.
func (p Possible) WithNames(names []Choice) Possible {
	out := p
	out.Choices = slices.Clone(p.Choices)
	for _, n := range names {
		n.Kind, n.Source = Value, ""
		known := slices.ContainsFunc(out.Choices, func(c Choice) bool { return c.Name == n.Name })
		if n.fits(p.Token) && !known {
			out.Choices = append(out.Choices, n)
		}
	}
	out.sort()
	return out
}

// Key is a key that asks for completion.
type Key byte

// The completion keys. `?` only lists and needs no Complete.
const (
	Space Key = ' '
	Tab   Key = '\t'
)

// Insert is what a completion key does to the line: text to put at the cursor, a
// list to show, or an error to show.
type Insert struct {
	Text string
	List bool
	Err  *Error
}

// Complete decides what a completion key does (QF-REF northbound 1): SPACE
// completes a keyword that is the only one to fit and leaves user data alone; TAB
// completes user data as well, goes as far as all choices agree, and lists them
// where that is nowhere. A blank that is typed after a whole word is a blank.
func (p Possible) Complete(key Key) Insert {
	tok := p.Token
	if key == Space && (tok.Text == "" || tok.Quoted || p.isValue) {
		return Insert{Text: " "}
	}
	if p.Err != nil {
		return Insert{Err: p.Err}
	}
	var fit []Choice
	free := false
	for _, c := range p.Choices {
		switch {
		case c.Kind == Placeholder:
			free = true
		case c.Kind == Keyword, c.Kind == Value && key == Tab:
			if c.Name == tok.Text {
				return Insert{Text: " "}
			}
			fit = append(fit, c)
		}
	}
	switch {
	case len(fit) == 1 && tok.Text != "" || len(fit) == 1 && !free && !p.has(Enter):
		return Insert{Text: remainder(fit[0], tok) + " "}
	case key == Tab && len(fit) > 1 && len(common(fit)) > len(tok.Text):
		return Insert{Text: common(fit)[len(tok.Text):]}
	case key == Tab && (len(fit) > 0 || tok.Text == ""):
		return Insert{List: true}
	case free:
		return Insert{Text: " "}
	default:
		return Insert{Err: ambiguous(tok, fit)}
	}
}

// hasEnter reports whether a line may end where the choices stand.
func hasEnter(choices []Choice) bool { return Possible{Choices: choices}.has(Enter) }

func (p Possible) has(k ChoiceKind) bool {
	return slices.ContainsFunc(p.Choices, func(c Choice) bool { return c.Kind == k })
}

// remainder is what is still to type of a choice.
func remainder(c Choice, tok Token) string {
	if c.Kind == Value && conf.Quote(c.Name) != c.Name {
		return "" // needs quotes from its first letter: leave it to the user
	}
	return c.Name[len(tok.Text):]
}

// common is the beginning that all names share.
func common(choices []Choice) string {
	out := choices[0].Name
	for _, c := range choices[1:] {
		for !strings.HasPrefix(c.Name, out) {
			out = out[:len(out)-1]
		}
	}
	return out
}
