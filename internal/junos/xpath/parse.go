package xpath

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// maxDepth bounds how deeply an expression nests.
const maxDepth = 32

// tokens is the lexical grammar: literals, numbers, names, operators.
const tokens = `^\s*("[^"]*"|'[^']*'|[0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?|\.\.|!=|<=|>=|[=<>()\[\]/,.])`

// Expr is a compiled expression.
type Expr struct {
	text string
	top  operand
}

// Parse compiles an expression. The error names the place where it makes no sense.
func Parse(text string) (*Expr, error) {
	p := &parser{rest: text, token: regexp.MustCompile(tokens)}
	p.next()
	top, err := p.or(0)
	if err == nil && (p.tok != "" || strings.TrimSpace(p.rest) != "") {
		err = p.fail("cannot read on")
	}
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", text, err)
	}
	return &Expr{text: text, top: top}, nil
}

// String returns the text that was compiled.
func (e *Expr) String() string { return e.text }

// parser reads by recursive descent.
type parser struct {
	rest  string
	tok   string // the next token; empty at the end or where none fits
	token *regexp.Regexp
}

func (p *parser) next() {
	p.tok = ""
	if m := p.token.FindStringSubmatch(p.rest); m != nil {
		p.rest, p.tok = p.rest[len(m[0]):], m[1]
	}
}

func (p *parser) fail(what string) error { return fmt.Errorf("%s at %q", what, p.tok+p.rest) }

// take goes on when the next token is t.
func (p *parser) take(t string) bool {
	if p.tok != t {
		return false
	}
	p.next()
	return true
}

// or reads alternatives.
func (p *parser) or(depth int) (operand, error) {
	return p.chain("or", depth, func() (operand, error) {
		return p.chain("and", depth, func() (operand, error) { return p.comparison(depth) })
	})
}

// chain reads operands between a word.
func (p *parser) chain(word string, depth int, read func() (operand, error)) (operand, error) {
	first, err := read()
	if err != nil || p.tok != word {
		return first, err
	}
	all := junction{any: word == "or", of: []operand{first}}
	for p.take(word) {
		next, err := read()
		if err != nil {
			return nil, err
		}
		all.of = append(all.of, next)
	}
	return all, nil
}

func (p *parser) comparison(depth int) (operand, error) {
	left, err := p.primary(depth + 1)
	if err != nil {
		return nil, err
	}
	switch op := p.tok; op {
	case "=", "!=", "<", "<=", ">", ">=":
		p.next()
		right, err := p.primary(depth + 1)
		return comparison{op, left, right}, err
	}
	return left, nil
}

// primary reads a literal, a number, a call, a path, or something in parentheses.
func (p *parser) primary(depth int) (operand, error) {
	tok := p.tok
	switch {
	case depth > maxDepth:
		return nil, p.fail("nested too deeply")
	case tok == "":
		return nil, p.fail("something is missing")
	case tok[0] == '"' || tok[0] == '\'':
		p.next()
		return literal(tok[1 : len(tok)-1]), nil
	case '0' <= tok[0] && tok[0] <= '9':
		p.next()
		n, err := strconv.ParseFloat(tok, 64)
		return number(n), err
	case p.take("("):
		inner, err := p.or(depth)
		if err == nil && !p.take(")") {
			err = p.fail("')' is missing")
		}
		return inner, err
	case named(tok) && strings.HasPrefix(strings.TrimLeft(p.rest, " \t\n"), "("):
		return p.call(depth)
	}
	return p.path(depth, path{})
}

func named(tok string) bool {
	c := tok[0]
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// call reads a function with its arguments.
func (p *parser) call(depth int) (operand, error) {
	name := p.tok
	p.next()
	p.next() // the parenthesis that primary has seen
	var args []operand
	for p.tok != ")" {
		if len(args) > 0 && !p.take(",") {
			return nil, p.fail("',' is missing")
		}
		arg, err := p.or(depth)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	p.next()
	if name == "current" && len(args) == 0 {
		if p.tok == "/" {
			p.next()
			return p.path(depth, path{current: true})
		}
		return path{current: true}, nil
	}
	want, ok := map[string]int{"count": 1, "not": 1, "starts-with": 2, "contains": 2, "true": 0, "false": 0}[name]
	if !ok || want != len(args) {
		return nil, fmt.Errorf("%s() with %d arguments is not taken", name, len(args))
	}
	if _, isPath := append(args, nil)[0].(path); name == "count" && !isPath {
		return nil, fmt.Errorf("count() wants a path")
	}
	return call{name, args}, nil
}

// path reads steps between slashes.
func (p *parser) path(depth int, at path) (operand, error) {
	if !at.current && p.take("/") {
		at.root = true
		if p.tok == "" || !named(p.tok) {
			return nil, p.fail("a name is missing")
		}
	}
	for {
		s := step{}
		switch {
		case p.tok == "..":
			s.up = true
		case p.tok == ".":
		case p.tok != "" && named(p.tok):
			_, local, prefixed := strings.Cut(p.tok, ":")
			if s.name = p.tok; prefixed {
				s.name = local
			}
		default:
			return nil, p.fail("a step of a path is missing")
		}
		p.next()
		for s.name != "" && p.take("[") {
			inner, err := p.or(depth + 1)
			if err != nil {
				return nil, err
			}
			if !p.take("]") {
				return nil, p.fail("']' is missing")
			}
			s.where = append(s.where, inner)
		}
		if s.up || s.name != "" {
			at.steps = append(at.steps, s)
		}
		if !p.take("/") {
			return at, nil
		}
	}
}
