// Package cli is the shell: one process per login, started by the director on a
// pseudo-terminal, talking NETCONF to the director over the connected socket that
// it inherits as descriptor 3 (already authenticated as the user). It is a client
// of the same RPCs as automation and knows nothing that they do not tell.
//
// One goroutine, that of Main, owns the session: it reads a line, carries it out
// and shows the answer. A second one waits for a reply while the first watches for
// ^C, a third asks the director for news every few seconds; internal/netconf and
// cli/line run theirs.
//
// What is behind a bar is cli/pipe, ---(more)--- is cli/pager, the user's directory
// and /config are cli/files, help is cli/help, the lines of earlier logins cli/history;
// cli/offer is the grammars, less what is withheld from the user's login class.
//
// Invariants: a line is checked against the schema here, so that errors carry the
// caret under the word, and sent in full words; nothing of the configuration is
// kept here, so two sessions never disagree; what the user typed ahead is never
// lost.
//
// It must never import a role, and never write outside the user's own directory.
package cli
