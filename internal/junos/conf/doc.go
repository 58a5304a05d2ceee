// Package conf is the configuration itself: an immutable tree over the schema, which
// edits turn into the next one, and its four spellings (Junos text, set, XML, JSON).
//
// What is read becomes a list of edits in package edit, whatever it was written in;
// Tree.Apply carries a list out whole or not at all. Here are the tree, the
// difference of two trees, and the printers. names.go repeats the words of package
// edit, so that users of a Tree need one import.
//
// State: none. A Tree is a value; candidate, active, rollback and rescue are Trees
// that share what they have in common. Each Apply is an owner: a node is copied
// the first time the owner touches it and changed in place after that, so a bulk
// load costs what a mutable tree costs and one edit copies only its path. When
// Apply returns, nobody holds the owner any more and the tree is frozen; readers
// need no lock and may be on any goroutine.
//
// Invariants: statements stand in schema order, list entries in natural order of
// their keys (xe-0/0/2 before xe-0/0/10) unless the schema says ordered-by user;
// a container that means nothing by itself exists only while it holds something,
// so equal configurations are equal trees with equal hashes whatever the way to
// them; no value is in a tree that the schema does not allow.
//
// The package must never know what a statement means (that is settings), keep a
// session or do I/O other than writing to a given io.Writer.
package conf
