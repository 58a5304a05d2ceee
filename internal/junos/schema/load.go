package schema

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

//go:embed yang/*.yang
var modules embed.FS

// Load compiles the embedded YANG modules. It fails only when the modules are
// wrong, so a caller treats an error as a defect of the build.
func Load() (*Schema, error) {
	names, err := fs.Glob(modules, "yang/*.yang")
	if err != nil {
		return nil, fmt.Errorf("list YANG modules: %w", err)
	}
	texts := make([]Module, 0, len(names))
	for _, name := range names {
		text, err := modules.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read YANG module: %w", err)
		}
		base := strings.TrimSuffix(name[len("yang/"):], ".yang")
		texts = append(texts, Module{Name: base, Text: string(text)})
	}
	return compile(texts)
}

// compile builds the graph out of module texts. The module called
// oneswitch-configuration holds the root container, and every rpc of any module
// is a command.
func compile(texts []Module) (*Schema, error) {
	ms := yang.NewModules()
	for _, m := range texts {
		if err := ms.Parse(m.Text, m.Name+".yang"); err != nil {
			return nil, fmt.Errorf("parse YANG module %s: %w", m.Name, err)
		}
	}
	if errs := ms.Process(); len(errs) > 0 {
		return nil, fmt.Errorf("process YANG modules: %w", errors.Join(errs...))
	}
	c := &compiler{types: make(map[*yang.Type]*valueType)}
	s := &Schema{byName: make(map[string]*RPC), words: make(map[string]string)}
	for _, m := range texts {
		ast := ms.Modules[m.Name]
		if ast == nil {
			return nil, fmt.Errorf("module %s: the file holds another module", m.Name)
		}
		m.Revision = ast.Current()
		s.modules = append(s.modules, m)
		c.module(s, ast)
	}
	if s.config == nil {
		c.fail("there is no container configuration in module oneswitch-configuration")
	}
	if s.config != nil {
		c.resolve([]*Node{s.config})
	}
	if len(c.errs) > 0 {
		return nil, fmt.Errorf("compile YANG modules: %w", errors.Join(c.errs...))
	}
	spread(s.config)
	return s, nil
}

// compiler collects what is wrong while the graph is built.
type compiler struct {
	types map[*yang.Type]*valueType
	errs  []error
}

func (c *compiler) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

// module takes from one module the configuration root, the RPCs and the help
// texts of command words.
func (c *compiler) module(s *Schema, ast *yang.Module) {
	entry := yang.ToEntry(ast)
	for _, ext := range ast.Exts() {
		if ext.Keyword == "osw:command-word" {
			s.words[ext.Argument] = argument(ext.SubStatements(), "help")
		}
	}
	if root := entry.Dir["configuration"]; root != nil && ast.Name == "oneswitch-configuration" {
		s.config = c.node(root)
	}
	for _, p := range c.places(entry, ast) {
		if e := p.entry; e != nil && e.RPC != nil {
			r := c.rpc(e)
			if s.byName[r.Name] != nil {
				c.fail("rpc %s stands twice", r.Name)
			}
			s.byName[r.Name] = r
			s.rpcs = append(s.rpcs, r)
		}
	}
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
func (c *compiler) node(e *yang.Entry) *Node {
	n := &Node{
		name:      e.Name,
		word:      e.Name,
		help:      argument(e.Exts, "help"),
		valueHelp: argument(e.Exts, "value-help"),
		source:    argument(e.Exts, "complete-from"),
		ties:      ties{argument(e.Exts, "applies-to"), references(argument(e.Exts, "refers-to")), nil, nil},
		body:      body{byName: make(map[string]*Node), byWord: make(map[string]*Node)},
	}
	if w := argument(e.Exts, "word"); w != "" {
		n.word = w
	}
	for _, x := range flagWords() {
		if has(e.Exts, x.word) {
			n.flags |= x.flag
		}
	}
	if e.Mandatory == yang.TSTrue {
		n.flags |= flagMandatory
	}
	if e.ListAttr != nil && e.ListAttr.OrderedByUser {
		n.flags |= flagUser
	}
	c.kind(n, e)
	if n.Holds() {
		c.children(n, e)
	}
	c.demands(n, e)
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
func (c *compiler) kind(n *Node, e *yang.Entry) {
	switch ast := e.Node.(type) {
	case *yang.Leaf:
		n.kind = Leaf
		n.value = c.valueType(ast.Type)
		if e.Type.Kind == yang.Yempty {
			n.kind = Empty
		} else if e.ListAttr != nil { // goyang turns a leaf-list into a leaf with list attributes
			n.kind = LeafList
		}
		if n.value != nil {
			if n.valueHelp == "" {
				n.valueHelp = n.value.valueHelp
			}
			if msg := argument(e.Exts, "pattern-message"); msg != "" {
				n.value = n.value.withMessage(msg)
			}
		}
	case *yang.List:
		n.kind = List
	case *yang.Container:
		n.kind = Container
		if ast.Presence != nil {
			n.kind = Presence
		}
	default:
		c.fail("%s: %T is not taken", e.Path(), e.Node)
	}
}

// children compiles what stands below a container or list, in statement order.
func (c *compiler) children(n *Node, e *yang.Entry) {
	keys := strings.Fields(e.Key)
	n.keys = make([]*Node, len(keys))
	for _, p := range c.places(e, e.Node) {
		if p.entry == nil {
			c.fail("%s: statement %s has no entry (augment is not taken)", e.Path(), p.name)
			continue
		}
		child := c.node(p.entry)
		if i := slices.Index(keys, p.name); i >= 0 {
			n.keys[i] = child
			continue
		}
		if n.byName[child.name] != nil { // goyang knows one namespace per case of a choice
			c.fail("%s: %s stands twice", e.Path(), child.name)
		}
		child.index = len(n.children)
		child.ties.arms = p.arms
		n.children = append(n.children, child)
		n.byName[child.name] = child
		switch {
		case !child.Flat():
			n.byWord[child.word] = child
		case n.flat != nil:
			c.fail("%s: %s and %s are both flat", e.Path(), n.flat.name, child.name)
		default:
			n.flat = child
		}
	}
	c.keys(n, e)
}

// rpc compiles one command.
func (c *compiler) rpc(e *yang.Entry) *RPC {
	r := &RPC{
		Name:  e.Name,
		Help:  argument(e.Exts, "help"),
		Class: argument(e.Exts, "class"),
	}
	for _, word := range strings.Fields(argument(e.Exts, "served-by")) {
		switch s := Server(word); s {
		case "all":
			r.ServedBy = append(r.ServedBy, ServedByDirector, ServedByNode, ServedByInterconnect, ServedByFabricControl)
		case ServedByDirector, ServedByNode, ServedByInterconnect, ServedByFabricControl, ServedByCLI:
			r.ServedBy = append(r.ServedBy, s)
		default:
			c.fail("rpc %s: served by %q, which is no kind of component", e.Name, word)
		}
	}
	if in := e.RPC.Input; in != nil {
		for i, p := range c.places(in, in.Node) {
			leaf := c.node(p.entry)
			leaf.index = i
			r.Input = append(r.Input, leaf)
		}
	}
	if text := argument(e.Exts, "cli-command"); text != "" {
		g, err := parseGrammar(text, r)
		if err != nil {
			c.fail("rpc %s: %w", e.Name, err)
		}
		r.Grammar = g
	}
	return r
}
