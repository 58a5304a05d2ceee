package netconf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Text returns the character data of Body: what an <output> holds, or JSON.
//
// It may be long, and a parser reads it octet by octet, so what needs no parser is
// taken as it stands: text between tags, with references. Whether the XML is well-formed
// is known since the reply was read.
func (r Reply) Text() (string, error) {
	if bytes.IndexByte(r.Body, '\r') >= 0 || bytes.Contains(r.Body, []byte("<!")) || bytes.Contains(r.Body, []byte("<?")) {
		return r.parsedText()
	}
	var b strings.Builder
	b.Grow(len(r.Body))
	for rest := r.Body; len(rest) > 0; {
		text := rest
		if at := bytes.IndexByte(rest, '<'); at >= 0 {
			_, _, size := tag(rest[at:])
			text, rest = rest[:at], rest[at+size:]
		} else {
			rest = nil
		}
		if !resolve(&b, text) {
			return r.parsedText()
		}
	}
	return b.String(), nil
}

// parsedText reads all of the text with a parser.
func (r Reply) parsedText() (string, error) {
	var b strings.Builder
	d := xml.NewDecoder(bytes.NewReader(r.Body))
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return b.String(), nil
		}
		if err != nil {
			return "", fmt.Errorf("decode text of reply: %w", err)
		}
		if text, ok := t.(xml.CharData); ok {
			b.Write(text)
		}
	}
}

// resolve writes text with its references resolved (XML 1.0, 4.1 and 4.6). false: there
// is one that it does not know.
func resolve(b *strings.Builder, text []byte) bool {
	for {
		at := bytes.IndexByte(text, '&')
		if at < 0 {
			b.Write(text)
			return true
		}
		b.Write(text[:at])
		name, rest, ok := bytes.Cut(text[at+1:], []byte{';'})
		if !ok {
			return false
		}
		c, ok := referred(string(name))
		if !ok {
			return false
		}
		b.WriteRune(c)
		text = rest
	}
}

// referred is the character that a reference stands for.
func referred(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, base := strings.TrimPrefix(name, "#"), 10
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && name[0] == '#' && n <= 0x10FFFF && inXML(rune(n))
}
