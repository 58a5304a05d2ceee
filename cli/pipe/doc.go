// Package pipe is what stands behind the bars of a command, as the shell carries it
// out. Read sorts the pipes of a line into what is asked of the server (the form of
// the answer, what it is compared with), how often, and the stages that the text
// passes through; Run passes it.
//
// Both are called by the goroutine of the shell. Run touches files and name servers
// by its Desk alone; Resolve is what the shell lays on it for names.
//
// Invariants: the pipes that choose a form may stand anywhere, and the last of a
// kind counts; the stages run in the order typed; a file that took the text leaves
// the line that says so to the stages behind it.
//
// It must never know a command, nor how its answer was got.
package pipe
