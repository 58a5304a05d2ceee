package permission

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"oneswitch/internal/junos/conf"
)

// The predefined classes of Junos.
const (
	SuperUser    = "super-user"
	Operator     = "operator"
	ReadOnly     = "read-only"
	Unauthorized = "unauthorized"
)

// Bits that are asked for by name.
const (
	all         = "all"
	control     = "control" // every -control bit
	Configure   = "configure"
	Maintenance = "maintenance"
	Network     = "network"
	Rollback    = "rollback"
	Secret      = "secret"
	View        = "view"
)

// Class is what a login class allows. The zero value allows nothing.
type Class struct {
	Name string
	Idle time.Duration // a shell that is silent for longer is ended; 0: never

	bits     []string
	commands rules
	config   rules
}

// rules are what is allowed and denied beyond the bits.
type rules struct {
	allow, deny []*regexp.Regexp
	denyFirst   bool // of both, deny wins: the -regexps statements
}

// verdict of rules: none of them says anything, or one does.
type verdict uint8

const (
	silent verdict = iota
	allowed
	denied
)

func (r rules) judge(text string) verdict {
	hit := func(list []*regexp.Regexp) bool {
		return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(text) })
	}
	switch allow, deny := hit(r.allow), hit(r.deny); {
	case deny && (r.denyFirst || !allow):
		return denied
	case allow:
		return allowed
	}
	return silent
}

func (r rules) none() bool { return len(r.allow) == 0 && len(r.deny) == 0 }

// Predefined returns one of the classes that need no configuration.
func Predefined(name string) (Class, bool) {
	switch name {
	case SuperUser:
		return Class{Name: name, bits: []string{all}}, true
	case Operator:
		return Class{Name: name, bits: []string{"clear", Network, "reset", "trace", View}}, true
	case ReadOnly:
		return Class{Name: name, bits: []string{View}}, true
	case Unauthorized:
		return Class{Name: name}, true
	}
	return Class{}, false
}

// Read returns a class of the effective configuration, or a predefined one. A class
// that is not there allows nothing.
func Read(t conf.Tree, name string) Class {
	if c, ok := Predefined(name); ok {
		return c
	}
	n := t.Root().Child("system").Child("login").Entry("class", name)
	if n == nil {
		return Class{Name: name}
	}
	c := Class{Name: name}
	for b := range n.Entries("permissions") {
		c.bits = append(c.bits, b.Value())
	}
	if text, ok := n.Leaf("idle-timeout"); ok {
		if minutes, err := strconv.Atoi(text); err == nil {
			c.Idle = time.Duration(minutes) * time.Minute
		}
	}
	c.commands = rules{allow: expressions(n, "allow-commands"), deny: expressions(n, "deny-commands")}
	c.config = rules{allow: expressions(n, "allow-configuration"), deny: expressions(n, "deny-configuration")}
	for _, word := range []string{"allow-configuration-regexps", "deny-configuration-regexps"} {
		if found := expressions(n, word); len(found) > 0 && word[0] == 'a' {
			c.config.allow, c.config.denyFirst = append(c.config.allow, found...), true
		} else if len(found) > 0 {
			c.config.deny, c.config.denyFirst = append(c.config.deny, found...), true
		}
	}
	return c
}

// expressions compiles those of a leaf or a leaf-list. They match from the start of
// a command or a path, as in Junos.
func expressions(n *conf.Node, name string) []*regexp.Regexp {
	var texts []string
	if text, ok := n.Leaf(name); ok {
		texts = append(texts, text)
	}
	for v := range n.Entries(name) {
		texts = append(texts, v.Value())
	}
	var out []*regexp.Regexp
	for _, text := range texts {
		re, err := regexp.Compile(`^(?:` + text + `)`)
		switch {
		case err == nil:
			out = append(out, re)
		case strings.HasPrefix(name, "deny"):
			out = append(out, regexp.MustCompile(`^`)) // what was meant is not known
		}
	}
	return out
}

// Full reports whether the class may do everything, without exception.
func (c Class) Full() bool {
	return slices.Contains(c.bits, all) && c.commands.none() && c.config.none()
}

// Repairs reports whether the class could undo a mistake in the accounts: it may
// edit and change users. A configuration needs one who may (reliability.md A8).
func (c Class) Repairs() bool {
	return c.Has(Configure) && c.edits([]string{"system", "login", "user"}) && c.Command("commit", Configure)
}

// Has reports whether the class has a bit.
func (c Class) Has(bit string) bool {
	return slices.Contains(c.bits, all) || slices.Contains(c.bits, bit) ||
		strings.HasSuffix(bit, "-"+control) && slices.Contains(c.bits, control)
}

// Any reports whether the class may do anything at all.
func (c Class) Any() bool {
	return len(c.bits) > 0 || len(c.commands.allow) > 0 || len(c.config.allow) > 0
}

// Command reports whether a command may be given: its full words, and the bit that
// it takes.
func (c Class) Command(words, bit string) bool {
	switch c.commands.judge(words) {
	case allowed:
		return true
	case denied:
		return false
	}
	return c.Has(bit)
}

// Looks reports whether the class may see anything of the configuration.
func (c Class) Looks() bool {
	return len(c.config.allow) > 0 || c.Has("view-configuration") || c.Has(control) || slices.ContainsFunc(branches(), func(b string) bool {
		return c.Has(b) || c.Has(b+"-"+control)
	})
}
