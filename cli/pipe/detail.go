package pipe

import (
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// Describe puts before each statement of a configuration in text what the language
// says about it: `display detail`. root is the language, at the level that the text
// shows.
func Describe(text string, root *schema.Node, at conf.Path) string {
	if len(at) > 0 && !at.Whole() && !at[len(at)-1].Node.Holds() {
		at = at[:len(at)-1] // a leaf is shown with its keyword
	}
	levels := []conf.Cursor{conf.At(root, at)}
	var b strings.Builder
	var l liner
	for line := range strings.Lines(text) {
		kind, words := l.kind(line)
		here := levels[len(levels)-1]
		if kind == openLine || kind == statementLine {
			next, node := follow(here, words)
			if node != nil {
				b.WriteString(legend(node, line[:len(line)-len(strings.TrimLeft(line, " "))]))
			}
			here = next
		}
		b.WriteString(line)
		switch {
		case kind == openLine:
			levels = append(levels, here)
		case kind == closeLine && len(levels) > 1:
			levels = levels[:len(levels)-1]
		}
	}
	return b.String()
}

// follow goes along the words of a statement and returns where that leads and the
// statement itself; nil when the language does not know it.
func follow(at conf.Cursor, words string) (conf.Cursor, *schema.Node) {
	split, err := conf.Split(words)
	if err != nil {
		return at, nil
	}
	for _, w := range split {
		next, err := at.Step(w)
		if err != nil {
			return at, nil
		}
		at = next
	}
	path := at.Path()
	if len(path) == 0 {
		return at, nil
	}
	return at, path[len(path)-1].Node
}

// legend is the comment lines about a statement. What only holds others needs none.
func legend(n *schema.Node, indent string) string {
	if n.Kind() == schema.Container {
		return ""
	}
	lines := []string{"", n.Word() + ": " + n.Help()}
	var words []string
	for _, c := range n.Choices() {
		words = append(words, c.Word)
	}
	hint := strings.Trim(n.ValueHelp(), "<>")
	switch low, high, isRange := strings.Cut(hint, ".."); {
	case len(words) > 0:
		lines = append(lines, "possible values: "+strings.Join(words, " "))
	case isRange:
		lines = append(lines, "range: "+low+" .. "+high)
	case hint != "" && n.HasValue():
		lines = append(lines, "value: "+hint)
	}
	if n.Unapplied() {
		lines = append(lines, "accepted, but the fabric does not act on it")
	}
	var b strings.Builder
	for _, line := range append(lines, "") {
		b.WriteString(strings.TrimRight(indent+"## "+line, " ") + "\n")
	}
	return b.String()
}
