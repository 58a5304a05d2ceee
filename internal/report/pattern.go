package report

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
)

// maxPattern bounds a regular expression, whose program grows with its text.
const maxPattern = 1024

// Pattern compiles a regular expression as match, except and find take it: the
// extended ones of POSIX 1003.2, without regard to case, found anywhere in a line.
// The beginnings and ends of words of BSD ([[:<:]], [[:>:]], \<, \>) and what Perl
// adds (\d, \s, \w, \b) are understood as well, since people type them. The error
// says what is wrong with it in the words of regerror(3).
func Pattern(text string) (*regexp.Regexp, error) {
	switch {
	case text == "":
		return nil, errors.New("empty regular expression")
	case len(text) > maxPattern:
		return nil, fmt.Errorf("pattern of %d characters, at most %d are allowed", len(text), maxPattern)
	}
	plain := words(text)
	tree, err := syntax.Parse(plain, syntax.FoldCase)
	if err != nil {
		if perl, perlErr := syntax.Parse(plain, syntax.FoldCase|syntax.Perl&^syntax.OneLine); perlErr == nil {
			tree, err = perl, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", regerror(err), strconv.Quote(text))
	}
	re, err := regexp.Compile(tree.String())
	if err != nil {
		return nil, fmt.Errorf("%s: %s", regerror(err), strconv.Quote(text))
	}
	return re, nil
}

// words puts \b in place of the marks for the beginning and the end of a word.
func words(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case strings.HasPrefix(rest, `\<`), strings.HasPrefix(rest, `\>`):
			b.WriteString(`\b`)
			i++
		case strings.HasPrefix(rest, "[[:<:]]"), strings.HasPrefix(rest, "[[:>:]]"):
			b.WriteString(`\b`)
			i += len("[[:<:]]") - 1
		case text[i] == '\\' && i+1 < len(text):
			b.WriteString(text[i : i+2])
			i++
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}

// regerror says in the words of regerror(3) what is wrong.
func regerror(err error) string {
	var bad *syntax.Error
	if !errors.As(err, &bad) {
		return "invalid regular expression"
	}
	switch bad.Code {
	case syntax.ErrMissingParen, syntax.ErrUnexpectedParen:
		return "parentheses not balanced"
	case syntax.ErrMissingBracket:
		return "brackets ([ ]) not balanced"
	case syntax.ErrMissingRepeatArgument, syntax.ErrInvalidRepeatOp:
		return "repetition-operator operand invalid"
	case syntax.ErrInvalidRepeatSize:
		return "invalid repetition count(s)"
	case syntax.ErrInvalidCharRange:
		return "invalid character range"
	case syntax.ErrInvalidCharClass:
		return "invalid character class"
	case syntax.ErrTrailingBackslash:
		return `trailing backslash (\)`
	case syntax.ErrInvalidEscape:
		return "invalid escape \\ sequence"
	case syntax.ErrLarge, syntax.ErrNestingDepth:
		return "regular expression too big"
	}
	return "invalid regular expression"
}
