package pipe

import "strings"

// lineKind is what a line of a configuration in text is.
type lineKind uint8

const (
	statementLine lineKind = iota
	openLine               // begins a block
	closeLine              // ends it
	commentLine            // part of a comment, or empty
)

// liner tells the lines of a configuration in text apart, in the layout in which it is
// printed: a statement on each line.
type liner struct{ inComment bool }

// kind tells what a line is; words is the statement on it without tags, remark and
// end.
func (l *liner) kind(line string) (kind lineKind, words string) {
	line = strings.TrimSpace(line)
	switch {
	case l.inComment:
		l.inComment = !strings.HasSuffix(line, "*/")
		return commentLine, ""
	case strings.HasPrefix(line, "/*"):
		l.inComment = !strings.HasSuffix(line, "*/")
		return commentLine, ""
	case line == "", strings.HasPrefix(line, "#"):
		return commentLine, ""
	case line == "}":
		return closeLine, ""
	}
	line = remarkless(line)
	for _, tag := range []string{"protect: ", "inactive: "} {
		line = strings.TrimPrefix(line, tag)
	}
	if before, ok := strings.CutSuffix(line, " {"); ok {
		return openLine, before
	}
	return statementLine, strings.TrimSuffix(line, ";")
}

// remarkless takes the remark behind a statement away, such as ## SECRET-DATA. One in
// quotes is part of a value.
func remarkless(line string) string {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\\' && quoted:
			i++
		case line[i] == '"':
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], " ## "):
			return line[:i]
		}
	}
	return line
}
