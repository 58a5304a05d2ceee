// Package edit is the language in which the configuration is changed: paths of
// statements, edits, problems, and the readers that turn what is typed, loaded or
// sent (a line, Junos text, set commands, XML, JSON) into one list of edits.
//
// One walker serves every face: Cursor goes along the schema word by word, for
// completion and `?` as for the readers of lines and text; XML and JSON become the
// same elements and share one reader.
//
// State: none; a reader lives for one call.
//
// Invariants: every edit and problem carries the place it comes from; a reader goes
// on after an error and reports all of them, up to a bound; depth and size of a
// source are bounded.
//
// The package knows the schema but no configuration: whether a statement exists is
// for conf to say, what it means for settings. Its readers of files leave values to
// conf.Tree.Apply to check, those of typed words check at once.
package edit
