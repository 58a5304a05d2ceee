package edit

import (
	"fmt"

	"oneswitch/internal/junos/schema"
)

// Format is a spelling of the configuration.
type Format uint8

// The formats.
const (
	Text  Format = iota // curly braces
	Lines               // set commands
	XML
	JSON
)

// Read turns a configuration in any format into the edits that merge it.
func Read(s *schema.Schema, f Format, source []byte, at Path) ([]Edit, []Problem) {
	if len(source) > maxSource {
		text := fmt.Sprintf("configuration of %d bytes is larger than %d", len(source), maxSource)
		return nil, []Problem{{Code: TooBig, Text: text}}
	}
	switch f {
	case Lines:
		return readLines(s.Config(), at, string(source))
	case XML:
		return readXML(s.Config(), source)
	case JSON:
		return readJSON(s.Config(), source)
	default:
		return readText(s.Config(), at, string(source))
	}
}
