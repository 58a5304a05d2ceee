package netconf

import (
	"encoding/xml"
	"errors"
	"time"
)

// Namespace is the namespace of the protocol elements (RFC 6241 section 1.1).
const Namespace = "urn:ietf:params:xml:ns:netconf:base:1.0"

// Capabilities of the protocol (RFC 6241 section 8.1).
const (
	Base10 = "urn:ietf:params:netconf:base:1.0"
	Base11 = "urn:ietf:params:netconf:base:1.1"
)

// Limits bound what a peer can make us hold. The zero value means DefaultLimits.
type Limits struct {
	Message    int // octets in one message
	Depth      int // nested elements
	Attributes int // attributes of one element
}

// DefaultLimits are 32 MB, 256 levels and 256 attributes (reliability.md A19).
func DefaultLimits() Limits { return Limits{Message: 32 << 20, Depth: 256, Attributes: 256} }

func (l Limits) orDefault() Limits {
	if l == (Limits{}) {
		return DefaultLimits()
	}
	return l
}

// DefaultWriteTimeout is how long a peer may refuse to read before the session ends.
const DefaultWriteTimeout = 30 * time.Second

// Operation is one child of an rpc element: what the client asks for.
type Operation struct {
	Name  xml.Name   // its element name, namespace resolved
	Attrs []xml.Attr // its attributes without namespace declarations
	XML   []byte     // the whole element; namespaces declared on rpc are declared again here
}

// Attr returns the value of the attribute without namespace called name.
func (o Operation) Attr(name string) string {
	for _, a := range o.Attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// Reply is what stands inside an rpc-reply.
type Reply struct {
	// Body are the elements (or the JSON text, escaped) without rpc-error and ok
	// of the first level.
	Body []byte
	// Errors are the rpc-errors, warnings included. A server sends them as children
	// of rpc-reply; a client also finds here those that stand inside Body, as in
	// load-configuration-results.
	Errors []RPCError
	// OK is <ok/>. It is never sent beside an error of severity error: it would
	// hide the error from ncclient (trap 5).
	OK bool
}

// Err returns the errors of severity error as one error, nil when there is none.
func (r Reply) Err() error {
	var errs []error
	for _, e := range r.Errors {
		if !e.IsWarning() {
			errs = append(errs, e)
		}
	}
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// Warnings returns the errors of severity warning.
func (r Reply) Warnings() []RPCError {
	var out []RPCError
	for _, e := range r.Errors {
		if e.IsWarning() {
			out = append(out, e)
		}
	}
	return out
}
