package report

// Report is the answer of one operational command. The concrete type is a struct
// whose XMLName and encoding/xml tags carry the Junos element names.
type Report interface {
	// Text writes the report as the shell shows it.
	Text(w *Writer)
}

// Format is one of the forms that a client may ask for.
type Format string

// The formats of `<command format="...">` and of `| display ...`.
const (
	FormatText Format = "text"
	FormatXML  Format = "xml"
	FormatJSON Format = "json"
	FormatSet  Format = "set" // configuration only
)

// Text renders a report as the shell shows it, every line ending in LF.
func Text(r Report) string {
	w := NewWriter()
	r.Text(w)
	return w.String()
}
