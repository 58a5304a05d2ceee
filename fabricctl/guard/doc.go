// Package guard stands in front of every table: it reads an UPDATE strictly, in
// the spirit of RFC 7606, and lets through only what is well formed and what its
// sender may say.
//
// A Parser belongs to the one goroutine that reads a session and keeps nothing
// between two calls but scratch space.
//
// Invariants: every NLRI that it hands on has passed route.CheckNLRI, every
// attribute list that it hands on can be read by route.ParseAttrs and fits into a
// message with what a reflector adds; a fault costs the routes it touches
// (treat-as-withdraw) and, only where the routes cannot be found any more, that one
// session; no input makes it panic.
//
// It must never know a table or a session: its verdict is all in the Update.
package guard
