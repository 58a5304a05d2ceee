package withheld

import (
	"slices"
	"strings"

	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/schema"
)

// List is all that is withheld from somebody.
type List struct {
	Commands   []Command `xml:"command"`   // of the director and of the shell
	Relayed    []Command `xml:"relayed"`   // of a component that he logs in to
	Verbs      []string  `xml:"verb"`      // of configuration mode
	Statements []string  `xml:"statement"` // the topmost ones, each as Key writes it
}

// Command is a command of which something is withheld; all of it when nothing but its
// name is said.
type Command struct {
	RPC     string   `xml:"name"`
	Options []string `xml:"option"`           // words that do not stand right behind its fixed words
	Bare    bool     `xml:"bare,omitempty"`   // something must stand there
	Values  bool     `xml:"values,omitempty"` // no value stands there
}

// Whole reports whether all of the command is withheld.
func (c Command) Whole() bool { return len(c.Options) == 0 && !c.Bare && !c.Values }

// Key names a statement by the elements on the way to it, without the keys of lists.
// What a group holds is what stands at the top.
func Key(p conf.Path) string {
	if len(p) > 1 && p[0].Node.Groups() {
		p = p[1:]
	}
	names := make([]string, len(p))
	for i, step := range p {
		names[i] = step.Node.Name()
	}
	return strings.Join(names, " ")
}

// Statements are those that are withheld, by their keys. Those below one are not named,
// since nobody gets there.
type Statements map[string]bool

// NewStatements returns them for looking up; nil when there are none.
func NewStatements(keys []string) Statements {
	if len(keys) == 0 {
		return nil
	}
	out := make(Statements, len(keys))
	for _, k := range keys {
		out[k] = true
	}
	return out
}

// Has reports whether the statement is withheld, or one that it stands in.
func (s Statements) Has(p conf.Path) bool {
	if len(s) == 0 {
		return false
	}
	for i := range p {
		if s[Key(p[:i+1])] {
			return true
		}
	}
	return false
}

// Rest returns those of the statements below a path that are not withheld.
func (s Statements) Rest(at conf.Path, below []*schema.Node) []*schema.Node {
	if len(s) == 0 {
		return below
	}
	return slices.DeleteFunc(slices.Clone(below), func(n *schema.Node) bool { return s.Has(at.Then(n, "")) })
}
