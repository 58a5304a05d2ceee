package edit

import (
	"strings"

	"oneswitch/internal/junos/schema"
)

// ReadPatch reads what `show | compare` prints and returns the edits that make the
// same change: lines with - are taken away and those with + added at the level of
// the last [edit ...] line, those with ! change marks or places. Lines without a sign
// say where: a comment above one belongs to it, what comes or moves below one follows
// it. What is unprotected is so first, and what is protected last.
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
			r.banner(at, line, i+1)
			continue
		}
		hunk = append(hunk, line)
	}
	r.hunk(hunk, first)
	return r.inOrder(), r.problems.List
}

// patchReader is one ReadPatch at work.
type patchReader struct {
	root     *schema.Node
	level    Path
	lost     bool // the last [edit ...] line leads nowhere
	edits    []Edit
	problems Problems
}

// inOrder returns the edits with those first that open what is protected, and those
// last that protect.
func (r *patchReader) inOrder() []Edit {
	var opened, between, shut []Edit
	for _, e := range r.edits {
		switch e.Op {
		case Unprotect:
			opened = append(opened, e)
		case Protect:
			shut = append(shut, e)
		default:
			between = append(between, e)
		}
	}
	return append(append(opened, between...), shut...)
}

// banner goes to the level that a line names.
func (r *patchReader) banner(top Path, line string, number int) {
	from := strings.Index(line, "[edit") + len("[edit")
	split, err := Split(line[from:strings.LastIndexByte(line, ']')])
	if err != nil {
		r.fail(AsProblems(err), number)
		r.lost = true
		return
	}
	for i := range split {
		split[i].Column += from
	}
	p, problems := ParsePath(r.root, top, split)
	r.fail(problems, number)
	if r.lost = problems != nil; !r.lost {
		r.level = p
	}
}

func (r *patchReader) fail(problems []Problem, line int) {
	for _, p := range problems {
		p.Pos.Line = line
		r.problems.Add(p)
	}
}

// hunk reads the lines of one level: first those that go, then those that come, then
// what is said about places and marks.
func (r *patchReader) hunk(lines []string, first int) {
	if r.lost {
		return // nothing can be said about its lines
	}
	for i, line := range lines {
		switch {
		case strings.TrimSpace(line) == "" || strings.ContainsAny(line[:1], " +-!\t"):
		default:
			r.fail([]Problem{{Path: r.level.String(), Code: SyntaxError, Text: "syntax error in patch", Token: line, Pos: Position{Column: 1}}}, first+i)
			return
		}
	}
	lines, notes := annotations(lines)
	r.text(lines, first, '-')
	r.text(lines, first, '+')
	r.places(lines, notes, first)
}

// text reads the lines with a sign as text form.
func (r *patchReader) text(lines []string, first int, sign byte) {
	t := &textReader{root: r.root, lex: lexer{src: signed(lines, sign), line: first}, deleting: sign == '-'}
	t.advance()
	t.statements(r.level, 0)
	for _, e := range t.edits {
		e.Pos = e.Pos.shifted()
		r.edits = append(r.edits, e)
	}
	for _, p := range t.problems.List {
		p.Pos = p.Pos.shifted()
		r.problems.Add(p)
	}
}

// shifted is a place as it stands behind the sign of its line.
func (p Position) shifted() Position {
	if p.Column > 0 {
		p.Column++
	}
	return p
}

// note is a comment above a line without + or -: what the statement gets.
type note struct {
	text string
	ok   bool
}

// annotations takes the comments out of a hunk that stand above statements that neither
// come nor go, and returns them by the line of the statement.
func annotations(lines []string) ([]string, map[int]note) {
	out, notes := append([]string(nil), lines...), make(map[int]note)
	for i, line := range lines {
		if line == "" || strings.Contains("+-", line[:1]) || strings.TrimSpace(line) == "" {
			continue
		}
		for to := i; ; {
			from, ok := commentAbove(lines, to)
			if !ok {
				break
			}
			if lines[from][0] == '+' || !notes[i].ok { // what goes counts when nothing comes
				notes[i] = note{ok: true}
			}
			if lines[from][0] == '+' {
				var text []string
				for _, l := range lines[from:to] {
					text = append(text, l[1:])
				}
				notes[i] = note{text: commentText(strings.Join(text, "\n")), ok: true}
			}
			clear(out[from:to])
			to = from
		}
	}
	return out, notes
}

// commentAbove returns where the comment begins that ends in the line before to, if
// there is one whose lines have the same sign.
func commentAbove(lines []string, to int) (from int, ok bool) {
	from = to - 1
	if from < 0 || lines[from] == "" || !strings.HasSuffix(strings.TrimSpace(lines[from]), "*/") {
		return 0, false
	}
	sign := lines[from][0]
	for ; from >= 0 && lines[from] != "" && lines[from][0] == sign && (sign == '+' || sign == '-'); from-- {
		if strings.HasPrefix(strings.TrimSpace(lines[from][1:]), "/*") {
			return from, true
		}
	}
	return 0, false
}
