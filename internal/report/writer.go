package report

import (
	"fmt"
	"strings"
)

// Writer collects the text of a report. It alone aligns columns and it alone
// makes foreign text safe to print.
type Writer struct {
	buf strings.Builder
}

// NewWriter returns an empty Writer.
func NewWriter() *Writer { return &Writer{} }

// Line writes one line. Trailing blanks are dropped; an LF inside s begins a new
// line, which a caller uses for text of its own and which cannot harm.
func (w *Writer) Line(s string) {
	for line := range strings.SplitSeq(s, "\n") {
		w.buf.WriteString(strings.TrimRight(Printable(line), " "))
		w.buf.WriteByte('\n')
	}
}

// Linef formats and writes one line. Padding verbs do not belong here: use Table.
func (w *Writer) Linef(format string, args ...any) { w.Line(fmt.Sprintf(format, args...)) }

// Blank writes an empty line.
func (w *Writer) Blank() { w.buf.WriteByte('\n') }

// Report writes another report in place.
func (w *Writer) Report(r Report) { r.Text(w) }

// String returns what has been written.
func (w *Writer) String() string { return w.buf.String() }
