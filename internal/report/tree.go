package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth bounds the nesting of an element, and with it the recursion.
const maxDepth = 256

// element is one XML element as written: prefixes are kept, not resolved.
type element struct {
	name     string
	attrs    []xml.Attr
	text     string // of an element without children
	children []*element
}

func rawName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// parse reads one element or several.
func parse(b []byte) ([]*element, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	root := &element{}
	open := []*element{root}
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("decode XML: %w", err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return nil, fmt.Errorf("decode XML: elements are nested more than %d deep", maxDepth)
			}
			e := &element{name: rawName(t.Name), attrs: t.Copy().Attr}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) == 1 || rawName(t.Name) != top.name {
				return nil, fmt.Errorf("decode XML: </%s> ends nothing", rawName(t.Name))
			}
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(open) > 1 {
		return nil, fmt.Errorf("decode XML: <%s> has no end", open[len(open)-1].name)
	}
	return root.children, nil
}

// renderXML writes elements one a line.
func renderXML(tops []*element) []byte {
	var b bytes.Buffer
	for _, e := range tops {
		e.renderXML(&b, 0)
	}
	return b.Bytes()
}

func (e *element) renderXML(b *bytes.Buffer, level int) {
	lead := strings.Repeat(indent, level)
	b.WriteString(lead + "<" + e.name)
	for _, a := range e.attrs {
		b.WriteString(" " + rawName(a.Name) + `="`)
		_ = xml.EscapeText(b, []byte(a.Value)) // a bytes.Buffer does not fail
		b.WriteByte('"')
	}
	switch {
	case len(e.children) > 0:
		b.WriteString(">\n")
		for _, c := range e.children {
			c.renderXML(b, level+1)
		}
		b.WriteString(lead + "</" + e.name + ">\n")
	case e.text == "":
		b.WriteString("/>\n")
	default:
		b.WriteByte('>')
		b.WriteString(escapeText(e.text))
		b.WriteString("</" + e.name + ">\n")
	}
}

// escapeText escapes what XML demands and leaves quotes and line ends readable.
func escapeText(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(s)
}

// renderJSON writes the one object that holds the elements.
func renderJSON(tops []*element) []byte {
	var raw bytes.Buffer
	(&element{children: tops}).renderJSON(&raw)
	var out bytes.Buffer
	// The input is JSON that we have just written.
	_ = json.Indent(&out, raw.Bytes(), "", indent)
	out.WriteByte('\n')
	return out.Bytes()
}

// renderJSON writes the object of an element. Junos turns every child into a list,
// because a reader cannot know which may repeat; siblings of one name share it.
func (e *element) renderJSON(b *bytes.Buffer) {
	b.WriteByte('{')
	comma := ""
	field := func(name string) {
		b.WriteString(comma)
		b.Write(quoted(name))
		b.WriteByte(':')
		comma = ","
	}
	if len(e.attrs) > 0 {
		field("attributes")
		b.WriteByte('{')
		for i, a := range e.attrs {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(quoted(rawName(a.Name)))
			b.WriteByte(':')
			b.Write(quoted(a.Value))
		}
		b.WriteByte('}')
	}
	names, byName := e.grouped()
	for _, name := range names {
		field(name)
		b.WriteByte('[')
		for i, c := range byName[name] {
			if i > 0 {
				b.WriteByte(',')
			}
			c.renderJSON(b)
		}
		b.WriteByte(']')
	}
	if len(e.children) == 0 && e.name != "" {
		field("data")
		if e.text == "" {
			b.WriteString("null") // an empty element says something by being there
		} else {
			b.Write(quoted(e.text))
		}
	}
	b.WriteByte('}')
}

// grouped returns the names of the children in the order in which each first
// stands, and the children of each.
func (e *element) grouped() (names []string, byName map[string][]*element) {
	byName = make(map[string][]*element)
	for _, c := range e.children {
		if _, seen := byName[c.name]; !seen {
			names = append(names, c.name)
		}
		byName[c.name] = append(byName[c.name], c)
	}
	return names, byName
}

func quoted(s string) []byte {
	b, _ := json.Marshal(s) // a string cannot fail to marshal
	return b
}
