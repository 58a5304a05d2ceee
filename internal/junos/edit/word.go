package edit

import (
	"strings"
)

// Word is one word of a line with its place; Quoted words are never keywords.
type Word struct {
	Text   string
	Quoted bool
	Column int // of its first byte, from 1
}

// bracket reports whether the word is [ or ], which enclose several values.
func (w Word) bracket() bool { return !w.Quoted && (w.Text == "[" || w.Text == "]") }

// Split cuts a line into words: blanks separate, double quotes protect (with
// backslash for a quote, a backslash and \n), `[` at the head of a word opens a set
// of values and the next `]` ends it.
func Split(line string) ([]Word, error) {
	l := lexer{src: line, line: 1, plain: true}
	var words []Word
	for {
		t := l.next()
		switch t.kind {
		case tokenEnd:
			return words, nil
		case tokenBad:
			return words, Problem{Code: SyntaxError, Text: t.text, Pos: Position{Column: t.pos.Column}}
		case tokenWord, tokenQuoted:
			words = append(words, t.word())
		}
	}
}

// Quote returns a word as it stands in text and set form: in double quotes where
// it holds anything but letters, digits and plain punctuation.
func Quote(s string) string {
	if s != "" && strings.IndexFunc(s, special) < 0 && !strings.HasSuffix(s, ":") && !strings.Contains(s, "/*") {
		return s
	}
	return Quoted(s)
}

// Quoted returns a text in double quotes. It is the inverse of lexer.quoted.
func Quoted(s string) string {
	if !strings.ContainsAny(s, "\\\"\n") {
		return `"` + s + `"`
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b.WriteString(`\n`)
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// special reports characters that a word without quotes does not hold. A colon at
// the end would make a tag of it (inactive:), a slash and star a comment.
func special(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("._:/@+,*<>%=~^-", r)
}

// tokenKind is a kind of token of the text form.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenQuoted
	tokenOpen    // in the order of punctuation
	tokenClose   // }
	tokenSemi    // ;
	tokenComment // between /* and */
	tokenBad     // the text says what is wrong
)

// punctuation is what ends words in text form.
const punctuation = "{};"

type token struct {
	kind tokenKind
	text string
	pos  Position
}

func (t token) word() Word {
	return Word{Text: t.text, Quoted: t.kind == tokenQuoted, Column: t.pos.Column}
}

// lexer cuts text form, or with plain set a line of it, into tokens.
type lexer struct {
	src   string
	at    int
	line  int
	start int  // where the line begins
	plain bool // braces, semicolons and comments are nothing special
	set   bool // between [ and ]
}

// next returns the next token.
func (l *lexer) next() token {
	l.blank()
	pos := Position{Line: l.line, Column: l.at - l.start + 1}
	if l.at >= len(l.src) {
		return token{kind: tokenEnd, pos: pos}
	}
	c := l.src[l.at]
	switch {
	case c == '"':
		return l.quoted(pos)
	case !l.plain && strings.HasPrefix(l.src[l.at:], "/*"):
		return l.comment(pos)
	case !l.plain && strings.IndexByte(punctuation, c) >= 0:
		l.at++
		kind := tokenOpen + tokenKind(strings.IndexByte(punctuation, c))
		return token{kind: kind, text: l.src[l.at-1 : l.at], pos: pos}
	case c == '[' || c == ']' && l.set:
		l.at++
		l.set = c == '['
		return token{kind: tokenWord, text: string(c), pos: pos}
	}
	from := l.at
	for l.at < len(l.src) && !l.ends(l.src[l.at]) {
		l.at++
	}
	return token{kind: tokenWord, text: l.src[from:l.at], pos: pos}
}

// ends reports whether c ends a word.
func (l *lexer) ends(c byte) bool {
	switch c {
	case ' ', '\t', '\r', '\n', '"':
		return true
	case '{', '}', ';':
		return !l.plain
	case ']':
		return l.set
	}
	return false
}

// blank skips white space and, in text form, comments from # to the end of the line.
func (l *lexer) blank() {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == '\n':
			l.line++
			l.start = l.at + 1
		case c == ' ' || c == '\t' || c == '\r':
		case c == '#' && !l.plain:
			if n := strings.IndexByte(l.src[l.at:], '\n'); n >= 0 {
				l.at += n
			} else {
				l.at = len(l.src)
			}
			continue
		default:
			return
		}
		l.at++
	}
}

// quoted reads a string in double quotes. It may run over several lines.
func (l *lexer) quoted(pos Position) token {
	var b strings.Builder
	for l.at++; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '"':
			l.at++
			return token{kind: tokenQuoted, text: b.String(), pos: pos}
		case c == '\\' && l.at+1 < len(l.src):
			l.at++
			if l.src[l.at] == 'n' {
				b.WriteByte('\n')
			} else {
				b.WriteByte(l.src[l.at])
			}
		default:
			if c == '\n' {
				l.line++
				l.start = l.at + 1
			}
			b.WriteByte(c)
		}
	}
	return token{kind: tokenBad, text: "missing quote at the end of a string", pos: pos}
}

func (l *lexer) comment(pos Position) token {
	end := strings.Index(l.src[l.at+2:], "*/")
	if end < 0 {
		l.at = len(l.src)
		return token{kind: tokenBad, text: "missing end of a comment", pos: pos}
	}
	text := l.src[l.at+2 : l.at+2+end]
	if n := strings.Count(text, "\n"); n > 0 {
		l.line += n
		l.start = l.at + 2 + strings.LastIndexByte(text, '\n') + 1
	}
	l.at += 2 + end + 2
	return token{kind: tokenComment, text: strings.TrimSpace(text), pos: pos}
}
