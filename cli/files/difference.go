package files

import (
	"fmt"
	"os"
	"strings"
)

// Difference is how two files are compared.
type Difference struct {
	Context bool // diff -c
	Unified bool // diff -u
	Blanks  bool // changes in the amount of white space do not count
}

// Compare is `file compare files A B`: what `diff` would print. It is empty when they
// are alike.
func (d *Directory) Compare(a, b string, how Difference) (string, error) {
	left, err := d.Read(a)
	if err != nil {
		return "", err
	}
	right, err := d.Read(b)
	if err != nil {
		return "", err
	}
	c := compare(lines(left), lines(right), how.Blanks)
	switch {
	case len(c.hunks) == 0:
		return "", nil
	case how.Unified:
		return "--- " + d.stamped(a) + "\n+++ " + d.stamped(b) + "\n" + c.unified(), nil
	case how.Context:
		return "*** " + d.stamped(a) + "\n--- " + d.stamped(b) + "\n" + c.context(), nil
	}
	return c.plain(), nil
}

// stamped is a name with the time of its file, as diff heads its output.
func (d *Directory) stamped(name string) string {
	at := ""
	_ = d.in(name, func(root *os.Root, p string) error { // of the archive there is none
		info, err := root.Stat(p)
		if err == nil {
			at = "\t" + info.ModTime().UTC().Format(archiveTime)
		}
		return err
	})
	return name + at
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// maxCompared bounds the lines that are compared one with each other: beyond what
// the two files share at their ends, the work grows with the product.
const maxCompared = 4096

// hunk is one place where the texts differ, as indexes of lines.
type hunk struct{ fromA, toA, fromB, toB int }

// comparison is two texts and where they differ.
type comparison struct {
	a, b  []string
	hunks []hunk
}

// compare finds the differences along a longest common subsequence.
func compare(a, b []string, blanks bool) *comparison {
	c := &comparison{a: a, b: b}
	if blanks {
		a, b = squeezed(a), squeezed(b)
	}
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	a, b = a[head:len(a)-tail], b[head:len(b)-tail]
	if len(a) > maxCompared || len(b) > maxCompared {
		c.add(hunk{head, head + len(a), head, head + len(b)})
	} else {
		c.walk(a, b, head)
	}
	return c
}

func squeezed(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.Join(strings.Fields(l), " ")
	}
	return out
}

func (c *comparison) add(h hunk) {
	if h.fromA < h.toA || h.fromB < h.toB {
		c.hunks = append(c.hunks, h)
	}
}

// walk goes along the subsequence of what lies between the common ends.
func (c *comparison) walk(a, b []string, head int) {
	n, m := len(a), len(b)
	common := make([][]uint16, n+1) // length of the longest one from here on
	for i := range common {
		common[i] = make([]uint16, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j, fromA, fromB := 0, 0, 0, 0
	for i < n && j < m {
		switch {
		case a[i] == b[j]:
			c.add(hunk{head + fromA, head + i, head + fromB, head + j})
			i, j = i+1, j+1
			fromA, fromB = i, j
		case common[i+1][j] >= common[i][j+1]:
			i++
		default:
			j++
		}
	}
	c.add(hunk{head + fromA, head + n, head + fromB, head + m})
}

// plain writes the form that diff has by default.
func (c *comparison) plain() string {
	var out strings.Builder
	for _, h := range c.hunks {
		kind := "c"
		switch {
		case h.fromA == h.toA:
			kind = "a"
		case h.fromB == h.toB:
			kind = "d"
		}
		fmt.Fprintf(&out, "%s%s%s\n", span(h.fromA, h.toA), kind, span(h.fromB, h.toB))
		marked(&out, "< ", c.a[h.fromA:h.toA])
		if kind == "c" {
			out.WriteString("---\n")
		}
		marked(&out, "> ", c.b[h.fromB:h.toB])
	}
	return out.String()
}

// span names lines by their numbers; an empty one by the line before it.
func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprint(from)
	case 1:
		return fmt.Sprint(to)
	default:
		return fmt.Sprintf("%d,%d", from+1, to)
	}
}

func marked(out *strings.Builder, mark string, lines []string) {
	for _, l := range lines {
		out.WriteString(mark + l + "\n")
	}
}

// around is how many lines are shown around a difference.
const around = 3

// groups puts differences together that are so near that what is shown around them
// meets.
func (c *comparison) groups() [][]hunk {
	var out [][]hunk
	for _, h := range c.hunks {
		last := len(out) - 1
		if last >= 0 && h.fromA-out[last][len(out[last])-1].toA <= 2*around {
			out[last] = append(out[last], h)
		} else {
			out = append(out, []hunk{h})
		}
	}
	return out
}

// extent is a group of differences with the lines around it.
func (c *comparison) extent(group []hunk) hunk {
	first, last := group[0], group[len(group)-1]
	before := min(around, first.fromA)
	after := min(around, len(c.a)-last.toA)
	return hunk{first.fromA - before, last.toA + after, first.fromB - before, last.toB + after}
}

// unified writes the form of diff -u.
func (c *comparison) unified() string {
	var out strings.Builder
	for _, group := range c.groups() {
		all := c.extent(group)
		fmt.Fprintf(&out, "@@ -%s +%s @@\n", length(all.fromA, all.toA), length(all.fromB, all.toB))
		at := all.fromA
		for _, h := range group {
			marked(&out, " ", c.a[at:h.fromA])
			marked(&out, "-", c.a[h.fromA:h.toA])
			marked(&out, "+", c.b[h.fromB:h.toB])
			at = h.toA
		}
		marked(&out, " ", c.a[at:all.toA])
	}
	return out.String()
}

// length names lines by the first and how many they are.
func length(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(to)
	default:
		return fmt.Sprintf("%d,%d", from+1, to-from)
	}
}

// context writes the form of diff -c.
func (c *comparison) context() string {
	var out strings.Builder
	for _, group := range c.groups() {
		all := c.extent(group)
		left, right := half{lines: c.a, mark: "- "}, half{lines: c.b, mark: "+ "}
		left.add(all.fromA, all.toA, false)
		right.add(all.fromB, all.toB, false)
		for _, h := range group {
			both := h.fromA < h.toA && h.fromB < h.toB
			left.add(h.fromA, h.toA, both)
			right.add(h.fromB, h.toB, both)
		}
		out.WriteString("***************\n")
		fmt.Fprintf(&out, "*** %s ****\n%s", span(all.fromA, all.toA), left.text())
		fmt.Fprintf(&out, "--- %s ----\n%s", span(all.fromB, all.toB), right.text())
	}
	return out.String()
}

// half is one text of a group in context form: its extent, then where it differs.
type half struct {
	lines []string
	mark  string
	parts []part
}

// part is a run of lines; both says that the other text has lines in their place.
type part struct {
	from, to int
	both     bool
}

func (h *half) add(from, to int, both bool) { h.parts = append(h.parts, part{from, to, both}) }

// text writes the half; one in which nothing differs has no lines.
func (h *half) text() string {
	var out strings.Builder
	all, differs := h.parts[0], false
	at := all.from
	for _, p := range h.parts[1:] {
		mark := h.mark
		if p.both {
			mark = "! "
		}
		differs = differs || p.from < p.to
		marked(&out, "  ", h.lines[at:p.from])
		marked(&out, mark, h.lines[p.from:p.to])
		at = p.to
	}
	if !differs {
		return ""
	}
	marked(&out, "  ", h.lines[at:all.to])
	return out.String()
}
