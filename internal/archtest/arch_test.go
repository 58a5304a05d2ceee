package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "oneswitch"

// Budgets, from docs/style.md; they bound the tail, not the typical case.
const (
	maxFileLines     = 500
	maxTestFileLines = 800
	maxFuncLines     = 60
	maxPackageLines  = 2500
	maxParameters    = 5
	maxNesting       = 4
	maxStructFields  = 15
	maxMethods       = 5
)

// source is one parsed Go file.
type source struct {
	path  string // below the module root
	pkg   string // directory below the module root, "" for main
	test  bool
	lines int
	fset  *token.FileSet
	file  *ast.File
}

// report fails the test for one finding, unless it is excepted by
// "path:what", and remembers which exceptions were needed.
type checker struct {
	t    *testing.T
	used map[string]bool
}

func (c *checker) bad(key, format string, args ...any) {
	c.t.Helper()
	if _, ok := exceptions()[key]; ok {
		c.used[key] = true
		return
	}
	c.t.Errorf("%s: %s", key, fmt.Sprintf(format, args...))
}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	c := &checker{t: t, used: map[string]bool{}}
	sources := load(t)
	byPackage := map[string][]source{}
	for _, s := range sources {
		if generated(s.file) {
			continue
		}
		byPackage[s.pkg] = append(byPackage[s.pkg], s)
		c.fileSize(s)
		c.functions(s)
		c.names(s)
		c.imports(s)
		if s.test {
			c.sleeps(s)
			continue
		}
		c.globals(s)
		c.types(s)
		c.docs(s)
		c.padding(s)
	}
	for pkg, files := range byPackage {
		c.packageSize(pkg, files)
		c.packageDoc(pkg, files)
	}
	for pkg := range table() {
		if len(byPackage[pkg]) == 0 {
			t.Errorf("the import table names %q, which does not exist", pkg)
		}
	}
	for key := range exceptions() {
		if !c.used[key] {
			t.Errorf("exception %q is not needed any more: remove it", key)
		}
	}
}

// load parses every Go file of the module.
func load(t *testing.T) []source {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var out []source
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != root || d.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go"):
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, b, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(filepath.Dir(rel))
		if pkg == "." {
			pkg = ""
		}
		out = append(out, source{filepath.ToSlash(rel), pkg, strings.HasSuffix(path, "_test.go"), strings.Count(string(b), "\n"), fset, file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func generated(f *ast.File) bool { return ast.IsGenerated(f) }

func (c *checker) fileSize(s source) {
	limit := maxFileLines
	if s.test {
		limit = maxTestFileLines
	}
	if s.lines > limit {
		c.bad(s.path, "%d lines, at most %d", s.lines, limit)
	}
}

func (c *checker) packageSize(pkg string, files []source) {
	total := 0
	for _, s := range files {
		if !s.test {
			total += s.lines
		}
	}
	if total > maxPackageLines {
		c.bad("package "+pkg, "%d lines, at most %d", total, maxPackageLines)
	}
}

func (c *checker) packageDoc(pkg string, files []source) {
	for _, s := range files {
		if s.file.Doc != nil {
			return
		}
	}
	c.bad("package "+pkg, "has no package comment")
}

func (c *checker) functions(s source) {
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		key := s.path + ":" + f.Name.Name
		start, end := s.fset.Position(f.Pos()).Line, s.fset.Position(f.End()).Line
		if n := end - start + 1; n > maxFuncLines && !s.test {
			c.bad(key, "%d lines, at most %d", n, maxFuncLines)
		}
		if n := f.Type.Params.NumFields(); n > maxParameters {
			c.bad(key, "%d parameters, at most %d", n, maxParameters)
		}
		if n := nesting(f.Body, 0); n > maxNesting && !s.test {
			c.bad(key, "nested %d deep, at most %d", n, maxNesting)
		}
		if f.Name.Name == "init" && f.Recv == nil {
			c.bad(key, "init hides when things happen: call it from a constructor")
		}
	}
}

// nesting is the depth of control structures; an else-if chain counts once.
func nesting(n ast.Node, depth int) int {
	deepest := depth
	ast.Inspect(n, func(x ast.Node) bool {
		if x == n {
			return true
		}
		switch x := x.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IfStmt:
			deepest = max(deepest, nesting(x.Body, depth+1))
			if x.Else != nil {
				at := depth
				if _, chain := x.Else.(*ast.IfStmt); !chain {
					at++
				}
				deepest = max(deepest, nesting(&ast.BlockStmt{List: []ast.Stmt{x.Else}}, at))
			}
			return false
		case *ast.ForStmt:
			deepest = max(deepest, nesting(x.Body, depth+1))
			return false
		case *ast.RangeStmt:
			deepest = max(deepest, nesting(x.Body, depth+1))
			return false
		case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
			deepest = max(deepest, nesting(x, depth+1))
			return false
		}
		return true
	})
	return deepest
}

func (c *checker) imports(s source) {
	allowed, ok := table()[s.pkg]
	if !ok && s.pkg != "internal/archtest" {
		c.bad("package "+s.pkg, "is not in the import table")
		return
	}
	if s.test {
		return // tests may bring peers of their own
	}
	for _, spec := range s.file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			c.t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(path, module+"/"):
			if !covers(allowed.ours, strings.TrimPrefix(path, module+"/")) {
				c.bad(s.path, "imports %s, which the import table does not allow", path)
			}
		case strings.Contains(strings.Split(path, "/")[0], "."):
			c.foreign(s, allowed, path)
		}
	}
}

func (c *checker) foreign(s source, allowed row, path string) {
	if !slices.ContainsFunc(strings.Fields(allowed.foreign), func(p string) bool { return under(path, p) }) {
		c.bad(s.path, "imports the foreign %s, which the import table does not allow", path)
	}
	for library, owner := range owners() {
		if under(path, library) && s.pkg != owner && !slices.Contains(strings.Fields(owner), s.pkg) {
			c.bad(s.path, "imports %s, which belongs to %q alone", path, owner)
		}
	}
}

func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func covers(list, path string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(p string) bool {
		base, all := strings.CutSuffix(p, "/...")
		return path == p || all && under(path, base)
	})
}
