package pipe

import "strings"

// omitFlag is the statement that keeps its block off the screen.
const omitFlag = "apply-flags omit"

// block is one that is open: where it begins in the text that is kept, and whether it
// is to be left out.
type block struct {
	from int
	omit bool
}

// Omit leaves out of a configuration in text what stands in statements that are
// marked with apply-flags omit, as Junos does unless `display omit` is asked for.
func Omit(text string) string {
	if !strings.Contains(text, omitFlag) {
		return text
	}
	var out []string
	var open []block
	var l liner
	for line := range strings.Lines(text) {
		kind, words := l.kind(line)
		out = append(out, line)
		switch last := len(open) - 1; {
		case kind == openLine:
			open = append(open, block{from: len(out) - 1})
		case kind == statementLine && words == omitFlag && last >= 0:
			open[last].omit = true
		case kind == closeLine && last >= 0:
			if b := open[last]; b.omit {
				head := strings.TrimSuffix(remarkless(strings.TrimRight(out[b.from], "\n")), " {")
				out = append(out[:b.from], head+" { /* OMITTED */ };\n")
			}
			open = open[:last]
		}
	}
	return strings.Join(out, "")
}
