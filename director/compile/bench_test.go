package compile_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"oneswitch/director/compile"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/settings"
	"oneswitch/inventory"
)

// The size of the largest fabric that the language must hold (QF-REF 4.1).
const (
	benchNodes = 128
	benchPorts = 48
	benchVLANs = 4000
)

// large returns a configuration of 6,144 ports and 4,000 VLANs, in which groups and
// interface ranges give the ports a part of what they have.
func large(b *testing.B) (conf.Tree, inventory.Snapshot) {
	b.Helper()
	var text strings.Builder
	var members []inventory.Member
	text.WriteString(`groups {
    ports { interfaces { <*:xe-*> { mtu 9192; unit 0 { description unit; } } } }
    edge { interfaces { "<Node[0-9]:*>" { unit 0 { family ethernet-switching { vlan { members [ v2 v3 v4 v5 ]; } } } } } }
}
fabric { aliases {
`)
	for n := range benchNodes {
		fmt.Fprintf(&text, "node-device S%d { Node%d; }\n", n, n)
		members = append(members, inventory.Member{ID: inventory.MemberID(fmt.Sprintf("S%d", n)), Role: inventory.RoleNode, Model: "OSX-48X4F",
			Device: inventory.DeviceID(n + 1), Address: netip.AddrFrom4([4]byte{128, 0, 130, byte(n + 1)})})
	}
	text.WriteString("} }\ninterfaces {\napply-groups [ ports edge ];\n")
	text.WriteString("interface-range trunks { member \"Node*:xe-0/0/[0-7]\"; unit 0 { family ethernet-switching { port-mode trunk; } } }\n")
	text.WriteString("interface-range quiet { member-range Node3:xe-0/0/8 to Node3:xe-0/0/40; disable; }\n")
	for n := range benchNodes {
		for p := range benchPorts {
			fmt.Fprintf(&text, "Node%d:xe-0/0/%d { description \"server %d port %d\"; ", n, p, n, p)
			if p >= 8 && n >= 10 {
				fmt.Fprintf(&text, "unit 0 { family ethernet-switching { port-mode access; vlan { members v%d; } } } ", 2+(n*benchPorts+p)%benchVLANs)
			} else if p >= 8 {
				text.WriteString("unit 0 { family ethernet-switching { port-mode trunk; } } ")
			}
			text.WriteString("}\n")
		}
	}
	text.WriteString("vlan {\n")
	for v := range benchVLANs {
		fmt.Fprintf(&text, "unit %d { family inet { address 10.%d.%d.1/24; } }\n", v+2, v/250, v%250)
	}
	text.WriteString("}\n}\nvlans {\n")
	for v := range benchVLANs {
		fmt.Fprintf(&text, "v%d { description \"vlan number %d\"; vlan-id %d; l3-interface vlan.%d; }\n", v+2, v, v+2, v+2)
	}
	text.WriteString("}\n")
	s, err := schema.Load()
	if err != nil {
		b.Fatal(err)
	}
	tree, problems := conf.New(s).Load(conf.Request{Action: conf.LoadOverride, Format: conf.Text, Source: []byte(text.String())})
	if conf.Failed(problems) {
		b.Fatal(problems)
	}
	return tree, inventory.NewSnapshot(members, nil)
}

// edited returns the tree after one set command.
func edited(b *testing.B, t conf.Tree, line string) conf.Tree {
	b.Helper()
	out, problems := t.Load(conf.Request{Action: conf.LoadSet, Format: conf.Lines, Source: []byte(line + "\n")})
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	return out
}

// BenchmarkCheck is a commit check of the largest fabric: expansion, settings and
// compilation. What was checked before is remembered, as in a director.
func BenchmarkCheck(b *testing.B) {
	tree, known := large(b)
	for _, bench := range []struct{ name, edit string }{
		{"port", `set interfaces Node77:xe-0/0/20 description "edit %d"`},
		{"vlan", `set vlans v2077 description "edit %d"`},
		{"range", `set interfaces interface-range quiet description "edit %d"`},
		{"host-name", `set system host-name edit%d`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var reader settings.Reader
			check(b, &reader, tree, known)
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				next := edited(b, tree, fmt.Sprintf(bench.edit, n))
				b.StartTimer()
				check(b, &reader, next, known)
			}
		})
	}
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			check(b, new(settings.Reader), tree, known)
		}
	})
}

func check(b *testing.B, reader *settings.Reader, tree conf.Tree, known inventory.Snapshot) {
	s, problems := reader.Read(tree, known)
	if conf.Failed(problems) {
		b.Fatal(problems)
	}
	if out, problems := compile.Compile(s, known); len(out) != benchNodes || len(problems) > 0 {
		b.Fatal(len(out), problems)
	}
}
