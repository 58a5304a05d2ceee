package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns s with every character that does not print (control
// characters, escape sequences, bidirectional marks, bad UTF-8) written as an
// escape: \x1b, \u202e. Foreign text (descriptions, LLDP names, user names) thus
// never drives the reader's terminal.
func Printable(s string) string {
	if !strings.ContainsFunc(s, doesNotPrint) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i]) // a byte that is no UTF-8
		case r == utf8.RuneError || unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}

// doesNotPrint tells whether r must be escaped. RuneError is among them because a
// range over a string yields it for bad UTF-8; Printable sorts out the true ones.
func doesNotPrint(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }
