package netconf

import "encoding/xml"

// Severities of an RPCError (RFC 6241 section 4.3).
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// RPCError is an rpc-error as Junos writes it. Empty fields are left out, but for
// Type, Tag and Severity, which default to protocol, operation-failed and error.
type RPCError struct {
	XMLName    xml.Name `xml:"rpc-error"`
	Type       string   `xml:"error-type"`
	Tag        string   `xml:"error-tag"`
	Severity   string   `xml:"error-severity"`
	Source     string   `xml:"source-daemon,omitempty"`
	Path       string   `xml:"error-path,omitempty"` // the configuration banner, [edit vlans v10]
	Message    string   `xml:"error-message"`
	BadElement string   `xml:"error-info>bad-element,omitempty"`
}

// Error returns the message, with the path in front when there is one.
func (e RPCError) Error() string { return e.Message }

// Errorf makes an RPCError of severity error with the given message.
func Errorf(format string, args ...any) RPCError { return RPCError{} }

// Warningf makes an RPCError of severity warning with the given message.
func Warningf(format string, args ...any) RPCError { return RPCError{} }

// Fail makes the reply that carries err: an RPCError or several joined keep their
// form, anything else becomes the message of an operation-failed error.
func Fail(err error) Reply { return Reply{} }

// Done is the reply <ok/>.
func Done() Reply { return Reply{OK: true} }
