// Package permission says what a login class may do: which commands it may give,
// which statements it may see and change, and whether it sees secrets. The words
// are those of Junos: permission bits, allow- and deny-commands, allow- and
// deny-configuration.
//
// An Offer turns the same judgement round: what a class may not use in any form, so that
// a shell does not offer it. It never decides whether something may be done.
//
// It has no state: a Class is a value made from the configuration, and every
// question is a pure function of it. The faces ask at each operation, so that a
// change of the configuration holds from the next one on.
//
// Invariants: what is not allowed is denied; a class that the configuration does
// not have may do nothing; a statement is only gone from a candidate if every
// statement below it may be changed; an expression that does not compile denies
// everything that it could have matched; what a class may use is never withheld from it.
//
// It must never know a face, a session or a user's password.
package permission
