package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// compiler makes nodes of statements and collects what is wrong meanwhile. It takes
// the part of YANG that the modules are written in: what a grouping holds is compiled
// once, and every place that uses it shares what stands below, since a shell does
// this whenever somebody logs in.
type compiler struct {
	modules   map[string]*module
	groupings map[*yang.Statement]*siblings // nil while one is being compiled
	typedefs  map[*yang.Statement]*valueType
	resolved  map[*body]bool // what demands nothing of the statements around
	leaf      *body          // of everything that holds nothing
	errs      []error
}

func newCompiler() *compiler {
	return &compiler{
		modules: make(map[string]*module), groupings: make(map[*yang.Statement]*siblings),
		typedefs: make(map[*yang.Statement]*valueType), resolved: make(map[*body]bool), leaf: new(body),
	}
}

func (c *compiler) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

// define finds a grouping or typedef by its name, which has the prefix of another
// module or none. It returns nothing when there is none.
func (c *compiler) define(m *module, name string, in func(*module) map[string]*yang.Statement) (*module, *yang.Statement) {
	if prefix, bare, ok := strings.Cut(name, ":"); ok {
		m, name = c.modules[m.imports[prefix]], bare
	}
	if m == nil {
		return nil, nil
	}
	return m, in(m)[name]
}

// property returns the argument of the substatement with the keyword, or nothing.
func property(s *yang.Statement, keyword string) string {
	for _, sub := range s.SubStatements() {
		if sub.Keyword == keyword {
			return sub.Argument
		}
	}
	return ""
}

// argument returns the argument of the extension with the name, or nothing.
func argument(exts []*yang.Statement, name string) string {
	for _, e := range exts {
		if e.Keyword == "osw:"+name {
			return strings.Join(strings.Fields(e.Argument), " ")
		}
	}
	return ""
}

func has(exts []*yang.Statement, name string) bool {
	return slices.ContainsFunc(exts, func(e *yang.Statement) bool { return e.Keyword == "osw:"+name })
}

// node compiles a data node with all below it.
func (c *compiler) node(m *module, s *yang.Statement) *Node {
	exts := s.SubStatements()
	n := &Node{
		name:      s.Argument,
		word:      s.Argument,
		help:      argument(exts, "help"),
		valueHelp: argument(exts, "value-help"),
		source:    argument(exts, "complete-from"),
		ties:      ties{argument(exts, "applies-to"), references(argument(exts, "refers-to")), nil, nil},
		body:      c.leaf,
	}
	if w := argument(exts, "word"); w != "" {
		n.word = w
	}
	for _, x := range flagWords() {
		if has(exts, x.word) {
			n.flags |= x.flag
		}
	}
	if property(s, "mandatory") == "true" {
		n.flags |= flagMandatory
	}
	if property(s, "ordered-by") == "user" {
		n.flags |= flagUser
	}
	c.kind(n, m, s)
	if n.Holds() {
		n.body = &body{byName: make(map[string]*Node), byWord: make(map[string]*Node)}
		c.children(n, m, s)
	}
	c.demands(n, s)
	return n
}

type flagWord struct {
	word string
	flag flag
}

func flagWords() []flagWord {
	return []flagWord{
		{"flat", flagFlat}, {"inline", flagInline}, {"grouped", flagGrouped}, {"oneliner", flagOneliner},
		{"hidden", flagHidden}, {"secret", flagSecret}, {"unapplied", flagUnapplied},
		{"compact", flagCompact}, {"everywhere", flagEverywhere}, {"whole-configuration", flagWhole}, {"named", flagNamed},
	}
}

// kind finds out what the node is and compiles the type of its value.
func (c *compiler) kind(n *Node, m *module, s *yang.Statement) {
	exts := s.SubStatements()
	switch s.Keyword {
	case "leaf", "leaf-list":
		n.kind = Leaf
		n.value = c.typeOf(m, s)
		if n.value.builtin == "empty" {
			n.kind = Empty
		} else if s.Keyword == "leaf-list" {
			n.kind = LeafList
		}
		if n.valueHelp == "" {
			n.valueHelp = n.value.valueHelp
		}
		if msg := argument(exts, "pattern-message"); msg != "" {
			n.value = n.value.withMessage(msg)
		}
	case "list":
		n.kind = List
	case "container":
		n.kind = Container
		if slices.ContainsFunc(exts, func(e *yang.Statement) bool { return e.Keyword == "presence" }) {
			n.kind = Presence
		}
	}
}

// children compiles what stands below a container or list, in statement order.
func (c *compiler) children(n *Node, m *module, s *yang.Statement) {
	keys := strings.Fields(property(s, "key"))
	n.keys = make([]*Node, len(keys))
	all := c.siblings(m, s)
	for _, child := range all.nodes {
		if i := slices.Index(keys, child.name); i >= 0 {
			n.keys[i] = child
			continue
		}
		if n.byName[child.name] != nil {
			c.fail("%s: %s stands twice", s.Location(), child.name)
		}
		if !child.Flat() && n.byWord[child.word] != nil {
			c.fail("%s: the word %s stands twice", s.Location(), child.word)
		}
		child.index = len(n.children)
		n.children = append(n.children, child)
		n.byName[child.name] = child
		switch {
		case !child.Flat():
			n.byWord[child.word] = child
		case n.flat != nil:
			c.fail("%s: %s and %s are both flat", s.Location(), n.flat.name, child.name)
		default:
			n.flat = child
		}
	}
	c.keys(n, s)
	n.required = all.required
}
