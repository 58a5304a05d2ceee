package inherit_test

import (
	"fmt"
	"strings"
	"testing"

	"oneswitch/internal/junos/inherit"
)

// BenchmarkExpand fills each of 6,144 ports from a group, which is what a commit
// check costs beside the checks.
func BenchmarkExpand(b *testing.B) {
	var text strings.Builder
	text.WriteString("groups { g { interfaces { <*> { mtu 9192; unit 0 { family ethernet-switching { vlan { members [ a b ]; } } } } } } }\n")
	text.WriteString("interfaces { apply-groups g; ")
	for n := range 128 {
		for p := range 48 {
			fmt.Fprintf(&text, "Node%d:xe-0/0/%d { description \"port %d\"; unit 0 { family ethernet-switching { port-mode trunk; } } }\n", n, p, p)
		}
	}
	text.WriteString("}\n")
	tree := load(b, text.String())
	for b.Loop() {
		if got, _ := inherit.Expand(tree); got.Empty() {
			b.Fatal("nothing left")
		}
	}
}
