package permission

import (
	"regexp"
	"regexp/syntax"
	"slices"
)

// anyName stands in a text for the name of an entry, which is not known yet.
const anyName = '\uFFFF'

// foresight is how far a text leads into the expressions of a class: what they could
// match when it goes on. Package regexp does not tell, so that the programs of the
// expressions are followed here. It is a value: on returns the next one.
type foresight []trail

// trail is how far a text leads into one expression.
type trail struct {
	prog *syntax.Prog
	at   []uint32 // instructions that wait for a letter
	hit  bool     // it could match what was read, with some names in it
}

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
			s := stepper{trail: trail{prog: prog}, seen: make([]uint32, len(prog.Inst))}
			s.next()
			s.along(uint32(prog.Start))
			out = append(out, s.trail)
		}
	}
	return out
}

// on goes on by some text.
func (f foresight) on(text string) foresight {
	out := make(foresight, len(f))
	for i, t := range f {
		s := stepper{trail: t, seen: make([]uint32, len(t.prog.Inst))}
		for _, r := range text {
			if len(s.at) == 0 {
				break
			}
			s.read(r)
		}
		out[i] = s.trail
	}
	return out
}

// hit reports whether an expression could match the text or its beginning.
func (f foresight) hit() bool { return slices.ContainsFunc(f, func(t trail) bool { return t.hit }) }

// live reports whether an expression could match when the text goes on.
func (f foresight) live() bool {
	return slices.ContainsFunc(f, func(t trail) bool { return len(t.at) > 0 })
}

// means reports whether an expression could match the text, or something longer.
func (f foresight) means(text string) bool {
	f = f.on(text)
	return f.hit() || f.live()
}

// stepper goes on along a trail.
type stepper struct {
	trail
	seen  []uint32 // by instruction: the step in which it was reached last
	steps uint32
}

// next begins a step.
func (s *stepper) next() {
	s.steps++
	s.at = nil
}

// read goes on by one letter, or by a name.
func (s *stepper) read(r rune) {
	if r != anyName {
		s.step(func(i *syntax.Inst) bool { return i.MatchRune(r) })
		return
	}
	named := func(i *syntax.Inst) bool { return i.Op != syntax.InstRune1 || i.Rune[0] != ' ' }
	s.step(named) // one letter or more, until no further place is reached
	for more := s.at; len(more) > 0; {
		s.at = nil // along leaves out what this step has reached already
		for _, pc := range more {
			if i := &s.prog.Inst[pc]; named(i) {
				s.along(i.Out)
			}
		}
		fresh := s.at
		s.at = append(more[:len(more):len(more)], fresh...)
		if len(fresh) == 0 {
			break
		}
		more = s.at
	}
}

// step goes on by one letter.
func (s *stepper) step(takes func(*syntax.Inst) bool) {
	from := s.at
	s.next()
	for _, pc := range from {
		if i := &s.prog.Inst[pc]; takes(i) {
			s.along(i.Out)
		}
	}
}

// along goes on to instructions that wait for a letter. What an expression demands
// between letters may be so; the end is none, since the text goes on.
func (s *stepper) along(pc uint32) {
	if s.seen[pc] == s.steps {
		return
	}
	s.seen[pc] = s.steps
	switch i := &s.prog.Inst[pc]; i.Op {
	case syntax.InstMatch:
		s.hit = true
	case syntax.InstAlt, syntax.InstAltMatch:
		s.along(i.Out)
		s.along(i.Arg)
	case syntax.InstEmptyWidth:
		if syntax.EmptyOp(i.Arg)&(syntax.EmptyEndText|syntax.EmptyEndLine) == 0 {
			s.along(i.Out)
		}
	case syntax.InstCapture, syntax.InstNop:
		s.along(i.Out)
	case syntax.InstFail:
	default:
		s.at = append(s.at, pc)
	}
}
