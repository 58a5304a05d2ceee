// Package conftest makes configurations for tests and benchmarks: small ones out of
// text, and one of the size of the largest fabric.
//
// State: none. The package is for tests alone.
package conftest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// Tree loads a configuration in text form that must be right, without any problem.
func Tree(t testing.TB, text string) conf.Tree {
	t.Helper()
	s, err := schema.Load()
	if err != nil {
		t.Fatal(err)
	}
	return Load(t, conf.New(s), text)
}

// Load adds a configuration in text form to another one, for tests that need the
// schema but once.
func Load(t testing.TB, to conf.Tree, text string) conf.Tree {
	t.Helper()
	tree, problems := to.Load(conf.Request{Source: []byte(text)})
	for _, p := range problems {
		t.Fatalf("%d:%d %s %s %q", p.Pos.Line, p.Pos.Column, p.Banner(), p.Text, p.Token)
	}
	return tree
}

// Print returns the whole configuration in a format.
func Print(t testing.TB, tree conf.Tree, f conf.Format) string {
	t.Helper()
	var b strings.Builder
	if err := tree.Print(&b, nil, conf.Style{Format: f}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The size of the largest fabric that the language must hold (QF-REF 4.1): 6,144
// ports and 4,000 VLANs.
const (
	Nodes = 128
	Ports = 48 // of each node
	VLANs = 4000
)

// Large returns the text of a configuration of the largest fabric: over 110,000 lines.
func Large() []byte {
	var b bytes.Buffer
	b.WriteString("system {\n    host-name large;\n}\ninterfaces {\n")
	for n := range Nodes {
		for p := range Ports {
			mode, members := "access", fmt.Sprintf("v%d", 2+(n*Ports+p)%VLANs)
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
	for v := range VLANs {
		fmt.Fprintf(&b, "    v%d {\n        description \"vlan number %d\";\n        vlan-id %d;\n        l3-interface vlan.%d;\n    }\n", v+2, v, v+2, v)
	}
	b.WriteString("}\n")
	return b.Bytes()
}
