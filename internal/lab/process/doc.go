// Package process keeps one process of a lab alive: it starts it, or adopts the one
// that a former supervisor has left running, restarts it when it ends, and stops it.
//
// Run's goroutine owns the process; changes go out through Report. A process is known
// by its command line, its namespace and the moment of its start, and watched by a
// descriptor of its own (pidfd_open(2)): a number alone may be somebody else's by now.
//
// Invariant: a process that was adopted is not touched before it ends or Run's context
// does. The package must never decide which processes a lab has.
package process
