package conf_test

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"oneswitch/internal/junos/conf"
)

// The size of the largest fabric that the language must hold (QF-REF 4.1).
const (
	benchNodes = 128
	benchPorts = 48
	benchVLANs = 4000
)

// large returns the text of a configuration of 6,144 ports and 4,000 VLANs.
func large() []byte {
	var b bytes.Buffer
	b.WriteString("system {\n    host-name large;\n}\ninterfaces {\n")
	for n := range benchNodes {
		for p := range benchPorts {
			mode, members := "access", fmt.Sprintf("v%d", 2+(n*benchPorts+p)%benchVLANs)
			if p%8 == 0 {
				mode, members = "trunk", "[ v2 v3 v4 v5 ]"
			}
			fmt.Fprintf(&b, `    Node%d:xe-0/0/%d {
        description "server %d port %d";
        mtu 9192;
        unit 0 {
            description "unit";
            family ethernet-switching {
                port-mode %s;
                vlan {
                    members %s;
                }
            }
        }
    }
`, n, p, n, p, mode, members)
		}
	}
	b.WriteString("}\nvlans {\n")
	for v := range benchVLANs {
		fmt.Fprintf(&b, "    v%d {\n        description \"vlan number %d\";\n        vlan-id %d;\n        l3-interface vlan.%d;\n    }\n", v+2, v, v+2, v)
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(large()))
	for _, f := range []struct {
		name   string
		format conf.Format
	}{{"text", conf.Text}, {"set", conf.Lines}, {"xml", conf.XML}, {"json", conf.JSON}} {
		source := []byte(printed(b, tree, nil, conf.Style{Format: f.format}))
		b.Run(f.name, func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			b.ReportMetric(float64(bytes.Count(source, []byte("\n"))), "lines")
			for b.Loop() {
				got, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Format: f.format, Source: source})
				if len(problems) > 0 || got.Empty() {
					b.Fatal(problems)
				}
			}
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(large()))
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
	tree := parse(b, s, conf.Text, string(large()))
	for i := 0; b.Loop(); i++ {
		line := fmt.Sprintf("set interfaces Node%d:xe-0/0/%d mtu %d", i%benchNodes, i%benchPorts, 1500+i%1000)
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
	before := parse(b, s, conf.Text, string(large()))
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
	x, y := parse(b, s, conf.Text, string(large())), parse(b, s, conf.Text, string(large()))
	for b.Loop() {
		if len(conf.Diff(x, y)) > 0 {
			b.Fatal("difference")
		}
	}
}

func BenchmarkHash(b *testing.B) {
	s := loadSchema(b)
	tree := parse(b, s, conf.Text, string(large()))
	other, _ := conf.ParseLine(s.Config(), nil, "set vlans v2000 vlan-id 4090")
	tree.Hash()
	for b.Loop() { // after one edit, with the rest of the tree hashed before
		next, _ := tree.Apply(other)
		next.Hash()
	}
}
