package report

import (
	"encoding/xml"
	"strings"
)

// Message is a report of one line, such as "error: no answer from Node3".
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

var (
	_ Report        = MultiComponent{}
	_ xml.Marshaler = MultiComponent{}
)

// ruleWidth is the length of the rule that Junos draws under a component's name.
const ruleWidth = 74

// Text writes each part under its name, a colon and a rule of dashes.
func (m MultiComponent) Text(w *Writer) {
	for i, p := range m.Parts {
		if i > 0 {
			w.Blank()
		}
		w.Line(p.Name + ":")
		w.Line(strings.Repeat("-", ruleWidth))
		p.Report.Text(w)
	}
}

// MarshalXML writes the parts as Junos writes those of several routing engines.
func (m MultiComponent) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	type item struct {
		Name   string `xml:"re-name"`
		Report Report
	}
	items := make([]item, len(m.Parts))
	for i, p := range m.Parts {
		items[i] = item(p)
	}
	return e.EncodeElement(struct {
		Items []item `xml:"multi-routing-engine-item"`
	}{items}, xml.StartElement{Name: xml.Name{Local: "multi-routing-engine-results"}})
}
