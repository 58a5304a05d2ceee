package rpc

import (
	"encoding/xml"
	"strings"
)

// Command carries an operational command as typed, pipes included.
type Command struct {
	XMLName xml.Name `xml:"command"`
	Format  string   `xml:"format,attr,omitempty"` // text (default of the server), xml, json, set
	Line    string   `xml:",chardata"`
}

// Output is the reply to a command in text.
type Output struct {
	XMLName xml.Name `xml:"output"`
	Text    string   `xml:",chardata"`
}

// Complete asks for names that exist and begin with a prefix.
type Complete struct {
	XMLName xml.Name `xml:"urn:oneswitch:fabric:1 complete"`
	Source  string   `xml:"source"` // as the schema's complete-from and refers-to name it, or one of the sources below
	Path    string   `xml:"path,omitempty"`
	Prefix  string   `xml:"prefix"`
}

// The sources of the names of the statements at Path: a list as a whole, or the
// container that holds a list without a keyword.
const (
	SourceCandidate = "candidate"
	SourceCommitted = "committed"
)

// Name is one possible completion.
type Name struct {
	Name string
	Help string
}

// Completions is the reply to Complete. There may be thousands of names, and somebody
// waits at a key for them, so they are lines of one text, with a tab between name and
// help: an element for each would take four times as long to read.
type Completions struct{ Names []Name }

// MarshalXML writes the names as lines.
func (c Completions) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	var b strings.Builder
	line := strings.NewReplacer("\n", " ", "\t", " ", "\r", " ", "&", "&amp;", "<", "&lt;", ">", "&gt;")
	for _, n := range c.Names {
		b.WriteString(line.Replace(n.Name))
		if n.Help != "" {
			b.WriteString("\t" + line.Replace(n.Help))
		}
		b.WriteByte('\n')
	}
	return e.Encode(struct { // not as character data: the encoder would write each line feed as a reference
		XMLName xml.Name `xml:"urn:oneswitch:fabric:1 completions"`
		Lines   string   `xml:",innerxml"`
	}{Lines: b.String()})
}

// readNames reads the lines.
func readNames(lines string) []Name {
	out := make([]Name, 0, strings.Count(lines, "\n"))
	for line := range strings.Lines(lines) {
		name, help, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out = append(out, Name{Name: name, Help: help})
	}
	return out
}

// RawXML is a piece of XML that is carried as it stands. It is an alias, because
// encoding/xml copies raw XML out of a []byte alone.
type RawXML = []byte

// User is the name under which a director logs in at a component.
const User = "fabric"

// Release is the release that every component tells. Clients parse it: a release of
// another form stops PyEZ (northbound.md 3.2).
const Release = "24.1R1.1"

// JunosNamespace is what the prefix junos stands for on every rpc-reply.
const JunosNamespace = "http://xml.juniper.net/junos/24.1R1/junos"

// ReplyAttrs are the namespace declarations on every rpc-reply of a component.
func ReplyAttrs() []xml.Attr {
	return []xml.Attr{{Name: xml.Name{Space: "xmlns", Local: "junos"}, Value: JunosNamespace}}
}
