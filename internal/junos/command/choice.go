package command

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/own"
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
	Source string // of a Placeholder: where live names come from, several between bars; empty for none

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
	Place   *Place   // whose names that exist may stand here too; nil for none

	isValue bool // what is typed is a value here, whatever keyword begins like it
	mixed   bool // names and words stand together by their spelling: statements
}

// Place is a list of the configuration whose entries may stand at a place of a line.
type Place struct {
	Path      conf.Path // the list; as a key, those keys that stand already of a list with several
	Committed bool      // it is that of the committed configuration, not of the candidate
}

// Nothing reports whether the line is right as far as it goes, and nothing goes on from
// there: what `?` says in one line.
func (p Possible) Nothing() bool {
	return p.Err != nil && p.Err.Pos == p.Token.Pos && len(p.Err.Choices) == 0
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

// sort puts the choices into Junos' order.
func (p *Possible) sort() { slices.SortStableFunc(p.Choices, p.compare) }

// compare is Junos' order: Enter, placeholders, words and names, the bar. Among
// statements names stand between words, by their spelling; the names that an
// operational command takes come before its words.
func (p *Possible) compare(a, b Choice) int {
	rank := func(c Choice) int {
		switch {
		case c.Kind == Enter:
			return 0
		case c.Kind == Placeholder:
			return 1
		case c.Kind == PipeMark:
			return 4
		case c.Kind == Value && !p.mixed:
			return 2
		default:
			return 3
		}
	}
	switch d := rank(a) - rank(b); {
	case d != 0 || rank(a) < 2:
		return d
	case a.Kind == Value && b.Kind == Value:
		return conf.Natural(a.Name, b.Name) // 2 before 10
	default:
		return strings.Compare(a.Name, b.Name)
	}
}

// Sources returns the names of the live sources that the choices mention, each once.
func (p Possible) Sources() []string {
	var out []string
	for _, c := range p.Choices {
		for s := range strings.SplitSeq(c.Source, sourceBar) {
			if s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// sourceBar stands between the sources of one value, as in `refers-to` of the schema.
const sourceBar = " | "

// WithNames returns the answer with the names that exist added; those that do not
// begin with what is typed are left out. A name that nobody describes is described
// like any value of its kind.
func (p Possible) WithNames(names []Choice) Possible {
	out := p
	out.Choices = slices.Clone(p.Choices)
	known := make(map[string]bool, len(names)+len(p.Choices))
	help := ""
	for _, c := range p.Choices {
		known[c.Name] = true
		if c.Kind == Placeholder && p.mixed {
			help = orElse(help, c.Help)
		}
	}
	if len(names) > 0 { // the numbers that exist say all
		out.Choices = slices.DeleteFunc(out.Choices, func(c Choice) bool { return c.Source == own.SourceCommits })
	}
	var fresh []Choice
	for _, n := range names {
		n.Kind, n.Source, n.Help = Value, "", orElse(n.Help, help)
		if n.fits(p.Token) && !known[n.Name] {
			known[n.Name] = true
			fresh = append(fresh, n)
		}
	}
	if !slices.IsSortedFunc(fresh, out.compare) { // thousands of them are, as they come
		slices.SortStableFunc(fresh, out.compare)
	}
	out.Choices = out.merge(out.Choices, fresh)
	return out
}

// merge puts two sorted lists together.
func (p *Possible) merge(a, b []Choice) []Choice {
	out := make([]Choice, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if p.compare(b[0], a[0]) < 0 {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
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
	quoted := conf.Quote(c.Name)
	switch {
	case c.Kind == Keyword || quoted == c.Name && !tok.Quoted:
		return c.Name[len(tok.Text):]
	case tok.Text == "" && !tok.Quoted:
		return quoted
	case tok.Quoted && quoted == `"`+c.Name+`"`:
		return c.Name[len(tok.Text):] + `"`
	default:
		return "" // needs quotes from its first letter: leave it to the user
	}
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
