package edit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"oneswitch/internal/junos/schema"
)

// readXML reads a configuration element, alone or inside another element.
func readXML(root *schema.Node, src []byte) ([]Edit, []Problem) {
	top, err := ParseXML(src)
	if err != nil {
		return nil, AsProblems(err)
	}
	if len(top.Kids) == 1 && top.Kids[0].Name == root.Name() {
		return readElements(root, top.Kids[0])
	}
	return readElements(root, top)
}

// ParseXML reads elements; the one returned stands around all of them.
func ParseXML(src []byte) (*Element, error) {
	d := xml.NewDecoder(bytes.NewReader(src))
	d.Strict = true
	top := &Element{}
	stack := []*Element{top}
	comment := ""
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return top, nil
		}
		line, column := d.InputPos()
		pos := Position{line, column}
		if err != nil {
			text := err.Error()
			if bad, ok := errors.AsType[*xml.SyntaxError](err); ok {
				text = bad.Msg // pos says where
			}
			return nil, Problem{Code: SyntaxError, Text: "syntax error: " + text, Pos: pos}
		}
		in := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			e := &Element{Name: t.Name.Local, pos: pos, Attrs: attributes(t.Attr)}
			if isComment := t.Name.Local == "comment" && strings.Contains(t.Name.Space, "junos"); !isComment {
				e.comment, comment = comment, ""
				in.Kids = append(in.Kids, e)
			}
			stack = append(stack, e)
			if len(stack) > MaxDepth {
				return nil, Problem{Code: TooBig, Text: "elements are nested too deeply", Pos: pos, Token: e.Name}
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			if up := stack[len(stack)-1]; in.Name == "comment" && !last(up, in) {
				comment = commentText(in.Text)
			}
		case xml.CharData:
			if len(in.Kids) == 0 {
				in.Text += string(t)
			}
		}
	}
}

// last reports whether e was kept as the last child of up.
func last(up, e *Element) bool { return len(up.Kids) > 0 && up.Kids[len(up.Kids)-1] == e }

// commentText takes the comment marks away.
func commentText(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "/*") && strings.HasSuffix(s, "*/") && len(s) >= len("/**/") {
		s = strings.TrimSpace(s[2 : len(s)-2])
	}
	return s
}

// attributes keeps the local names; those of namespaces mean nothing to us.
func attributes(list []xml.Attr) map[string]string {
	var out map[string]string
	for _, a := range list {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		if out == nil {
			out = make(map[string]string, len(list))
		}
		out[a.Name.Local] = a.Value
	}
	return out
}
