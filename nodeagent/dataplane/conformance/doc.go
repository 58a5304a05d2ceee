// Package conformance is the one suite that every forwarding plane passes, the
// oracle of package fib included: packet fixtures with the outcome written down, and
// random tables and frames whose outcome the oracle says.
//
// It is imported by tests only. A Subject is driven by one goroutine. The suite
// leaves nothing behind but what a Subject's maker registered with t.Cleanup.
package conformance
