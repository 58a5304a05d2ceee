package store

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseMySQL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dsn  string
		want target
		ok   bool
	}{
		{"u:p@db/fabric", target{"u", "p", []string{"db:3306"}, "fabric"}, true},
		{"u@db:3307/fabric", target{"u", "", []string{"db:3307"}, "fabric"}, true},
		{"u:p@a:1,b,[2001:db8::1]:3,2001:db8::2/f", target{"u", "p", []string{"a:1", "b:3306", "[2001:db8::1]:3", "[2001:db8::2]:3306"}, "f"}, true},
		{"u:p%40%3a%2f@db/f", target{"u", "p@:/", []string{"db:3306"}, "f"}, true},
		{"u:p@ss@db/f", target{"u", "p@ss", []string{"db:3306"}, "f"}, true},
		{"u:p@unix(/run/mysqld/mysqld.sock)/f", target{"u", "p", []string{"/run/mysqld/mysqld.sock"}, "f"}, true},
		{"db/f", target{}, false},
		{":p@db/f", target{}, false},
		{"u:p@db", target{}, false},
		{"u:p@db/", target{}, false},
		{"u:p@/f", target{}, false},
		{"u:p@a,,b/f", target{}, false},
		{"u:p@a:b:c/f", target{}, false},
		{"u:secret%zz@db/f", target{}, false},
		{"u:p@db/f?parseTime=true", target{}, false},
	} {
		t.Run(c.dsn, func(t *testing.T) {
			t.Parallel()
			got, err := parseMySQL(c.dsn)
			if (err == nil) != c.ok {
				t.Fatalf("err = %v", err)
			}
			if err != nil {
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("the error tells the password: %v", err)
				}
				return
			}
			if d := cmp.Diff(c.want, got, cmp.AllowUnexported(target{})); d != "" {
				t.Errorf("differs (-want +got):\n%s", d)
			}
		})
	}
}

func TestConnectRefuses(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{"", "/var/lib/x.db", "oracle://x", "sqlite://relative.db", "sqlite:///x?mode=ro", "mysql://x"} {
		if pool, _, err := connect(dsn, nil); err == nil {
			_ = pool.Close()
			t.Errorf("DSN %q was taken", dsn)
		}
	}
}

// FuzzParseMySQL: no input makes it panic, and what it takes it can dial.
func FuzzParseMySQL(f *testing.F) {
	for _, s := range []string{"u:p@db/f", "u@[::1]:1,/s/f", "u:%@a/f", "u:p@unix(/s)/f", "@@//,,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseMySQL(s)
		if err != nil {
			return
		}
		if got.user == "" || got.database == "" || len(got.hosts) == 0 || slices.Contains(got.hosts, "") {
			t.Errorf("%q gives %+v", s, got)
		}
	})
}

// TestChunks: pieces are small, whole characters each, and join to the text.
func TestChunks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a", strings.Repeat("🐟", 200_000), "x" + strings.Repeat("ß", 300_000), strings.Repeat("y", chunkSize)} {
		parts := chunks(text)
		if strings.Join(parts, "") != text {
			t.Errorf("text of %d octets does not come back", len(text))
		}
		for _, p := range parts {
			if len(p) > chunkSize || !utf8.ValidString(p) {
				t.Errorf("a piece of %d octets, valid %v", len(p), utf8.ValidString(p))
			}
		}
	}
}

func TestMigrationsInOrder(t *testing.T) {
	t.Parallel()
	if _, err := loadMigrations(migrations); err != nil {
		t.Error(err)
	}
	gap := fstest.MapFS{"migrations/0001_a.sql": {}, "migrations/0003_b.sql": {}}
	if _, err := loadMigrations(gap); err == nil {
		t.Error("a gap in the numbers was taken")
	}
}

// TestPortableSQL: no statement uses what one of the databases does not know or
// understands differently (dependencies.md 2.2).
func TestPortableSQL(t *testing.T) {
	t.Parallel()
	forbidden := regexp.MustCompile(`(?i)ON DUPLICATE|ON CONFLICT|INSERT (OR )?IGNORE|FOR UPDATE|START TRANSACTION|\bNOW\(|UNIX_TIMESTAMP|` +
		`AUTO_?INCREMENT|ENGINE ?=|\bENUM\b|\bUNSIGNED\b|MODIFY COLUMN|->>|\|\||RETURNING|DELETE [^;]* LIMIT|GET_LOCK|\bTEXT\b|\bVARBINARY\b|COLLATE`)
	statement := regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER)\b`)
	seen := 0
	look := func(where, s string) {
		if !statement.MatchString(s) || strings.Contains(s, "@@collation_database") {
			return
		}
		seen++
		if bad := forbidden.FindString(s); bad != "" {
			t.Errorf("%s: %q is not portable", where, bad)
		}
	}
	for _, file := range sources(t) {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				look(fset.Position(lit.Pos()).String(), s)
			}
			return true
		})
	}
	steps, err := loadMigrations(migrations)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range steps {
		for _, s := range m.statements {
			look("migration "+strconv.FormatInt(m.number, 10), s)
		}
	}
	if seen < 50 {
		t.Errorf("only %d statements were looked at", seen)
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	all, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(f string) bool { return strings.HasSuffix(f, "_test.go") || filepath.Ext(f) != ".go" })
}
