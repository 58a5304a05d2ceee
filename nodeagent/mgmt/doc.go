// Package mgmt is the management face of a member: it checks what leaders send
// before the engine sees it, and answers operational commands from the engine's
// views, the plane's counters and the speaker's tables.
//
// A Mgmt has no state of its own but the samples that rates are computed from. Its
// methods run on the goroutines of NETCONF sessions; what belongs to the agent's loop
// is asked for through Member. Run keeps the samples and ends with its context.
//
// Invariants: an intent reaches the engine only when its hash is the one announced
// and this member can carry it out; a refusal names the configuration statement; a
// member names its ports without its own name in front, the director adds that.
//
// It must never change the engine's state but through Member, and never import the
// journal or a particular plane.
package mgmt
