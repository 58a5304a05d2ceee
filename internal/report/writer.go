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

// Line writes one line.
func (w *Writer) Line(s string) {
	w.buf.WriteString(strings.TrimRight(Printable(s), " "))
	w.buf.WriteByte('\n')
}

// Linef formats and writes one line. Padding verbs do not belong here: use Table.
func (w *Writer) Linef(format string, args ...any) { w.Line(fmt.Sprintf(format, args...)) }

// Blank writes an empty line.
func (w *Writer) Blank() { w.buf.WriteByte('\n') }

// String returns what has been written.
func (w *Writer) String() string { return w.buf.String() }
