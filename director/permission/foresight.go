package permission

import (
	"regexp"
	"regexp/syntax"
)

// anyName stands in a text for the name of an entry, which is not known yet.
const anyName = '\uFFFF'

// foresight says what the expressions of a class could still match of what begins with
// a text: a question that package regexp does not answer, so that the programs of the
// expressions are followed here.
type foresight []*syntax.Prog

// foresee compiles expressions once more. One that cannot be read has become another
// one before (expressions).
func foresee(list []*regexp.Regexp) foresight {
	var out foresight
	for _, re := range list {
		tree, err := syntax.Parse(re.String(), syntax.Perl)
		if err != nil {
			continue
		}
		if prog, err := syntax.Compile(tree.Simplify()); err == nil {
			out = append(out, prog)
		}
	}
	return out
}

// reach reports whether an expression could match the text or its beginning, with some
// names in it, and whether one could match when the text goes on.
func (f foresight) reach(text string) (hit, live bool) {
	for _, p := range f {
		h, l := reach(p, text)
		hit, live = hit || h, live || l
	}
	return hit, live
}

func reach(p *syntax.Prog, text string) (hit, live bool) {
	at := places{prog: p, next: map[uint32]bool{}}
	at.add(uint32(p.Start))
	for _, r := range text {
		if r != anyName {
			at.step(func(i *syntax.Inst) bool { return i.MatchRune(r) })
			continue
		}
		// One letter or more: until no further place is reached.
		at.step(named)
		for n := 0; n != len(at.next); {
			n = len(at.next)
			before := at.next
			at.step(named)
			for pc := range before {
				at.next[pc] = true
			}
		}
	}
	return at.hit, len(at.next) > 0
}

// named reports whether an instruction takes a letter of a name.
func named(i *syntax.Inst) bool { return i.Op != syntax.InstRune1 || i.Rune[0] != ' ' }

// places are where in a program a text leads to.
type places struct {
	prog *syntax.Prog
	next map[uint32]bool // instructions that wait for a letter
	hit  bool            // the program has matched
}

// step goes on by one letter.
func (p *places) step(takes func(*syntax.Inst) bool) {
	from := p.next
	p.next = map[uint32]bool{}
	for pc := range from {
		if i := &p.prog.Inst[pc]; takes(i) {
			p.add(i.Out)
		}
	}
}

// add goes on to instructions that wait for a letter. What an expression demands
// between letters may be so; the end is none, since the text goes on.
func (p *places) add(pc uint32) { p.along(pc, map[uint32]bool{}) }

func (p *places) along(pc uint32, seen map[uint32]bool) {
	if seen[pc] {
		return
	}
	seen[pc] = true
	switch i := &p.prog.Inst[pc]; i.Op {
	case syntax.InstMatch:
		p.hit = true
	case syntax.InstAlt, syntax.InstAltMatch:
		p.along(i.Out, seen)
		p.along(i.Arg, seen)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(i.Arg)&(syntax.EmptyEndText|syntax.EmptyEndLine) == 0 {
			p.along(i.Out, seen)
		}
	case syntax.InstCapture, syntax.InstNop:
		p.along(i.Out, seen)
	case syntax.InstFail:
	default:
		p.next[pc] = true
	}
}
