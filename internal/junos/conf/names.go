package conf

import (
	"oneswitch/internal/junos/edit"
	"oneswitch/internal/junos/schema"
	"oneswitch/internal/junos/tree"
)

// The words of package edit, so that whoever works with a Tree needs one import.
// Their documentation is there.
type (
	Path        = edit.Path
	Step        = edit.Step
	Edit        = edit.Edit
	Op          = edit.Op
	Position    = edit.Position
	Problem     = edit.Problem
	Severity    = edit.Severity
	Code        = edit.Code
	Word        = edit.Word
	Cursor      = edit.Cursor
	Expectation = edit.Expectation
	Format      = edit.Format
)

// The words of package tree.
type (
	Node   = tree.Node
	Origin = tree.Origin
	Hash   = tree.Hash
)

// Inherited is tree.Inherited.
func Inherited(s *schema.Node, value string, kids []*Node, from *Origin) *Node {
	return tree.Inherited(s, value, kids, from)
}

// The operations of an Edit.
const (
	Set        = edit.Set
	Create     = edit.Create
	Delete     = edit.Delete
	Remove     = edit.Remove
	Replace    = edit.Replace
	Activate   = edit.Activate
	Deactivate = edit.Deactivate
	Protect    = edit.Protect
	Unprotect  = edit.Unprotect
	Annotate   = edit.Annotate
	Rename     = edit.Rename
	Before     = edit.Before
	After      = edit.After
	Copy       = edit.Copy

	DeleteMatching = edit.DeleteMatching
	Substitute     = edit.Substitute
)

// The severities and codes of a Problem.
const (
	Error          = edit.Error
	Warning        = edit.Warning
	SyntaxError    = edit.SyntaxError
	UnknownElement = edit.UnknownElement
	MissingValue   = edit.MissingValue
	InvalidValue   = edit.InvalidValue
	NotFound       = edit.NotFound
	Exists         = edit.Exists
	TooBig         = edit.TooBig
	Protected      = edit.Protected
	BadAttribute   = edit.BadAttribute
	Semantic       = edit.Semantic
	Unapplied      = edit.Unapplied
)

// The formats of a configuration.
const (
	Text  = edit.Text
	Lines = edit.Lines
	XML   = edit.XML
	JSON  = edit.JSON
)

// At is edit.At.
func At(root *schema.Node, p Path) Cursor { return edit.At(root, p) }

// Split is edit.Split.
func Split(line string) ([]Word, error) { return edit.Split(line) }

// Quote is edit.Quote.
func Quote(s string) string { return edit.Quote(s) }

// Banner is edit.Banner.
func Banner(path string) string { return edit.Banner(path) }

// Failed is edit.Failed.
func Failed(problems []Problem) bool { return edit.Failed(problems) }

// ParseLine is edit.ParseLine.
func ParseLine(root *schema.Node, at Path, line string) ([]Edit, []Problem) {
	return edit.ParseLine(root, at, line)
}

// ParsePath is edit.ParsePath.
func ParsePath(root *schema.Node, at Path, words []Word) (Path, []Problem) {
	return edit.ParsePath(root, at, words)
}

// Natural is schema.Natural.
func Natural(a, b string) int { return schema.Natural(a, b) }

// Ranges is edit.Ranges.
func Ranges(word string) ([]string, bool) { return edit.Ranges(word) }

// Read is edit.Read.
func Read(s *schema.Schema, f Format, source []byte, at Path) ([]Edit, []Problem) {
	return edit.Read(s, f, source, at)
}
