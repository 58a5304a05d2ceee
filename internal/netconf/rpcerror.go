package netconf

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Severities of an RPCError (RFC 6241 section 4.3).
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// RPCError is an rpc-error as Junos writes it. Empty fields are left out, but for
// Type, Tag and Severity, which default to protocol, operation-failed and error.
type RPCError struct {
	Type       string `xml:"error-type"`
	Tag        string `xml:"error-tag"`
	Severity   string `xml:"error-severity"`
	Source     string `xml:"source-daemon"`
	Path       string `xml:"error-path"` // the configuration banner, [edit vlans v10]
	Message    string `xml:"error-message"`
	BadElement string `xml:"error-info>bad-element"`
	Line       int    `xml:"error-info>line-number"` // of the source that was loaded, from 1; 0: none
	Column     int    `xml:"error-info>column"`      // in bytes, from 1; 0: none
}

// Error returns the message, with the path in front when there is one.
func (e RPCError) Error() string {
	if e.Path != "" {
		return e.Path + ": " + e.Message
	}
	return e.Message
}

// IsWarning tells whether the operation went on in spite of it.
func (e RPCError) IsWarning() bool { return e.Severity == SeverityWarning }

// Errorf makes an RPCError of severity error with the given message.
func Errorf(format string, args ...any) RPCError {
	return RPCError{Severity: SeverityError, Message: fmt.Sprintf(format, args...)}
}

// Warningf makes an RPCError of severity warning with the given message.
func Warningf(format string, args ...any) RPCError {
	return RPCError{Severity: SeverityWarning, Message: fmt.Sprintf(format, args...)}
}

// Fail makes the reply that carries err: an RPCError or several joined keep their
// form, anything else becomes the message of an operation-failed error.
func Fail(err error) Reply { return Reply{Errors: rpcErrors(err)} }

// Done is the reply <ok/>.
func Done() Reply { return Reply{OK: true} }

func rpcErrors(err error) []RPCError {
	if err == nil {
		return nil
	}
	// What errors.Join made falls apart again; an error that wraps two others in a
	// sentence of its own does not.
	if many, ok := err.(interface{ Unwrap() []error }); ok && errors.Join(many.Unwrap()...).Error() == err.Error() {
		var out []RPCError
		for _, e := range many.Unwrap() {
			out = append(out, rpcErrors(e)...)
		}
		return out
	}
	if one, ok := errors.AsType[RPCError](err); ok {
		return []RPCError{one}
	}
	return []RPCError{Errorf("%v", err)}
}

// AppendXML appends the element: no attributes on rpc-error and no padding in
// error-severity, because scrapligo looks for the literal text (trap 8).
func (e RPCError) AppendXML(b []byte) []byte {
	b = append(b, "<rpc-error>\n"...)
	b = line(b, "error-type", orElse(e.Type, "protocol"))
	b = line(b, "error-tag", orElse(e.Tag, "operation-failed"))
	b = line(b, "error-severity", orElse(e.Severity, SeverityError))
	if e.Source != "" {
		b = line(b, "source-daemon", e.Source)
	}
	if e.Path != "" {
		b = line(b, "error-path", e.Path)
	}
	b = line(b, "error-message", e.Message)
	return append(e.appendInfo(b), "</rpc-error>\n"...)
}

// appendInfo appends what Junos says of the place of an error.
func (e RPCError) appendInfo(b []byte) []byte {
	if e.BadElement == "" && e.Line == 0 {
		return b
	}
	b = append(b, "<error-info>\n"...)
	if e.BadElement != "" {
		b = line(b, "bad-element", e.BadElement)
	}
	if e.Line > 0 {
		b = line(b, "line-number", strconv.Itoa(e.Line))
	}
	if e.Column > 0 {
		b = line(b, "column", strconv.Itoa(e.Column))
	}
	return append(b, "</error-info>\n"...)
}

func orElse(s, standard string) string {
	if s == "" {
		return standard
	}
	return s
}

func line(b []byte, name, text string) []byte {
	b = append(b, '<')
	b = append(b, name...)
	b = append(b, '>')
	b = append(b, escape(text)...)
	b = append(b, "</"...)
	b = append(b, name...)
	return append(b, ">\n"...)
}

// escape makes text safe in an element and in a double-quoted attribute value.
func escape(text string) []byte {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a bytes.Buffer does not fail
	return b.Bytes()
}

// TextElement returns an element that holds text and whose line ends stay line
// ends: people read these replies in raw XML.
func TextElement(name, text string) []byte {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;").Replace(text)
	return Element(name, []byte(text))
}

// Element returns an element that holds the given XML.
func Element(name string, inner []byte) []byte {
	out := append([]byte("<"+name+">"), inner...)
	return append(out, "</"+name+">"...)
}
