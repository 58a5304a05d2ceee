package conf

import (
	"fmt"
	"slices"
)

// Guarded names the protected statements of a configuration that another one has no more,
// has otherwise or does not protect: whoever puts it in place as a whole would change what
// he may not change in parts. verdict is what is said of each.
func Guarded(before, after Tree, verdict string) []Problem {
	if before.root == after.root || !before.root.Guards() {
		return nil // almost always: two large configurations are not compared for nothing
	}
	var out []Problem
	for _, e := range Diff(before, after) {
		if e.Op != Unprotect { // which comes before every other change of what is protected
			continue
		}
		out = append(out, Problem{Path: e.Path.Up().String(), Code: Protected, Text: fmt.Sprintf("'%s' %s", e.Path, verdict)})
	}
	return out
}

// protects reports whether something below a statement is protected. Unlike Guards it
// keeps nothing, and so may look at what is still being written.
func protects(n *Node) bool {
	return slices.ContainsFunc(n.Children(), guards)
}

// guards is protects of the statement itself as well.
func guards(n *Node) bool { return n.Protected() || protects(n) }
