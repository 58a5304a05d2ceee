package xpath

import (
	"math"
	"strconv"
	"strings"
)

// True reports whether the expression holds at a node.
func (e *Expr) True(at Node) bool { return truth(e.top.eval(scope{at, at})) }

// scope is where an expression is evaluated: the context node, and the one that
// current() stands for.
type scope struct{ at, current Node }

// operand is a part of an expression. It evaluates to a bool, a float64, a string or
// a []Node.
type operand interface{ eval(s scope) any }

type (
	literal  string
	number   float64
	junction struct { // and, or
		any bool
		of  []operand
	}
	comparison struct {
		op          string
		left, right operand
	}
	call struct {
		name string
		args []operand
	}
	path struct {
		root, current bool // where it begins, when not at the context node
		steps         []step
	}
	step struct {
		up    bool
		name  string
		where []operand
	}
)

func (l literal) eval(scope) any { return string(l) }
func (n number) eval(scope) any  { return float64(n) }

func (j junction) eval(s scope) any {
	for _, o := range j.of {
		if truth(o.eval(s)) == j.any {
			return j.any
		}
	}
	return !j.any
}

func (c call) eval(s scope) any {
	switch c.name {
	case "not":
		return !truth(c.args[0].eval(s))
	case "count":
		nodes, _ := c.args[0].eval(s).([]Node)
		return float64(len(nodes))
	case "starts-with":
		return strings.HasPrefix(text(c.args[0].eval(s)), text(c.args[1].eval(s)))
	case "contains":
		return strings.Contains(text(c.args[0].eval(s)), text(c.args[1].eval(s)))
	}
	return c.name == "true"
}

func (p path) eval(s scope) any {
	from := s.at
	if p.current {
		from = s.current
	}
	if p.root {
		for up := from.Up(); up != nil; up = from.Up() {
			from = up
		}
	}
	nodes := []Node{from}
	for _, st := range p.steps {
		nodes = st.from(nodes, s.current)
	}
	return nodes
}

// from takes one step from each of the nodes.
func (st step) from(nodes []Node, current Node) []Node {
	var out []Node
	for _, n := range nodes {
		if st.up {
			if up := n.Up(); up != nil && (len(out) == 0 || out[len(out)-1] != up) {
				out = append(out, up) // siblings stand together, so that their parent is named once
			}
			continue
		}
	each:
		for _, k := range n.Down(st.name) {
			for _, w := range st.where {
				if !truth(w.eval(scope{k, current})) {
					continue each
				}
			}
			out = append(out, k)
		}
	}
	return out
}

func (c comparison) eval(s scope) any {
	left, right := c.left.eval(s), c.right.eval(s)
	for _, l := range atoms(left) {
		for _, r := range atoms(right) {
			if compare(c.op, l, r) {
				return true
			}
		}
	}
	return false
}

// atoms returns what is compared one by one: the texts of nodes, or the value itself.
func atoms(v any) []any {
	nodes, ok := v.([]Node)
	if !ok {
		return []any{v}
	}
	out := make([]any, len(nodes))
	for i, n := range nodes {
		out[i] = n.Text()
	}
	return out
}

// compare follows XPath 1.0 section 3.4: as booleans, else as numbers, else as texts;
// order is always one of numbers.
func compare(op string, l, r any) bool {
	_, lb := l.(bool)
	_, rb := r.(bool)
	_, ln := l.(float64)
	_, rn := r.(float64)
	switch {
	case op == "=" && (lb || rb):
		return truth(l) == truth(r)
	case op == "!=" && (lb || rb):
		return truth(l) != truth(r)
	case op == "=" && (ln || rn):
		return numeric(l) == numeric(r)
	case op == "!=" && (ln || rn):
		return numeric(l) != numeric(r)
	case op == "=":
		return l == r
	case op == "!=":
		return l != r
	}
	a, b := numeric(l), numeric(r)
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	default:
		return a >= b
	}
}

func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	case []Node:
		return len(v) > 0
	}
	return false
}

func numeric(v any) float64 {
	switch v := v.(type) {
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text(v)), 64)
	if err != nil {
		return math.NaN()
	}
	return n
}

// text is the string of a value; that of nodes is the first one's.
func text(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	case []Node:
		if len(v) > 0 {
			return v[0].Text()
		}
	}
	return ""
}
