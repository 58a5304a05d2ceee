// Package compile turns the settings of the fabric and its inventory into one
// intent per member: who it is, whom it knows, which L2 domains it has and what
// each configured port does.
//
// It is pure: no I/O, no goroutine, no clock, no log, no state. Equal arguments
// give equal intents on every director and at every time.
//
// Invariants: every port of an intent names the configuration path that caused it;
// an edit changes the intents of those members alone whose part it changes;
// aliases, groups and interfaces of members that never enrolled give nothing; every
// intent passes intent.Check unless a problem is reported.
//
// It must never read a configuration (that is settings, the last place where a
// configuration string exists) and never know how an intent reaches its member.
package compile
