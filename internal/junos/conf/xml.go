package conf

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"oneswitch/internal/junos/schema"
)

// junosNamespace is that of junos:comment in what we write.
const junosNamespace = "http://xml.juniper.net/junos/1.0/junos"

// readXML reads a configuration element, alone or inside another element.
func readXML(root *schema.Node, src []byte) ([]Edit, []Problem) {
	top, err := parseXML(src)
	if err != nil {
		return nil, asProblems(err)
	}
	if len(top.kids) == 1 && top.kids[0].name == root.Name() {
		return readElements(root, top.kids[0])
	}
	return readElements(root, top)
}

// parseXML reads elements; the one returned stands around all of them.
func parseXML(src []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(src))
	d.Strict = true
	top := &element{}
	stack := []*element{top}
	comment := ""
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return top, nil
		}
		line, column := d.InputPos()
		pos := Position{line, column}
		if err != nil {
			return nil, Problem{Code: SyntaxError, Text: "syntax error: " + err.Error(), Pos: pos}
		}
		in := stack[len(stack)-1]
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{name: t.Name.Local, pos: pos, attrs: attributes(t.Attr)}
			if isComment := t.Name.Local == "comment" && strings.Contains(t.Name.Space, "junos"); !isComment {
				e.comment, comment = comment, ""
				in.kids = append(in.kids, e)
			}
			stack = append(stack, e)
			if len(stack) > maxDepth {
				return nil, Problem{Code: TooBig, Text: "elements are nested too deeply", Pos: pos, Token: e.name}
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
			if up := stack[len(stack)-1]; in.name == "comment" && !last(up, in) {
				comment = commentText(in.text)
			}
		case xml.CharData:
			if len(in.kids) == 0 {
				in.text += string(t)
			}
		}
	}
}

// last reports whether e was kept as the last child of up.
func last(up, e *element) bool { return len(up.kids) > 0 && up.kids[len(up.kids)-1] == e }

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

// printXML writes the configuration element. Characters beyond ASCII stand as they
// are; NETCONF turns them into references.
func printXML(w *bufio.Writer, root *Node) {
	w.WriteString("<" + root.schema.Name())
	if commented(root) {
		w.WriteString(` xmlns:junos="` + junosNamespace + `"`)
	}
	w.WriteString(">\n")
	for _, k := range root.kids {
		xmlNode(w, k, 1)
	}
	w.WriteString("</" + root.schema.Name() + ">\n")
}

// commented reports whether a comment stands anywhere.
func commented(n *Node) bool {
	if n.Comment() != "" {
		return true
	}
	for _, k := range n.kids {
		if commented(k) {
			return true
		}
	}
	return false
}

func xmlNode(w *bufio.Writer, n *Node, depth int) {
	pad := strings.Repeat("    ", depth)
	name := n.schema.Name()
	if c := n.Comment(); c != "" {
		w.WriteString(pad + "<junos:comment>/* ")
		xmlText(w, c)
		w.WriteString(" */</junos:comment>\n")
	}
	w.WriteString(pad + "<" + name)
	if n.Inactive() {
		w.WriteString(` inactive="inactive"`)
	}
	if n.Protected() {
		w.WriteString(` protect="protect"`)
	}
	kind := n.schema.Kind()
	if kind == schema.Empty || len(n.kids) == 0 && kind != schema.List && !n.schema.HasValue() {
		w.WriteString("/>\n")
		return
	}
	w.WriteByte('>')
	if !n.schema.Holds() {
		xmlText(w, n.value)
		w.WriteString("</" + name + ">\n")
		return
	}
	w.WriteByte('\n')
	if key := n.schema.Key(); key != nil {
		w.WriteString(pad + "    <" + key.Name() + ">")
		xmlText(w, n.value)
		w.WriteString("</" + key.Name() + ">\n")
	}
	for _, k := range n.kids {
		xmlNode(w, k, depth+1)
	}
	w.WriteString(pad + "</" + name + ">\n")
}

// xmlText writes character data. The values of a tree hold nothing that XML cannot.
func xmlText(w *bufio.Writer, s string) {
	if !strings.ContainsAny(s, `<>&`) {
		w.WriteString(s)
		return
	}
	w.WriteString(strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;").Replace(s))
}
