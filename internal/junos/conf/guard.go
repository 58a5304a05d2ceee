package conf

import "fmt"

// Guarded names the protected statements of a configuration that another one has no more,
// has otherwise or does not protect: whoever puts it in place as a whole would change what
// he may not change in parts.
func Guarded(before, after Tree) []Problem {
	if before.root == after.root || !before.root.Guards() {
		return nil // almost always: two large configurations are not compared for nothing
	}
	var out []Problem
	for _, e := range Diff(before, after) {
		if e.Op != Unprotect { // which comes before every other change of what is protected
			continue
		}
		text := fmt.Sprintf("'%s' is protected, the configuration that holds it cannot be replaced", e.Path)
		out = append(out, Problem{Path: e.Path.Up().String(), Code: Protected, Text: text})
	}
	return out
}
