package conf

import (
	"bufio"
	"bytes"
	"encoding/json"
	"strings"

	"oneswitch/internal/junos/schema"
)

// jsonPrinter writes the form of Junos, four blanks per level.
type jsonPrinter struct{ w *bufio.Writer }

func printJSON(w *bufio.Writer, root *Node) {
	p := jsonPrinter{w}
	w.WriteString("{\n    ")
	p.name(root.Schema().Name())
	p.object(root, 1)
	w.WriteString("\n}\n")
}

func (p jsonPrinter) line(depth int) {
	p.w.WriteByte('\n')
	for range depth {
		p.w.WriteString("    ")
	}
}

func (p jsonPrinter) name(s string) {
	p.text(s)
	p.w.WriteString(" : ")
}

// text writes a string. The encoder's escapes for HTML are not wanted.
func (p jsonPrinter) text(s string) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	p.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// object writes a container or list entry with its key first.
func (p jsonPrinter) object(n *Node, depth int) {
	p.w.WriteByte('{')
	comma := ""
	next := func() {
		p.w.WriteString(comma)
		comma = ","
		p.line(depth + 1)
	}
	if n.Marked() {
		next()
		p.name("@")
		p.marks(n)
	}
	words := n.Keys()
	for i, key := range n.Schema().Keys() {
		next()
		p.name(key.Name())
		if i < len(words) {
			p.value(key, words[i])
		} else {
			p.text("") // a key that does not follow the one before: Junos writes it too
		}
	}
	for kids := n.Children(); len(kids) > 0; {
		m := 1
		for m < len(kids) && kids[m].Schema() == kids[0].Schema() {
			m++
		}
		next()
		p.name(kids[0].Schema().Name())
		p.member(kids[:m], depth+1)
		if !kids[0].Schema().Holds() && anyMarks(kids[:m]) {
			next()
			p.name("@" + kids[0].Schema().Name())
			p.allMarks(kids[:m])
		}
		kids = kids[m:]
	}
	if comma != "" {
		p.line(depth)
	}
	p.w.WriteByte('}')
}

// member writes what stands behind one name: siblings of one schema node.
func (p jsonPrinter) member(kids []*Node, depth int) {
	s := kids[0].Schema()
	switch {
	case s.Kind() == schema.Empty:
		p.w.WriteString("[null]")
	case s.Kind() == schema.Leaf:
		p.value(s, kids[0].Value())
	case !s.Many():
		p.object(kids[0], depth)
	default:
		p.w.WriteByte('[')
		for i, k := range kids {
			if i > 0 {
				p.w.WriteByte(',')
			}
			p.line(depth + 1)
			if s.Kind() == schema.List {
				p.object(k, depth+1)
			} else {
				p.value(s, k.Value())
			}
		}
		p.line(depth)
		p.w.WriteByte(']')
	}
}

// value writes a leaf: numbers as numbers.
func (p jsonPrinter) value(s *schema.Node, v string) {
	if s.Integer() {
		p.w.WriteString(v)
		return
	}
	p.text(v)
}

func anyMarks(kids []*Node) bool {
	for _, k := range kids {
		if k.Marked() {
			return true
		}
	}
	return false
}

// allMarks writes the marks of leaves, as an array where there are several.
func (p jsonPrinter) allMarks(kids []*Node) {
	if !kids[0].Schema().Many() {
		p.marks(kids[0])
		return
	}
	p.w.WriteByte('[')
	for i, k := range kids {
		if i > 0 {
			p.w.WriteString(", ")
		}
		if !k.Marked() {
			p.w.WriteString("null")
		} else {
			p.marks(k)
		}
	}
	p.w.WriteByte(']')
}

func (p jsonPrinter) marks(n *Node) {
	var parts []string
	if n.Inactive() {
		parts = append(parts, `"inactive" : true`)
	}
	if n.Protected() {
		parts = append(parts, `"protect" : true`)
	}
	p.w.WriteString("{" + strings.Join(parts, ", "))
	if c := n.Comment(); c != "" {
		if len(parts) > 0 {
			p.w.WriteString(", ")
		}
		p.name("comment")
		p.text("/* " + c + " */")
	}
	p.w.WriteByte('}')
}
