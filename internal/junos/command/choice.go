package command

import "strings"

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

// The marks that Junos prints.
const (
	MarkNone      Mark = ' '
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
}

// Possible is the answer to "what may stand here?".
type Possible struct {
	Token   Token    // what is typed of the word under the cursor; empty text at a new word
	Choices []Choice // what fits, in the order to print; placeholders last typed form included
	Err     *Error   // the line before the cursor is already wrong
}

// Sources returns the names of the live sources that the choices mention, each once.
func (p Possible) Sources() []string {
	var out []string
	seen := map[string]bool{}
	for _, c := range p.Choices {
		if c.Source != "" && !seen[c.Source] {
			seen[c.Source] = true
			out = append(out, c.Source)
		}
	}
	return out
}

// WithNames returns the answer with live names of a source put in front of the
// placeholder that asked for them; names that do not begin with what is typed
// are left out.
func (p Possible) WithNames(source string, names []Choice) Possible {
	out := Possible{Token: p.Token, Err: p.Err}
	for _, c := range p.Choices {
		if c.Source == source && source != "" {
			for _, n := range names {
				if strings.HasPrefix(n.Name, p.Token.Text) {
					n.Kind = Value
					out.Choices = append(out.Choices, n)
				}
			}
		}
		out.Choices = append(out.Choices, c)
	}
	return out
}
