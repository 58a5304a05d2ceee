// Package schema is the one schema of the configuration language and of the
// operational commands: YANG modules of our own (directory yang, RFC 7950) with
// one extension module, compiled by Load into an immutable graph.
//
// Everything that must know a word reads it here: grammar, completion, help,
// validation, the text, set, XML and JSON forms, NETCONF and the generated
// reference. There is no second list of words.
//
// State: none. A *Schema and all that hangs from it is built once by Load, never
// changes afterwards and may be shared by any number of goroutines; main builds
// it and hands it to whoever needs it.
//
// Invariants: children stand in the order of the YANG statements; a child's
// Index orders it among its siblings; a node says nothing of where it stands, so the
// places where a grouping is used share what stands below it, and below groups stand
// the very nodes of the top level, so that what is inherited needs no translation; the
// keys of a list are one string, with blanks between them where there are several;
// names are the Junos element names, so XML, text and set need no mapping table (Word
// differs from Name only where YANG forbids the name).
//
// The package must never do I/O, hold configuration values or know what a
// statement means to the fabric. It is the only importer of goyang.
package schema
