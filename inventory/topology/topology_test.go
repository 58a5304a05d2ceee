package topology_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oneswitch/inventory"
	"oneswitch/inventory/topology"
)

func end(t testing.TB, s string) topology.End {
	t.Helper()
	member, port, named := strings.Cut(s, ":")
	e := topology.End{Member: inventory.MemberID(member)}
	if !named {
		return e
	}
	p, err := inventory.ParsePort(port)
	if err != nil {
		t.Fatal(err)
	}
	e.Port = p
	return e
}

func graph(t testing.TB, links ...string) topology.Graph {
	t.Helper()
	var out []topology.Link
	for _, l := range links {
		a, b, ok := strings.Cut(l, " ")
		if !ok {
			t.Fatalf("link %q is not two ends", l)
		}
		out = append(out, topology.Between(end(t, a), end(t, b)))
	}
	return topology.New(out)
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		want, found []string
		findings    []string
	}{
		{name: "both empty"},
		{name: "open ports are met by any", want: []string{"N0 L"}, found: []string{"L:fte-0/0/3 N0:fte-0/1/0"}},
		{name: "a second cable of an expected pair is welcome", want: []string{"N0 L"}, found: []string{"N0:fte-0/1/0 L:fte-0/0/0", "N0:fte-0/1/1 L:fte-0/0/1"}},
		{name: "missing", want: []string{"N0 L", "N0 R"}, found: []string{"N0:fte-0/1/0 L:fte-0/0/0"}, findings: []string{"missing: N0: to R:"}},
		{name: "unexpected", found: []string{"N0:xe-0/0/1 N1:xe-0/0/1"}, findings: []string{"unexpected: N0:xe-0/0/1 to N1:xe-0/0/1"}},
		{
			name: "miswired at the far end", want: []string{"N0:fte-0/1/0 L:fte-0/0/0"}, found: []string{"N0:fte-0/1/0 R:fte-0/0/0"},
			findings: []string{"miswired: N0:fte-0/1/0 leads to R:fte-0/0/0, expected L:fte-0/0/0"},
		},
		{
			name: "two cables swapped", want: []string{"L:fte-0/0/0 N0:fte-0/1/0", "R:fte-0/0/0 N0:fte-0/1/1"},
			found: []string{"L:fte-0/0/0 N0:fte-0/1/1", "R:fte-0/0/0 N0:fte-0/1/0"},
			findings: []string{
				"miswired: L:fte-0/0/0 leads to N0:fte-0/1/1, expected N0:fte-0/1/0",
				"miswired: R:fte-0/0/0 leads to N0:fte-0/1/0, expected N0:fte-0/1/1",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range topology.Compare(graph(t, c.want...), graph(t, c.found...)) {
				got = append(got, f.String())
			}
			if d := cmp.Diff(c.findings, got); d != "" {
				t.Errorf("findings differ (-want +got):\n%s", d)
			}
		})
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	g := graph(t, "N0:fte-0/1/0 L:fte-0/0/0", "N0:fte-0/1/1 R:fte-0/0/0", "N0:fte-0/1/2 R:fte-0/0/8",
		"N1:fte-0/1/0 L:fte-0/0/1", "N1:fte-0/1/1 R:fte-0/0/1", "N2:fte-0/1/0 L:fte-0/0/2")
	for _, c := range []struct {
		a, b inventory.MemberID
		want int
	}{{"N0", "N1", 2}, {"N1", "N0", 2}, {"N0", "N2", 1}, {"N0", "N3", 0}, {"N0", "N0", 0}} {
		if got := g.Paths(c.a, c.b); got != c.want {
			t.Errorf("Paths(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestExpected(t *testing.T) {
	t.Parallel()
	s := inventory.NewSnapshot([]inventory.Member{
		{ID: "N0", Role: inventory.RoleNode}, {ID: "N1", Role: inventory.RoleNode},
		{ID: "L", Role: inventory.RoleInterconnect}, {ID: "FC-0", Role: inventory.RoleFabricControl},
	}, nil)
	if d := cmp.Diff(graph(t, "L N0", "L N1").Links(), topology.Expected(s).Links()); d != "" {
		t.Errorf("links differ (-want +got):\n%s", d)
	}
}

// TestProperties: a wiring has no difference from itself, and the order in which
// links and their ends are given means nothing.
func TestProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ends := rapid.Custom(func(t *rapid.T) topology.End {
			return topology.End{
				Member: rapid.SampledFrom([]inventory.MemberID{"N0", "N1", "L", "R"}).Draw(t, "member"),
				Port:   inventory.Port{Kind: inventory.KindFTE, Num: rapid.Uint16Range(0, 3).Draw(t, "port")},
			}
		})
		links := rapid.SliceOf(rapid.Custom(func(t *rapid.T) topology.Link {
			return topology.Link{A: ends.Draw(t, "a"), B: ends.Draw(t, "b")}
		})).Draw(t, "links")
		g := topology.New(links)
		if f := topology.Compare(g, g); f != nil {
			t.Fatalf("differs from itself: %v", f)
		}
		turned := make([]topology.Link, 0, len(links))
		for _, l := range rapid.Permutation(links).Draw(t, "order") {
			turned = append(turned, topology.Link{A: l.B, B: l.A})
		}
		if d := cmp.Diff(g.Links(), topology.New(turned).Links()); d != "" {
			t.Fatalf("order matters:\n%s", d)
		}
	})
}
