// Package token splits a line of the shell into words, as all of its readers do: the
// grammars, completion and whoever looks at a line before it is carried out.
//
// It is pure and has no state.
//
// Invariants: every token knows where it stands in the line, in bytes; no line is
// refused, and an open quote ends with it.
//
// It must never know a command.
package token

import "strings"

// Token is one word of a line.
type Token struct {
	Text   string // without the quotes
	Pos    int    // byte offset of its first byte (the quote included)
	End    int    // byte offset after its last byte
	Quoted bool   // written in quotes: never a keyword, a pipe or a bracket
}

// Split splits a line at blanks. Double quotes hold a word together and a
// backslash in them takes the next character as it is (\\n is a line feed); an open quote ends at the
// end of the line. An unquoted bar is a token of its own wherever it stands; a
// bracket is one at the edge of a word, since xe-0/0/[0-3] is a pattern.
func Split(line string) []Token {
	var out []Token
	inList := false
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case isBlank(c):
			i++
		case c == '|':
			out = append(out, Token{Text: "|", Pos: i, End: i + 1})
			i++
		case c == '[', c == ']' && inList:
			inList = c == '['
			out = append(out, Token{Text: string(c), Pos: i, End: i + 1})
			i++
		default:
			t := scanWord(line, i, inList)
			out = append(out, t)
			i = t.End
		}
	}
	return out
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// scanWord reads the word that begins at i.
func scanWord(line string, i int, inList bool) Token {
	t := Token{Pos: i}
	var b strings.Builder
	quoted := false
	for ; i < len(line); i++ {
		c := line[i]
		if c == '"' {
			quoted, t.Quoted = !quoted, true
			continue
		}
		if quoted {
			if c == '\\' && i+1 < len(line) {
				i++
				if c = line[i]; c == 'n' {
					c = '\n'
				}
			}
			b.WriteByte(c)
			continue
		}
		if isBlank(c) || c == '|' || inList && c == ']' {
			break
		}
		b.WriteByte(c)
	}
	t.Text, t.End = b.String(), i
	return t
}

// Last separates the word under the cursor, which is at the end of the line,
// from the words before it. After a blank the word is new: it has no text.
func Last(line string) (before []Token, last Token) {
	toks := Split(line)
	if n := len(toks); n > 0 && toks[n-1].End == len(line) && !toks[n-1].IsBar() {
		return toks[:n-1], toks[n-1]
	}
	return toks, Token{Pos: len(line), End: len(line)}
}

// IsBar reports whether the token is a bar that begins a pipe.
func (t Token) IsBar() bool { return t.Text == "|" && !t.Quoted }
