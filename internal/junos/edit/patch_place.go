package edit

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/schema"
)

// places reads what is said of statements that neither come nor go, and puts entries of
// user-ordered lists where the lines stand: behind the entry above, or when there is
// none before the first one below that keeps its place.
func (r *patchReader) places(lines []string, notes map[int]note, first int) {
	come := r.comers(lines, first)
	var above, head Path
	headAt := 0
	for i, line := range lines {
		p, comes := come[i]
		placed := comes
		switch {
		case comes:
		case line == "" || line[0] == '+' || line[0] == '-' || strings.TrimSpace(line) == "":
			continue
		default:
			p, placed = r.stays(line, notes[i], first+i)
		}
		if p = r.ordered(p); p == nil || !placed && slices.Equal(p, above) {
			if placed {
				above, head = nil, nil
			}
			continue // no entry, or the mark of the one whose place the line above tells
		}
		move := Edit{Op: After, Path: p, Pos: Position{Line: first + i}}
		switch known := sameList(above, p); {
		case placed && known:
			move.Value = above[len(above)-1].Key
			r.edits = append(r.edits, move)
		case placed:
			head, headAt = p, len(r.edits)
		case head != nil && known:
			move.Op, move.Path, move.Value = Before, head, p[len(p)-1].Key
			r.edits = slices.Insert(r.edits, headAt, move) // what follows it follows it there
		}
		if !placed {
			head = nil
		}
		above = p
	}
}

// comers returns the statements that come, by the line on which they begin.
func (r *patchReader) comers(lines []string, first int) map[int]Path {
	out := make(map[int]Path)
	l := lexer{src: signed(lines, '+'), line: first}
	depth := 0
	for t := l.next(); t.kind != tokenEnd; {
		switch t.kind {
		case tokenOpen:
			depth++
		case tokenClose:
			depth--
		case tokenWord, tokenQuoted:
			if depth > 0 {
				break
			}
			line := t.pos.Line - first
			out[line], t = r.comer(&l, t)
			continue
		}
		t = l.next()
	}
	return out
}

// comer reads the words of a statement, as far as they lead, and returns the token
// behind them.
func (r *patchReader) comer(l *lexer, t token) (Path, token) {
	c := At(r.root, r.level)
	c.exact, c.lax = true, true
	var bad error
	for ; t.kind == tokenWord || t.kind == tokenQuoted; t = l.next() {
		if _, tag := tagOp(t.text); bad != nil || tag && t.kind == tokenWord && len(c.path) == len(r.level) {
			continue
		}
		var next Cursor
		if next, bad = c.Step(t.word()); bad == nil {
			c = next
		}
	}
	return c.Path(), t
}

// stays reads a line without + or -, which names a statement that is there. It reports
// whether the statement gets another place.
func (r *patchReader) stays(line string, n note, number int) (p Path, placed bool) {
	text := strings.TrimSpace(line)
	tag := ""
	if line[0] == '!' {
		text = strings.TrimSpace(line[1:])
		if word, rest, _ := strings.Cut(text, " "); strings.HasSuffix(word, ":") {
			tag, text = word, rest
		}
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, ";"), "{ ... }")
	op, marked := map[string]Op{"inactive:": Deactivate, "active:": Activate, "protect:": Protect, "unprotect:": Unprotect}[tag]
	words, err := Split(text)
	if err != nil {
		words = nil
	}
	p, problems := ParsePath(r.root, r.level, words)
	if len(problems) > 0 || len(words) == 0 {
		if marked || n.ok {
			r.fail(problems, number)
		}
		return nil, false // lines around a change, which say nothing
	}
	pos := Position{Line: number}
	if n.ok {
		r.edits = append(r.edits, Edit{Op: Annotate, Path: p, Value: n.text, Pos: pos})
	}
	if marked {
		r.edits = append(r.edits, Edit{Op: op, Path: p, Pos: pos})
	}
	return p, line[0] == '!' && tag == ""
}

// ordered returns the entry of a user-ordered list at the level that a path leads into,
// nil when it leads elsewhere. A leaf-list comes and goes as a whole, in its order.
func (r *patchReader) ordered(p Path) Path {
	from := len(r.level)
	if r.level.Whole() {
		from--
	}
	for i := from; i < len(p); i++ {
		switch n := p[i].Node; {
		case n.UserOrdered() && p[i].Key != "" && (n.Kind() == schema.List || n.Oneliner()):
			return p[:i+1]
		case !n.Inline():
			return nil
		}
	}
	return nil
}

// sameList reports whether two paths lead to entries of one list.
func sameList(a, b Path) bool {
	return len(a) > 0 && len(a) == len(b) && a[len(a)-1].Node == b[len(b)-1].Node && slices.Equal(a[:len(a)-1], b[:len(b)-1])
}

// signed returns the lines with a sign without it; the others stand empty between them,
// so that positions are those of the patch.
func signed(lines []string, sign byte) string {
	var b strings.Builder
	for _, line := range lines {
		if line != "" && line[0] == sign {
			b.WriteString(line[1:])
		}
		b.WriteByte('\n')
	}
	return b.String()
}
