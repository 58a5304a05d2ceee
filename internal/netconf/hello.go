package netconf

import (
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// hello is the first message of both sides (RFC 6241 section 8.1).
type hello struct {
	XMLName      xml.Name `xml:"hello"`
	Capabilities []string `xml:"capabilities>capability"`
	SessionID    *string  `xml:"session-id"`
}

// oldBase10 is how Junos and older clients spell Base10.
const oldBase10 = "urn:ietf:params:xml:ns:netconf:base:1.0"

// serverHello is what a server speaks first and at once (trap 9).
func serverHello(capabilities []string, id uint32) []byte {
	b := fmt.Appendf(nil, "<hello xmlns=\"%s\">\n<capabilities>\n", Namespace)
	b = line(b, "capability", Base10)
	for _, c := range capabilities {
		if c != Base10 {
			b = line(b, "capability", c)
		}
	}
	b = append(b, "</capabilities>\n"...)
	b = line(b, "session-id", fmt.Sprint(id))
	return append(b, "</hello>\n"...)
}

// clientHello is what a client answers.
func clientHello(capabilities []string) []byte {
	b := fmt.Appendf(nil, "<hello xmlns=\"%s\">\n<capabilities>\n", Namespace)
	for _, c := range capabilities {
		b = line(b, "capability", c)
	}
	return append(b, "</capabilities>\n</hello>\n"...)
}

// id is the session-id of a server's hello (RFC 6241 section 8.1: it has one).
func (h hello) id() (int, error) {
	if h.SessionID == nil {
		return 0, errors.New("hello of the server carries no session-id")
	}
	n, err := strconv.ParseUint(strings.TrimSpace(*h.SessionID), 10, 32)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("hello of the server has the session-id %.20q", *h.SessionID)
	}
	return int(n), nil
}

// readHello parses the hello of the other side and checks what RFC 6241 section
// 8.1 demands of both.
func readHello(msg []byte, lim Limits) (hello, error) {
	var h hello
	if err := guard(msg, lim); err != nil {
		return h, fmt.Errorf("hello: %w", err)
	}
	if err := xml.Unmarshal(msg, &h); err != nil {
		return h, fmt.Errorf("hello: %w", err)
	}
	if !ours(h.XMLName.Space) {
		return h, fmt.Errorf("hello is in the namespace %q", h.XMLName.Space)
	}
	for i, c := range h.Capabilities {
		h.Capabilities[i] = strings.TrimSpace(c)
	}
	if !slices.ContainsFunc(h.Capabilities, func(c string) bool { return c == Base10 || c == oldBase10 || c == Base11 }) {
		return h, errors.New("hello offers no version of the protocol")
	}
	return h, nil
}

// ours tells whether a protocol element may stand in that namespace: the right
// one, or none, as some clients send (northbound.md 2).
func ours(space string) bool { return space == "" || space == Namespace }
