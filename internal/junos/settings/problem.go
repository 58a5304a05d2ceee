package settings

import (
	"fmt"
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
)

// maxErrors bounds how many errors are told: nobody reads on.
const maxErrors = 200

// place is a level of the configuration as problems name it.
type place string

// in returns the level below, named by words that are quoted where needed.
func (p place) in(words ...string) place {
	var b strings.Builder
	b.WriteString(string(p))
	for _, w := range words {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(conf.Quote(w))
	}
	return place(b.String())
}

// head returns the words of a statement as typed after those of its level.
func head(n *conf.Node) []string {
	var words []string
	if !n.Schema().Flat() {
		words = append(words, n.Schema().Word())
	}
	if n.Schema().HasValue() {
		words = append(words, n.Schema().Typed(n.Value())...)
	}
	return words
}

// statement returns head as one string.
func statement(n *conf.Node) string { return string(place("").in(head(n)...)) }

// problems collects what is wrong. Each is told once.
type problems struct {
	list   []conf.Problem
	told   map[conf.Problem]bool
	kinds  map[any]*tally
	order  []*tally
	errors int
}

// tally counts problems that are told as one.
type tally struct {
	at    int // of the first one in the list
	count int
}

func (p *problems) add(x conf.Problem) {
	if p.told == nil {
		p.told, p.kinds = make(map[conf.Problem]bool), make(map[any]*tally)
	}
	if p.told[x] {
		return
	}
	p.told[x] = true
	if x.Severity == conf.Error {
		if p.errors++; p.errors > maxErrors {
			return
		}
	}
	p.list = append(p.list, x)
}

// like adds a problem, unless there is one of the kind: that one tells how many
// there are.
func (p *problems) like(kind any, x func() conf.Problem) {
	if t := p.kinds[kind]; t != nil {
		t.count++
		return
	}
	p.add(x())
	t := &tally{at: len(p.list) - 1}
	p.kinds[kind] = t
	p.order = append(p.order, t)
}

// all returns the problems in the order in which they were found, but what keeps the
// configuration from being used comes last, where it is seen.
func (p *problems) all() []conf.Problem {
	for _, t := range p.order {
		switch {
		case t.at < 0 || t.count == 0:
		case t.count == 1:
			p.list[t.at].Text += " (and in one more place)"
		default:
			p.list[t.at].Text += fmt.Sprintf(" (and in %d more places)", t.count)
		}
	}
	slices.SortStableFunc(p.list, func(a, b conf.Problem) int { return int(b.Severity) - int(a.Severity) })
	if p.errors > maxErrors {
		p.list = append(p.list, conf.Problem{Code: conf.TooBig, Text: fmt.Sprintf("too many errors: %d more are not shown", p.errors-maxErrors)})
	}
	return p.list
}

// wrong is an error about a statement at a level.
func wrong(at place, statement, format string, args ...any) conf.Problem {
	return conf.Problem{Path: string(at), Code: conf.Semantic, Token: statement, Text: fmt.Sprintf(format, args...)}
}

// doubtful is something that does not keep the configuration from being used.
func doubtful(at place, statement, format string, args ...any) conf.Problem {
	x := wrong(at, statement, format, args...)
	x.Severity = conf.Warning
	return x
}

// unapplied says that a statement is kept but has no effect yet: never silence.
func unapplied(at place, statement string) conf.Problem {
	x := doubtful(at, statement, "statement is accepted, but the fabric does not act on it yet")
	x.Code = conf.Unapplied
	return x
}

func (r *reader) fail(at place, statement, format string, args ...any) {
	r.problems.add(wrong(at, statement, format, args...))
}

func (r *reader) warn(at place, statement, format string, args ...any) {
	r.problems.add(doubtful(at, statement, format, args...))
}
