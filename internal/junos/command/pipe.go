package command

// Pipe is one stage after a bar: a verb in full and its arguments.
type Pipe struct {
	Verb string
	Args []string
}
