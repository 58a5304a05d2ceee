package line

import (
	"io"

	"oneswitch/cli/pager"
)

var _ pager.Screen = (*Terminal)(nil)

// Page prints a text and stops after each page of height rows for a key (QF-REF
// northbound 1, "pager"); a height of 0 or a text that fits is printed at once.
// It returns false when the user has left the text with q or ^C.
func (t *Terminal) Page(text string, height int) bool {
	return t.Show(text, pager.Options{Rows: height})
}

// Show is Page with all its options. Without a terminal there are no pages.
func (t *Terminal) Show(text string, o pager.Options) bool {
	if !t.echo {
		o = pager.Options{}
	}
	return pager.Show(t, text, o)
}

// Key waits for the next key. The error is io.EOF at the end of the input, ErrIdle
// when nobody has typed for as long as the prompt allowed.
func (t *Terminal) Key() ([]byte, error) {
	key, err := t.key(0)
	if err == nil && key == nil {
		err = io.EOF
	}
	return key, err
}

// Line reads a line behind a prompt, with echo and erasing. The error is
// ErrInterrupted after ^C and io.EOF when the input is over.
func (t *Terminal) Line(prompt string) (string, error) {
	t.Print(prompt)
	text, ended, err := t.typed(maxAnswer, 0)
	if ended && err == nil {
		t.Print("\n")
		err = ErrInterrupted // ^D says no more than that either
	}
	return text, err
}

// Columns is how many cells of the screen a character takes.
func (t *Terminal) Columns(r rune) int { return columns(r) }
