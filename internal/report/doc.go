// Package report turns what an operational command found into what a person or a
// program reads: text in Junos columns, XML in Junos elements, JSON in Junos style.
//
// A command returns a typed Go struct. Its encoding/xml tags are the one
// declaration of the XML; the JSON is derived from that XML without knowing the
// command; the text comes from the struct's own Text method, which writes lines
// and tables to a Writer. Pipes (match, except, count ...) work on the text.
//
// The package is pure: no I/O, no goroutine, no clock, no log.
//
// Invariants: XML, JSON and text come from the same value; nothing that a report
// carries can move the cursor or change the colour of a terminal, because the
// Writer escapes every character that does not print; only this package aligns
// columns.
//
// It must never know a command or a domain type.
package report
