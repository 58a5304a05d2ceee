// Package fib turns what a member wishes and knows (its intent, its ports, the
// fabric's routes, what its neighbours said they reach) into forwarding tables,
// and says what those tables mean.
//
// Tables is a value: the wish of the engine and the dump of a data plane have the
// same type, so that adoption after a restart is Dump, Diff, Apply. Lookup is the
// oracle of every data plane: a deliberately simple second implementation of the
// forwarding decision, one frame at a time, that the others are compared with.
//
// Everything here is pure: no I/O, no goroutine, no clock, no log. The caller owns
// the maps it passes in; no function keeps or changes them, except Delta.Patch,
// which changes the tables it is called for.
//
// Invariants: a.Patch(Diff(a, b)) makes a equal to b; Build gives equal tables for
// equal inputs; a slot that Assign gave to a port stays with that port.
//
// It must never import a data plane, and never know how tables are stored.
package fib
