package conf

import (
	"bufio"
	"strings"

	"oneswitch/internal/junos/schema"
)

// junosNamespace is that of junos:comment in what we write.
const junosNamespace = "http://xml.juniper.net/junos/1.0/junos"

// printXML writes the configuration element. Characters beyond ASCII stand as they
// are; NETCONF turns them into references.
func printXML(w *bufio.Writer, root *Node, origins Origins) {
	p := xmlPrinter{w: w, origins: origins != NoOrigins}
	w.WriteString("<" + root.Schema().Name())
	if p.origins || commented(root) {
		w.WriteString(` xmlns:junos="` + junosNamespace + `"`)
	}
	w.WriteString(">\n")
	for _, k := range root.Children() {
		p.node(k, 1, nil)
	}
	w.WriteString("</" + root.Schema().Name() + ">\n")
}

// commented reports whether a comment stands anywhere.
func commented(n *Node) bool {
	if n.Comment() != "" {
		return true
	}
	for _, k := range n.Children() {
		if commented(k) {
			return true
		}
	}
	return false
}

// xmlPrinter writes elements.
type xmlPrinter struct {
	w       *bufio.Writer
	origins bool // with junos:group for what is inherited
}

// node writes one statement; from is the origin of what it stands in.
func (p xmlPrinter) node(n *Node, depth int, from *Origin) {
	w := p.w
	pad := strings.Repeat("    ", depth)
	name := n.Schema().Name()
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
	if o := n.Origin(); o != nil {
		from = o
	}
	if p.origins && from != nil && !from.Range {
		w.WriteString(` junos:group="` + from.Name + `"`)
	}
	kind := n.Schema().Kind()
	if kind == schema.Empty || len(n.Children()) == 0 && kind != schema.List && !n.Schema().HasValue() {
		w.WriteString("/>\n")
		return
	}
	w.WriteByte('>')
	if !n.Schema().Holds() {
		xmlText(w, n.Value())
		w.WriteString("</" + name + ">\n")
		return
	}
	w.WriteByte('\n')
	words := n.Keys()
	for i, key := range n.Schema().Keys() {
		w.WriteString(pad + "    <" + key.Name() + ">")
		if i < len(words) {
			xmlText(w, words[i])
		}
		w.WriteString("</" + key.Name() + ">\n")
	}
	for _, k := range n.Children() {
		p.node(k, depth+1, from)
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
