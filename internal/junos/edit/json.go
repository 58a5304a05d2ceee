package edit

import (
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
	top := &Element{}
	err := p.document(top)
	if err != nil {
		return nil, AsProblems(err)
	}
	if len(top.Kids) == 1 && top.Kids[0].Name == root.Name() {
		return readElements(root, top.Kids[0])
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

func (p *jsonParser) document(top *Element) error {
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
func (p *jsonParser) object(e *Element, depth int) error {
	if depth > MaxDepth {
		return Problem{Code: TooBig, Text: "objects are nested too deeply", Pos: p.pos(), Token: e.Name}
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
	of   []*Element // nil entries for statements without attributes
}

func (a attachment) attach(e *Element) {
	for i, from := range a.of {
		to := e
		if a.name != "" {
			to = e.nth(a.name, i)
		}
		if from != nil && to != nil {
			to.Attrs, to.comment = from.Attrs, from.comment
		}
	}
}

// nth returns the i-th child with the name, or nil.
func (e *Element) nth(name string, i int) *Element {
	for _, k := range e.Kids {
		if k.Name == name {
			if i == 0 {
				return k
			}
			i--
		}
	}
	return nil
}

// value reads what stands behind a name.
func (p *jsonParser) value(e *Element, name string, depth int) error {
	k := &Element{Name: name, pos: p.pos()}
	if depth > MaxDepth {
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
		k.Text = v
	case json.Number:
		k.Text = v.String()
	case bool:
		if !v {
			return nil
		}
	}
	e.Kids = append(e.Kids, k)
	return nil
}

// attached reads the attributes of a statement, or an array of those of several.
func (p *jsonParser) attached(a *attachment) error {
	t, err := p.token()
	if err != nil || t == nil {
		return err
	}
	if t == json.Delim('{') {
		a.of = []*Element{{}}
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
		e := &Element{}
		if err := p.attributes(e); err != nil {
			return err
		}
		a.of = append(a.of, e)
	}
	return p.expect(']')
}

// attributes reads one object of attributes into e.
func (p *jsonParser) attributes(e *Element) error {
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
		if e.Attrs == nil {
			e.Attrs = make(map[string]string)
		}
		e.Attrs[fmt.Sprint(name)] = fmt.Sprint(v)
	}
	return p.expect('}')
}
