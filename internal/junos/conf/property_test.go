package conf_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// draw makes a random value that the schema takes for the node.
func drawValue(t *rapid.T, n *schema.Node) string {
	if len(n.Keys()) > 1 {
		var words []string
		for k := n.NextKey(nil); k != nil; k = n.NextKey(words) {
			words = append(words, drawValue(t, k))
		}
		return schema.JoinKey(words)
	}
	if c := n.Choices(); len(c) > 0 && rapid.Bool().Draw(t, "choice") {
		return c[rapid.IntRange(0, len(c)-1).Draw(t, "which")].Word
	}
	candidates := []string{
		"Node0:xe-0/0/2", "Node0:xe-0/0/10", "Node2:xe-0/0/1", "Node10:xe-0/0/1", "R1:ae3", "Node0:xe-0/0/1.0",
		"v10", "v9", "10-20", "300", "600", "10.0.0.1/24", "192.168.1.9/30", "vlan.501", "bob", "S1234", "Node0", "host.example",
		"02:00:00:00:40:01", "NW-NG-0:ae3", "10.0.0.0/8", "2001:db8::1/64", "2001:db8::1", "10.0.0.1", "10m", "65000:100", "12:30", "<*>", "/24", "/16-/24", "8k",
	}
	if n.FreeText() {
		candidates = append(candidates, "plain", "two words", `quo"te \ back`, "line\nbreak\ttab", " lead and trail ", "ümlaut €",
			"inactive:", "[", "]", "{", "}", ";", "#x", "/* c */", "<a>&amp;", "'")
	}
	if n.Integer() {
		candidates = []string{"0", "1", "2", "10", "40", "60", "100000", "3600", "20", "300", "1500", "4094", "9216"}
	}
	for _, c := range n.Choices() {
		candidates = append(candidates, c.Word)
	}
	var fit []string
	for _, c := range candidates {
		if n.Check(c) == nil {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		t.Fatalf("no candidate value for %s", n.Name())
	}
	return fit[rapid.IntRange(0, len(fit)-1).Draw(t, "value")]
}

// focus is where statements meet: choices, lists in user's order, lists with several
// keys. A walk from the top would hardly ever come to one of them twice.
func focus() []string {
	return []string{
		"firewall family inet filter f term a", "firewall family inet filter f term b then", "firewall family inet filter f",
		"policy-options policy-statement p", "policy-options policy-statement p term x", "policy-options policy-statement p term x from",
		"policy-options policy-statement p then", "routing-options static route 10.0.0.0/8", "fabric resources node-group R1",
		"system", "system syslog file messages", "interfaces Node0:xe-0/0/2", "vlans v10", "groups g policy-options policy-statement p then",
	}
}

// drawStart returns a place to begin at: mostly one of the focus.
func drawStart(t *rapid.T, root *schema.Node) (conf.Path, *schema.Node) {
	if rapid.IntRange(0, 3).Draw(t, "anywhere") == 0 {
		return nil, root
	}
	words, err := conf.Split(rapid.SampledFrom(focus()).Draw(t, "focus"))
	if err != nil {
		t.Fatal(err)
	}
	p, problems := conf.ParsePath(root, nil, words)
	if len(problems) > 0 {
		t.Fatal(words, problems)
	}
	return p, p.End(root)
}

// drawSet walks down the schema at random and returns an edit that sets something.
func drawSet(t *rapid.T, root *schema.Node) conf.Edit {
	for p, n := drawStart(t, root); ; {
		kids := n.Children()
		if len(kids) == 0 || len(p) > 0 && n.Kind() != schema.Container && rapid.IntRange(0, 3).Draw(t, "stop") == 0 {
			return conf.Edit{Path: p}
		}
		n = kids[rapid.IntRange(0, len(kids)-1).Draw(t, "child")]
		switch n.Kind() {
		case schema.List:
			p = p.Then(n, drawValue(t, n))
		case schema.LeafList:
			return conf.Edit{Path: p.Then(n, drawValue(t, n))}
		case schema.Leaf:
			return conf.Edit{Path: p.Then(n, ""), Value: drawValue(t, n)}
		case schema.Empty:
			return conf.Edit{Path: p.Then(n, "")}
		default:
			p = p.Then(n, "")
		}
	}
}

// paths returns the paths of all statements of a tree.
func paths(tree conf.Tree) []conf.Path {
	var out []conf.Path
	var walk func(at conf.Path, n *conf.Node)
	walk = func(at conf.Path, n *conf.Node) {
		for _, k := range n.Children() {
			key := ""
			if k.Schema().Many() {
				key = k.Value()
			}
			p := at.Then(k.Schema(), key)
			out = append(out, p)
			walk(p, k)
		}
	}
	walk(nil, tree.Root())
	return out
}

// drawTree makes a random configuration: sets, and marks, deletes and moves on what
// they made.
func drawTree(t *rapid.T, s *schema.Schema, from conf.Tree) conf.Tree {
	tree := from
	for range rapid.IntRange(0, 25).Draw(t, "edits") {
		e := drawSet(t, s.Config())
		if all := paths(tree); len(all) > 0 && rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
			e = conf.Edit{Path: all[rapid.IntRange(0, len(all)-1).Draw(t, "path")]}
			last := e.Path[len(e.Path)-1]
			e.Op = rapid.SampledFrom([]conf.Op{conf.Delete, conf.Deactivate, conf.Activate, conf.Annotate, conf.Protect,
				conf.Unprotect, conf.Replace, conf.Rename, conf.Before, conf.After}).Draw(t, "op")
			switch e.Op {
			case conf.Annotate:
				e.Value = rapid.SampledFrom([]string{"", "a comment", "two\nlines", "deep\n    and\n\n[edit]\n+  x", `"q" \ <x>`, "/*x"}).Draw(t, "comment")
			case conf.Rename, conf.Before, conf.After:
				if !last.Node.Many() {
					continue
				}
				e.Value = drawValue(t, last.Node)
			}
		}
		tree, _ = tree.Apply([]conf.Edit{e}) // refusals are fine
	}
	return tree
}

func TestPropertyApplyDiff(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		a := drawTree(t, s, conf.New(s))
		b := drawTree(t, s, conf.New(s))
		if rapid.Bool().Draw(t, "related") {
			b = drawTree(t, s, a)
		}
		edits := conf.Diff(a, b)
		got, problems := a.Apply(edits)
		if len(problems) > 0 {
			t.Fatalf("%d edits: %v", len(edits), problems)
		}
		if got.Hash() != b.Hash() {
			t.Fatalf("a:\n%s\nb:\n%s\ngot:\n%s", lines(t, a), lines(t, b), lines(t, got))
		}
		if same := conf.Compare(a, b, nil) == ""; same != (a.Hash() == b.Hash()) {
			t.Fatalf("compare says %q of\n%s\n%s", conf.Compare(a, b, nil), lines(t, a), lines(t, b))
		}
		if len(conf.Diff(got, b)) > 0 {
			t.Fatalf("equal trees differ: %v", conf.Diff(got, b))
		}
	})
}

func lines(t *rapid.T, tree conf.Tree) string {
	var b byteWriter
	if err := tree.Print(&b, nil, conf.Style{Format: conf.Lines}); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

type byteWriter []byte

func (b *byteWriter) Write(p []byte) (int, error) { *b = append(*b, p...); return len(p), nil }

func TestPropertyFormatsRoundTrip(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		tree := drawTree(t, s, conf.New(s))
		for _, f := range []conf.Format{conf.Text, conf.Lines, conf.XML, conf.JSON} {
			var b byteWriter
			if err := tree.Print(&b, nil, conf.Style{Format: f}); err != nil {
				t.Fatal(err)
			}
			back, problems := conf.New(s).Load(conf.Request{Action: conf.LoadReplace, Format: f, Source: b})
			if len(problems) > 0 || back.Hash() != tree.Hash() {
				t.Fatalf("format %d: %v\n%s\ncomes back as\n%s", f, problems, b, lines(t, back))
			}
		}
	})
}

// TestPropertyOneHash says that the way to a configuration leaves no trace: set in
// any order, with detours, it is the same tree. Cases of one choice are left out, since
// the last one set wins.
func TestPropertyOneHash(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		var edits []conf.Edit
		seen, one := map[string]bool{}, conf.New(s)
		for range rapid.IntRange(1, 20).Draw(t, "edits") {
			e := drawSet(t, s.Config())
			name := fmt.Sprint(e.Path)
			if seen[name] || userOrdered(e.Path) {
				continue
			}
			next, problems := one.Apply([]conf.Edit{e})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if !slices.ContainsFunc(edits, func(e conf.Edit) bool { return next.Find(e.Path) == nil }) {
				seen[name] = true
				edits, one = append(edits, e), next
			}
		}
		other := conf.New(s)
		for _, i := range rapid.Permutation(index(edits)).Draw(t, "order") {
			detour, _ := other.Apply([]conf.Edit{edits[i], {Op: conf.Deactivate, Path: edits[i].Path}, {Op: conf.Activate, Path: edits[i].Path}})
			other = detour
		}
		if one.Hash() != other.Hash() {
			t.Fatalf("%s\nand\n%s", lines(t, one), lines(t, other))
		}
		gone, _ := one.Apply([]conf.Edit{{Op: conf.Delete}})
		if gone.Hash() != conf.New(s).Hash() {
			t.Fatal("deleting everything leaves something")
		}
	})
}

func userOrdered(p conf.Path) bool {
	for _, s := range p {
		if s.Node.UserOrdered() {
			return true
		}
	}
	return false
}

func index(edits []conf.Edit) []int {
	out := make([]int, len(edits))
	for i := range out {
		out[i] = i
	}
	return out
}

// TestPropertyOldTreesStay says that no edit reaches a tree that somebody holds.
func TestPropertyOldTreesStay(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		a := drawTree(t, s, conf.New(s))
		before := lines(t, a)
		drawTree(t, s, a)
		if after := lines(t, a); after != before {
			t.Fatalf("before:\n%s\nafter:\n%s", before, after)
		}
	})
}

// TestPropertyPatch says that what compare prints is a patch: it makes one of two
// configurations out of the other, with comments, marks and user's order. Only what is
// protected before and after cannot be changed by one.
func TestPropertyPatch(t *testing.T) {
	t.Parallel()
	s := loadSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		a := drawTree(t, s, conf.New(s))
		b := drawTree(t, s, a)
		patch := conf.Compare(a, b, nil)
		got, problems := a.Load(conf.Request{Action: conf.LoadPatch, Source: []byte(patch)})
		if len(problems) > 0 && !slices.ContainsFunc(problems, func(p conf.Problem) bool { return p.Code != conf.Protected }) {
			return
		}
		if len(problems) > 0 || got.Hash() != b.Hash() {
			t.Fatalf("%v\n%s\nof\n%s\nwanted %s", problems, patch, lines(t, a), conf.Compare(got, b, nil))
		}
	})
}
