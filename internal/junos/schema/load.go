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
	texts, err := texts()
	if err != nil {
		return nil, err
	}
	return compile(texts)
}

// texts returns the embedded modules, in the order of their names.
func texts() ([]Module, error) {
	names, err := fs.Glob(modules, "yang/*.yang")
	if err != nil {
		return nil, fmt.Errorf("list YANG modules: %w", err)
	}
	out := make([]Module, 0, len(names))
	for _, name := range names {
		text, err := modules.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read YANG module: %w", err)
		}
		base := strings.TrimSuffix(name[len("yang/"):], ".yang")
		out = append(out, Module{Name: base, Text: string(text)})
	}
	return out, nil
}

// compile builds the graph out of module texts. The module called
// oneswitch-configuration holds the root container, and every rpc of any module
// is a command.
func compile(texts []Module) (*Schema, error) {
	c := newCompiler()
	s := &Schema{byName: make(map[string]*RPC), words: make(map[string]string)}
	for _, m := range texts {
		parsed, err := parse(m)
		if err != nil {
			return nil, err
		}
		c.modules[m.Name] = parsed
	}
	for _, m := range texts {
		parsed := c.modules[m.Name]
		m.Revision = parsed.revision
		s.modules = append(s.modules, m)
		c.module(s, parsed)
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

// module is a parsed YANG module: what it defines, by name.
type module struct {
	name      string
	revision  string            // the newest
	imports   map[string]string // module names by prefix
	groupings map[string]*yang.Statement
	typedefs  map[string]*yang.Statement
	body      []*yang.Statement
}

// parse reads the text of one module.
func parse(m Module) (*module, error) {
	all, err := yang.Parse(m.Text, m.Name+".yang")
	if err != nil {
		return nil, fmt.Errorf("parse YANG module %s: %w", m.Name, err)
	}
	if len(all) != 1 || all[0].Keyword != "module" || all[0].Argument != m.Name {
		return nil, fmt.Errorf("parse YANG module %s: the file holds another module", m.Name)
	}
	out := &module{name: m.Name, imports: make(map[string]string), body: all[0].SubStatements(),
		groupings: make(map[string]*yang.Statement), typedefs: make(map[string]*yang.Statement)}
	for _, s := range out.body {
		switch s.Keyword {
		case "prefix":
			out.imports[s.Argument] = m.Name
		case "import":
			out.imports[property(s, "prefix")] = s.Argument
		case "revision":
			out.revision = max(out.revision, s.Argument)
		case "grouping":
			out.groupings[s.Argument] = s
		case "typedef":
			out.typedefs[s.Argument] = s
		}
	}
	return out, nil
}

// module takes from one module the configuration root, the RPCs and the help
// texts of command words.
func (c *compiler) module(s *Schema, m *module) {
	for _, at := range m.body {
		switch {
		case at.Keyword == "osw:command-word":
			s.words[at.Argument] = argument(at.SubStatements(), "help")
		case at.Keyword == "container" && at.Argument == "configuration" && m.name == "oneswitch-configuration":
			s.config = c.node(m, at)
		case at.Keyword == "rpc":
			r := c.rpc(m, at)
			if s.byName[r.Name] != nil {
				c.fail("rpc %s stands twice", r.Name)
			}
			s.byName[r.Name] = r
			s.rpcs = append(s.rpcs, r)
		case slices.Contains([]string{"augment", "deviation", "include", "uses"}, at.Keyword):
			c.fail("%s: %s is not taken", at.Location(), at.Keyword)
		}
	}
}

// rpc compiles one command.
func (c *compiler) rpc(m *module, at *yang.Statement) *RPC {
	exts := at.SubStatements()
	r := &RPC{
		Name:  at.Argument,
		Help:  argument(exts, "help"),
		Class: argument(exts, "class"),
	}
	for _, word := range strings.Fields(argument(exts, "served-by")) {
		switch s := Server(word); s {
		case "all":
			r.ServedBy = append(r.ServedBy, ServedByDirector, ServedByNode, ServedByInterconnect, ServedByFabricControl)
		case ServedByDirector, ServedByNode, ServedByInterconnect, ServedByFabricControl, ServedByCLI:
			r.ServedBy = append(r.ServedBy, s)
		default:
			c.fail("rpc %s: served by %q, which is no kind of component", r.Name, word)
		}
	}
	for _, s := range exts {
		if s.Keyword == "input" {
			r.Input = c.siblings(m, s).nodes
		}
	}
	for i, leaf := range r.Input {
		leaf.index = i
	}
	if text := argument(exts, "cli-command"); text != "" {
		g, err := parseGrammar(text, r)
		if err != nil {
			c.fail("rpc %s: %w", r.Name, err)
		}
		r.Grammar = g
	}
	return r
}
