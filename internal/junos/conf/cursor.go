package conf

import "oneswitch/internal/junos/schema"

// Word is one word of a line with its place; Quoted words are never keywords.
type Word struct {
	Text   string
	Quoted bool
	Column int // of its first byte, from 1
}

// Split cuts a line into words: blanks separate, double quotes protect, `[`, `]`
// and `;` stand for themselves.
func Split(line string) ([]Word, error) { return nil, nil }

// Cursor walks the schema along the words of a configuration line. It is the one
// walker behind completion, `?`, set, delete, edit and show. A Cursor is a value:
// Step returns the next one.
type Cursor struct {
	path Path
}

// At returns a cursor that stands at a level of the configuration.
func At(root *schema.Node, p Path) Cursor { return Cursor{} }

// Step goes on by one word. Keywords may be shortened while they are unambiguous.
func (c Cursor) Step(w Word) (Cursor, error) { return c, nil }

// Expect says what may follow.
func (c Cursor) Expect() Expectation { return Expectation{} }

// Path is the statement reached so far. While a value is missing the last step is
// the statement that wants it.
func (c Cursor) Path() Path { return c.path }

// Expectation is what may follow at a Cursor.
type Expectation struct {
	Value    *schema.Node   // wants a value: list (its key), leaf or leaf-list; or nil
	Flat     *schema.Node   // a value of this keyword-less list or leaf may stand here; or nil
	Keywords []*schema.Node // statements whose keyword may stand here
	Open     bool           // `[` may start a list of values
	Close    bool           // `]` may end it
	End      bool           // the line may end here
}

// ParseLine reads one configuration-mode command that changes the configuration
// (set, delete, activate, deactivate, protect, unprotect, annotate, rename, insert)
// as typed at the level at, and returns its edits.
func ParseLine(root *schema.Node, at Path, line string) ([]Edit, []Problem) { return nil, nil }

// ParsePath reads the words of edit, show or delete at the level at. It does not
// ask whether the statement exists.
func ParsePath(root *schema.Node, at Path, words []Word) (Path, []Problem) { return nil, nil }
