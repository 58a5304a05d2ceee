// Package command is the grammar of the shell's two modes: operational commands
// and configuration mode. It parses a line, resolves abbreviations, says what may
// stand next (`?`, SPACE, TAB) and names the place and the reason of an error as
// Junos does (QF-REF northbound 1, "CLI error texts that are matched").
//
// It is pure: no I/O, no goroutine, no clock, no log. A grammar is built once
// from the schema and never changes, so any number of readers may share it.
//
// Invariants: what completion offers, the parser accepts; every error carries the
// byte offset of the token that it is about; an unambiguous abbreviation parses
// to the same result as the word in full. No input makes it panic.
//
// It must never hold a list of words of its own beside the schema and package own,
// except for the verbs of configuration mode and the pipes, and it must never ask for
// live names: it names their source (Choice.Source) and the caller asks.
package command
