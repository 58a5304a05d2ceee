package conf_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/conf/conftest"
)

func BenchmarkParse(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(conftest.Large()))
	for _, f := range []struct {
		name   string
		format conf.Format
	}{{"text", conf.Text}, {"set", conf.Lines}, {"xml", conf.XML}, {"json", conf.JSON}} {
		source := []byte(printed(b, tree, nil, conf.Style{Format: f.format}))
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				got, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Format: f.format, Source: source})
				if len(problems) > 0 || got.Empty() {
					b.Fatal(problems)
				}
			}
			b.ReportMetric(float64(bytes.Count(source, []byte("\n"))), "lines")
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(conftest.Large()))
	for _, f := range []struct {
		name   string
		format conf.Format
	}{{"text", conf.Text}, {"set", conf.Lines}, {"xml", conf.XML}, {"json", conf.JSON}} {
		b.Run(f.name, func(b *testing.B) {
			for b.Loop() {
				if err := tree.Print(io.Discard, nil, conf.Style{Format: f.format}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEdit is one set line typed in a session, from text to the next tree.
func BenchmarkEdit(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(conftest.Large()))
	for i := 0; b.Loop(); i++ {
		line := fmt.Sprintf("set interfaces Node%d:xe-0/0/%d mtu %d", i%conftest.Nodes, i%conftest.Ports, 1500+i%1000)
		edits, problems := conf.ParseLine(s.Config(), nil, line)
		if len(problems) > 0 {
			b.Fatal(problems)
		}
		if tree, problems = tree.Apply(edits); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

// BenchmarkCompare is `show | compare` after one edit.
func BenchmarkCompare(b *testing.B) {
	s := loadSchema(b)
	before := parse(b, s, conf.Text, string(conftest.Large()))
	edits, _ := conf.ParseLine(s.Config(), nil, "set vlans v2000 vlan-id 4090")
	after, _ := before.Apply(edits)
	for b.Loop() {
		if conf.Compare(before, after, nil) == "" {
			b.Fatal("no difference")
		}
	}
}

func BenchmarkDiffUnshared(b *testing.B) {
	s := loadSchema(b)
	x, y := parse(b, s, conf.Text, string(conftest.Large())), parse(b, s, conf.Text, string(conftest.Large()))
	for b.Loop() {
		if len(conf.Diff(x, y)) > 0 {
			b.Fatal("difference")
		}
	}
}

func BenchmarkHash(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(conftest.Large()))
	other, _ := conf.ParseLine(s.Config(), nil, "set vlans v2000 vlan-id 4090")
	tree.Hash()
	for b.Loop() { // after one edit, with the rest of the tree hashed before
		next, _ := tree.Apply(other)
		next.Hash()
	}
}

// revisions returns the configurations that so many commits of 100 changes leave.
func revisions(b testing.TB, tree conf.Tree, commits int) []conf.Tree {
	out := []conf.Tree{tree}
	for r := range commits {
		var lines bytes.Buffer
		for c := range 100 {
			n := (r*100 + c) * 7919 // all over the place
			fmt.Fprintf(&lines, "set interfaces Node%d:xe-0/0/%d description \"revision %d\"\n", n%conftest.Nodes, n/conftest.Nodes%conftest.Ports, r)
		}
		next, problems := tree.Load(conf.Request{Action: conf.LoadSet, Source: lines.Bytes()})
		if len(problems) > 0 {
			b.Fatal(problems)
		}
		tree = next
		out = append(out, tree)
	}
	return out
}

// BenchmarkRollback is what a rollback costs: whether it would change what is protected
// is looked at, another tree is the candidate, and what it changes is found for
// `show | compare` and for the commit.
func BenchmarkRollback(b *testing.B) {
	all := revisions(b, conftest.Tree(b, string(conftest.Large())), 49)
	for i := 0; b.Loop(); i++ {
		from, to := all[i%49], all[i%49+1]
		if len(conf.Guarded(from, to, "is protected")) > 0 || len(conf.Diff(from, to)) == 0 {
			b.Fatal("no difference, or something protected")
		}
	}
}

// BenchmarkRevisions reports what fifty revisions of 100 changes each hold in memory,
// as a multiple of one.
func BenchmarkRevisions(b *testing.B) {
	for b.Loop() {
		one, fifty := held(b)
		b.ReportMetric(float64(one)/1e6, "MB-of-one")
		b.ReportMetric(float64(fifty)/float64(one), "x-for-fifty")
	}
}

// held measures one configuration and fifty revisions of it, in bytes.
func held(b testing.TB) (one, fifty uint64) {
	source := string(conftest.Large())
	s := loadSchema(b)
	empty := heap()
	first := parse(b, s, conf.Text, source)
	one = heap() - empty
	all := revisions(b, first, 49)
	fifty = heap() - empty
	runtime.KeepAlive(all)
	runtime.KeepAlive(source)
	return one, fifty
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
