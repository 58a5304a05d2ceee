// Package settings turns a configuration tree into typed values and checks what
// the schema alone cannot: references, counts and contradictions.
//
// It is the last place where a configuration string exists: what compile gets is
// names, numbers and enumerations. ELS and non-ELS spellings become the same
// value here.
//
// State: none. Read is a pure function of the tree and the inventory snapshot.
//
// Invariants: all problems are reported at once, each with the path of the
// statement that is wrong; inactive statements do not exist here; a Settings that
// came with an error among its problems must not be compiled.
//
// The package must never decide what a member does with a setting: that is
// director/compile.
package settings
