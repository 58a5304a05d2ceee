// Package xpath evaluates the conditions of YANG must and when statements: the part
// of XPath 1.0 that they need. That is paths of names, `.` and `..` with predicates,
// current(), count(), not(), starts-with(), contains(), true(), false(), literals,
// numbers, comparisons, and, or.
//
// State: none. An *Expr is compiled once, never changes and may be shared by any
// number of goroutines.
//
// Invariants: a compiled expression always evaluates to something; prefixes of names
// are dropped, since the configuration has one namespace; comparisons of node sets
// hold when they hold for one of the nodes (XPath 1.0 section 3.4).
//
// The package must never know what the nodes are: it sees them through Node.
package xpath

// Node is a place in the tree that an expression looks at. Implementations must be
// comparable.
type Node interface {
	Up() Node             // nil above the root
	Down(n string) []Node // the children with the element name, in order
	Text() string         // the value of a leaf; empty for others
}
