// Package screen holds the typed reports that more than one role shows: interfaces,
// VLANs, the MAC table, LLDP neighbours, BGP peers and fabric routes. A member fills
// them from its own state; a director fills them by asking its members and joining
// the answers, so the same screen stands at both places (QF-REF 3.4-3.7).
//
// Each report carries the Junos element names as encoding/xml tags and prints its
// Junos layout by Text. The package owns no state and runs on no goroutine.
//
// Invariants: a member fills in names without owner (xe-0/0/7); Prefix puts the owner
// in front (Node0:xe-0/0/7) and Join appends another member's part; both are done by
// the director alone. Numbers are numbers until Text prints them.
//
// It must never import a component or ask anyone for anything.
package screen
