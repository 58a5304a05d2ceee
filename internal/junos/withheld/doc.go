// Package withheld is what a login class is not offered: commands, verbs and
// statements that do not exist for the user, as Junos hides them. The director says
// what is withheld (director/permission judges), the shell narrows its grammars by it.
//
// It is pure and has no state; a List is carried in XML as it stands.
//
// Invariants: who is withheld nothing has the grammar itself, not a copy of it; what is
// left of a command is read as it was read before.
//
// It must never judge, and never know a login class.
package withheld
