// Package inventory holds the names and facts of a fabric: members with their
// serial numbers and aliases, roles, node groups, port names, device ids and
// labels.
//
// It owns no state and runs on no goroutine of its own: everything here is a
// value that is parsed, printed, compared or looked up. A Snapshot is immutable
// once built and may be shared by any number of readers.
//
// Invariant: a name that this package prints, it also parses to the same value.
//
// It must never import another package of this project, and it must never grow
// behaviour beyond parse, print, compare and look-up.
package inventory
