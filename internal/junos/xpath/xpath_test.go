package xpath_test

import (
	"slices"
	"strings"
	"testing"

	"oneswitch/internal/junos/xpath"
)

// leaf is a tree of names with texts.
type leaf struct {
	name, text string
	up         *leaf
	kids       []*leaf
}

func (l *leaf) Up() xpath.Node {
	if l.up == nil {
		return nil
	}
	return l.up
}

func (l *leaf) Text() string { return l.text }

func (l *leaf) Down(name string) []xpath.Node {
	var out []xpath.Node
	for _, k := range l.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// tree reads lines `path text`, with entries told apart by their order.
func tree(lines string) (root *leaf) {
	root = &leaf{}
	for line := range strings.Lines(lines) {
		path, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		at := root
		for name := range strings.SplitSeq(path, "/") {
			name, fresh := strings.CutPrefix(name, "+")
			i := slices.IndexFunc(at.kids, func(k *leaf) bool { return k.name == name })
			for n, k := range at.kids {
				if k.name == name {
					i = n // the last one
				}
			}
			if i < 0 || fresh {
				at.kids = append(at.kids, &leaf{name: name, up: at})
				i = len(at.kids) - 1
			}
			at = at.kids[i]
		}
		at.text = text
	}
	return root
}

func TestTrue(t *testing.T) {
	t.Parallel()
	root := tree(`vlans/+vlan/name v10
vlans/vlan/id 10
vlans/+vlan/name v20
vlans/vlan/id 20
vlans/vlan/range 30-40
ports/+port/name Node0:xe-0/0/1
ports/port/member v20
ports/+port/name NW-NG-0:ae1`)
	v20, port := root.kids[0].kids[1], root.kids[1].kids[0]
	tests := []struct {
		at   *leaf
		expr string
		want bool
	}{
		{v20, "id", true},
		{v20, "nothing", false},
		{v20, "not(id and range)", false},
		{v20, "not(id) or not(range)", false},
		{v20, "id = 20", true},
		{v20, "id = '020'", false},
		{v20, "id != 10 and id >= 20 and id <= 20 and not(id < 20) and not(id > 20)", true},
		{v20, "starts-with(name, 'v') and contains(range, '-')", true},
		{v20, "count(../vlan) = 2", true},
		{v20, "count(../vlan[id > 10]) = 1", true},
		{v20, "../vlan/name = 'v10'", true},
		{v20, "../vlan/name != 'v10'", true}, // one of them differs
		{v20, "/ports/port[member = current()/name]", true},
		{v20, "/x:ports/x:port[x:member = 'v10']", false},
		{port, "/vlans/vlan[name = current()/member]/id = 20", true},
		{port, "./../../vlans", true},
		{port, "../../../nothing", false},
		{port, "(member or nothing) and true() and not(false())", true},
		{port, "contains(name, ':ae') = false()", true},
		{port, "name = ../port/name", true},
		{port, "'a' = \"a\" and 2 > 1 and 0.5 < 1", true},
		{port, "count(../port) != count(member)", true},
		{port, "current()/name = name", true},
		{port, "member > 1", false}, // no number
	}
	for _, tt := range tests {
		e, err := xpath.Parse(tt.expr)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := e.True(tt.at); got != tt.want {
			t.Errorf("%s is %t", tt.expr, got)
		}
		if e.String() != tt.expr {
			t.Errorf("%s became %s", tt.expr, e)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	e, err := xpath.Parse("not(a/b) or /c[d = current()/../e][f]/g")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range e.Paths() {
		text := ""
		if p.Root {
			text = "/"
		}
		for _, s := range p.Steps {
			if s.Up {
				s.Name = ".."
			}
			text += s.Name + " "
		}
		got = append(got, strings.TrimSpace(text))
	}
	if want := []string{"a b", "/c d", ".. e", "/c f", "/c g"}; !slices.Equal(got, want) {
		t.Errorf("paths %q, want %q", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "a +", "a/", "/", "a[", "a[b", "(a", "a)", "count()", "count(1)", "sum(a)", "a = ", "'a", "a b", "not(a", "$x", "a or", "@a",
		strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100)} {
		if e, err := xpath.Parse(bad); err == nil {
			t.Errorf("%q is taken as %v", bad, e)
		}
	}
}

// FuzzParse says that what is compiled can be evaluated anywhere.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"not(a and b)", "/a/b[c = current()/d] != 'x'", "count(../a) >= 2 or starts-with(., 'x')", "a[b[c]]/../d", "1 = true()"} {
		f.Add(seed)
	}
	root := tree("a/b/c x\na/d 1\n+a/b 2")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := xpath.Parse(text)
		if err != nil {
			return
		}
		for _, at := range []*leaf{root, root.kids[0], root.kids[0].kids[0]} {
			if first, again := e.True(at), e.True(at); first != again {
				t.Errorf("%q changes its mind", text)
			}
		}
		e.Paths()
	})
}
