// Package alarm decides what is wrong with the fabric: from what a director has
// observed it derives conditions (Conditions, Wiring), and a Board turns conditions
// that come and go into alarms with the moment they began.
//
// Everything is pure but Board, whose owner is the goroutine that calls Step;
// readers get copies. Nothing here reads a clock, logs or asks anybody.
//
// Invariants: an alarm keeps the time at which its condition began for as long as
// the condition lasts, however its text changes; a condition that must last before
// it alarms (Hold) and does not is never an alarm; the absence of a member explains
// its dead links, which are no alarms of their own.
//
// It must never decide what to do about an alarm.
package alarm

import (
	"cmp"
	"slices"
	"time"

	"oneswitch/inventory"
)

// Class says how bad it is, in Junos' two words.
type Class string

// The classes.
const (
	Major Class = "Major"
	Minor Class = "Minor"
)

// Area says what is wrong: what `show chassis alarms` and its kin choose by.
type Area string

// The areas.
const (
	Chassis       Area = "Chassis"       // a device
	Fabric        Area = "Fabric"        // a link between devices, or fabric control
	System        Area = "System"        // directors and datastore
	Configuration Area = "Configuration" // what an operator has left undone
)

// Condition is something that is wrong at this moment.
type Condition struct {
	Key    string // the same condition has the same key as long as it lasts
	Area   Area
	Class  Class
	Member inventory.MemberID // that it is about; empty: the fabric
	Text   string
	Since  time.Time     // when it began, as far as anybody knows; zero: when it was first seen
	Hold   time.Duration // it must last so long before it is an alarm
}

// Board holds the alarms. The zero value has none.
type Board struct {
	seen   map[string]Condition // conditions of the last step, with their beginning
	active map[string]bool      // those that are alarms
}

// Change is an alarm that began or ended.
type Change struct {
	Condition
	Over bool
}

// Step takes what is wrong now and returns what began and what ended since the last
// step, in order of the keys.
func (b *Board) Step(now time.Time, conditions []Condition) []Change {
	var out []Change
	next, active := make(map[string]Condition, len(conditions)), make(map[string]bool, len(conditions))
	for _, c := range conditions {
		old, known := b.seen[c.Key]
		switch {
		case known && !old.Since.IsZero():
			c.Since = old.Since
		case c.Since.IsZero():
			c.Since = now
		}
		next[c.Key] = c
		switch {
		case b.active[c.Key]:
			active[c.Key] = true
		case now.Sub(c.Since) >= c.Hold:
			active[c.Key] = true
			out = append(out, Change{Condition: c})
		}
	}
	for key := range b.active {
		if !active[key] {
			out = append(out, Change{Condition: b.seen[key], Over: true})
		}
	}
	b.seen, b.active = next, active
	slices.SortFunc(out, func(x, y Change) int { return cmp.Compare(x.Key, y.Key) })
	return out
}

// Active returns the alarms, the oldest first.
func (b *Board) Active() []Condition {
	var out []Condition
	for key := range b.active {
		out = append(out, b.seen[key])
	}
	slices.SortFunc(out, func(x, y Condition) int { return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Key, y.Key)) })
	return out
}
