// Package check finds where a configuration is not what the schema demands at
// commit: mandatory statements that are missing, and must and when conditions (RFC 7950
// sections 7.5.3, 7.21.5) that do not hold. Cases of a choice it need not look for: no
// edit and no expansion leaves two of them.
//
// State: none. Constraints is a pure function of the tree; it looks at the effective
// configuration, after groups and without inactive parts. Parts of the schema that
// demand nothing are not walked, and statements that were found right are marked so
// (tree.Node.Sound): trees share their nodes, so that after an edit only what is new is
// looked at, and what looks at something outside itself.
//
// Invariants: all problems are reported, in the order of the configuration, each with
// its level and statement and in Junos' words.
//
// The package must never know what a statement means: that is settings. It must do no
// I/O.
package check
