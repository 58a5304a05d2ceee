package pipe

import (
	"fmt"
	"strconv"
	"strings"

	"oneswitch/internal/junos/command"
	"oneswitch/internal/report"
)

// Desk is what the stages need beside the text.
type Desk struct {
	// Write writes a text into a file of the user: anew, or behind what it has.
	Write func(name, text string, appending bool) error
	// Resolve puts names in place of the addresses in a text; full ones, or cut to the
	// room that the address had.
	Resolve func(text string, full bool) string
	// Rows is how many lines `last` without a number keeps; 0 for the usual screen.
	Rows int
}

// Result is what is left for the screen.
type Result struct {
	Text   string
	After  string // said behind the text, page or no page: what became of its copies
	NoMore bool   // do not page
	Hold   bool   // keep the pager after the last page
}

// Run passes a text through the stages.
func Run(text string, stages []command.Pipe, desk Desk) (Result, error) {
	out := Result{Text: text}
	for _, stage := range stages {
		if err := out.pass(stage, desk); err != nil {
			return Result{}, err
		}
	}
	return out, nil
}

// pass passes what there is through one stage.
func (r *Result) pass(stage command.Pipe, desk Desk) (err error) {
	switch stage.Verb {
	case "save":
		r.Text, err = desk.file(stage, r.Text, false)
	case "append":
		r.Text, err = desk.file(stage, r.Text, true)
	case "tee":
		var said string
		said, err = desk.file(stage, r.Text, false)
		r.After += said
	case "resolve":
		r.Text = desk.Resolve(r.Text, len(stage.Args) > 0)
	default:
		if stage.Verb == "last" && len(stage.Args) == 0 && desk.Rows > 1 {
			stage.Args = []string{strconv.Itoa(desk.Rows - 1)} // with the prompt, a screen
		}
		var piped report.Piped
		if piped, err = report.Run(r.Text, []report.Pipe{report.Pipe(stage)}); err == nil {
			r.Text, r.NoMore, r.Hold = piped.Text, r.NoMore || piped.NoMore, r.Hold || piped.Hold
		}
	}
	return err
}

// file writes the text into the file that a stage names and returns the line that
// says so.
func (d Desk) file(stage command.Pipe, text string, appending bool) (string, error) {
	if len(stage.Args) != 1 || stage.Args[0] == "" {
		return "", fmt.Errorf("%s needs the name of a file", stage.Verb)
	}
	name := stage.Args[0]
	if err := d.Write(name, text, appending); err != nil {
		return "", fmt.Errorf("%s %w", stage.Verb, err)
	}
	word := "Wrote"
	if appending {
		word = "Appended"
	}
	return fmt.Sprintf("%s %d lines of output to '%s'\n", word, strings.Count(text, "\n"), name), nil
}
