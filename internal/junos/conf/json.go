package conf

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"oneswitch/internal/junos/schema"
)

// readJSON reads a configuration in the form of Junos: lists are arrays of objects,
// what is attached to a statement stands under "@" or "@name".
func readJSON(root *schema.Node, src []byte) ([]Edit, []Problem) {
	p := &jsonParser{src: src, dec: json.NewDecoder(bytes.NewReader(src))}
	p.dec.UseNumber()
	top := &element{}
	err := p.document(top)
	if err != nil {
		return nil, asProblems(err)
	}
	if len(top.kids) == 1 && top.kids[0].name == root.Name() {
		return readElements(root, top.kids[0])
	}
	return readElements(root, top)
}

// jsonParser turns JSON into elements, keeping the order of names.
type jsonParser struct {
	src  []byte
	dec  *json.Decoder
	line int // line breaks before seen
	seen int // bytes that pos has looked at
	from int // where the line begins
}

func (p *jsonParser) document(top *element) error {
	if err := p.expect('{'); err != nil {
		return err
	}
	if err := p.object(top, 1); err != nil {
		return err
	}
	if t, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return p.bad("syntax error", fmt.Sprint(t))
	}
	return nil
}

// pos is the place that the decoder has come to. It goes only forward, and counts
// lines on its way.
func (p *jsonParser) pos() Position {
	at := min(int(p.dec.InputOffset()), len(p.src))
	for ; p.seen < at; p.seen++ {
		if p.src[p.seen] == '\n' {
			p.line, p.from = p.line+1, p.seen+1
		}
	}
	return Position{p.line + 1, at - p.from + 1}
}

func (p *jsonParser) bad(text, token string) error {
	return Problem{Code: SyntaxError, Text: text, Token: token, Pos: p.pos()}
}

func (p *jsonParser) token() (json.Token, error) {
	t, err := p.dec.Token()
	if err != nil {
		return nil, p.bad("syntax error: "+err.Error(), "")
	}
	return t, nil
}

func (p *jsonParser) expect(d json.Delim) error {
	t, err := p.token()
	if err != nil {
		return err
	}
	if t != d {
		return p.bad(fmt.Sprintf("syntax error, expecting '%s'", d), fmt.Sprint(t))
	}
	return nil
}

// object reads names and values up to the closing brace into e.
func (p *jsonParser) object(e *element, depth int) error {
	if depth > maxDepth {
		return Problem{Code: TooBig, Text: "objects are nested too deeply", Pos: p.pos(), Token: e.name}
	}
	var late []attachment // attributes may stand before what they belong to
	for p.dec.More() {
		t, err := p.token()
		if err != nil {
			return err
		}
		name, _ := t.(string) // the decoder lets nothing else stand here
		if strings.HasPrefix(name, "@") {
			a := attachment{name: name[1:]}
			err = p.attached(&a)
			late = append(late, a)
		} else {
			err = p.value(e, name, depth)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range late {
		a.attach(e)
	}
	return p.expect('}')
}

// attachment is what stands behind "@name": attributes of the statements with the
// name in order, or of the object itself when the name is empty.
type attachment struct {
	name string
	of   []*element // nil entries for statements without attributes
}

func (a attachment) attach(e *element) {
	for i, from := range a.of {
		to := e
		if a.name != "" {
			to = e.nth(a.name, i)
		}
		if from != nil && to != nil {
			to.attrs, to.comment = from.attrs, from.comment
		}
	}
}

// nth returns the i-th child with the name, or nil.
func (e *element) nth(name string, i int) *element {
	for _, k := range e.kids {
		if k.name == name {
			if i == 0 {
				return k
			}
			i--
		}
	}
	return nil
}

// value reads what stands behind a name.
func (p *jsonParser) value(e *element, name string, depth int) error {
	k := &element{name: name, pos: p.pos()}
	if depth > maxDepth {
		return Problem{Code: TooBig, Text: "arrays are nested too deeply", Pos: k.pos, Token: name}
	}
	t, err := p.token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '[' {
			for p.dec.More() {
				if err := p.value(e, name, depth+1); err != nil {
					return err
				}
			}
			return p.expect(']')
		}
		if err := p.object(k, depth+1); err != nil {
			return err
		}
	case string:
		k.text = v
	case json.Number:
		k.text = v.String()
	case bool:
		if !v {
			return nil
		}
	}
	e.kids = append(e.kids, k)
	return nil
}

// attached reads the attributes of a statement, or an array of those of several.
func (p *jsonParser) attached(a *attachment) error {
	t, err := p.token()
	if err != nil || t == nil {
		return err
	}
	if t == json.Delim('{') {
		a.of = []*element{{}}
		return p.attributes(a.of[0])
	}
	if t != json.Delim('[') {
		return p.bad("syntax error, expecting '{'", fmt.Sprint(t))
	}
	for p.dec.More() {
		t, err := p.token()
		if err != nil {
			return err
		}
		if t == nil {
			a.of = append(a.of, nil)
			continue
		}
		if t != json.Delim('{') {
			return p.bad("syntax error, expecting '{'", fmt.Sprint(t))
		}
		e := &element{}
		if err := p.attributes(e); err != nil {
			return err
		}
		a.of = append(a.of, e)
	}
	return p.expect(']')
}

// attributes reads one object of attributes into e.
func (p *jsonParser) attributes(e *element) error {
	for p.dec.More() {
		name, err := p.token()
		if err != nil {
			return err
		}
		v, err := p.token()
		if err != nil {
			return err
		}
		if _, ok := v.(json.Delim); ok {
			return p.bad("syntax error", fmt.Sprint(v))
		}
		if name == "comment" {
			e.comment = commentText(fmt.Sprint(v))
			continue
		}
		if v == false {
			continue
		}
		if e.attrs == nil {
			e.attrs = make(map[string]string)
		}
		e.attrs[fmt.Sprint(name)] = fmt.Sprint(v)
	}
	return p.expect('}')
}

// jsonPrinter writes the form of Junos, four blanks per level.
type jsonPrinter struct{ w *bufio.Writer }

func printJSON(w *bufio.Writer, root *Node) {
	p := jsonPrinter{w}
	w.WriteString("{\n    ")
	p.name(root.schema.Name())
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
	if n.marks != nil {
		next()
		p.name("@")
		p.marks(n)
	}
	if key := n.schema.Key(); key != nil {
		next()
		p.name(key.Name())
		p.value(key, n.value)
	}
	for kids := n.kids; len(kids) > 0; {
		m := 1
		for m < len(kids) && kids[m].schema == kids[0].schema {
			m++
		}
		next()
		p.name(kids[0].schema.Name())
		p.member(kids[:m], depth+1)
		if !kids[0].schema.Holds() && anyMarks(kids[:m]) {
			next()
			p.name("@" + kids[0].schema.Name())
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
	s := kids[0].schema
	switch {
	case s.Kind() == schema.Empty:
		p.w.WriteString("[null]")
	case s.Kind() == schema.Leaf:
		p.value(s, kids[0].value)
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
				p.value(s, k.value)
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
		if k.marks != nil {
			return true
		}
	}
	return false
}

// allMarks writes the marks of leaves, as an array where there are several.
func (p jsonPrinter) allMarks(kids []*Node) {
	if !kids[0].schema.Many() {
		p.marks(kids[0])
		return
	}
	p.w.WriteByte('[')
	for i, k := range kids {
		if i > 0 {
			p.w.WriteString(", ")
		}
		if k.marks == nil {
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
