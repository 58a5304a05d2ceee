package conf

import (
	"bufio"
	"strings"

	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/tree"
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
	empty := tree.New(at.End(a.root.Schema()))
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
	if s := one[0].Schema(); s.UserOrdered() {
		c.ordered(p, at, before, x, y)
	} else {
		merge(s, x, y, func(k, l *Node) { c.pair(p, at, before, k, l) })
	}
}

// ordered compares a list in user's order: what goes, then what is there in its order.
// What comes and what moves has the entry that it follows before it, the first one the
// entry that follows it behind it, so that the place can be seen, by load patch as well.
func (c comparer) ordered(p *page, at Path, before string, x, y []*Node) {
	left, moved := byValue(x), outOfOrder(common(x, y), y)
	for _, k := range missing(y, x) {
		c.pair(p, at, before, k, nil)
	}
	shown, lead := -1, true // the last entry of y on the page; nothing but new places so far
	for i, l := range y {
		place := moved[l.Value()] || left[l.Value()] == nil
		switch {
		case place && i > 0 && shown < i-1:
			p.line(' ', p.short(y[i-1], before))
		case !place && lead && i > 0:
			p.line(' ', p.short(l, before))
			shown = i
		}
		lead = lead && place
		if moved[l.Value()] {
			p.line('!', p.short(l, before))
		}
		if place {
			shown = i
		}
		c.pair(p, at, before, left[l.Value()], l)
	}
}

// pair compares two statements that are the same one; one of them may be nil.
func (c comparer) pair(p *page, at Path, before string, k, l *Node) {
	switch {
	case k == l:
	case l == nil:
		p.statement('-', k, before)
	case k == nil:
		p.statement('+', l, before)
	case k.Schema().Kind() == schema.Leaf && k.Value() != l.Value():
		p.statement('-', k, before)
		p.statement('+', l, before)
	default:
		p.marks(k, l, before)
		below := at.Then(k.Schema(), stepKey(k))
		if k.Schema().Inline() {
			c.kids(p, below, before+k.Schema().Word()+" ", k, l)
		} else {
			p.next = append(p.next, func() { c.level(below, k, l) })
		}
	}
}

// short returns a statement in one line, with dots for what is below it.
func (p *page) short(n *Node, before string) string {
	text := before + head(n)
	if p.group {
		text = quoteValue(n)
	}
	if len(n.Children()) > 0 {
		return text + " { ... }"
	}
	return text + ";"
}

func (p *page) line(sign byte, text string) {
	p.w.WriteByte(sign)
	p.w.WriteString("   " + text + "\n")
}

// comment writes the comment of a statement, each line with the sign.
func (p *page) comment(sign byte, n *Node) {
	if c := n.Comment(); c != "" {
		p.line(sign, "/* "+strings.ReplaceAll(c, "\n", "\n"+string(sign))+" */")
	}
}

// marks writes what changed of the marks of a statement.
func (p *page) marks(a, b *Node, before string) {
	text := p.short(b, before)
	if a.Comment() != b.Comment() {
		p.comment('-', a)
		p.comment('+', b)
		p.line(' ', text)
	}
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
	if len(n.Children()) > 0 {
		return string(sign) + "   "
	}
	return string(sign) + "  "
}

// values compares a leaf-list, which is shown whole on both sides.
func (p *page) values(x, y []*Node) {
	same := len(x) == len(y)
	for i := 0; same && i < len(x); i++ {
		same = x[i] == y[i] || x[i].Value() == y[i].Value() && sameMarks(x[i], y[i])
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
