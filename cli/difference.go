package cli

import (
	"fmt"
	"strings"
)

// maxCompared bounds the lines that are compared one with each other: beyond what
// the two files share at their ends, the work grows with the product.
const maxCompared = 4096

// difference compares two texts line by line in the form that `diff` has by default,
// which is also that of Junos.
func difference(a, b string) string {
	left, right := splitLines(a), splitLines(b)
	head := 0
	for head < len(left) && head < len(right) && left[head] == right[head] {
		head++
	}
	tail := 0
	for tail < len(left)-head && tail < len(right)-head && left[len(left)-1-tail] == right[len(right)-1-tail] {
		tail++
	}
	d := differ{left: left[head : len(left)-tail], right: right[head : len(right)-tail], offset: head}
	if len(d.left) > maxCompared || len(d.right) > maxCompared {
		d.hunk(0, len(d.left), 0, len(d.right))
	} else {
		d.run()
	}
	return d.out.String()
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

type differ struct {
	left, right []string
	offset      int // lines that both have before
	out         strings.Builder
}

// run walks along a longest common subsequence and writes what lies between.
func (d *differ) run() {
	n, m := len(d.left), len(d.right)
	common := make([][]uint16, n+1) // length of the longest one from here on
	for i := range common {
		common[i] = make([]uint16, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if d.left[i] == d.right[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	fromI, fromJ := 0, 0
	for i < n && j < m {
		switch {
		case d.left[i] == d.right[j]:
			d.hunk(fromI, i, fromJ, j)
			i, j = i+1, j+1
			fromI, fromJ = i, j
		case common[i+1][j] >= common[i][j+1]:
			i++
		default:
			j++
		}
	}
	d.hunk(fromI, n, fromJ, m)
}

// hunk writes one place where the texts differ.
func (d *differ) hunk(fromI, toI, fromJ, toJ int) {
	kind := "c"
	switch {
	case fromI == toI && fromJ == toJ:
		return
	case fromI == toI:
		kind = "a"
	case fromJ == toJ:
		kind = "d"
	}
	fmt.Fprintf(&d.out, "%s%s%s\n", d.span(fromI, toI), kind, d.span(fromJ, toJ))
	for _, l := range d.left[fromI:toI] {
		d.out.WriteString("< " + l + "\n")
	}
	if kind == "c" {
		d.out.WriteString("---\n")
	}
	for _, l := range d.right[fromJ:toJ] {
		d.out.WriteString("> " + l + "\n")
	}
}

// span names lines by their numbers; an empty one by the line before it.
func (d *differ) span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprint(d.offset + from)
	case 1:
		return fmt.Sprint(d.offset + to)
	default:
		return fmt.Sprintf("%d,%d", d.offset+from+1, d.offset+to)
	}
}
