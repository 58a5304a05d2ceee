package command

import "oneswitch/internal/junos/token"

// Token is token.Token, so that whoever works with a grammar needs one import.
type Token = token.Token

// Tokens is token.Split.
func Tokens(line string) []Token { return token.Split(line) }

// Error is why a line cannot be taken.
type Error struct {
	Pos     int      // byte offset in the line of the token that is wrong, or of the place where one is missing
	Text    string   // what the user reads: "unknown command.", "syntax error, expecting <command>."
	Choices []Choice // what was possible there, when the token was ambiguous
}

// Error gives the text alone; the place belongs on a line of its own, with a caret.
func (e *Error) Error() string { return e.Text }

// Texts of Junos that scripts look for (QF-REF northbound 1).
const (
	textUnknown   = "unknown command."
	textMissing   = "missing argument."
	textExpecting = "syntax error, expecting <command>."
	textSyntax    = "syntax error."
)

func errorAt(pos int, text string) *Error { return &Error{Pos: pos, Text: text} }

// ambiguous is the error for an abbreviation of more than one word. Junos points behind
// it, where something is missing.
func ambiguous(tok Token, choices []Choice) *Error {
	return &Error{Pos: tok.End, Text: "'" + tok.Text + "' is ambiguous.", Choices: choices}
}

// afterLast is where a missing word would stand: behind the last one and a blank.
func afterLast(toks []Token) int {
	if len(toks) == 0 {
		return 0
	}
	return toks[len(toks)-1].End + 1
}
