package edit

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// ReadPatch reads what `show | compare` prints and returns the edits that make the
// same change: lines with - are taken away and those with + added at the level of
// the last [edit ...] line, those with ! change marks. The order of entries and
// comments are not part of a patch.
func ReadPatch(s *schema.Schema, source []byte, at Path) ([]Edit, []Problem) {
	if len(source) > maxSource {
		return nil, []Problem{{Code: TooBig, Text: "patch is too large"}}
	}
	r := patchReader{root: s.Config(), level: at}
	first := 1
	var hunk []string
	for i, line := range strings.Split(string(source), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "[edit") && strings.HasSuffix(trimmed, "]") {
			r.hunk(hunk, first)
			hunk, first = nil, i+2
			r.banner(at, strings.TrimSpace(trimmed[len("[edit"):len(trimmed)-1]), i+1)
			continue
		}
		hunk = append(hunk, line)
	}
	r.hunk(hunk, first)
	return r.edits, r.problems.List
}

// patchReader is one ReadPatch at work.
type patchReader struct {
	root     *schema.Node
	level    Path
	edits    []Edit
	problems Problems
}

// banner goes to the level that a line names.
func (r *patchReader) banner(top Path, words string, line int) {
	split, err := Split(words)
	if err != nil {
		r.fail(AsProblems(err), line)
		return
	}
	p, problems := ParsePath(r.root, top, split)
	r.fail(problems, line)
	if problems == nil {
		r.level = p
	}
}

func (r *patchReader) fail(problems []Problem, line int) {
	for _, p := range problems {
		p.Pos.Line = line
		r.problems.Add(p)
	}
}

// hunk reads the lines of one level: first those that go, then those that come.
func (r *patchReader) hunk(lines []string, first int) {
	for i, line := range lines {
		switch {
		case strings.TrimSpace(line) == "" || strings.ContainsAny(line[:1], " +-!\t"):
		default:
			r.fail([]Problem{{Path: r.level.String(), Code: SyntaxError, Text: "syntax error in patch", Token: line}}, first+i)
			return
		}
	}
	r.text(lines, first, '-')
	r.text(lines, first, '+')
	for i, line := range lines {
		if strings.HasPrefix(line, "!") {
			r.mark(strings.TrimSpace(line[1:]), first+i)
		}
	}
}

// text reads the lines with a sign as text form; the others stand empty between
// them, so that positions are those of the patch.
func (r *patchReader) text(lines []string, first int, sign byte) {
	var b strings.Builder
	for _, line := range lines {
		if line != "" && line[0] == sign {
			b.WriteString(" " + line[1:])
		}
		b.WriteByte('\n')
	}
	t := &textReader{root: r.root, lex: lexer{src: b.String(), line: first}, deleting: sign == '-'}
	t.advance()
	t.statements(r.level, 0)
	r.edits = append(r.edits, t.edits...)
	for _, p := range t.problems.List {
		r.problems.Add(p)
	}
}

// mark reads a line that changes marks; one without a tag tells of a new place and
// is passed over.
func (r *patchReader) mark(text string, line int) {
	tag, rest, _ := strings.Cut(text, " ")
	op, ok := map[string]Op{"inactive:": Deactivate, "active:": Activate, "protect:": Protect, "unprotect:": Unprotect}[tag]
	if !ok {
		return
	}
	rest = strings.TrimSuffix(strings.TrimSuffix(rest, ";"), "{ ... }")
	words, err := Split(rest)
	if err != nil {
		r.fail(AsProblems(err), line)
		return
	}
	p, problems := ParsePath(r.root, r.level, words)
	r.fail(problems, line)
	if problems == nil {
		r.edits = append(r.edits, Edit{Op: op, Path: p, Pos: Position{Line: line}})
	}
}
