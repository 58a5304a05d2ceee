package netconf

import (
	"strconv"
	"unicode/utf8"
)

// ascii writes every character outside ASCII as a numeric character reference:
// ncclient decodes each read by itself and dies on a character that is split
// between two (trap 1). What XML 1.0 cannot hold at all, and bad UTF-8, becomes
// U+FFFD. It presumes that such characters stand in text and attribute values
// only, which is so for all element names that this project writes.
func ascii(b []byte) []byte {
	i := 0
	for i < len(b) && plain(b[i]) {
		i++
	}
	if i == len(b) {
		return b
	}
	out := append(make([]byte, 0, len(b)+len(b)/8+16), b[:i]...)
	for i < len(b) {
		if plain(b[i]) {
			out = append(out, b[i])
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if !inXML(r) {
			r = utf8.RuneError
		}
		out = append(out, "&#"...)
		out = strconv.AppendInt(out, int64(r), 10)
		out = append(out, ';')
		i += size
	}
	return out
}

// plain tells whether an octet goes out as it is.
func plain(c byte) bool {
	return c < utf8.RuneSelf && (c >= ' ' || c == '\t' || c == '\n' || c == '\r')
}

// inXML tells whether XML 1.0 (section 2.2) can hold r.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r < 0xD800 || r >= 0xE000 && r < 0xFFFE || r >= 0x10000
}
