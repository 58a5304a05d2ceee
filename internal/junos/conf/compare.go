package conf

import (
	"bufio"
	"strings"

	"oneswitch/internal/junos/schema"
)

// Compare writes what `show | compare` shows at a level: [edit path] banners and
// lines with + and - for what b has more and less than a, and ! for what changed
// its place or its marks alone. It is empty when they are equal.
func Compare(a, b Tree, at Path) string {
	for len(at) > 0 && (!at[len(at)-1].Node.Holds() || at.Whole()) {
		at = at.Up()
	}
	x, y := a.Find(at), b.Find(at)
	if x == nil && y == nil {
		return ""
	}
	empty := &Node{schema: at.End(a.root.schema)}
	if x == nil {
		x = empty
	}
	if y == nil {
		y = empty
	}
	var out strings.Builder
	c := comparer{out: bufio.NewWriter(&out)}
	c.level(at, x, y)
	_ = c.out.Flush() // a Builder takes everything
	return out.String()
}

// comparer writes differences level by level.
type comparer struct{ out *bufio.Writer }

// page is what is to be written for one level: its lines under one banner, and the
// levels below that differ.
type page struct {
	text  strings.Builder
	w     *bufio.Writer
	group bool // the level is a grouped list: entries without its keyword
	next  []func()
}

// level compares two statements that are the same one.
func (c comparer) level(at Path, a, b *Node) {
	if a == b {
		return
	}
	p := &page{}
	p.w = bufio.NewWriter(&p.text)
	c.kids(p, at, "", a, b)
	p.end(c, at)
}

// end writes the page and then the levels below.
func (p *page) end(c comparer, at Path) {
	_ = p.w.Flush() // a Builder takes everything
	if p.text.Len() > 0 {
		c.out.WriteString(at.Banner() + "\n" + p.text.String())
	}
	for _, f := range p.next {
		f()
	}
}

// kids writes what differs among the children; before holds the words of inline
// containers around them.
func (c comparer) kids(p *page, at Path, before string, a, b *Node) {
	siblings(a.Children(), b.Children(), func(s *schema.Node, x, y []*Node) {
		switch {
		case s.Kind() == schema.LeafList && !s.Oneliner():
			p.values(x, y)
		case s.Grouped() && len(x) > 0 && len(y) > 0:
			group := &page{group: true}
			group.w = bufio.NewWriter(&group.text)
			c.entries(group, at, "", x, y)
			p.next = append(p.next, func() { group.end(c, at.Then(s, "")) })
		case s.Grouped():
			p.statements('-', x, before)
			p.statements('+', y, before)
		default:
			c.entries(p, at, before, x, y)
		}
	})
}

// entries compares children of one schema node one by one.
func (c comparer) entries(p *page, at Path, before string, x, y []*Node) {
	one := y
	if len(x) > 0 {
		one = x
	}
	s := one[0].schema
	merge(s, x, y, func(k, l *Node) {
		switch {
		case k == l:
		case l == nil:
			p.statement('-', k, before)
		case k == nil:
			p.statement('+', l, before)
		case s.Kind() == schema.Leaf && k.value != l.value:
			p.statement('-', k, before)
			p.statement('+', l, before)
		default:
			p.marks(k, l, before)
			below := at.Then(s, stepKey(k))
			if s.Inline() {
				c.kids(p, below, before+s.Word()+" ", k, l)
			} else {
				p.next = append(p.next, func() { c.level(below, k, l) })
			}
		}
	})
	if s.UserOrdered() {
		for _, m := range moves(x, y, false) {
			for _, l := range y {
				if l.value == m[0] {
					p.line('!', p.short(l, before))
				}
			}
		}
	}
}

// short returns a statement in one line, with dots for what is below it.
func (p *page) short(n *Node, before string) string {
	text := before + head(n)
	if p.group {
		text = quoteValue(n)
	}
	if len(n.kids) > 0 {
		return text + " { ... }"
	}
	return text + ";"
}

func (p *page) line(sign byte, text string) {
	p.w.WriteByte(sign)
	p.w.WriteString("   " + text + "\n")
}

// marks writes what changed of the marks of a statement.
func (p *page) marks(a, b *Node, before string) {
	if a.Comment() != b.Comment() {
		if a.Comment() != "" {
			p.line('-', "/* "+a.Comment()+" */")
		}
		if b.Comment() != "" {
			p.line('+', "/* "+b.Comment()+" */")
		}
	}
	text := p.short(b, before)
	if a.Inactive() != b.Inactive() {
		p.line('!', map[bool]string{true: "inactive: ", false: "active: "}[b.Inactive()]+text)
	}
	if a.Protected() != b.Protected() {
		p.line('!', map[bool]string{true: "protect: ", false: "unprotect: "}[b.Protected()]+text)
	}
}

// statement writes a statement that is on one side only.
func (p *page) statement(sign byte, n *Node, before string) {
	t := textPrinter{w: p.w, prefix: lead(sign, n)}
	if p.group {
		t.entry(n, 0)
		return
	}
	t.statement(n, before, 0)
}

func (p *page) statements(sign byte, kids []*Node, before string) {
	if len(kids) > 0 {
		t := textPrinter{w: p.w, prefix: string(sign) + "   "}
		t.statements(kids, 0)
	}
}

// lead is what stands before each line: Junos indents a block by one blank more
// than a single line.
func lead(sign byte, n *Node) string {
	if len(n.kids) > 0 {
		return string(sign) + "   "
	}
	return string(sign) + "  "
}

// values compares a leaf-list, which is shown whole on both sides.
func (p *page) values(x, y []*Node) {
	same := len(x) == len(y)
	for i := 0; same && i < len(x); i++ {
		same = x[i] == y[i] || x[i].value == y[i].value && sameMarks(x[i], y[i])
	}
	if same {
		return
	}
	for _, side := range []struct {
		sign byte
		kids []*Node
	}{{'-', x}, {'+', y}} {
		t := textPrinter{w: p.w, prefix: string(side.sign) + "  "}
		t.statements(side.kids, 0)
	}
}
