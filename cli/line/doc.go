// Package line is the terminal side of the shell: raw keys, the line editor
// (go-prompt with our own ConsoleParser and ConsoleWriter, QF-REF dependencies
// 4), history, the ---(more)--- pager, small dialogs and the window's size.
//
// One goroutine, started by Open and ended by Close or the end of the input,
// reads the terminal into a queue of keys. Everything that wants a key - editor,
// pager, dialogs - takes it from that queue and never from the file itself, so
// that keys typed ahead reach the right reader in order. All other state belongs
// to the caller's goroutine.
//
// Invariants: what is on the screen is what the line model says, and a key sends
// only the bytes that change it (automation reads the echo back); no escape
// sequence is sent unless a line longer than the window must be edited in its
// earlier rows; without a terminal nothing is echoed and nothing is edited.
//
// It must never know a command.
package line
