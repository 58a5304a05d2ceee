package report

// Pipe is one stage after a bar, its verb in full: match, except, find, count,
// last, no-more, save.
type Pipe struct {
	Verb string
	Args []string
}

// Piped is what comes out of a row of pipes.
type Piped struct {
	Text   string
	NoMore bool   // do not page
	SaveTo string // name of the file that takes the text instead of the screen; empty: none
}

// Run passes text through the pipes. Pipes that choose a form (display, and
// compare) are not its business: the caller takes them off first.
func Run(text string, pipes []Pipe) (Piped, error) { return Piped{Text: text}, nil }
