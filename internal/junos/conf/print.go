package conf

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
)

// Style says how Print writes.
type Style struct {
	Format   Format
	Relative bool // Lines: paths relative to the level shown instead of from the top
	Origins  Origins
}

// Origins says how an expanded tree tells where its statements come from.
type Origins uint8

// The ways to tell, in text form; in XML all but NoOrigins give the elements a
// junos:group attribute.
const (
	NoOrigins    Origins = iota
	FullOrigins          // three comment lines before the statement: display inheritance
	BriefOrigins         // a comment behind it: display inheritance brief
)

// Print writes the part of the configuration at the path (the empty path is all
// of it). A path that does not exist prints nothing in text and set form and an
// empty configuration in XML and JSON.
func (t Tree) Print(w io.Writer, at Path, style Style) error {
	b := bufio.NewWriterSize(w, 32<<10)
	shown := t.shown(at)
	switch style.Format {
	case Lines:
		printLines(b, at, shown, style.Relative)
	case XML:
		printXML(b, t.within(at, shown), style.Origins)
	case JSON:
		printJSON(b, t.within(at, shown))
	default:
		p := textPrinter{w: b, origins: style.Origins}
		p.statements(shown, 0)
	}
	return b.Flush()
}

// shown returns the statements that stand at a level: the children of a container
// or list entry, the leaf itself, the entries of a list.
func (t Tree) shown(at Path) []*Node {
	if len(at) == 0 {
		return t.root.Children()
	}
	if !at.Whole() {
		n := t.Find(at)
		if n == nil || n.Schema().Holds() {
			return n.Children()
		}
		return []*Node{n}
	}
	parent := t.root
	if up := at[:len(at)-1]; len(up) > 0 {
		parent = t.Find(up)
	}
	var out []*Node
	for n := range parent.Entries(at[len(at)-1].Node.Name()) {
		out = append(out, n)
	}
	return out
}

// within returns a root with the statements shown and what leads to them, for the
// forms that always begin at the top.
func (t Tree) within(at Path, shown []*Node) *Node {
	if len(at) > 0 && !at[len(at)-1].Node.Holds() || len(at) > 0 && at.Whole() {
		at = at[:len(at)-1]
	}
	for i := len(at) - 1; i >= 0; i-- {
		n := t.Find(at[:i+1])
		if n == nil {
			return t.root.Compose(nil)
		}
		shown = []*Node{n.Compose(shown)}
	}
	return t.root.Compose(shown)
}

// run returns how many of the nodes at the head are values of one leaf-list that
// are marked the same, and so stand in one pair of brackets; at least 1.
func run(kids []*Node) int {
	n := 1
	if kids[0].Schema().Kind() != schema.LeafList {
		return n
	}
	for n < len(kids) && kids[n].Schema() == kids[0].Schema() && sameMarks(kids[n], kids[0]) {
		n++
	}
	return n
}

func sameMarks(a, b *Node) bool {
	return a.Marks() == b.Marks()
}

// textPrinter writes the form with braces.
type textPrinter struct {
	w      *bufio.Writer
	prefix string // before the indentation of each line: + or - in a comparison

	origins Origins
	within  *Origin // of the statement around, which holds for what says nothing else
}

// origin returns where a statement comes from, as the style wants it told.
func (p *textPrinter) origin(n *Node) *Origin {
	if p.origins == NoOrigins {
		return nil
	}
	if o := n.Origin(); o != nil {
		return o
	}
	return p.within
}

// told is the comment about a statement's origin.
func told(n *Node, o *Origin) string {
	name := n.Value()
	if name == "" {
		name = n.Schema().Word()
	}
	return "## '" + strings.ReplaceAll(name, "\n", " ") + "' " + o.String()
}

const manyBlanks = "                                                                "

func (p *textPrinter) indent(depth int) {
	p.w.WriteString(p.prefix)
	for n := 4 * depth; n > 0; n -= len(manyBlanks) {
		p.w.WriteString(manyBlanks[:min(n, len(manyBlanks))])
	}
}

// marks writes the comment on lines of its own, the indentation, and the tags.
func (p *textPrinter) marks(n *Node, depth int) {
	if c := n.Comment(); c != "" {
		p.indent(depth)
		if p.prefix != "" { // the lines of a comparison begin with its sign
			c = strings.ReplaceAll(c, "\n", "\n"+p.prefix[:1])
		}
		p.w.WriteString("/* " + c + " */\n")
	}
	if o := p.origin(n); o != nil && p.origins == FullOrigins {
		for _, line := range []string{"##", told(n, o), "##"} {
			p.indent(depth)
			p.w.WriteString(line + "\n")
		}
	}
	if values, ok := n.Expansion(); ok && p.origins != NoOrigins {
		p.expansion(n, values, depth)
	}
	p.indent(depth)
	if n.Protected() {
		p.w.WriteString("protect: ")
	}
	if n.Inactive() {
		p.w.WriteString("inactive: ")
	}
}

// expansion writes what a leaf stands for.
func (p *textPrinter) expansion(n *Node, values []string, depth int) {
	p.indent(depth)
	p.w.WriteString("##\n")
	p.indent(depth)
	p.w.WriteString("## " + n.Schema().Word() + " was expanded to:\n")
	for _, v := range values {
		p.indent(depth)
		p.w.WriteString("##     " + v + ";\n")
	}
	p.indent(depth)
	p.w.WriteString("##\n")
}

// statements writes siblings. Entries of a grouped list share one block.
func (p *textPrinter) statements(kids []*Node, depth int) {
	for len(kids) > 0 {
		n := run(kids)
		switch s := kids[0].Schema(); {
		case s.Grouped():
			for n < len(kids) && kids[n].Schema() == s {
				n++
			}
			p.group(kids[:n], depth)
		case s.Kind() == schema.LeafList && !s.Oneliner():
			p.values(kids[:n], depth)
		default:
			n = 1
			p.statement(kids[0], "", depth)
		}
		kids = kids[n:]
	}
}

// group writes the entries of a list between one pair of braces.
func (p *textPrinter) group(entries []*Node, depth int) {
	p.indent(depth)
	p.w.WriteString(entries[0].Schema().Word() + " {\n")
	for _, e := range entries {
		p.entry(e, depth+1)
	}
	p.indent(depth)
	p.w.WriteString("}\n")
}

// entry writes an entry of a grouped list, inside the braces.
func (p *textPrinter) entry(n *Node, depth int) {
	p.marks(n, depth)
	p.w.WriteString(quoteValue(n))
	p.body(n, depth)
}

// values writes a leaf-list: one value bare, several between brackets.
func (p *textPrinter) values(values []*Node, depth int) {
	brief := ""
	for i, v := range values {
		o := p.origin(v)
		switch {
		case o == nil:
		case p.origins == BriefOrigins:
			brief += " " + told(v, o)
		case i > 0: // marks tells of the first
			p.indent(depth)
			p.w.WriteString(told(v, o) + "\n")
		}
	}
	p.marks(values[0], depth)
	p.w.WriteString(valuesText(values) + ";" + brief + "\n")
}

func valuesText(values []*Node) string {
	var b strings.Builder
	b.WriteString(values[0].Schema().Word())
	if len(values) == 1 {
		return b.String() + " " + Quote(values[0].Value())
	}
	b.WriteString(" [ ")
	for _, v := range values {
		b.WriteString(Quote(v.Value()) + " ")
	}
	b.WriteByte(']')
	return b.String()
}

// statement writes one statement; before holds the words of inline containers that
// it stands in.
func (p *textPrinter) statement(n *Node, before string, depth int) {
	if n.Schema().Inline() && !n.Marked() {
		for _, k := range n.Children() {
			p.statement(k, before+n.Schema().Word()+" ", depth)
		}
		return
	}
	p.marks(n, depth)
	p.w.WriteString(before)
	p.w.WriteString(head(n))
	p.body(n, depth)
}

// head returns keyword and value.
func head(n *Node) string {
	s := n.Schema()
	switch {
	case !s.HasValue():
		return s.Word()
	case s.Flat():
		return Quote(n.Value())
	default:
		return s.Word() + " " + quoteValue(n)
	}
}

// quoteValue returns the value or keys of a statement as they are typed.
func quoteValue(n *Node) string {
	words := n.Schema().Typed(n.Value())
	for i, w := range words {
		words[i] = Quote(w)
	}
	return strings.Join(words, " ")
}

// body ends a statement: with a semicolon, its children on the line, or a block.
func (p *textPrinter) body(n *Node, depth int) {
	s, kids, secret := n.Schema(), n.Children(), ""
	line := len(kids) > 0 && bare(kids) && (s.Oneliner() || s.Compact() && run(kids) == len(kids))
	if s.Secret() || line && slices.ContainsFunc(kids, func(k *Node) bool { return k.Schema().Secret() }) {
		secret = " ## SECRET-DATA"
	}
	if o := p.origin(n); o != nil {
		if p.origins == BriefOrigins {
			secret += " " + told(n, o)
		}
		defer func(before *Origin) { p.within = before }(p.within)
		p.within = o
	}
	switch {
	case len(kids) == 0:
		p.w.WriteString(";" + secret + "\n")
	case line:
		for ; len(kids) > 0; kids = kids[run(kids):] {
			if m := run(kids); m > 1 {
				p.w.WriteString(" " + valuesText(kids[:m]))
			} else {
				p.w.WriteString(" " + head(kids[0]))
			}
		}
		p.w.WriteString(";" + secret + "\n")
	default:
		p.w.WriteString(" {" + secret + "\n")
		p.statements(kids, depth+1)
		p.indent(depth)
		p.w.WriteString("}\n")
	}
}

// bare reports whether statements fit on one line: leaves without marks.
func bare(kids []*Node) bool {
	for _, k := range kids {
		if k.Marked() || k.Schema().Holds() {
			return false
		}
	}
	return true
}

// printLines writes the set commands that make the statements at a level.
func printLines(w *bufio.Writer, at Path, shown []*Node, relative bool) {
	words := at
	if len(at) > 0 && (!at[len(at)-1].Node.Holds() || at.Whole()) {
		words = at[:len(at)-1]
	}
	before := ""
	if len(words) > 0 && !relative {
		before = words.String() + " "
	}
	for _, n := range shown {
		lines(w, n, before)
	}
}

// lines writes the commands for one statement and all below it.
func lines(w *bufio.Writer, n *Node, before string) {
	here := before + head(n)
	s := n.Schema()
	if len(n.Children()) == 0 {
		w.WriteString("set " + here + "\n")
	}
	for _, k := range n.Children() {
		lines(w, k, here+" ")
	}
	if !n.Marked() {
		return
	}
	if s.Kind() == schema.Leaf { // these name the statement without its value
		here = before + s.Word()
		if s.Flat() {
			here = before + Quote(n.Value())
		}
	}
	if c := n.Comment(); c != "" {
		w.WriteString("annotate " + here + " " + edit.Quoted(c) + "\n")
	}
	if n.Inactive() {
		w.WriteString("deactivate " + here + "\n")
	}
	if n.Protected() {
		w.WriteString("protect " + here + "\n")
	}
}
