package report

import (
	"encoding/xml"
	"fmt"
	"reflect"
)

// indent is one level of a laid out element, as Junos prints it.
const indent = "    "

// XML renders a report as the element that its encoding/xml tags describe, one
// element a line, indented by four blanks, ending in LF.
func XML(r Report) ([]byte, error) {
	b, err := xml.MarshalIndent(r, "", indent)
	if err != nil {
		return nil, fmt.Errorf("encode report %s: %w", reflect.TypeOf(r), err)
	}
	return append(b, '\n'), nil
}

// JSON renders a report in Junos style: {"vlan-information":[{"vlan":[{"vlan-name":
// [{"data":"v10"}]}]}]}. Attributes stand under "attributes".
func JSON(r Report) ([]byte, error) {
	b, err := xml.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode report %s: %w", reflect.TypeOf(r), err)
	}
	return JSONFromXML(b)
}

// JSONFromXML converts one XML element (or several) to Junos style JSON.
func JSONFromXML(b []byte) ([]byte, error) {
	tops, err := parse(b)
	if err != nil {
		return nil, err
	}
	return renderJSON(tops), nil
}

// Indent lays out XML as XML does: one element a line, four blanks a level.
// Text-only elements stay on one line.
func Indent(b []byte) ([]byte, error) {
	tops, err := parse(b)
	if err != nil {
		return nil, err
	}
	return renderXML(tops), nil
}
