// Package moment does at its moment what waits in the datastore: it takes back a
// commit that nobody confirmed, and carries out a commit that was ordered for
// later.
//
// A Watch keeps nothing: the datastore is the owner of what waits, and a leader
// that has just begun finds there what its predecessor left. Run is the one
// goroutine; it asks for the nearest task when it starts, when it is poked and
// after each task.
//
// Invariants: a task is never done before its moment; one whose moment has passed
// while nobody led is done at once; a task that failed is tried again until it is
// done or waits no more.
//
// It must never decide what a task does, or look at a clock other than the one it
// is given.
package moment
