// Package pager shows a text that is longer than the window page by page, with the
// keys that Junos has at ---(more)---: forward, back, search, filters, save (QF-REF
// northbound 1, "pager").
//
// It belongs to the goroutine that called Show and keeps nothing afterwards.
//
// Invariants: what is on the screen is whole lines, counted in rows of the window as
// it is at that moment; the prompt of the pager is wiped away before anything else is
// written; no escape sequence is sent, so that any terminal follows; a filter hides
// lines and never loses them.
//
// It must never read the terminal otherwise than through its Screen, and never write
// a file by itself.
package pager
