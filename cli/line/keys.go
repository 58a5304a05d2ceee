package line

import (
	"unicode"
	"unicode/utf8"
)

// Bytes of single keys.
const (
	keyInterrupt = 0x03
	keyEnd       = 0x04
	keyBell      = 0x07
	keyBackspace = 0x08
	keyTab       = 0x09
	keyLF        = 0x0a
	keyRedraw    = 0x0c
	keyCR        = 0x0d
	keySearch    = 0x12
	keyEscape    = 0x1b
	keyDelete    = 0x7f
)

// nextKey returns the length of the key at the head of b: a control byte, an
// escape sequence or a character. It is 0 when more bytes are needed; final says
// that none will come, so that what is there is taken as it is.
func nextKey(b []byte, final bool) int {
	switch {
	case len(b) == 0:
		return 0
	case b[0] == keyEscape:
		if n := escapeLength(b); n > 0 || !final {
			return n
		}
		return 1
	case b[0] < utf8.RuneSelf:
		return 1
	case !utf8.FullRune(b) && !final:
		return 0
	default:
		_, n := utf8.DecodeRune(b)
		return n
	}
}

// maxSequence bounds an escape sequence; a longer one is noise (ECMA-48 5.4
// sets no limit, terminals send fewer than a dozen bytes).
const maxSequence = 16

// escapeLength measures the sequence that begins with ESC: CSI up to its final
// byte (ECMA-48 5.4), SS3 with one byte, or ESC and one key (meta). 0: incomplete.
func escapeLength(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b) && i < maxSequence; i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e {
				return i + 1
			}
		}
		if len(b) >= maxSequence {
			return maxSequence
		}
		return 0
	case 'O':
		if len(b) < 3 {
			return 0
		}
		return 3
	default:
		return 2
	}
}

// printable reports whether a key is a character that goes into the line.
func printable(key []byte) bool {
	r, _ := utf8.DecodeRune(key)
	return len(key) > 0 && unicode.IsGraphic(r)
}

// run returns how many bytes at the head of b are text that was typed ahead: the
// editor takes it in one piece. It stops before the keys that ask for completion and
// before any control key.
func run(b []byte) int {
	n := 0
	for n < len(b) && b[n] != '?' && b[n] != ' ' {
		k := nextKey(b[n:], false)
		if k == 0 || !printable(b[n:n+k]) {
			break
		}
		n += k
	}
	return n
}

// plainText returns how many of the first bytes of b are text, at most so many.
func plainText(b []byte, limit int) int {
	n := 0
	for n < min(len(b), limit) {
		k := nextKey(b[n:], false)
		if k == 0 || !printable(b[n:n+k]) {
			break
		}
		n += k
	}
	return n
}

// wholeLine returns the length of the text before the first line end when all of
// it is plain text, blanks and tabs, else -1: such a line needs no editor.
func wholeLine(b []byte) int {
	for i := 0; i < len(b); {
		if b[i] == keyCR || b[i] == keyLF {
			return i
		}
		k := nextKey(b[i:], false)
		if k == 0 || !printable(b[i:i+k]) && b[i] != keyTab || b[i] == '?' {
			return -1
		}
		i += k
	}
	return -1
}

// textFollows reports whether a blank before b is inside a line that goes on.
func textFollows(b []byte) bool {
	return len(b) > 0 && b[0] > ' ' && b[0] != '?' && b[0] != keyDelete
}
