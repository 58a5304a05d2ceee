package conf

import (
	"io"
	"strings"

	"oneswitch/internal/junos/schema"
)

// Format is a spelling of the configuration.
type Format uint8

// The formats.
const (
	Text  Format = iota // curly braces
	Lines               // set commands
	XML
	JSON
)

// Action is what load does with what it reads (Junos `load`).
type Action uint8

// The actions. Lines are carried out as commands whatever the action, except that
// LoadOverride starts from the empty configuration.
const (
	LoadMerge    Action = iota // add to what is there
	LoadReplace                // merge, but what is tagged replace: is taken away first
	LoadOverride               // the new configuration is what is read
	LoadUpdate                 // like override, touching only what differs
	LoadSet                    // set commands
)

// Request is one load.
type Request struct {
	Action Action
	Format Format
	Source []byte
	At     Path // level that text and commands are relative to (load relative)
}

// Load reads a configuration and carries it out on the tree. It is atomic: with an
// error among the problems the tree returned is t.
func (t Tree) Load(r Request) (Tree, []Problem) { return t, nil }

// Read turns a configuration in any format into the edits that merge it.
func Read(s *schema.Schema, f Format, source []byte, at Path) ([]Edit, []Problem) { return nil, nil }

// Style says how Print writes.
type Style struct {
	Format   Format
	Relative bool // Lines: paths relative to the level shown instead of from the top
}

// Print writes the part of the configuration at the path (the empty path is all
// of it). A path that does not exist prints nothing.
func (t Tree) Print(w io.Writer, at Path, style Style) error { return nil }

// Diff returns edits that turn a into b: b = a.Apply(Diff(a, b)).
func Diff(a, b Tree) []Edit { return nil }

// Compare writes what `show | compare` shows at a level: [edit path] banners and
// lines with + and - for what b has more and less than a. It is empty when they
// are equal.
func Compare(a, b Tree, at Path) string { return "" }

// Select returns the part of the configuration that a NETCONF subtree filter
// (RFC 6241 section 6) selects; filter is the inside of <filter> or the
// <configuration> element of a Junos get-configuration.
func (t Tree) Select(filter []byte) (Tree, []Problem) { return t, nil }

// Quote returns a word as it stands in text and set form: in double quotes where
// it holds anything but letters, digits and plain punctuation.
func Quote(s string) string {
	if strings.ContainsAny(s, " \t\n\"") {
		return `"` + s + `"`
	}
	return s
}
