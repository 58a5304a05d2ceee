// Package tree is the persistent tree that a configuration is: immutable nodes over
// the schema, which share what they have in common with those that they were made of.
//
// State: none of its own. An Owner is one change at work: a node is copied the first
// time its Owner touches it and changed in place after that, so that a bulk load costs
// what a mutable tree costs and one edit copies only its path. Whoever drops its Owner
// has frozen the tree: readers need no lock and may be on any goroutine.
//
// Invariants: children stand in the order of the schema, list entries in natural order
// of their keys (xe-0/0/2 before xe-0/0/10) unless the schema says ordered-by user; a
// node with many children holds them in runs (runs.go); equal trees have equal hashes
// whatever the way to them.
//
// The package must never check a value, know what a statement means or do I/O.
package tree
