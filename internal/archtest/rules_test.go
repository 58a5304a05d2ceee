package archtest

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// names refuses words that say nothing.
func (c *checker) names(s source) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "base", "misc", "types", "shared", "manager"}
	if slices.Contains(vague, path.Base(s.pkg)) {
		c.bad("package "+s.pkg, "its name says nothing: name the idea")
	}
	file := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
	if slices.Contains(vague, file) {
		c.bad(s.path, "its name says nothing: name the idea")
	}
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && !s.test && len(f.Name.Name) > 3 && strings.HasPrefix(f.Name.Name, "Get") && ast.IsExported(f.Name.Name[3:]) {
			c.bad(s.path+":"+f.Name.Name, "say what it returns, without Get")
		}
	}
}

// globals refuses package variables: state has an owner.
func (c *checker) globals(s source) {
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			embed := g.Doc != nil && strings.Contains(g.Doc.List[len(g.Doc.List)-1].Text, "go:embed") ||
				v.Doc != nil && strings.Contains(v.Doc.List[len(v.Doc.List)-1].Text, "go:embed")
			for _, name := range v.Names {
				if name.Name != "_" && !embed && !strings.HasPrefix(name.Name, "Err") && !strings.HasPrefix(name.Name, "err") {
					c.bad(s.path+":"+name.Name, "is a package variable: give it an owner")
				}
			}
		}
	}
}

// types bounds structs and exported interfaces.
func (c *checker) types(s source) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		key := s.path + ":" + spec.Name.Name
		switch t := spec.Type.(type) {
		case *ast.StructType:
			if n := t.Fields.NumFields(); n > maxStructFields && !wireForm(t) {
				c.bad(key, "%d fields, at most %d", n, maxStructFields)
			}
		case *ast.InterfaceType:
			if n := t.Methods.NumFields(); n > maxMethods && spec.Name.IsExported() {
				c.bad(key, "%d methods, at most %d", n, maxMethods)
			}
		}
		return true
	})
}

// wireForm reports whether a struct is the image of an XML element or a command
// line, whose width is not ours to choose.
func wireForm(t *ast.StructType) bool {
	tagged := 0
	for _, f := range t.Fields.List {
		if f.Tag != nil {
			tagged++
		}
	}
	return tagged > len(t.Fields.List)/2
}

// docs demands a comment on every exported name.
func (c *checker) docs(s source) {
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil && s.pkg != "" {
				c.bad(s.path+":"+d.Name.Name, "is exported and has no comment")
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				c.specDoc(s, d, spec)
			}
		}
	}
}

func (c *checker) specDoc(s source, d *ast.GenDecl, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
			c.bad(s.path+":"+spec.Name.Name, "is exported and has no comment")
		}
	case *ast.ValueSpec:
		for _, n := range spec.Names {
			if n.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
				c.bad(s.path+":"+n.Name, "is exported and has no comment")
			}
		}
	}
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	t := f.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.Ident:
			return x.IsExported()
		default:
			return true
		}
	}
}

// padding keeps column formatting in internal/report.
func (c *checker) padding(s source) {
	if s.pkg == "internal/report" {
		return
	}
	verb := regexp.MustCompile(`%[-+# ]*[1-9][0-9]*[sdvq]|%-?\*[sdvq]`)
	ast.Inspect(s.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && verb.MatchString(lit.Value) {
			c.bad(s.path, "pads columns with %s: only internal/report aligns", lit.Value)
		}
		return true
	})
	for _, spec := range s.file.Imports {
		if spec.Path.Value == `"text/tabwriter"` {
			c.bad(s.path, "imports text/tabwriter: only internal/report aligns")
		}
	}
}

// sleeps refuses tests that wait for time instead of state.
func (c *checker) sleeps(s source) {
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == "time" && sel.Sel.Name == "Sleep" {
			c.bad(s.path, "sleeps: wait for a state")
		}
		return true
	})
}
