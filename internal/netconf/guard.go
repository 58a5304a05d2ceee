package netconf

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrForbidden is wrapped by what guard refuses.
var ErrForbidden = errors.New("forbidden in NETCONF")

// guard looks over a message before anything parses it, so that no parser ever
// sees more nesting or attributes than the limits allow, a DOCTYPE, an entity or a
// processing instruction (reliability.md A18, A19; Go's parser accepts a DOCTYPE
// and builds attribute lists of any length). It finds tags as the parser does and
// leaves well-formedness to it.
func guard(msg []byte, lim Limits) error {
	if len(msg) > lim.Message {
		return fmt.Errorf("%w: more than %d octets", ErrTooBig, lim.Message)
	}
	depth := 0
	for i := 0; ; {
		next := bytes.IndexByte(msg[i:], '<')
		if next < 0 {
			return nil
		}
		i += next
		rest := msg[i:]
		var n int
		switch {
		case bytes.HasPrefix(rest, []byte("<?xml")) && len(bytes.TrimSpace(msg[:i])) == 0:
			n = past(rest, "?>")
		case bytes.HasPrefix(rest, []byte("<?")):
			return fmt.Errorf("%w: processing instruction", ErrForbidden)
		case bytes.HasPrefix(rest, []byte("<!--")):
			n = 4 + past(rest[4:], "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			n = past(rest, "]]>")
		case bytes.HasPrefix(rest, []byte("<!")):
			return fmt.Errorf("%w: DOCTYPE or entity declaration", ErrForbidden)
		case bytes.HasPrefix(rest, []byte("</")):
			depth--
			n = past(rest, ">")
		default:
			attrs, empty, size := tag(rest)
			if attrs > lim.Attributes {
				return fmt.Errorf("%w: more than %d attributes on one element", ErrForbidden, lim.Attributes)
			}
			if !empty {
				depth++
			}
			n = size
		}
		if depth > lim.Depth {
			return fmt.Errorf("%w: elements nested more than %d deep", ErrForbidden, lim.Depth)
		}
		i += n
	}
}

// past returns how many octets lead up to and over mark; all when it is missing.
func past(b []byte, mark string) int {
	if i := bytes.Index(b, []byte(mark)); i >= 0 {
		return i + len(mark)
	}
	return len(b)
}

// tag measures the start tag at the head of b: its attributes, whether it is an
// empty-element tag, and its octets.
func tag(b []byte) (attrs int, empty bool, size int) {
	var quote byte
	for i := 1; i < len(b); i++ {
		c := b[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '=':
			attrs++
		case c == '>':
			return attrs, b[i-1] == '/', i + 1
		}
	}
	return attrs, false, len(b)
}
