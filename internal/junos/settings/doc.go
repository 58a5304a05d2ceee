// Package settings turns a configuration tree into typed values and checks what
// the schema alone cannot: references, counts and contradictions.
//
// It is the last place where a configuration string exists: what compile gets is
// names, numbers and enumerations. ELS and non-ELS spellings become the same
// value here.
//
// State: a Reader remembers what it found out about the statements of the last
// configuration, so that the next one, which shares most of them, costs only what
// changed. Its answers depend on the tree and the inventory snapshot alone; Read
// answers the same and keeps nothing.
//
// Invariants: all problems are reported at once, each once, with the path of the
// statement that is wrong; what holds for many statements is said of the first, with
// how many there are; inactive statements do not exist here; a Settings that came
// with an error among its problems must not be compiled.
//
// The package must never decide what a member does with a setting: that is
// director/compile.
package settings
