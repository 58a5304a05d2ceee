package report

import "encoding/xml"

// Message is a report of one line, such as "error: command is not valid here".
type Message struct {
	XMLName xml.Name `xml:"output"`
	Line    string   `xml:",chardata"`
}

// Text writes the line.
func (m Message) Text(w *Writer) { w.Line(m.Line) }

// Part is the answer of one component.
type Part struct {
	Name   string // Node0
	Report Report // what it said; a Message when it did not answer
}

// MultiComponent is the answer of several components to one command: component
// by component under a header (QF-REF 3.1), multi-routing-engine-results in XML.
type MultiComponent struct {
	Parts []Part
}

// Text writes each part under its name, a colon and a rule of dashes.
func (m MultiComponent) Text(w *Writer) {}
